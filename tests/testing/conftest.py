"""One fault server and one event loop library for the tests of cassettes and fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

import faultserver

# How long an example may take is not what is tested, and the machine may be busy.
settings.register_profile("veneer", deadline=None)
settings.load_profile("veneer")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def faults() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as server:
        yield server
