# Derived from tests/core/_async/test_early_answers.py by scripts/unasync.py: edit that file, not this one.
"""Bodies are sent while answers are read: an early answer is seen, an accepted body goes on to its end, and time is kept."""

from __future__ import annotations

import io
import queue
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from core.kit import Ticks, listening, tick

import veneer._http._sync.http11
from veneer import APIError, Client, TransportError
from veneer._http import tls

pytestmark = pytest.mark.anyio

SIZE = 8_000_000
REFUSED = (
    b'HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{"error": "size"}'
)
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"


def pieces(size: int = SIZE) -> Iterator[bytes]:
    for _ in range(size // 100_000):
        yield b"z" * 100_000


def plain_pieces() -> Iterator[bytes]:
    for _ in range(SIZE // 100_000):
        yield b"z" * 100_000


SHAPES: dict[str, Callable[[], Any]] = {
    "bytes": lambda: b"z" * SIZE,
    "a file": lambda: io.BytesIO(b"z" * SIZE),
    "an iterator": pieces,
    "a plain iterator": plain_pieces,
}
every_shape = pytest.mark.parametrize("shape", SHAPES)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS settings, and the file of the authority that vouches for it."""
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return context, file


@pytest.fixture(params=["TCP", "TLS"])
def over(
    request: pytest.FixtureRequest, authority: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[socket.socket], socket.socket]]:
    """Takes a server's connection, with TLS on top where the test wants it; `https` of the name tells."""
    if request.param == "TCP":
        yield at_once
        return
    context, file = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    tls._making.cache_clear()

    def over_tls(connection: socket.socket) -> socket.socket:
        return context.wrap_socket(at_once(connection), server_side=True)

    yield over_tls
    tls._making.cache_clear()


def at_once(connection: socket.socket) -> socket.socket:
    """Let a connection send at once: what waits to be sent is lost when it is reset."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def address(url: str, over: Callable[..., object]) -> str:
    return url.replace("http:", "https:") if over.__name__ == "over_tls" else url


def head_of(connection: socket.socket) -> bytes:
    """Read a request's head, and give what came after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    return data.partition(b"\r\n\r\n")[2]


def drained(connection: socket.socket, got: int = 0) -> int:
    """Read to the end and count the bytes."""
    while data := connection.recv(1 << 20):
        got += len(data)
    return got


@every_shape
@pytest.mark.parametrize("then", ["stays open", "ends its side", "hangs up", "resets"])
def test_a_refusal_that_comes_early_is_the_answer(
    shape: str, then: str, over: Callable[[socket.socket], socket.socket]
) -> None:
    done = threading.Event()

    def treat(raw: socket.socket) -> None:
        with over(raw) as connection:
            head_of(connection)
            connection.sendall(REFUSED)
            if then == "ends its side":
                connection.shutdown(socket.SHUT_WR)
            if then == "resets":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if then in {"stays open", "ends its side"}:
                done.wait(60)

    with listening(treat) as url:
        with Client(address(url, over), deadline=30, max_retries=0) as client:
            with pytest.raises(APIError) as caught:
                client.request("POST", "x", content=SHAPES[shape]())
        done.set()
    assert (caught.value.status_code, caught.value.data) == (413, {"error": "size"})


def test_a_connection_whose_body_was_not_sent_whole_is_not_used_again() -> None:
    connections: list[socket.socket] = []

    def treat(connection: socket.socket) -> None:
        connections.append(connection)
        head_of(connection)
        connection.sendall(REFUSED if len(connections) == 1 else FINE)
        drained(connection)

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            with pytest.raises(APIError):
                client.request("POST", "x", content=pieces(SIZE * 4))
            assert (client.request("GET", "x")).text == "fine"
    assert len(connections) == 2


def test_an_early_answer_is_read_whole_although_the_server_then_resets(
    over: Callable[[socket.socket], socket.socket],
) -> None:
    text = b"x" * 60_000

    def treat(raw: socket.socket) -> None:
        with over(raw) as connection:
            head_of(connection)
            connection.sendall(b"HTTP/1.1 400 Bad\r\ncontent-length: %d\r\n\r\n%b" % (len(text), text))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with listening(treat) as url:
        with Client(address(url, over), deadline=30) as client:
            with pytest.raises(APIError) as caught:
                client.request("POST", "x", content=pieces())
    assert caught.value.response is not None
    assert caught.value.response.content == text


@every_shape
def test_an_echo_is_read_while_it_is_sent(shape: str, over: Callable[[socket.socket], socket.socket]) -> None:
    def treat(raw: socket.socket) -> None:
        with over(raw) as connection:
            rest = head_of(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % SIZE)
            connection.sendall(rest)
            while data := connection.recv(65_536):
                connection.sendall(data)

    with listening(treat) as url:
        with Client(address(url, over), deadline=60) as client:
            response = client.request(
                "PUT", "x", content=SHAPES[shape](), headers={"content-length": str(SIZE)}
            )
    assert response.content == b"z" * SIZE


def test_a_body_that_is_accepted_early_is_sent_to_its_end() -> None:
    received: queue.SimpleQueue[int] = queue.SimpleQueue()

    def treat(connection: socket.socket) -> None:
        rest = head_of(connection)
        connection.sendall(FINE)
        received.put(drained(connection, len(rest)))

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            assert (client.request("POST", "x", content=b"z" * SIZE)).text == "fine"
        assert received.get(timeout=30) == SIZE


@pytest.mark.parametrize("status", [429, 503])
def test_a_body_that_came_too_early_is_sent_again_from_its_beginning(status: int) -> None:
    received: list[int] = []

    def treat(connection: socket.socket) -> None:
        rest = head_of(connection)
        if not received:
            received.append(0)
            connection.sendall(b"HTTP/1.1 %d No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n" % status)
            drained(connection)
        else:
            got = len(rest)
            while got < SIZE:
                got += len(connection.recv(1 << 20))
            received.append(got)
            connection.sendall(FINE)

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            tick(client, Ticks())
            assert (client.request("POST", "x", content=io.BytesIO(b"z" * SIZE))).text == "fine"
    assert received == [0, SIZE]


def test_a_response_that_grows_while_its_request_is_sent_has_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(veneer._http._sync.http11, "_MOST_HELD_BYTES", 100_000)
    done = threading.Event()

    def treat(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000)
        done.wait(60)

    with listening(treat) as url:
        with Client(url, deadline=30, max_retries=0) as client:
            with pytest.raises(TransportError, match="outgrew 64 MiB"):
                client.request("POST", "x", content=b"z" * SIZE)
        done.set()


def test_an_iterator_is_closed_when_its_body_is_not_wanted() -> None:
    closed: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"z" * 100_000
        finally:
            closed.append(True)

    def treat(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(REFUSED)
        drained(connection)

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            with pytest.raises(APIError):
                client.request("POST", "x", content=endless())
            assert closed == [True]


# -- Expect: 100-continue ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"body", b"z" * 200_000, "iterator"], ids=["small", "large", "iterator"])
def test_a_body_waits_until_the_server_asks_for_it(content: Any) -> None:
    order: list[str] = []

    def treat(connection: socket.socket) -> None:
        rest = head_of(connection)
        order.append(f"{len(rest)} bytes before it was asked")
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
        assert connection.recv(1)
        connection.sendall(FINE)
        drained(connection)

    body = pieces(200_000) if content == "iterator" else content
    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            response = client.request("PUT", "x", content=body, headers={"expect": "100-continue"})
    assert (response.text, order) == ("fine", ["0 bytes before it was asked"])


def test_a_body_that_the_server_does_not_want_is_not_sent() -> None:
    received: queue.SimpleQueue[int] = queue.SimpleQueue()

    def treat(connection: socket.socket) -> None:
        rest = head_of(connection)
        connection.sendall(b"HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n")
        received.put(drained(connection, len(rest)))

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            with pytest.raises(APIError) as caught:
                client.request("PUT", "x", content=b"body", headers={"expect": "100-continue"})
        assert (caught.value.status_code, received.get(timeout=30)) == (401, 0)


def test_a_body_does_not_wait_for_a_server_that_never_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veneer._http._sync.http11, "_CONTINUE_SECONDS", 0.01)

    def treat(connection: socket.socket) -> None:
        rest = head_of(connection)
        while len(rest) < 4:
            rest += connection.recv(4)
        connection.sendall(FINE)
        drained(connection)

    with listening(treat) as url:
        with Client(url, deadline=30) as client:
            response = client.request("PUT", "x", content=b"body", headers={"expect": "100-continue"})
    assert response.text == "fine"
