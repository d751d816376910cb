"""What the core's tests share: one event loop library, one fault server."""

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


@pytest.fixture
def own_faults() -> Iterator[faultserver.FaultServer]:
    """A server of the test's own, for those that count all its connections: earlier tests' may still be closing."""
    with faultserver.running() as server:
        yield server
