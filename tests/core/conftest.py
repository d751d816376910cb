"""What the core's tests share: one event loop library, one fault server."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest
from hypothesis import settings

import faultserver
import veneer._async.transport
import veneer._sync.transport
from veneer._core import jsontext
from veneer._llhttp import LlhttpWire

# How long an example may take is not what is tested, and the machine may be busy.
settings.register_profile("veneer", deadline=None)
settings.load_profile("veneer")

#: Whose tests go over the wire: they run on each engine.
ON_EVERY_ENGINE = {
    "test_deadlines",
    "test_engines",
    "test_streams",
    "test_tasks",
    "test_transfers",
    "test_wire_bytes",
}
ENGINES = ["default", *(["fast"] if importlib.util.find_spec("httptools") else [])]


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


@pytest.fixture(scope="session")
def much_json() -> None:
    """As in a process that has read and written much: what reads and writes JSON then is loaded."""
    jsontext.loads(jsontext.dumps("x" * jsontext.WORTH_BYTES))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] in ON_EVERY_ENGINE and len(ENGINES) > 1:
        metafunc.fixturenames.append("engine")
        metafunc.parametrize("engine", ENGINES, indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of clients that ask for none."""
    if request.param == "fast":
        for module in (veneer._async.transport, veneer._sync.transport):
            monkeypatch.setitem(module.WIRES, "default", LlhttpWire)
    return str(request.param)
