"""A fast loopback server in its own process: small responses, delayed pages, streams, files."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import importlib.util
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from answers import ANSWERS

MIB = 1 << 20
PAGE_SECONDS = 0.02


def audit_entry(number: int) -> dict[str, object]:
    """Return one of many entries, with distinct values where real ones have them."""
    minute = f"{number // 60 % 24:02}:{number % 60:02}"
    return {
        "id": f"aud_{number:010}",
        "created_at": f"2026-11-01T{minute}:{number * 7 % 60:02}Z",
        "action": "abp.invoke",
        "resource_kind": "abp",
        "resource_id": f"abp_{number % 17}",
        "actor_user_id": f"user_{number % 5}",
        "details": {"n": number, "outcome": "allowed"},
    }


AUDIT_PAGE = json.dumps(
    {"items": [audit_entry(n) for n in range(100)], "limit": 100, "offset": 0, "total": 100}
).encode()
SMALL = json.dumps(
    {
        "items": [{**audit_entry(1), "details": {"n": 1, "note": "x" * 28}}],
        "limit": 50, "offset": 0, "total": 1,
    }
).encode()  # fmt: skip
"""The small response: 273 bytes, a page of one audit entry."""
EVENT = (
    b'data: {"type":"token","data":{"text":"word "},"trace_id":"tr_1","timestamp":"2026-11-01T12:00:00Z"}\n\n'
)
CHAT = (
    b'data: {"id":"chatcmpl-9xQ2","object":"chat.completion.chunk","created":1760000000,"model":"m-1","choices":'
    b'[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
_LAST = b"data: [DONE]\n\n"
_BLOCK_EVENTS = 100
_KEPT_REQUESTS = 1_000


class _Connection(asyncio.Protocol):
    """Responds to requests in order.

    A request with the same bytes as an earlier one is not parsed again.

    /events/<count>, /chat/<count>/…   streams with one chunk per event
    /file/<bytes>                      a file
    /pages/<rows>/…                    a paginated list
    /small…, /audit/…                  a page of one audit entry, of 100
    /<platform>/…                      the response that the platform's client expects

    Every PUT is a sink.
    """

    ready: dict[bytes, bytes] = {}  # noqa: RUF012  # one cache for all connections, on purpose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._buffer = b""
        self._unread = 0  # remaining bytes of an upload
        self._blocks: Iterator[bytes] = iter(())
        self._writable = True

    def data_received(self, data: bytes) -> None:
        if self._unread:
            taken = min(self._unread, len(data))
            self._swallow(taken)
            data = data[taken:]
        if not self._buffer and (answer := self.ready.get(data)) is not None:
            self._transport.write(answer)
            return
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
            method, target, _ = self._buffer.split(b" ", 2)
            request, rest = self._buffer[: end + 4 + length], self._buffer[end + 4 + length :]
            if method == b"PUT":
                self._buffer, self._unread = rest, length
                self._swallow(len(request) - end - 4)
                continue
            if len(request) < end + 4 + length:
                return
            self._buffer = rest
            self._answer(request, method, target.decode())

    def _swallow(self, taken: int) -> None:
        self._unread -= taken
        if not self._unread:
            self._transport.write(_whole(b"{}"))

    def _answer(self, request: bytes, method: bytes, target: str) -> None:
        parts = urlsplit(target)
        names = parts.path.strip("/").split("/")
        match names[0]:
            case "events" | "chat":
                self._blocks = _events(EVENT if names[0] == "events" else CHAT, int(names[1]))
                self._go_on()
            case "file":
                self._blocks = _file(int(names[1]))
                self._go_on()
            case "pages":
                query = {key: int(value[0]) for key, value in parse_qs(parts.query).items()}
                page = _page(int(names[1]), query.get("offset", 0), query.get("limit", 100))
                asyncio.get_running_loop().call_later(PAGE_SECONDS, self._transport.write, page)
            case name:
                kind = "plans" if names[-1] == "plans" else "read" if method == b"GET" else "write"
                known = json.dumps(ANSWERS[name][kind]).encode() if name in ANSWERS else SMALL
                answer = _whole(AUDIT_PAGE if name == "audit" else known)
                if len(self.ready) >= _KEPT_REQUESTS:
                    self.ready.clear()
                self.ready[request] = answer
                self._transport.write(answer)

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._go_on()

    def _go_on(self) -> None:
        while self._writable and (block := next(self._blocks, None)) is not None:
            self._transport.write(block)


def _whole(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


@functools.lru_cache(1_000)
def _page(rows: int, offset: int, limit: int) -> bytes:
    items = [audit_entry(n) for n in range(offset, min(offset + limit, rows))]
    return _whole(json.dumps({"items": items, "limit": limit, "offset": offset, "total": rows}).encode())


def _events(event: bytes, count: int) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(event), event)
    blocks, more = divmod(count, _BLOCK_EVENTS)
    block = chunk * _BLOCK_EVENTS
    for _ in range(blocks):
        yield block
    yield chunk * more + b"%x\r\n%s\r\n0\r\n\r\n" % (len(_LAST), _LAST)


def _file(length: int) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: %d\r\n\r\n" % length
    block = bytes(MIB)
    while length:
        yield block[: min(length, MIB)]
        length -= min(length, MIB)


async def serve(protocol: type[asyncio.Protocol], tls: ssl.SSLContext | None = None) -> None:
    """Print a free port and serve on it until the parent ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls, backlog=2048)
    loop.add_reader(sys.stdin, server.close)  # nothing is written to it, so it ends with the parent
    print(server.sockets[0].getsockname()[1], flush=True)
    with contextlib.suppress(asyncio.CancelledError):  # closing raises this here
        await server.serve_forever()


@contextlib.contextmanager
def server(
    certificate: Path | None = None,
    script: str = __file__,
    cpu: int | None = None,
    folder: str | None = None,
) -> Iterator[str]:
    """Run the server, or another script's, until the block ends. Yield its base URL.

    With a certificate (PEM, key and chain in one file) it speaks HTTPS. It runs on one processor if
    told which, and in the event loop of uvloop if that is installed here or in the folder.
    """
    options = [f"{certificate or ''}", "" if cpu is None else f"{cpu}"]
    process = subprocess.Popen(
        [sys.executable, str(Path(script).resolve()), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), folder or ""])},
    )
    try:
        assert process.stdout is not None
        scheme = "https" if certificate else "http"
        yield f"{scheme}://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def _main(certificate: str = "", cpu: str = "") -> None:
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    if cpu and sys.platform == "linux":
        os.sched_setaffinity(0, {int(cpu)})
    run = importlib.import_module("uvloop" if importlib.util.find_spec("uvloop") else "asyncio").run
    run(serve(_Connection, tls))


if __name__ == "__main__":
    _main(*sys.argv[1:])
