"""Whatever bytes come over the wire, a call gives a response or one of our errors, in time, and the next call is not touched."""

from __future__ import annotations

import socket
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.netkit import accepting, head_of
from faultserver import FaultServer
from veneer import APIError, Client, ResponseError, RetryPolicy, TransportError

GOOD = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{"a": 1}'
CHUNKED = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n0\r\n\r\n'
ODD = [
    b"",
    b"\r\n\r\n",
    b"HTTP/1.1",
    b"HTTP/1.1 200\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"HTTP/1.1 99 X\r\n\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\ncontent-length: 9" + b"9" * 30 + b"\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + GOOD,
    b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + GOOD,
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nhello",
    b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello",
    b"HTTP/1.0 200 OK\r\n\r\n{}",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"\x00" * 1000,
    GOOD.replace(b"8", b"8\x00"),
    GOOD[:-1],
    CHUNKED,
    CHUNKED[:-3],
]


def call(faults: FaultServer, data: bytes) -> str:
    """What a call comes to when the server sends these bytes and closes; the same client must work afterwards."""
    space = faults.space(answer={"fine": True}, script=[data])
    with Client(space.url("raw,times=1"), deadline=5, max_retries=0, max_response_bytes=10_000) as client:
        try:
            outcome = str(client.request("POST", "x").status_code)
        except (APIError, TransportError, ResponseError) as error:
            outcome = type(error).__name__
        # Repeated, as the server's hanging up may arrive late.
        again = client.with_options(retry=RetryPolicy(base=0.0))
        assert again.request("GET", "x").json() == {"fine": True}
    return outcome


REDIRECT = b"HTTP/1.1 307 X\r\nlocation: y\r\ncontent-length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 X\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"
REFUSED = b'HTTP/1.1 404 X\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{"code": "gone"}'
LARGE = b"HTTP/1.1 200 OK\r\ncontent-length: 10001\r\n\r\n" + b"x" * 10_001
OLD = b"HTTP/1.1 200 OK\r\ndeprecation: true\r\ncontent-length: 0\r\n\r\n"


def told(answers: list[bytes], method: str, **hooks: Any) -> list[Any]:
    """What a call comes to, and what arrived at the server; what differs each time is left out."""
    left, seen, old = iter(answers), list[bytes](), list[Any]()

    def answer(connection: socket.socket) -> None:
        while head := head_of(connection):
            seen.append(
                head.partition(b"\r\nhost:")[0] + head.partition(b"\r\nhost:")[2].partition(b"\r\n")[2]
            )
            data = next(left)
            connection.sendall(data)
            if data in ODD:
                break

    with warnings.catch_warnings(), accepting(answer) as port:
        warnings.simplefilter("ignore")  # given once for an API
        with Client(
            f"http://127.0.0.1:{port}", deadline=60, max_response_bytes=10_000, on_deprecation=[old.append],
            retry=RetryPolicy(base=0.0, max_retries=3), **hooks,
        ) as client:  # fmt: skip
            try:
                response = client.request(method, "x", params={"a": "1"})
                found = [response.status_code, response.content, response.headers.raw, response.is_closed]
            except (APIError, TransportError, ResponseError) as error:
                attempts = [(one.number, one.outcome, one.status, one.reason) for one in error.attempts]
                found = [type(error), error.message.replace(str(port), ""), error.outcome, attempts]
    return [found, seen, len(old)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "answers",
    [
        *([data] for data in ODD if data not in (CHUNKED, GOOD[:-1])),
        [GOOD], [CHUNKED], [REFUSED], [LARGE], [OLD], [BUSY, GOOD], [REDIRECT, GOOD], [BUSY, REDIRECT, REFUSED],
    ],
    ids=lambda data: repr([one[:30] for one in data]) if isinstance(data, list) else data,
)  # fmt: skip
def test_a_call_that_nobody_watches_ends_like_one_that_is_watched(answers: list[bytes], method: str) -> None:
    answers = answers * 4 if len(answers) == 1 else answers
    watched = told(answers, method, on_response=[lambda response: None])
    assert told(answers, method) == watched
    assert told(answers, method, on_request=[lambda request: None]) == watched


@pytest.mark.parametrize("data", ODD, ids=lambda data: repr(data[:40]))
def test_odd_answers_are_typed(faults: FaultServer, data: bytes) -> None:
    call(faults, data)


def test_informational_answers_are_passed_over(faults: FaultServer) -> None:
    assert call(faults, b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + GOOD) == "200"


@given(
    data=st.binary(max_size=200)
    | st.builds(
        lambda cut, junk, rest: GOOD[:cut] + junk + GOOD[rest:],
        st.integers(0, 90),
        st.binary(max_size=10),
        st.integers(0, 90),
    )
    | st.builds(lambda cut, junk: CHUNKED[:cut] + junk, st.integers(0, 70), st.binary(max_size=20))
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_response_or_one_of_our_errors(faults: FaultServer, data: bytes) -> None:
    call(faults, data)
