"""Both protocols frame requests alike and serve one after the other, and a client uses the one that it can have.

What they take for a response is in test_response_forms.py.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from core.responses import New, every_protocol, needs_llhttp
from veneer import Client, ConfigurationError
from veneer._http._sync import transport
from veneer._http.framing import Headers
from veneer._http.http1 import HTTP1Protocol, IllegalRequestError
from veneer._http.llhttp import LlhttpProtocol

HOST = (b"host", b"api.test")


def asked(new: New, method: str = "GET", headers: Headers | None = None) -> HTTP1Protocol:
    """A wire whose request has gone out."""
    wire = new()
    wire.head(method, b"/x", [HOST, *(headers or [])])
    wire.end()
    return wire


def answered(wire: HTTP1Protocol, *pieces: bytes) -> bytes:
    """The body of an answer that comes in these pieces."""
    body = b""
    for piece in pieces:
        wire.feed(piece)
        body += wire.read_body()
    return body


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 201 Made\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\ntrailer: 1\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


@every_protocol
def test_the_head_says_what_the_server_said(new: New) -> None:
    wire = asked(new)
    wire.feed(
        b"HTTP/1.1 299 Fine \xe9\r\nX-One: a\r\nset-cookie: b\r\nSet-Cookie: c\r\nx-two: caf\xe9\r\ncontent-length: 0\r\n\r\n"
    )
    assert wire.response is not None
    assert (wire.response.reason, wire.response.version) == (b"Fine \xe9", b"HTTP/1.1")
    assert [tuple(pair) for pair in wire.response.headers[:4]] == [
        (b"X-One", b"a"), (b"set-cookie", b"b"), (b"Set-Cookie", b"c"), (b"x-two", b"caf\xe9"),
    ]  # fmt: skip


@every_protocol
def test_one_connection_serves_many_requests(new: New) -> None:
    wire = new()
    for method, data, body in [
        ("GET", PLAIN, b"hello"),
        ("HEAD", PLAIN.removesuffix(b"hello"), b""),
        ("GET", CHUNKED, b"hello"),
        ("DELETE", EMPTY, b""),
        ("GET", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", b""),
        ("GET", PLAIN, b"hello"),
    ]:
        wire.head(method, b"/x", [HOST])
        wire.end()
        assert answered(wire, data) == body
        assert wire.complete
        assert wire.start_next_cycle()


@every_protocol
def test_headers_that_changed_in_place_are_sent_as_they_are_now(new: New) -> None:
    headers = httpx.Headers({"host": "api.test", "x": "1"})
    wire = asked(new)
    assert b"x: 1\r\n" in wire.head("GET", b"/x", headers._list)
    headers["x"] = "2"
    assert b"x: 2\r\n" in wire.head("GET", b"/x", headers._list)
    del headers["host"]
    with pytest.raises(IllegalRequestError):
        wire.head("GET", b"/x", headers._list)
    with pytest.raises(IllegalRequestError):
        new().head("GET", b"/x", [])


@every_protocol
@pytest.mark.parametrize("other", [("HEAD", b"/x"), ("GET", b"/y")], ids=["method", "target"])
def test_each_request_has_its_own_line_whatever_the_one_before_had(
    new: New, other: tuple[str, bytes]
) -> None:
    wire = asked(new)
    for method, target in (("GET", b"/x"), other, ("GET", b"/x")):
        sent = wire.head(method, target, [HOST])
        assert sent == b"%b %b HTTP/1.1\r\nhost: api.test\r\n\r\n" % (method.encode(), target)
    with pytest.raises(IllegalRequestError):
        wire.head("GET", b"/x y", [HOST])
    assert wire.head("GET", b"/x", [HOST]).startswith(b"GET /x HTTP/1.1\r\n")


@every_protocol
def test_an_answer_before_its_request_is_over_ends_the_connection(new: New) -> None:
    wire = new()
    wire.head("POST", b"/x", [HOST, (b"content-length", b"10")])
    wire.data(b"12345")
    assert answered(wire, PLAIN) == b"hello"
    assert not wire.start_next_cycle()


@every_protocol
def test_a_request_that_asks_to_close_is_the_last(new: New) -> None:
    wire = asked(new, headers=[(b"Connection", b"close")])
    answered(wire, PLAIN)
    assert not wire.start_next_cycle()


@every_protocol
def test_requests_are_framed_by_what_their_headers_announce(new: New) -> None:
    wire = new()
    sent = wire.head("POST", b"/x?a=1", [HOST, (b"content-length", b"3")]) + wire.data(b"abc") + wire.end()
    assert sent == b"POST /x?a=1 HTTP/1.1\r\nhost: api.test\r\ncontent-length: 3\r\n\r\nabc"
    wire = new()
    head = wire.head("PUT", b"/", [HOST, (b"transfer-encoding", b"chunked")])
    assert (head + wire.data(b"a" * 20) + wire.data(b"") + wire.end()).partition(b"\r\n\r\n")[2] == (
        b"14\r\n" + b"a" * 20 + b"\r\n0\r\n\r\n"
    )


@every_protocol
@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", b"/a b", [HOST]),
        ("GET", b"/a\r\nx: y", [HOST]),
        ("GET", b"", [HOST]),
        ("GE T", b"/", [HOST]),
        ("GET", b"/", []),
        ("GET", b"/", [HOST, HOST]),
        ("GET", b"/", [HOST, (b"x", b"a\r\nb: c")]),
        ("GET", b"/", [HOST, (b"x", b"a\nb")]),
        ("GET", b"/", [HOST, (b"x", b"a\x00b")]),
        ("GET", b"/", [HOST, (b"x y", b"a")]),
        ("GET", b"/", [HOST, (b"", b"a")]),
        ("POST", b"/", [HOST, (b"content-length", b"1"), (b"content-length", b"2")]),
        ("POST", b"/", [HOST, (b"content-length", b"x")]),
        ("POST", b"/", [HOST, (b"transfer-encoding", b"gzip")]),
    ],
    ids=repr,
)
def test_what_would_not_be_http_is_not_sent(new: New, method: str, target: bytes, headers: Headers) -> None:
    with pytest.raises(IllegalRequestError):
        new().head(method, target, headers)


@every_protocol
def test_a_body_of_another_length_than_announced_is_not_sent(new: New) -> None:
    wire = new()
    wire.head("POST", b"/", [HOST, (b"content-length", b"3")])
    with pytest.raises(IllegalRequestError):
        wire.data(b"abcd")
    wire = new()
    wire.head("POST", b"/", [HOST, (b"content-length", b"3")])
    wire.data(b"ab")
    with pytest.raises(IllegalRequestError):
        wire.end()


@every_protocol
def test_header_values_may_be_empty_and_hold_latin_1(new: New) -> None:
    sent = new().head("GET", b"/", [HOST, (b"x-empty", b""), (b"x-latin", b"caf\xe9 au\tlait")])
    assert sent.endswith(b"\r\nx-empty: \r\nx-latin: caf\xe9 au\tlait\r\n\r\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "quick"}, "no engine is called 'quick'; there are 'auto', 'default' and 'fast'"),
        ({"engine": "fast", "http_client": httpx.Client()}, "http_client has its own engine"),
    ],
    ids=["unknown", "beside another"],
)
def test_an_engine_that_cannot_be_had_is_refused_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Client("http://127.0.0.1:1", **options)


@pytest.fixture
def httptools_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str | None], None]]:
    """Let this version of httptools be installed, or none."""

    def install(version: str | None) -> None:
        found = None if version is None else SimpleNamespace(__version__=version)
        monkeypatch.setitem(sys.modules, "httptools", found)
        transport._has_llhttp.cache_clear()

    yield install
    transport._has_llhttp.cache_clear()


@pytest.mark.parametrize("version", [None, "0.6.1"])
def test_the_fast_engine_says_what_to_install(
    version: str | None, httptools_of: Callable[[str | None], None]
) -> None:
    httptools_of(version)
    with pytest.raises(ConfigurationError, match=r"pip install .*'veneer\[fast\]'"):
        Client("http://127.0.0.1:1", engine="fast")


@needs_llhttp
@pytest.mark.parametrize(
    ("engine", "protocol"),
    [("auto", LlhttpProtocol), ("fast", LlhttpProtocol), ("default", HTTP1Protocol)],
)
def test_the_fast_engine_is_used_where_it_is_installed_and_nothing_else_is_asked_for(
    engine: Any, protocol: type[HTTP1Protocol]
) -> None:
    options = {} if engine == "auto" else {"engine": engine}
    with Client("http://127.0.0.1:1", **options) as client:
        assert type(client._session._engines.get()._new_protocol()) is protocol


@pytest.mark.parametrize("version", [None, "0.6.3"])
def test_without_the_fast_engine_the_other_is_used_which_the_log_tells_once(
    version: str | None,
    httptools_of: Callable[[str | None], None],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(transport.PROTOCOLS, "auto", transport._best)  # the tests' own choice is another
    httptools_of(version)
    caplog.set_level(logging.DEBUG, "veneer")
    for _ in range(2):
        with Client("http://127.0.0.1:1") as client:
            assert type(client._session._engines.get()._new_protocol()) is HTTP1Protocol
    assert ["pip install" in record.message for record in caplog.records] == [True]
