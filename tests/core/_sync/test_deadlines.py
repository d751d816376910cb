# Derived from tests/core/_async/test_deadlines.py by scripts/unasync.py: edit that file, not this one.
"""A call ends by its deadline, whatever the server does, and says what may have happened. Real time, half a second each."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from core.kit import KEY, listening, together
from faultserver import FaultServer

from veneer import (
    Client,
    ConfigurationError,
    DeadlineExceededError,
    Outcome,
    RequestTimeoutError,
    Timeouts,
    _io,
)

pytestmark = pytest.mark.anyio

DEADLINE = 0.5
TOLERANCE = 0.25


def late(call: Callable[[], Any]) -> DeadlineExceededError:
    """The deadline's error; the call has to end in time, once in three on a machine that does other things too."""
    taken: list[float] = []
    while True:
        started = time.monotonic()
        with pytest.raises(DeadlineExceededError) as caught:
            call()
        taken.append(time.monotonic() - started)
        if DEADLINE - 0.01 <= taken[-1] <= DEADLINE + TOLERANCE:
            return caught.value
        assert len(taken) < 3, f"ended after {taken} s with a deadline of {DEADLINE} s"


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("dribble=0.1", Outcome.ANSWERED),
        ("dribble-head=0.1", Outcome.UNKNOWN),
        ("blackhole", Outcome.UNKNOWN),
        ("status=503,latency=9", Outcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_takes_its_time_is_left_at_the_deadline(
    faults: FaultServer, behaviour: str, outcome: Outcome, method: str
) -> None:
    space = faults.space()
    with Client(space.url(behaviour), api_key=KEY, deadline=DEADLINE) as client:
        error = late(lambda: client.request(method, "x"))
    assert (error.outcome, len(error.attempts)) == (outcome, 1)
    assert f"deadline of {DEADLINE} s passed" in str(error)


def test_a_connection_that_is_never_accepted_was_never_sent(faults: FaultServer) -> None:
    with Client(faults.deaf_url, deadline=DEADLINE) as client:
        error = late(lambda: client.request("POST", "x"))
    assert error.outcome is Outcome.NOT_SENT


def test_a_handshake_that_never_ends_was_never_sent(faults: FaultServer) -> None:
    https = faults.space().url("blackhole").replace("http://", "https://")
    with Client(https, deadline=DEADLINE) as client:
        error = late(lambda: client.request("POST", "x"))
    assert error.outcome is Outcome.NOT_SENT


def test_waiting_for_a_connection_counts_and_was_never_sent(faults: FaultServer) -> None:
    with Client(faults.space().url("blackhole"), max_connections=1) as client:

        def call(index: int) -> Any:
            _io.sleep(index * 0.1)  # the first one takes the only connection
            client.with_options(deadline=1.0 - index * 0.4).request("POST", "x")

        errors = together(2, call)
    assert [getattr(error, "outcome", error) for error in errors] == [Outcome.UNKNOWN, Outcome.NOT_SENT]


def test_a_body_that_never_stops_coming_is_left_at_the_deadline(faults: FaultServer) -> None:
    pieces: list[bytes | float] = [b"x" * 1000, 0.001]
    endless = [b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n", *pieces * 2000]
    space = faults.space(script=endless)
    with Client(space.url("raw"), deadline=DEADLINE) as client:
        error = late(lambda: client.request("GET", "x"))
    assert error.outcome is Outcome.ANSWERED


@pytest.mark.parametrize("pace", [None, 0.05], ids=["never", "slowly"])
def test_a_server_that_does_not_read_is_left_at_the_deadline(pace: float | None) -> None:
    done = threading.Event()

    def treat(connection: socket.socket) -> None:
        while not done.wait(pace):
            connection.recv(64)

    with listening(treat) as url:
        with Client(url, deadline=DEADLINE) as client:
            error = late(lambda: client.request("POST", "x", content=b"x" * 50_000_000))
        done.set()
    assert error.outcome is Outcome.UNKNOWN


class Endless:
    """A file without an end, which is given up once it has been read for far longer than any deadline here."""

    def __init__(self, size: int) -> None:
        self._piece = b"z" * size
        self._left = 5_000_000

    def read(self, _size: int) -> bytes:
        self._left -= 1
        assert self._left, "the body was asked for pieces for ever"
        return self._piece


def endless(size: int) -> Iterator[bytes]:
    """Pieces without an end, between which nothing waits."""
    file = Endless(size)
    while True:
        yield file.read(size)


def plain_endless(size: int) -> Iterator[bytes]:
    file = Endless(size)
    while True:
        yield file.read(size)


@pytest.mark.parametrize("size", [100, 100_000])
@pytest.mark.parametrize(
    "shape", [endless, plain_endless, Endless], ids=["iterator", "plain iterator", "file"]
)
def test_a_body_that_never_ends_nor_waits_is_left_at_the_deadline(
    shape: Callable[[int], Any], size: int
) -> None:
    def treat(connection: socket.socket) -> None:
        while connection.recv(1 << 20):
            pass

    with listening(treat) as url:
        with Client(url, deadline=DEADLINE) as client:
            with pytest.raises(DeadlineExceededError) as caught:
                client.request("POST", "x", content=shape(size))
    assert caught.value.outcome is Outcome.UNKNOWN


def test_loading_the_engine_counts(faults: FaultServer) -> None:
    with Client(faults.space().url("blackhole"), deadline=1_000, timeouts=5.0) as client:
        client._session.spent = 999.9  # as if it had taken so long
        with pytest.raises(DeadlineExceededError, match="deadline of 1000 s passed"):
            client.request("POST", "x")
        assert client._session.spent == 0


def test_a_call_ends_at_its_deadline_while_the_engine_is_loaded(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_load = threading.Event()
    space = faults.space(answer={"a": 1})
    with Client(space.url(), deadline=0.05) as client:
        load = client._make_session
        monkeypatch.setattr(client, "_make_session", lambda: may_load.wait(60) and load())
        for _ in range(2):
            with pytest.raises(DeadlineExceededError, match="while the engine was loaded") as caught:
                client.request("POST", "x")
            assert (caught.value.outcome, caught.value.method) == (Outcome.NOT_SENT, "POST")
        may_load.set()
        view = client.with_options(deadline=60)
        assert (view.request("GET", "x")).json() == {"a": 1}
    assert len(space.requests()) == 1


def test_an_engine_that_cannot_be_loaded_is_loaded_again_by_the_next_call(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(faults.space(answer={"a": 1}).url()) as client:
        with monkeypatch.context() as patch:

            def fail() -> None:
                raise ImportError("half an installation")

            patch.setattr(client, "_make_session", fail)
            with pytest.raises(ImportError, match="half an installation"):
                client.request("GET", "x")
        assert (client.request("GET", "x")).json() == {"a": 1}


def test_a_redirect_has_no_time_of_its_own(faults: FaultServer) -> None:
    space = faults.space()
    slow = space.url("status=302,latency=0.2,h.location=x")
    with Client(slow, deadline=DEADLINE) as client:
        late(lambda: client.request("GET", "x"))


def test_a_key_function_counts(faults: FaultServer) -> None:
    """What it asks for goes through a client of its own, which heeds the outer deadline too."""
    space = faults.space()
    with Client(space.url("blackhole"), deadline=60) as keys:

        def key() -> str:
            return (keys.request("GET", "key")).text

        with Client(space.url("ok"), api_key=key, deadline=DEADLINE) as client:
            error = late(lambda: client.request("POST", "x"))
    assert error.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("behaviour", ["dribble=0.1", "blackhole", "status=503,latency=9"])
def test_a_callers_own_engine_is_left_at_the_deadline_too(faults: FaultServer, behaviour: str) -> None:
    with httpx.Client(trust_env=False) as engine:
        client = Client(faults.space().url(behaviour), http_client=engine, deadline=DEADLINE)
        late(lambda: client.request("GET", "x"))


@pytest.mark.parametrize(
    ("url", "outcome"), [("blackhole", Outcome.UNKNOWN), ("deaf", Outcome.NOT_SENT)], ids=["read", "connect"]
)
def test_time_outs_of_a_step_are_their_own_error(faults: FaultServer, url: str, outcome: Outcome) -> None:
    base = faults.deaf_url if url == "deaf" else faults.space().url(url)
    with Client(base, timeouts=0.1, max_retries=0) as client:
        with pytest.raises(RequestTimeoutError, match="time-out passed") as caught:
            client.request("POST", "x")
    assert caught.value.outcome is outcome


def test_the_pool_time_out_is_its_own_error(faults: FaultServer) -> None:
    url = faults.space().url("blackhole")
    limits = Timeouts(read=0.3, pool=0.05)
    with Client(url, timeouts=limits, max_retries=0, max_connections=1) as client:
        errors = together(2, lambda _: client.request("POST", "x"))
    texts = sorted(str(error) for error in errors)
    assert ["pool" in texts[0], "read" in texts[1]] == [True, True]


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), 1e12])
def test_limits_that_no_clock_can_hold_are_refused(wrong: float) -> None:
    with pytest.raises(ConfigurationError):
        Client("https://api.test", deadline=wrong)
    with pytest.raises(ConfigurationError):
        Client("https://api.test", timeouts=wrong)


def test_without_a_deadline_only_the_time_outs_bound(faults: FaultServer) -> None:
    with Client(faults.space().url("blackhole"), deadline=None, timeouts=0.1, max_retries=0) as client:
        with pytest.raises(RequestTimeoutError):
            client.request("GET", "x")
