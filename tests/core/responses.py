"""The table of response forms, and what a protocol makes of bytes."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from veneer._http.http1 import HTTP1Protocol
from veneer._http.llhttp import LlhttpProtocol

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "response_cases.json").read_text(encoding="utf-8")
)
ROWS: list[dict[str, Any]] = TABLE["cases"]

needs_llhttp = pytest.mark.skipif(
    importlib.util.find_spec("httptools") is None, reason="httptools is not installed"
)
New = Callable[[], HTTP1Protocol]
every_protocol = pytest.mark.parametrize(
    "new",
    [pytest.param(HTTP1Protocol, id="python"), pytest.param(LlhttpProtocol, id="llhttp", marks=needs_llhttp)],
)


class Read(NamedTuple):
    """What bytes came to: the head, the body, whether it is whole, is refused, and the connection serves again."""

    head: tuple[Any, ...] | None
    body: bytes
    complete: bool
    refused: bool
    again: bool


def read(new: New, pieces: Iterable[bytes], method: str = "GET") -> Read:
    """Read the answer to a request that comes in these pieces, after which the server hangs up."""
    protocol = new()
    protocol.head(method, b"/", [(b"host", b"api.test")])
    protocol.end()
    body = b""
    for piece in pieces:
        if protocol.error is None:
            protocol.feed(piece)
            body += protocol.read_body()
    head = None if protocol.response is None else tuple(protocol.response)
    again = protocol.error is None and serves_again(protocol)
    if protocol.error is None and not again:
        protocol.feed(b"")
        body += protocol.read_body()
    refused = protocol.error is not None or head is None
    return Read(head, body, again or protocol.complete, refused, again)


def serves_again(protocol: HTTP1Protocol) -> bool:
    """Tell whether a connection serves the next request, and then serve it."""
    if not protocol.start_next_cycle():
        return False
    protocol.head("GET", b"/next", [(b"host", b"api.test")])
    protocol.end()
    protocol.feed(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext")
    return (protocol.read_body(), protocol.complete) == (b"next", True)


def sent(row: Mapping[str, Any]) -> bytes:
    """What the server of a row sends."""
    answer = row["answer"]
    parts = [(answer, 1)] if isinstance(answer, str) else answer
    return b"".join(text.encode("latin-1") * times for text, times in parts)
