"""A call ends by its deadline, whatever the server does, and says what may have happened."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from core.kit import KEY, async_until, async_watchdog, listening
from faultserver import FaultServer
from veneer import (
    AsyncClient,
    ConfigurationError,
    DeadlineExceededError,
    Outcome,
    RequestTimeoutError,
    Timeouts,
    _io,
)

pytestmark = pytest.mark.anyio

DEADLINES = (0.1, 0.4, 1.6, 6.4)
"""Seconds. The next one is for a machine so busy that a call did not come as far as it should."""
NEVER = 10_000.0
"""Seconds that no test lives to see the end of."""


async def late(call: Callable[[float], Awaitable[Any]], outcome: Outcome) -> DeadlineExceededError:
    """Return the error of a call that nothing but its deadline can end, with the outcome expected."""
    for deadline in DEADLINES:
        async with async_watchdog(f"a call goes on after its deadline of {deadline} s"):
            with pytest.raises(DeadlineExceededError, match="deadline") as caught:
                await call(deadline)
        if caught.value.outcome is outcome and caught.value.attempts:
            break
    assert caught.value.outcome is outcome
    assert f"deadline of {deadline} s passed" in str(caught.value)
    return caught.value


def requesting(client: AsyncClient, method: str, **request: Any) -> Callable[[float], Awaitable[Any]]:
    """Make a call of the deadline that it will be given."""
    return lambda deadline: client.with_options(deadline=deadline).request(method, "x", **request)


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("dribble=0.1", Outcome.ANSWERED),
        ("dribble-head=0.1", Outcome.UNKNOWN),
        ("blackhole", Outcome.UNKNOWN),
        (f"status=503,latency={NEVER}", Outcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_server_that_takes_its_time_is_left_at_the_deadline(
    faults: FaultServer, behaviour: str, outcome: Outcome, method: str
) -> None:
    space = faults.space()
    async with AsyncClient(space.url(behaviour), api_key=KEY, timeouts=NEVER) as client:
        error = await late(requesting(client, method), outcome)
    assert len(error.attempts) == 1


async def test_a_connection_that_is_never_accepted_was_never_sent(faults: FaultServer) -> None:
    async with AsyncClient(faults.deaf_url, timeouts=NEVER) as client:
        await late(requesting(client, "POST"), Outcome.NOT_SENT)


async def test_a_handshake_that_never_ends_was_never_sent(faults: FaultServer) -> None:
    https = faults.space().url("blackhole").replace("http://", "https://")
    async with AsyncClient(https, timeouts=NEVER) as client:
        await late(requesting(client, "POST"), Outcome.NOT_SENT)


async def test_waiting_for_a_connection_counts_and_was_never_sent(own_faults: FaultServer) -> None:
    space = (
        own_faults.space()
    )  # whose end wakes a thread inside a caller's own client, which nothing else can
    async with AsyncClient(space.url("blackhole"), max_connections=1, timeouts=NEVER) as client:
        first = _io.AsyncBackgroundCall(client.with_options(deadline=NEVER).request, "POST", "x")
        await async_until(space.requests, "the first call took no connection")
        await late(requesting(client, "POST"), Outcome.NOT_SENT)
        await first.cancel()
    assert len(space.requests()) == 1


async def test_a_body_that_never_stops_coming_is_left_at_the_deadline() -> None:
    def treat(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1000)

    with listening(treat) as url:
        async with AsyncClient(url, timeouts=NEVER, max_response_bytes=1 << 40) as client:
            await late(requesting(client, "GET"), Outcome.ANSWERED)


@pytest.mark.parametrize("pace", [None, 0.05], ids=["never", "slowly"])
async def test_a_server_that_does_not_read_is_left_at_the_deadline(pace: float | None) -> None:
    done = threading.Event()

    def treat(connection: socket.socket) -> None:
        while not done.wait(pace):
            connection.recv(64)

    with listening(treat) as url:
        async with AsyncClient(url, timeouts=NEVER) as client:
            await late(requesting(client, "POST", content=b"x" * 50_000_000), Outcome.UNKNOWN)
        done.set()


class Endless:
    """A file without an end, which is given up once it has been read for far longer than any deadline here."""

    def __init__(self, size: int) -> None:
        self._piece = b"z" * size
        self._left = 5_000_000

    def read(self, _size: int) -> bytes:
        self._left -= 1
        assert self._left, "the body was asked for pieces for ever"
        return self._piece


async def endless(size: int) -> AsyncIterator[bytes]:
    """Pieces without an end, between which nothing waits."""
    file = Endless(size)
    while True:
        yield file.read(size)


def plain_endless(size: int) -> Iterator[bytes]:
    file = Endless(size)
    while True:
        yield file.read(size)


async def sending(client: AsyncClient, deadline: float, content: Any) -> None:
    await client.with_options(deadline=deadline).request("POST", "x", content=content)


@pytest.mark.parametrize("size", [100, 100_000])
@pytest.mark.parametrize(
    "shape", [endless, plain_endless, Endless], ids=["iterator", "plain iterator", "file"]
)
async def test_a_body_that_never_ends_nor_waits_is_left_at_the_deadline(
    shape: Callable[[int], Any], size: int
) -> None:
    def treat(connection: socket.socket) -> None:
        while connection.recv(1 << 20):
            pass

    with listening(treat) as url:
        async with AsyncClient(url, timeouts=NEVER) as client:
            await late(lambda deadline: sending(client, deadline, shape(size)), Outcome.UNKNOWN)


async def test_loading_the_engine_counts(faults: FaultServer) -> None:
    async with AsyncClient(faults.space().url("blackhole"), deadline=1_000, timeouts=5.0) as client:
        client._session.spent = 999.9  # as if it had taken so long
        with pytest.raises(DeadlineExceededError, match="deadline of 1000 s passed"):
            await client.request("POST", "x")
        assert client._session.spent == 0


async def test_a_call_ends_at_its_deadline_while_the_engine_is_loaded(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load = threading.Event()
    space = faults.space(answer={"a": 1})
    client = AsyncClient(space.url(), deadline=0.05)
    load = client._make_session
    monkeypatch.setattr(client, "_make_session", lambda: may_load.wait(60) and load())
    async with client:
        for _ in range(2):
            with pytest.raises(DeadlineExceededError, match="while the engine was loaded") as caught:
                await client.request("POST", "x")
            assert (caught.value.outcome, caught.value.method) == (Outcome.NOT_SENT, "POST")
        may_load.set()
        view = client.with_options(deadline=60)
        assert (await view.request("GET", "x")).json() == {"a": 1}
    assert len(space.requests()) == 1


async def test_an_engine_that_cannot_be_loaded_is_loaded_again_by_the_next_call(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = AsyncClient(faults.space(answer={"a": 1}).url())
    with monkeypatch.context() as patch:

        def fail() -> None:
            raise ImportError("half an installation")

        patch.setattr(client, "_make_session", fail)
        async with client:
            with pytest.raises(ImportError, match="half an installation"):
                await client.request("GET", "x")
            patch.undo()
            assert (await client.request("GET", "x")).json() == {"a": 1}


async def test_a_redirect_has_no_time_of_its_own(faults: FaultServer) -> None:
    """Ten are followed at most, which would take six times the deadline."""
    space = faults.space()
    async with AsyncClient(space.url(), timeouts=NEVER) as client:

        def call(deadline: float) -> Awaitable[Any]:
            slow = space.url(f"status=302,latency={0.6 * deadline},h.location=x")
            return client.with_options(deadline=deadline, base_url=slow).request("GET", "x")

        await late(call, Outcome.UNKNOWN)


async def test_a_key_function_counts(faults: FaultServer) -> None:
    """What it asks for goes through a client of its own, which heeds the outer deadline too."""
    space = faults.space()
    async with AsyncClient(space.url("blackhole"), deadline=NEVER, timeouts=NEVER) as keys:

        async def key() -> str:
            return (await keys.request("GET", "key")).text

        async with AsyncClient(space.url("ok"), api_key=key) as client:
            await late(requesting(client, "POST"), Outcome.NOT_SENT)


@pytest.mark.parametrize("behaviour", ["dribble=0.1", "blackhole", f"status=503,latency={NEVER}"])
async def test_a_callers_own_engine_is_left_at_the_deadline_too(faults: FaultServer, behaviour: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as engine:
        client = AsyncClient(faults.space().url(behaviour), http_client=engine, timeouts=NEVER)
        await late(requesting(client, "GET"), Outcome.ANSWERED if "dribble" in behaviour else Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("url", "outcome"), [("blackhole", Outcome.UNKNOWN), ("deaf", Outcome.NOT_SENT)], ids=["read", "connect"]
)
async def test_time_outs_of_a_step_are_their_own_error(
    faults: FaultServer, url: str, outcome: Outcome
) -> None:
    base = faults.deaf_url if url == "deaf" else faults.space().url(url)
    limits = Timeouts(connect=0.1) if url == "deaf" else Timeouts(read=0.1)
    async with AsyncClient(base, timeouts=limits, max_retries=0) as client:
        with pytest.raises(RequestTimeoutError, match=r"timeout of \S+ s passed") as caught:
            await client.request("POST", "x")
    assert caught.value.outcome is outcome


async def test_the_pool_time_out_is_its_own_error(own_faults: FaultServer) -> None:
    space = (
        own_faults.space()
    )  # whose end wakes a thread inside a caller's own client, which nothing else can
    limits = Timeouts(read=NEVER, pool=0.05)
    async with AsyncClient(
        space.url("blackhole"), timeouts=limits, max_retries=0, max_connections=1
    ) as client:
        first = _io.AsyncBackgroundCall(client.request, "POST", "x")
        await async_until(space.requests, "the first call took no connection")
        with pytest.raises(RequestTimeoutError, match="pool"):
            await client.request("POST", "x")
        await first.cancel()


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), 1e12])
def test_limits_that_no_clock_can_hold_are_refused(wrong: float) -> None:
    with pytest.raises(ConfigurationError):
        AsyncClient("https://api.test", deadline=wrong)
    with pytest.raises(ConfigurationError):
        AsyncClient("https://api.test", timeouts=wrong)


async def test_without_a_deadline_only_the_time_outs_bound(faults: FaultServer) -> None:
    async with AsyncClient(
        faults.space().url("blackhole"), deadline=None, timeouts=0.1, max_retries=0
    ) as client:
        with pytest.raises(RequestTimeoutError):
            await client.request("GET", "x")
