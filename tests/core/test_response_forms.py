"""Both engines take the same for a response, and read the same from it, however its bytes are cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.responses import ROWS, New, Read, every_protocol, needs_llhttp, read, sent
from veneer._http.http1 import HTTP1Protocol
from veneer._http.llhttp import LlhttpProtocol

CUTS: dict[str, Callable[[bytes], Sequence[bytes]]] = {
    "whole": lambda data: [data[at : at + 65_536] for at in range(0, len(data), 65_536)],  # as sockets do
    "in thirds": lambda data: [
        data[at : at + len(data) // 3 + 1] for at in range(0, len(data), len(data) // 3 + 1)
    ],
    "byte by byte": lambda data: [bytes([byte]) for byte in data],
}


@every_protocol
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_response_is_read_as_the_table_says_however_it_is_cut(new: New, row: Mapping[str, Any]) -> None:
    data = sent(row)
    for name, cut in CUTS.items():
        if (
            name != "byte by byte" or len(data) < 10_000
        ):  # beyond, it takes seconds and says no more than thirds do
            check(read(new, [piece for piece in cut(data) if piece], row.get("method", "GET")), row)


def check(found: Read, row: Mapping[str, Any]) -> None:
    """Hold what was read against its row."""
    assert found.refused is row.get("refused", False)
    if found.refused:
        assert found.body == row.get("body", "").encode("latin-1")
    else:
        assert found.head is not None
        assert (found.head[0], found.body, found.complete, found.again) == (
            row["status"], row["body"].encode("latin-1"), True, row["again"],
        )  # fmt: skip
        if "headers" in row:
            headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in found.head[3]]
            assert headers == row["headers"]


NEXT = {
    "whole": b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody",
    "cut in its body": b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbo",
    "cut before its first chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    "cut in a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbo",
    "cut after a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n",
    "until the end": b"HTTP/1.1 200 OK\r\n\r\nbody",
}


@every_protocol
@pytest.mark.parametrize("row", [row for row in ROWS if row.get("again")], ids=lambda row: row["name"])
def test_what_a_connection_served_before_changes_nothing_in_what_is_read(
    new: New, row: Mapping[str, Any]
) -> None:
    for second in NEXT.values():
        used = new()
        used.head(row.get("method", "GET"), b"/", [(b"host", b"api.test")])
        used.end()
        used.feed(sent(row))
        used.read_body()
        assert used.start_next_cycle()
        pieces = [second, b""]
        assert read(lambda used=used: used, pieces) == read(new, pieces), second  # type: ignore[misc]  # PEP 484 has no default for lambdas


LINES = [
    b"content-length: 5", b"Content-Length:5", b"content-length: 5, 5", b"content-length: 6", b"content-length: 0",
    b"transfer-encoding: chunked", b"Transfer-Encoding:Chunked ", b"transfer-encoding: gzip, chunked",
    b"connection: close", b"Connection: keep-alive", b"connection: upgrade, CLOSE", b"proxy-connection: close",
    b"upgrade: h2c", b"x: y", b"x:", b"x:  y \t", b"x: a\r\n b", b"x : y", b"set-cookie: a=\x01b", b"x: \xe9", b"te: t",
    b"x: \0", b"no colon", b": v", b" x: y", b"x: a\rb",
]  # fmt: skip
STARTS = [
    b"HTTP/1.1 200 OK", b"HTTP/1.1 500", b"HTTP/1.1 404 ", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 No Content", b"HTTP/2.0 200",
    b"HTTP/1.1 304 Not Modified", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made", b"HTTP/1.1 101 Switching", b"HTTP/1.2 200 OK",
    b"http/1.1 200 OK", b"\r\nHTTP/1.1 200 OK", b"ICY 200 OK", b"HTTP/1.1  200 OK",
]  # fmt: skip
BREAKS = st.sampled_from([b"\r\n"] * 8 + [b"\n", b"\r"])
HEADS = st.builds(
    lambda start, lines, breaks: b"".join(
        line + end for line, end in zip([start, *lines, b""], breaks, strict=False)
    ),
    st.sampled_from([*STARTS, *[b"HTTP/1.1 200 OK"] * len(STARTS)]),
    st.lists(st.sampled_from([*LINES, b"transfer-encoding: chunked", b"content-length: 5"]), max_size=4),
    st.lists(BREAKS, min_size=6, max_size=6),
)
EXTENSIONS = st.sampled_from(
    [b""] * 8 + [b" ", b";a", b";a=b", b"; a", b'\t;a="b;c"', b";", b";" + b"a" * 300, b";\n"]
)
DATA = st.text("\r\n05a;x", min_size=1, max_size=20).map(str.encode) | st.binary(min_size=1, max_size=300)
CHUNKS = st.builds(
    lambda form, data, extension: (form % len(data)) + extension + b"\r\n" + data + b"\r\n",
    st.sampled_from([b"%x", b"%x", b"%X", b"0%x"]),
    DATA,
    EXTENSIONS,
)
TAILS = st.sampled_from(
    [b"0\r\n\r\n"] * 6
    + [
        b"",
        b"0\r\nx: y\r\n\r\n",
        b"0\r\n\n",
        b"0;x\r\n\r\n",
        b"00\r\n\r\n",
        b"0\r\n\r\n\r\n",
        b"0\r\nno\r\n\r\n",
    ]
    + [
        b"0\r\ncontent-length: 3\r\n\r\n",
        b"0\r\nx: 1\r\n y\r\n\r\n",
        b"0\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"0\r\n",
    ]
)
CHUNKED = st.builds(
    lambda chunks, tail: b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"".join(chunks) + tail,
    st.lists(CHUNKS, max_size=6),
    TAILS,
)
BODIES = st.sampled_from(
    [b"", b"hello", b"hello\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"hell", b"hello\r\n\r\n", b"5\r\nhe"]
)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """An answer of which some bytes may be missing, and others in their place."""
    data = draw(whole)
    if draw(st.integers(0, 2)) or not data:
        return data
    start = draw(st.integers(0, len(data)))
    junk = draw(
        st.sampled_from([b"", b"\r", b"\n", b"\r\n", b" ", b"\0", b";", b"0", b"5\r\n", b":", b"x: y\r\n"])
    )
    return data[:start] + junk + data[start + draw(st.integers(0, 3)) :]


ANSWERS = damaged(st.builds(bytes.__add__, HEADS, BODIES) | CHUNKED) | st.binary(max_size=40)
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD"])
# A difference lets one answer pass for another.
at_length = settings(max_examples=5 * settings().max_examples)


def pieces(data: bytes, draw: st.DrawFn) -> list[bytes]:
    """Some bytes, cut where chance has it."""
    if len(data) < 2:
        return [data] if data else []
    if draw(st.integers(0, 5)) == 0:
        return [bytes([byte]) for byte in data]
    ends = sorted(draw(st.sets(st.integers(1, len(data) - 1), max_size=6)))
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


@needs_llhttp
@given(data=ANSWERS, method=METHODS, draws=st.data())
@example(data=b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n\r", method="GET", draws=None)
@at_length
def test_both_engines_read_the_same_from_any_bytes_in_any_pieces(
    data: bytes, method: str, draws: st.DataObject | None
) -> None:
    expected = read(HTTP1Protocol, [data] if data else [], method)
    cut = [data] if draws is None else pieces(data, draws.draw)
    assert read(LlhttpProtocol, cut, method) == expected
    assert read(HTTP1Protocol, cut, method) == expected


def by_h11(data: bytes, method: str) -> Read | None:
    """What h11 reads; None for what it refuses."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=method, target="/", headers=[("host", "api.test")]))
    connection.send(h11.EndOfMessage())
    head, body = None, b""
    try:
        for part in (data, b""):
            if part or data:
                connection.receive_data(part)
            while not isinstance(event := connection.next_event(), (type(h11.NEED_DATA), h11.EndOfMessage)):
                if isinstance(event, h11.Response):
                    head = (event.status_code, event.reason, b"HTTP/" + event.http_version, [])
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.ConnectionClosed):
                    return None
            if isinstance(event, h11.EndOfMessage):
                return Read(head, bytes(body), complete=True, refused=False, again=False)
    except h11.RemoteProtocolError:
        pass
    return None


@given(data=ANSWERS, method=METHODS)
@at_length
def test_what_h11_reads_from_a_response_that_is_accepted_is_what_is_read(data: bytes, method: str) -> None:
    expected, found = by_h11(data, method), read(HTTP1Protocol, [data] if data else [], method)
    if expected is not None and not found.refused and found.head is not None:
        assert (found.head[:3], found.body) == (expected.head and expected.head[:3], expected.body)


@every_protocol
def test_what_is_wrong_is_said_without_the_servers_own_words(new: New) -> None:
    protocol = new()
    protocol.head("GET", b"/", [(b"host", b"api.test")])
    protocol.end()
    protocol.feed(b"HTTP/1.1 200 OK\r\nset-cookie : session=CANARY\r\n\r\n")
    assert protocol.error == "the response is malformed: a header line is not one of HTTP/1.1"


@every_protocol
@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
def test_a_large_body_in_one_chunk_is_read_in_flat_memory(new: New, size: int) -> None:
    protocol = new()
    protocol.head("GET", b"/", [(b"host", b"api.test")])
    protocol.end()
    protocol.feed(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    count, left = 0, 200_000 if size < 100 else 20_000_000
    protocol.feed(b"%x\r\n" % left)
    while left:
        piece = b"x" * min(size, left)
        protocol.feed(piece)
        count += len(protocol.read_body())
        left -= len(piece)
    protocol.feed(b"\r\n0\r\n\r\n")
    assert (count, protocol.complete) == (200_000 if size < 100 else 20_000_000, True)
