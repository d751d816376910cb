"""What the tests of the platforms' doors share: one event loop library, one sandbox that the environment points to."""

from __future__ import annotations

import pytest

from veneer.sandbox import Sandbox


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def sandbox(veneer_environment: Sandbox) -> Sandbox:
    """A sandbox as if it had just started; clients that read their address and key from the environment find it."""
    return veneer_environment
