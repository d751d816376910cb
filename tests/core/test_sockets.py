"""Connections without a proxy: what waits, what is kept, and which of a host's addresses is taken."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import select
import signal
import socket
import ssl
import struct
import sys
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpcore
import httpx
import pytest
import trustme

from core import counts
from core.kit import KEY, async_until, async_watchdog, listening, watchdog
from veneer import AsyncClient, Client, _io
from veneer._http import asyncio_stream, backends, net, sockets, tls
from veneer._http._sync import pool
from veneer._http.asyncio_stream import AsyncioStream, asyncio_connect

pytestmark = pytest.mark.anyio

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def connected(serve: Serve) -> AsyncIterator[AsyncioStream]:
    """A stream to a server that serves so."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    stream = await asyncio_connect("127.0.0.1", server.sockets[0].getsockname()[1], None, 5)
    try:
        yield stream
    finally:
        await stream.aclose()
        server.close()
        await server.wait_closed()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


NEVER = 10_000.0


async def test_each_wait_has_its_own_time_whatever_the_one_before_had() -> None:
    async def answers_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        writer.write(b"a")
        await silent(reader, writer)

    async with connected(answers_once) as stream:
        for first, second in ((NEVER, 0.01), (0.01, 0.02)):
            if first == NEVER:
                await stream.write(b"?", 5)
                assert await stream.read(10, first) == b"a"
            else:
                with pytest.raises(httpx.ReadTimeout):
                    await stream.read(10, first)
            async with async_watchdog("a wait has the time of the one before"):
                with pytest.raises(httpx.ReadTimeout):
                    await stream.read(10, second)


async def test_a_wait_without_a_limit_outlasts_the_timer_of_an_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def answers_twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"a")
        await later.wait()
        writer.write(b"b")
        await silent(reader, writer)

    later, loop = asyncio.Event(), asyncio.get_running_loop()
    async with connected(answers_twice) as stream:
        assert await stream.read(10, NEVER) == b"a"
        waiting = asyncio.create_task(stream.read(10, None))
        now = loop.time()
        with monkeypatch.context() as patch:
            patch.setattr(loop, "time", lambda: now + 2 * NEVER)
            for _ in range(5):  # in which the timer is due
                await _io.async_turn()
        assert not waiting.done()
        later.set()
        assert await waiting == b"b"


async def test_what_nobody_reads_is_left_to_the_server_beyond_a_bound() -> None:
    sent = 0

    async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        for _ in range(256):
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536
        writer.close()

    async with connected(floods) as stream:
        await stream.read(1, 5)
        await async_until(lambda: stream._reading_paused, "the stream takes whatever comes")
        assert len(stream._unread) < 2**20
        assert sent < 16 * 2**20
        got = 1
        while data := await stream.read(2**20, 5):
            got += len(data)
        assert got == 16 * 2**20


async def test_writing_waits_for_a_reader_and_no_longer_than_it_may() -> None:
    async def reads_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()
        writer.transport.abort()

    over = asyncio.Event()
    async with connected(reads_nothing) as stream:
        with pytest.raises(httpx.WriteTimeout):
            await stream.write(b"x" * 64 * 2**20, 0.05)
        over.set()


async def test_the_end_is_read_as_nothing_and_written_to_as_an_error() -> None:
    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")
        writer.close()

    async with connected(hangs_up) as stream:
        assert await stream.read(10, 5) == b"bye"
        assert await stream.read(10, 5) == b""
        assert stream.get_extra_info("is_readable")
        with pytest.raises(httpx.WriteError):
            await stream.write(b"x", 5)


async def test_a_reset_is_an_error() -> None:
    async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        writer.transport.abort()

    async with connected(resets) as stream:
        with pytest.raises(httpx.ReadError):
            await stream.read(10, 5)


def addresses(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, int]) -> None:
    """Let a name have these addresses."""

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)


def unanswered(stack: list[socket.socket]) -> tuple[str, int]:
    """An address where connections are neither refused nor answered: its queue is full."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    stack.append(listener)
    for _ in range(3):
        full = socket.socket()
        full.setblocking(False)
        full.connect_ex(listener.getsockname())
        stack.append(full)
    address: tuple[str, int] = listener.getsockname()
    return address


async def test_an_address_that_refuses_or_keeps_silent_gives_way_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncio_stream, "_NEXT_ADDRESS_SECONDS", 0.01)
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as good, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        addresses(monkeypatch, closed.getsockname(), unanswered(held), good.getsockname())
        stream = await asyncio_connect("api.test", 1, None, 5)
        assert stream.get_extra_info("server_addr") == good.getsockname()
        await stream.aclose()
    for sock in held:
        sock.close()


async def test_a_host_none_of_whose_addresses_answers_is_a_connect_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        addresses(monkeypatch, closed.getsockname(), closed.getsockname())
        with pytest.raises(httpx.ConnectError):
            await asyncio_connect("api.test", 1, None, 5)


async def test_a_connect_that_gets_no_answer_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[socket.socket] = []
    addresses(monkeypatch, unanswered(held))
    with pytest.raises(httpx.ConnectTimeout):
        await asyncio_connect("api.test", 1, None, 0.02)
    for sock in held:
        sock.close()


async def test_a_connect_cancelled_at_any_moment_leaves_no_socket_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncio_stream, "_NEXT_ADDRESS_SECONDS", 0.0)
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as good:
        addresses(monkeypatch, unanswered(held), good.getsockname(), good.getsockname())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for steps in range(30):
                task = asyncio.create_task(asyncio_connect("api.test", 1, None, 5))
                for _ in range(steps):
                    await _io.async_turn()
                task.cancel()
                done = await asyncio.gather(task, return_exceptions=True)
                if isinstance(done[0], AsyncioStream):
                    await done[0].aclose()
                gc.collect()
    for sock in held:
        sock.close()


async def test_closing_does_not_wait_for_a_server_that_ended_and_reads_nothing() -> None:
    async def ends_and_reads_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write_eof()
        await over.wait()
        writer.transport.abort()

    over = asyncio.Event()
    async with connected(ends_and_reads_nothing) as stream:
        with pytest.raises(httpx.WriteError):
            await stream.write(b"x" * 64 * 2**20, 5)
        await stream.aclose()
        assert stream._transport.get_extra_info("socket").fileno() == -1
        over.set()


def resolved(monkeypatch: pytest.MonkeyPatch, *found: tuple[int, tuple[str, int]]) -> None:
    """Let a name have these addresses, for threads."""
    entries = [(family, socket.SOCK_STREAM, 6, "", address) for family, address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)


def test_an_address_of_a_family_that_the_system_lacks_gives_way_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as good:
        address = good.getsockname()
        resolved(monkeypatch, (255, address), (socket.AF_INET, address))
        stream = sockets.connect("api.test", 1, None, 5)
        assert stream.get_extra_info("server_addr") == address
        stream.close()


@pytest.mark.parametrize("way", ["direct", "by way of httpcore"])
def test_a_deadline_that_passes_between_two_addresses_is_what_ended_the_connect(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[socket.socket] = []
    silent = (socket.AF_INET, unanswered(held))
    resolved(monkeypatch, silent, silent, silent)
    port, backend = silent[1][1], backends.Backend(httpcore.SyncBackend(), tls.context)
    ways: dict[str, Callable[[], object]] = {
        "direct": lambda: sockets.connect("api.test", port, None, 5),
        "by way of httpcore": lambda: backend.connect_tcp("api.test", port, 5),
    }
    with pytest.raises(_io.OutOfTimeError), _io.time_limit(0.03):
        ways[way]()
    for sock in held:
        sock.close()


# -- sending and receiving at once -------------------------------------------------------------------------------------


@contextmanager
def answers_and_resets(context: ssl.SSLContext | None) -> Iterator[int]:
    """A server, by its port, that answers the first byte and resets the connection."""

    def treat(raw: socket.socket) -> None:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with raw if context is None else context.wrap_socket(raw, server_side=True) as connection:
            connection.recv(1)
            connection.sendall(b"no")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with listening(treat) as url:
        yield httpx.URL(url).port or 0


def reset(sock: Any) -> None:
    """Wait until a connection is reset, which nobody has noticed yet."""
    poll = select.poll()
    poll.register(sock.fileno(), 0)
    assert poll.poll(10_000)


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")
@pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])
async def test_what_came_before_a_reset_is_read_although_sending_noticed_it_first(tls: bool) -> None:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    came: list[bytes] = []

    def receive(data: bytes) -> bool:
        came.append(data)
        return bool(data)

    with answers_and_resets(server if tls else None) as port:
        stream = await asyncio_connect("127.0.0.1", port, client if tls else None, 5)
        assert await stream.upload(b"?", 5, receive)
        reset(stream.get_extra_info("socket"))
        stream._is_readable = lambda: False  # as if it were reset only when it sends
        with contextlib.suppress(httpx.WriteError):
            await stream.upload(b"x" * 100_000, 5, receive)
        assert b"".join(came) == b"no"
        await stream.aclose()


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")
@pytest.mark.parametrize("wants", [net.READ, net.READ | net.WRITE], ids=["to read", "either"])
def test_a_socket_is_waited_for_as_long_as_it_may_take(wants: int) -> None:
    one, other = socket.socketpair()
    with one, other:
        if wants & net.WRITE:
            net.wait(one, wants, 5)  # it can be written to at once
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    one.send(b"x" * 65_536)
        with pytest.raises(TimeoutError):
            net.wait(one, wants, 0.01)
        other.send(b"x")
        net.wait(one, wants, 5)


@pytest.mark.parametrize(
    ("error", "events"),
    [
        (BlockingIOError(), net.READ | net.WRITE),
        (ssl.SSLWantReadError(), net.READ),
        (ssl.SSLWantWriteError(), net.READ | net.WRITE),
        (ConnectionResetError(), 0),
        (ssl.SSLEOFError(), 0),
    ],
    ids=repr,
)
def test_what_a_socket_would_wait_for_is_told_from_a_failure(error: OSError, events: int) -> None:
    assert net.would_wait(error) == events


def test_an_upload_in_a_thread_waits_no_longer_than_it_may() -> None:
    one, other = socket.socketpair()
    with other:
        stream = sockets.SocketStream(one)
        with pytest.raises(httpx.WriteTimeout):
            stream.upload(b"x" * 50_000_000, 0.02, lambda _: True)
        with pytest.raises(_io.OutOfTimeError), _io.time_limit(0.02):
            stream.upload(b"x" * 50_000_000, 5, lambda _: True)
        stream.close()


@contextmanager
def noted_calls() -> Iterator[list[str]]:
    """The calls that this thread makes of sockets and of polls of one socket."""
    seen: list[str] = []

    def note(_frame: Any, event: str, called: Any) -> None:
        owner = getattr(called, "__self__", None)
        if event == "c_call" and type(owner).__name__ in {"socket", "poll"}:
            seen.append(called.__name__)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")
def test_a_small_call_of_a_thread_sends_once_reads_once_and_waits_once() -> None:
    with counts.server() as url, Client(url, api_key=KEY) as client:
        client.request("GET", "/a")
        with noted_calls() as seen:
            client.request("GET", "/a")
    # The first poll: the server has not ended the connection meanwhile.
    assert seen == ["poll", "send", "poll", "recv"]


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system has no poll")
async def test_a_small_call_of_a_task_sends_once_reads_once_and_sets_no_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, timers = asyncio.get_running_loop(), []
    call_at = loop.call_at

    def counted(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        timers.append(args)
        return call_at(*args, **kwargs)

    with counts.server() as url:
        async with AsyncClient(url, api_key=KEY) as client:
            await client.request("GET", "/a")
            monkeypatch.setattr(loop, "call_at", counted)
            with noted_calls() as seen:
                await client.request("GET", "/a")
    # The look at the idle connection is not seen here: a partial makes it.
    assert seen == ["send", "recv_into"]
    assert timers == []


@pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])
def test_a_thread_writes_and_reads_more_than_the_system_holds(tls: bool) -> None:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    size = 8 * 2**20
    got: list[int] = []

    def takes_all_then_sends_all(raw: socket.socket) -> None:
        one = server.wrap_socket(raw, server_side=True) if tls else raw
        with one:
            left = size
            while left and (data := one.recv(2**16)):
                left -= len(data)
            got.append(size - left)
            one.sendall(b"y" * size)

    with listening(takes_all_then_sends_all) as url, watchdog("a socket waits for what has happened"):
        stream = sockets.connect("127.0.0.1", httpx.URL(url).port or 0, client if tls else None, 30)
        stream.write(b"x" * size, 30)
        came = 0
        while came < size and (data := stream.read(2**16, 30)):
            came += len(data)
        stream.close()
    assert (got, came) == ([size], size)


def test_a_write_in_a_thread_that_nobody_reads_waits_no_longer_than_it_may() -> None:
    one, other = socket.socketpair()
    with other:
        stream = sockets.SocketStream(one)
        assert one.gettimeout() == 0, "Python polls before each send"
        other.send(b"something to read, which is not what the write waits for")
        with pytest.raises(httpx.WriteTimeout):
            stream.write(b"x" * 50_000_000, 0.02)
        with pytest.raises(_io.OutOfTimeError), _io.time_limit(0.02):
            stream.write(b"x" * 50_000_000, 5)
        with pytest.raises(_io.OutOfTimeError), _io.time_limit(-1):
            stream.read(1, 5)
        stream.close()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
@pytest.mark.parametrize("timeout", [0.02, None], ids=["timeout", "deadline"])
def test_a_read_in_a_thread_waits_no_longer_than_it_may_whatever_signals_come(timeout: float | None) -> None:
    """A wait that a signal interrupts goes on for the rest of its time only."""
    one, other = socket.socketpair()
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    try:
        with other:
            stream = sockets.SocketStream(one)
            if timeout is None:
                with pytest.raises(_io.OutOfTimeError), _io.time_limit(0.02):
                    stream.read(1, None)
            else:
                with pytest.raises(httpx.ReadTimeout):
                    stream.read(1, timeout)
            stream.close()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


async def test_asyncios_private_names_are_where_they_were() -> None:
    """What is used of asyncio beyond its public names; a release that moves one fails here."""
    async with connected(silent) as stream:
        assert stream._below() is stream
        assert not stream._is_closing()
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    with listening(lambda raw: drop(server.wrap_socket(raw, server_side=True))) as url:
        stream = await asyncio_connect("127.0.0.1", httpx.URL(url).port or 0, client, 5)
        below = stream._below()
        assert isinstance(below, asyncio.BufferedProtocol)
        assert below._transport.get_protocol() is below  # type: ignore[attr-defined]
        await stream.aclose()


def drop(connection: ssl.SSLSocket) -> None:
    with connection:
        connection.recv(1)


class Looked:
    """A connection that counts how often it is looked at."""

    slot: object = None
    looks = 0

    def is_idle(self) -> bool:
        return True

    def has_expired(self) -> bool:
        self.looks += 1
        return False

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("seconds", "looks"), [(0.0, 4), (1e9, 1)], ids=["no time", "time"])
def test_idle_connections_are_looked_at_again_after_many_requests_and_some_time(
    seconds: float, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_SWEEP_SECONDS", seconds)
    kept, used, other = pool.Pool(2), Looked(), Looked()
    kept.give(("http", "other.test", None), other)
    route = ("http", "api.test", None)
    for _ in range(4 * (pool._SWEEP_EVERY + 1)):
        used.slot = kept._slots.take_free()
        if not kept.keep(route, used):
            kept.give(route, used)
        assert kept._idle[route].pop() is used
    assert other.looks == looks
