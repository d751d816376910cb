"""An exception from outside, at any step of a thread or wait of a task, loses no slot or socket.

Celery's soft time limit, Ctrl-C and any handler of a signal raise between two bytecodes of whatever
runs; a task can be cancelled wherever it waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest

from core.kit import endpoint
from core.netkit import Certificates, accepting, head_of, tunnelling
from veneer import AsyncClient, Client, _io
from veneer._http import asyncio_stream, backends
from veneer._http import sockets as direct

ROOT = Path(__file__).parents[2] / "overlay" / "veneer"
SHELL = {
    str(ROOT / "_http" / "_sync" / name) for name in ("corepool.py", "http11.py", "pool.py", "transport.py")
}
BELOW = {str(ROOT / name) for name in ("_io.py", "_http/backends.py", "_http/sockets.py")}
GET = endpoint("get", "/items")


class Interrupt(BaseException):
    """What the handler of a signal raises."""


class interrupting:  # noqa: N801  # a context manager, called as a function is
    """Raise Interrupt at the n-th step within some files: a line, or a bytecode.

    In finalizers nothing is raised: Python prints what is raised there and goes on.
    """

    def __init__(self, files: set[str], step: int, *, bytecodes: bool) -> None:
        self._files, self._left, self._bytecodes = files, step, bytecodes
        self.done = False

    def __enter__(self) -> Self:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in self._files or frame.f_code.co_name == "__del__":
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = self._bytecodes, not self._bytecodes
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, _: Any) -> Any:
        if event in {"line", "opcode"} and not self.done:
            self._left -= 1
            if self._left <= 0:
                self.done = True
                raise Interrupt
        return self._stepped


class Sockets:
    """The sockets that clients made, by their numbers in the kernel: TLS on top changes none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._made: set[str] = set()
        for module in (asyncio_stream, backends, direct):
            monkeypatch.setattr(module.net, "set_options", self._note)

    def _note(self, sock: socket.socket) -> None:
        self._made.add(str(Path(f"/proc/self/fd/{sock.fileno()}").readlink()))

    def open(self) -> int:
        """Count those that are open."""
        found = set()
        for one in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(one.readlink()))
        return len(self._made & found)


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not list a process's open files")
    return Sockets(monkeypatch)


def serving(connection: socket.socket) -> None:
    """Answer `/x` in one piece, and `/items` in more than one reads."""
    while head := head_of(connection):
        size = 2 if b"/x " in head.split(b"\r\n")[0] else 200_000
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size)


def whole(client: Client) -> None:
    client.request("GET", "x")


def left_early(client: Client) -> None:
    with client.chunks(GET) as body:
        next(iter(body))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def way(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[tuple[str, dict[str, Any]]]:
    """An address, and a client's options."""
    tls = None if request.param == "direct" else certificates.server()
    with accepting(serving, tls) as port, accepting(tunnelling([])) as through:
        options: dict[str, Any] = {"verify": certificates.trusting(), "trust_env": False}
        if request.param == "tunnel":
            options["proxy"] = f"http://127.0.0.1:{through}"
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}", options


@pytest.mark.parametrize(
    "bytecodes", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["lines", "bytecodes"]
)
@pytest.mark.parametrize(
    ("way", "use", "kept"),
    [
        pytest.param("direct", whole, False, id="direct, whole, new"),
        pytest.param("direct", whole, True, id="direct, whole, kept"),
        pytest.param("direct", left_early, False, id="direct, left early, new"),
        pytest.param("direct", left_early, True, id="direct, left early, kept"),
        pytest.param("TLS", whole, False, id="TLS, whole, new"),
        pytest.param("tunnel", left_early, False, id="tunnel, left early, new"),
        pytest.param("tunnel", whole, True, id="tunnel, whole, kept", marks=pytest.mark.slow),
    ],
    indirect=["way"],
)
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # what hits a finalizer is printed
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of a socket that was made, and that nobody knew yet
def test_an_interrupt_at_any_step_of_a_thread_loses_neither_slot_nor_socket(
    way: tuple[str, dict[str, Any]],
    sockets: Sockets,
    use: Callable[[Client], None],
    kept: bool,
    bytecodes: bool,
) -> None:
    url, options = way
    for step in range(1, 100_000):
        with Client(url, max_connections=1, max_retries=0, deadline=10, **options) as client:
            pool = client._session._engines.get()._pool
            if kept:
                whole(client)
            with (
                contextlib.suppress(Interrupt),
                interrupting(SHELL | BELOW, step, bytecodes=bytecodes) as interrupt,
            ):
                use(client)
            assert pool._slots.free == 1, f"slot lost at step {step}"
            assert _io.time_left() is None, f"time limit left over at step {step}"
            assert sockets.open() <= sum(map(len, pool._idle.values())), f"socket lost at step {step}"
            whole(client)
        assert sockets.open() == 0, f"socket left after step {step}"
        if not interrupt.done:
            break
    assert step > 20


class cancelled_at:  # noqa: N801  # as above
    """Await a coroutine, and cancel its task at the n-th time that it waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], wait: int) -> None:
        self._coroutine = coroutine
        self._left = wait
        self.done = False

    def __await__(self) -> Generator[Any, Any, None]:
        inner = self._coroutine.__await__()
        step: Callable[[], Any] = lambda: inner.send(None)  # noqa: E731
        while True:
            try:
                waiting = step()
            except StopIteration:
                return
            self._left -= 1
            if self._left == 0:
                self.done = True
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waiting
            except BaseException as error:  # noqa: BLE001  # passed on
                step = functools.partial(inner.throw, error)
            else:
                step = functools.partial(inner.send, None)


async def async_whole(client: AsyncClient) -> None:
    await client.request("GET", "x")


async def async_left_early(client: AsyncClient) -> None:
    async with client.chunks(GET) as body:
        await anext(aiter(body))


async def settled(true: Callable[[], bool]) -> bool:
    """Let the loop close what is closing."""
    for _ in range(200):
        if true():
            return True
        await _io.async_turn()
    return False


@pytest.mark.parametrize("kept", [False, True], ids=["new connection", "kept connection"])
@pytest.mark.parametrize("use", [async_whole, async_left_early], ids=lambda use: use.__name__)
@pytest.mark.parametrize("way", ["direct", "TLS", "tunnel"], indirect=True)
@pytest.mark.anyio
async def test_a_task_cancelled_at_any_wait_loses_neither_slot_nor_socket(
    way: tuple[str, dict[str, Any]],
    sockets: Sockets,
    use: Callable[[AsyncClient], Coroutine[Any, Any, None]],
    kept: bool,
) -> None:
    url, options = way
    for wait in range(1, 100_000):
        async with AsyncClient(url, max_connections=1, max_retries=0, deadline=10, **options) as client:
            pool = client._session._engines.get()._pool
            if kept:
                await async_whole(client)
            cancelled = cancelled_at(use(client), wait)

            async def run(cancelled: cancelled_at = cancelled) -> None:
                await cancelled

            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.create_task(run())
            assert pool._slots.free == 1, f"slot lost at wait {wait}"
            assert await settled(lambda: sockets.open() <= sum(map(len, pool._idle.values()))), wait  # noqa: B023  # called at once
            await async_whole(client)
        assert await settled(lambda: sockets.open() == 0), f"socket left after wait {wait}"
        if not cancelled.done:
            break
    assert wait > 1
