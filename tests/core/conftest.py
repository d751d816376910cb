"""What the core's tests share: one event loop library, one fault server."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import settings

import faultserver
import veneer._async.session
import veneer._async.transport
import veneer._sync.session
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
ENGINES = ["default", "fast", "httpx", "httpx2"]
NEEDS = {"fast": "httptools", "httpx2": "httpx2"}


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
    if metafunc.module.__name__.rpartition(".")[2] in ON_EVERY_ENGINE:
        metafunc.parametrize("engine", ENGINES, indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of clients that ask for none."""
    name = str(getattr(request, "param", "default"))
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    if name == "fast":
        for module in (veneer._async.transport, veneer._sync.transport):
            monkeypatch.setitem(module.WIRES, "default", LlhttpWire)
    elif name != "default":
        foreign(importlib.import_module(name), monkeypatch)
    return name


def foreign(package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each client an HTTP client of the package, as its user would: with as many connections, closed when the client is."""
    for kind, client, close in (
        (veneer._async.session.AsyncSession, package.AsyncClient, "aclose"),
        (veneer._sync.session.Session, package.Client, "close"),
    ):
        monkeypatch.setattr(kind, "__init__", _given(kind.__init__, client))
        monkeypatch.setattr(kind, close, (_closing if close == "close" else _async_closing)(getattr(kind, close)))


def _given(init: Any, client: Any) -> Any:
    def given(self: Any, *args: Any, http_client: Any = None, max_connections: int = 100, **options: Any) -> None:
        self.lent = None
        if http_client is None:
            limits = httpx.Limits(max_connections=max_connections)
            http_client = self.lent = client(limits=limits, trust_env=False)
        init(self, *args, http_client=http_client, max_connections=max_connections, **options)

    return given


def _closing(close: Any) -> Any:
    def closing(self: Any) -> None:
        close(self)
        if self.lent is not None:
            self.lent.close()

    return closing


def _async_closing(close: Any) -> Any:
    async def closing(self: Any) -> None:
        await close(self)
        if self.lent is not None:
            await self.lent.aclose()

    return closing
