"""The server of `nonces.py`: it returns each request's nonce, spoilt in every way that servers do.

| path | response |
|---|---|
| `/call/<nonce>`, `/events/<nonce>`, `/file/<nonce>` | its `body_of`, in one of the ways below |
| `/hold/<nonce>` | nothing, an interim response or half a response, then silence |
| `/together-16/<nonce>` | as `/call/`, whole, once 16 of these requests are waiting |
| `/open/0` | the number of open connections, including this one |

One upload in four gets its response before it was read. `/asked/…` sends no unsolicited bytes.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import zlib
from collections.abc import Iterator
from enum import Enum
from typing import Final

import loopback

_EVENTS: Final = 40
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TYPES: Final = {"events": "text/event-stream", "file": "application/octet-stream"}


class End(Enum):
    """How a script ends other than by a response."""

    CLOSE = "close"
    RESET = "reset"
    HOLD = "hold"


Step = bytes | float | End
"""Bytes to write, seconds to wait, or the end."""
Chance = random.Random


def body_of(kind: str, nonce: str) -> bytes:
    """Return the only correct response to a request."""
    number = zlib.crc32(nonce.encode())
    if kind == "events":
        return b"".join(b"data: %b %d\n\n" % (nonce.encode(), count) for count in range(_EVENTS))
    if kind == "file":
        return f"{nonce}\n".encode() * (number % 4_000 + 1)
    padding = nonce * (20_000 if number % 64 == 0 else number % 8)
    return f'{{"nonce":"{nonce}","padding":"{padding}"}}'.encode()


def upload_of(nonce: str) -> bytes:
    """Return the only correct body of a POST."""
    number = zlib.crc32(nonce.encode())
    return f"{nonce}\n".encode() * (30_000 if number % 50 == 0 else number % 1_000)


def _head(media_type: str, *more: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-type: {media_type}", *more, "", ""]).encode()


def _whole(media_type: str, body: bytes, *more: str, status: str = "200 OK") -> bytes:
    return _head(media_type, f"content-length: {len(body)}", *more, status=status) + body


def _chunked(media_type: str, body: bytes, chance: Chance) -> bytes:
    size = chance.randrange(1, len(body) + 1) if len(body) < 1_000 else chance.randrange(500, 70_000)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    extension, trailer = chance.choice([(b"", b""), (b"", b"x-trailer: 1\r\n"), (b";name=value", b"")])
    chunks = b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in pieces)
    return _head(media_type, "transfer-encoding: chunked") + chunks + b"0\r\n%b\r\n" % trailer


def _cut(data: bytes, chance: Chance) -> tuple[bytes, bytes]:
    at = chance.randrange(1, len(data))
    return data[:at], data[at:]


_UNASKED: Final = _whole("application/json", b'{"nonce":"unasked"}')
_INTERIM: Final = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"

#: The ways of responding, and their weights. About half of the responses are spoilt.
_WAYS: Final = {
    "whole": 60, "bytewise": 1, "pieces": 6, "late": 4, "interim": 5, "until-end": 3, "says-close": 3,
    "closes-after": 3, "closes-later": 3, "resets-later": 3, "cut-head": 2, "cut-body": 3, "reset-body": 3,
    "closes": 2, "resets": 2, "no-http": 1, "busy": 4, "line-breaks": 2, "unasked": 4, "unasked-pieces": 4,
}  # fmt: skip


def _script(way: str, media_type: str, body: bytes, chance: Chance) -> list[Step]:  # one line per way
    """Return the steps of a response."""
    moment = chance.random() * 0.002
    whole = _whole(media_type, body) if chance.random() < 0.6 else _chunked(media_type, body, chance)
    first, rest = _cut(whole, chance)
    match way:
        case "bytewise":
            at = chance.randrange(len(whole))
            return [whole[:at], *(bytes([one]) for one in whole[at : at + 80]), whole[at + 80 :]]
        case "pieces":
            return [first, moment, rest]
        case "late":
            return [moment * 3, whole]
        case "interim":
            return [_INTERIM, moment, _INTERIM + whole]
        case "until-end":
            return [_head(media_type) + body, End.CLOSE]
        case "says-close":
            return [_whole(media_type, body, "connection: close"), End.CLOSE]
        case "closes-after":
            return [whole, End.CLOSE]
        case "closes-later":
            return [whole, moment, End.CLOSE]
        case "resets-later":
            return [whole, moment, End.RESET]
        # Unsolicited bytes leave in one write with the end of the response: once the next
        # request is on its way, nothing in HTTP/1.1 tells the two apart.
        case "unasked":
            return [whole + _UNASKED]
        case "unasked-pieces":
            return [first, moment, rest + _UNASKED]
        case "line-breaks":
            return [whole + b"\r\n\r\n"]
        case "cut-head":
            return [_head(media_type)[: chance.randrange(1, 40)], End.CLOSE]
        case "cut-body":
            return [first, End.CLOSE]
        case "reset-body":
            return [first, moment, End.RESET]
        case "closes":
            return [End.CLOSE]
        case "resets":
            return [End.RESET]
        case "no-http":
            return [b"HTTP/1.1 2x0 OK\r\n\r\n", End.CLOSE]
        case "busy":
            return [_whole("application/json", b"{}", "retry-after: 0", status="503 Busy")]
        case _:
            return [whole]


class _Connection(asyncio.Protocol):
    """Responds to the requests of one connection, one after the other."""

    open = 0
    waiting: list[tuple[_Connection, bytes]] = []  # noqa: RUF012  # of all connections
    chance = random.Random(7)  # no secret

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._unread = 0  # remaining bytes of an upload whose response was sent
        self._busy = False
        _Connection.open += 1

    def connection_lost(self, _: Exception | None) -> None:
        _Connection.open -= 1
        self.waiting[:] = [pair for pair in self.waiting if pair[0] is not self]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        """Start the next request when it has arrived and the previous one is complete."""
        if self._busy:
            return
        unread = min(self._unread, len(self._buffer))
        self._buffer, self._unread = self._buffer[unread:], self._unread - unread
        end = self._buffer.find(b"\r\n\r\n") + 4
        if self._unread or end < 4:
            return
        head = self._buffer[:end]
        *place, kind, nonce = head.split(b" ", 2)[1].decode().strip("/").split("/")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        early = zlib.crc32(nonce.encode()[::-1]) % 4 == 0
        body = self._buffer[end : end + length]
        if len(body) < length and not early:
            return
        intact = len(body) < length or not length or body == upload_of(nonce)
        self._buffer, self._unread, self._busy = self._buffer[end:], length, True
        ways = len(_WAYS) - 2 * (place == ["asked"])
        self._answer(kind, body_of(kind, nonce) if intact else b"the upload was damaged", ways)

    def _answer(self, kind: str, body: bytes, ways: int) -> None:
        chance, media_type = self.chance, _TYPES.get(kind, "application/json")
        kind, _, count = kind.partition("-")
        whole = _whole(media_type, body)
        steps: list[Step] = [whole]
        if kind == "open":
            steps = [_whole(media_type, b"%d" % self.open)]
        elif kind == "hold":
            first, _ = _cut(whole, chance)
            steps = [chance.choice([b"", _INTERIM, first]), End.HOLD]
        elif kind == "together":
            self.waiting.append((self, whole))
            if len(self.waiting) < int(count):
                return
            for one, answer in self.waiting:
                one._play(iter([answer]))  # of the same class
            self.waiting.clear()
            return
        else:
            way = chance.choices(list(_WAYS)[:ways], list(_WAYS.values())[:ways])[0]
            steps = _script(way, media_type, body, chance)
        self._play(iter(steps))

    def _play(self, steps: Iterator[Step]) -> None:
        for step in steps:
            if self._transport.is_closing() or step is End.HOLD:
                return
            if isinstance(step, bytes):
                self._transport.write(step)
            elif isinstance(step, float):
                asyncio.get_running_loop().call_later(step, self._play, steps)
                return
            elif step is End.CLOSE:
                self._transport.close()
                return
            else:  # linger 0 makes closing send RST
                sock = self._transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._transport.abort()
                return
        self._busy = False
        self._next()


if __name__ == "__main__":
    asyncio.run(loopback.serve(_Connection))
