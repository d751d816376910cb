"""Answers to downloads as bytes on the wire: whole, cut, in parts, and by servers that get it
wrong.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.kit import KEY, Ticks, async_tick, endpoint, tick
from faultserver import FaultServer, Space
from faultserver.behaviours import Script
from veneer import AsyncClient, Client, RetryPolicy

FILE = endpoint(path="/files/{item}")
BODY = bytes(range(256)) * 40
NEW = BODY[::-1]
TAG = '"v1"'
RANGES: dict[str, Any] = {"etag": TAG, "accept-ranges": "bytes"}
MODIFIED = "Wed, 21 Oct 2026 07:28:00 GMT"


def answer(body: bytes, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """An answer, whose announced length may be another one than its own."""
    return head(status, **{"content-length": str(len(body) if length is None else length), **headers}) + body


def head(status: str = "200 OK", **headers: str) -> bytes:
    """The head of an answer that announces no length of its own; a body after it ends with the
    connection.
    """
    lines = [f"HTTP/1.1 {status}"]
    known = {
        "content-type": "text/plain",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines += [f"{name}: {value}" for name, value in known.items() if value]
    return "\r\n".join([*lines, "", ""]).encode()


def chunked(body: bytes, *, end: bool = True, **headers: str) -> bytes:
    """An answer in one chunk, whose last one may be missing."""
    framed = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    return head(**{"transfer-encoding": "chunked", **headers}) + framed + (b"0\r\n\r\n" if end else b"")


def part(
    start: int,
    body: bytes = BODY,
    *,
    sent: int | None = None,
    total: str | None = None,
    stop: int | None = None,
    **headers: str,
) -> bytes:
    """An answer to a request for the rest, or for what is before `stop`, of which only so many
    bytes may be sent.
    """
    total = str(len(body)) if total is None else total
    wanted = body[start:stop]
    shown = f"bytes {start}-{start + len(wanted) - 1}/{total}"
    fields = {"content-range": shown, **RANGES, **headers}
    return answer(b"", "206 Partial Content", len(wanted), **fields) + wanted[:sent]


def first(sent: int, **headers: str) -> bytes:
    """The beginning of a file."""
    return answer(BODY[:sent], length=len(BODY), **(headers or RANGES))


def digest(data: bytes, algorithm: str = "sha-256") -> str:
    """A digest field (RFC 9530) of some bytes."""
    made = hashlib.new(algorithm.replace("-", ""), data).digest()
    return f"{algorithm}=:{base64.b64encode(made).decode()}:"


def async_served(
    faults: FaultServer, *scripts: Script, ticks: Ticks | None = None, **options: Any
) -> tuple[AsyncClient, Space]:
    """A client of a server that answers by these scripts, one request after the other."""
    space = faults.space(scripts=scripts)
    client = AsyncClient(space.url("raw"), **{"api_key": KEY, "retry": RetryPolicy(jitter=0), **options})
    async_tick(client, ticks or Ticks())
    return client, space


def served(
    faults: FaultServer, *scripts: Script, ticks: Ticks | None = None, **options: Any
) -> tuple[Client, Space]:
    """A client of a server that answers by these scripts, one request after the other."""
    space = faults.space(scripts=scripts)
    client = Client(space.url("raw"), **{"api_key": KEY, "retry": RetryPolicy(jitter=0), **options})
    tick(client, ticks or Ticks())
    return client, space


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


class Awaited:
    """A file whose reads are awaited, as aiofiles makes them."""

    async def read(self, size: int = -1) -> bytes:
        """Read nothing."""
        return b""


# -- a server that draws what it does ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """What a server does with one request.

    | field | meaning |
    |---|---|
    | version | which of its versions the file has by now |
    | cut | how much of the answer is sent, 0 … 1; None: all of it |
    | framing | length, chunked, or close |
    | coded | the whole is sent as gzip |
    | heeds | `range`: what is asked for is sent; `if-range`: only of the version asked for; either may be ignored |
    | most | the longest part that is sent |
    | says | the Content-Range's first byte, last byte and total are moved by so many |
    | total | whether a part says how long the whole is |
    | tagged | whether a part says of which version it is |
    | extra | bytes after the end of a part that was announced, where the framing lets them through |
    """

    version: int = 0
    cut: float | None = None
    framing: str = "length"
    coded: bool = False
    heeds: frozenset[str] = frozenset({"range", "if-range"})
    most: int | None = None
    says: tuple[int, int, int] = (0, 0, 0)
    total: bool = True
    tagged: bool = True
    extra: int = 0


@dataclass
class Files:
    """A file at a server that changes it and answers by its moves, the last for ever; `asked`
    counts the requests.
    """

    versions: Sequence[bytes]
    moves: Sequence[Move]
    asked: int = 0
    ranges: list[str | None] = field(default_factory=list)

    def treat(self, connection: socket.socket) -> None:
        """Answer one request, and close: reset where a cut could not be told from an end."""
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(65536)
            if not data:
                return
            request += data
        move = self.moves[min(self.asked, len(self.moves) - 1)]
        self.asked += 1
        data, whole = self._answer(request.decode("latin-1").lower(), move)
        connection.sendall(data)
        if not whole and move.framing == "close":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            while connection.recv(65536):
                pass
        connection.close()

    def _answer(self, request: str, move: Move) -> tuple[bytes, bool]:
        data = self.versions[move.version]
        tag = f'"v{move.version}"'
        found = re.search(r"\r\nrange: bytes=(\d+)-\r\n", request)
        condition = re.search(r"\r\nif-range: (.*)\r\n", request)
        self.ranges.append(found[1] if found else None)
        stale = condition is not None and condition[1] != tag and "if-range" in move.heeds
        headers = {"etag": tag, "accept-ranges": "bytes"}
        status = "200 OK"
        if found and "range" in move.heeds and not stale:
            start = int(found[1])
            if start >= len(data):
                return answer(b"", "416 No", content_range=f"bytes */{len(data)}", etag=tag), True
            data, status = data[start:][: move.most], "206 Part"
            first, last, total = (
                number + moved
                for number, moved in zip(
                    (start, start + len(data) - 1, len(self.versions[move.version])), move.says, strict=True
                )
            )
            headers["content-range"] = f"bytes {first}-{last}/{total if move.total else '*'}"
            if not move.tagged:
                del headers["etag"]
        elif move.coded:
            data = gzip.compress(data)
            headers["content-encoding"] = "gzip"
        return self._framed(data, status, headers, move)

    def _framed(self, data: bytes, status: str, headers: dict[str, str], move: Move) -> tuple[bytes, bool]:
        sent = len(data) if move.cut is None else int(len(data) * move.cut)
        whole = move.cut is None
        extra = bytes(move.extra) if whole and status.startswith("206") else b""
        if move.framing == "length":
            return answer(data[:sent], status, len(data), **headers), whole
        if move.framing == "close":
            return head(status, **headers, connection="close") + data[:sent] + extra, whole
        lines = head(status, **{"transfer-encoding": "chunked"}, **headers)
        body = data[:sent] + extra
        framed = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        return lines + framed + (b"0\r\n\r\n" if whole else b""), whole
