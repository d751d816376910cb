"""What the server can do to a request; each behaviour is a coroutine named in BEHAVIOURS.

| behaviour | effect |
|---|---|
| `ok` | 200 with the space's answer |
| `status=503` | that status, with an error body that suits all four platforms |
| `slow=2` | the answer's body in ten pieces over so many seconds |
| `dribble[=0.1]` | headers, then one byte of body each so many seconds, for ever |
| `dribble-head[=0.1]` | the status line, then one byte of header at a time, for ever |
| `blackhole` | reads the request, never answers |
| `reset-before` | resets the connection when the headers are in, the body unread, no byte answered |
| `reset-after` | reads the whole request, then resets |
| `reset-body[=20]` | answers headers and so many bytes of the body, then resets |
| `close` | reads the request, closes without an answer |
| `short-body[=20]` | announces the whole body, sends so many bytes less, closes |
| `redirect=307` | to the same path on the other origin; `to=here` stays on this one, `to=loop` never ends |
| `gzip-bomb[=300]` | so many MiB of zeros from about a thousandth of that in gzip |
| `huge-header[=256]` | a header of so many KiB |
| `endless-line` | an event stream whose first line never ends |
| `raw` | the space's script: bytes as they are, a number to wait so many seconds, None to reset, ... to wait until the client goes |

Options follow after commas and suit any behaviour that answers:

| option | effect |
|---|---|
| `times=2` | only the first two requests of this space and behaviour; later ones are plain `ok` |
| `latency=0.2` | wait before doing anything, seconds |
| `body=html` | another body: json, answer, html, text, empty, non-utf8, cut-json, list, null, sse |
| `retry-after=3` | that header, verbatim; `date+5` and `date-5` are HTTP dates from now |
| `h.x-name=value` | any other header |
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http import HTTPStatus
from types import EllipsisType
from typing import Final
from urllib.parse import quote

from faultserver.route import Route

Headers = list[tuple[str, str]]
Script = Sequence[bytes | float | EllipsisType | None]

MIB: Final = 1 << 20
#: One error body in the shapes of all four platforms, so that each client finds the field it looks for.
ERROR: Final = {
    "success": False,
    "error": {"code": "INTERNAL_ERROR", "message": "injected fault"},
    "detail": "injected fault",
    "code": "INTERNAL_ERROR",
    "message": "injected fault",
}


@dataclass(slots=True)
class Exchange:
    """One request to be treated: what it asks for, and the connection to treat."""

    route: Route
    method: str
    answer: bytes
    script: Script
    here: str
    elsewhere: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    #: Whether the connection may carry another request; a behaviour that breaks the framing clears it.
    reusable: bool = True

    async def send(self, data: bytes) -> None:
        """Write bytes and wait until the client has taken enough of them."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection with a TCP reset: linger 0 makes close() send RST instead of FIN."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        self.reusable = False


Behaviour = Callable[[Exchange], Awaitable[None]]


def head(status: int, headers: Headers) -> bytes:
    """Build a status line and headers."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"  # 520 and its like have no registered phrase
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def full(exchange: Exchange, status: int, media_type: str, body: bytes, more: Headers | None = None) -> bytes:
    """Build a complete answer, with the headers that the options ask for."""
    headers = [*asked_headers(exchange.route), *(more or [])]
    if status in {204, 304}:  # these have no body, whatever the options say (RFC 9110, 6.4.1)
        return head(status, headers)
    if body:
        headers.insert(0, ("content-type", media_type))
    length = ("content-length", str(len(body)))
    return head(status, [length, *headers]) + (b"" if exchange.method == "HEAD" else body)


def asked_headers(route: Route) -> Headers:
    """Give the headers that the address asks for by option."""
    headers = [(name[2:], value) for name, value in route.options.items() if name.startswith("h.")]
    if (wish := route.options.get("retry-after")) is not None:
        headers.append(("retry-after", _date(float(wish[4:])) if wish.startswith("date") else wish))
    return headers


def _date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def body_of(exchange: Exchange, default: str) -> tuple[str, bytes]:
    """Give media type and bytes of the body that `body=` names."""
    text = json.dumps(ERROR).encode()
    kinds = {
        "answer": ("application/json", exchange.answer),
        "json": ("application/json", text),
        "html": (
            "text/html",
            b"<html><head><title>Gateway</title></head><body><h1>Try later</h1></body></html>",
        ),
        "text": ("text/plain", b"upstream connect error or disconnect/reset before headers"),
        "empty": ("application/json", b""),
        "non-utf8": ("application/json", b'{"message": "caf\xe9 \xff\xfe"}'),
        "cut-json": ("application/json", exchange.answer[:-1] if default == "answer" else text[:40]),
        "list": ("application/json", b"[1, 2, 3]"),
        "null": ("application/json", b"null"),
        "sse": ("text/event-stream", b'data: {"n": 1}\n\ndata: [DONE]\n\n'),
    }
    return kinds[exchange.route.options.get("body", default)]


async def ok(exchange: Exchange) -> None:
    await exchange.send(full(exchange, 200, *body_of(exchange, "answer")))


async def status(exchange: Exchange) -> None:
    code = int(exchange.route.value)
    await exchange.send(full(exchange, code, *body_of(exchange, "answer" if code < 300 else "json")))


async def slow(exchange: Exchange) -> None:
    answer = full(exchange, 200, *body_of(exchange, "answer"))
    body = answer.index(b"\r\n\r\n") + 4
    step = max(1, (len(answer) - body) // 10)
    await exchange.send(answer[:body])
    for start in range(body, len(answer), step):
        await asyncio.sleep(float(exchange.route.value or 1) / 10)
        await exchange.send(answer[start : start + step])


async def dribble(exchange: Exchange) -> None:
    # Chunked, so that no announced length lets a client refuse the body before it is late.
    headers = [("content-type", "application/json"), ("transfer-encoding", "chunked")]
    await exchange.send(head(200, [*headers, *asked_headers(exchange.route)]))
    while True:
        await exchange.send(b"1\r\n \r\n")
        await asyncio.sleep(float(exchange.route.value or 0.1))


async def dribble_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        await exchange.send(b"x")
        await asyncio.sleep(float(exchange.route.value or 0.1))


async def blackhole(exchange: Exchange) -> None:
    exchange.reusable = False
    await exchange.reader.read()  # returns when the client gives up


async def reset(exchange: Exchange) -> None:
    exchange.reset()


async def reset_body(exchange: Exchange) -> None:
    media_type, body = body_of(exchange, "answer")
    answer = full(exchange, 200, media_type, body + b" " * 1000)
    await exchange.send(answer[: answer.index(b"\r\n\r\n") + 4 + int(exchange.route.value or 20)])
    # A reset overtakes bytes that the client has not read yet: give it a moment to read them.
    await asyncio.sleep(0.05)
    exchange.reset()


async def close(exchange: Exchange) -> None:
    exchange.reusable = False


async def short_body(exchange: Exchange) -> None:
    exchange.reusable = False
    media_type, body = body_of(exchange, "answer")
    missing = int(exchange.route.value or 20)
    await exchange.send(full(exchange, 200, media_type, body + b" " * missing)[:-missing])


async def redirect(exchange: Exchange) -> None:
    route = exchange.route
    origin = exchange.elsewhere if route.options.get("to", "other") == "other" else exchange.here
    behaviour = f"redirect={route.value},to=loop" if route.options.get("to") == "loop" else "ok"
    location = f"{origin}/{quote(route.token)}/{behaviour}{route.path}"
    await exchange.send(full(exchange, int(route.value), "text/plain", b"moved", [("location", location)]))


async def gzip_bomb(exchange: Exchange) -> None:
    bomb = _bomb(int(exchange.route.value or 300))
    await exchange.send(full(exchange, 200, "application/json", bomb, [("content-encoding", "gzip")]))


@cache
def _bomb(mebibytes: int) -> bytes:
    # After a full flush the compressor forgets, so one block of zeros can be repeated without compressing it again.
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(MIB)
    block = deflate.compress(zeros) + deflate.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(mebibytes):
        crc = zlib.crc32(zeros, crc)
    trailer = struct.pack("<LL", crc, mebibytes * MIB & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + block * mebibytes + deflate.flush() + trailer


async def huge_header(exchange: Exchange) -> None:
    size = int(exchange.route.value or 256) * 1024
    await exchange.send(full(exchange, 200, *body_of(exchange, "answer"), [("x-huge", "x" * size)]))


async def endless_line(exchange: Exchange) -> None:
    headers = [("content-type", "text/event-stream"), ("connection", "close")]
    await exchange.send(head(200, headers) + b"data: ")
    while True:
        await exchange.send(b"x" * 65536)


async def raw(exchange: Exchange) -> None:
    exchange.reusable = False
    for step in exchange.script:
        if step is None:
            exchange.reset()
            return
        if isinstance(step, bytes):
            await exchange.send(step)
        elif isinstance(step, EllipsisType):
            await exchange.reader.read()
        else:
            await asyncio.sleep(step)


BEHAVIOURS: Final[dict[str, Behaviour]] = {
    "ok": ok,
    "status": status,
    "slow": slow,
    "dribble": dribble,
    "dribble-head": dribble_head,
    "blackhole": blackhole,
    "reset-before": reset,
    "reset-after": reset,
    "reset-body": reset_body,
    "close": close,
    "short-body": short_body,
    "redirect": redirect,
    "gzip-bomb": gzip_bomb,
    "huge-header": huge_header,
    "endless-line": endless_line,
    "raw": raw,
}
#: Behaviours that act on the head alone and leave the body unread.
BEFORE_BODY: Final = frozenset({"reset-before"})
