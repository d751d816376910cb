"""One fault server and one event loop library for the tests of cassettes and fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import faultserver


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def faults() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as server:
        yield server
