"""A loopback server in a process of its own: pages after a delay, event streams and files of any length, a sink for uploads."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

MIB = 1 << 20
ROWS = 2_000
PAGE_SECONDS = 0.02
EVENT = (
    b'data: {"type":"token","data":{"text":"word "},"trace_id":"tr_1","timestamp":"2026-11-01T12:00:00Z"}\n\n'
)
LAST = b"data: [DONE]\n\n"
_BLOCK_EVENTS = 100
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """`/events/<count>`, `/file/<bytes>`, a sink for every PUT; anything else is a list in pages."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.decode("latin-1").split(" ", 2)
            parts = urlsplit(target)
            name, _, amount = parts.path.strip("/").rpartition("/")
            length = _LENGTH.search(head)
            if method == "PUT" and length is not None:
                await _swallow(reader, int(length[1]))
                await _send(writer, b"{}")
            elif name == "events":
                await _events(writer, int(amount))
            elif name == "file":
                await _file(writer, int(amount))
            else:
                await _page(writer, {key: int(value[0]) for key, value in parse_qs(parts.query).items()})
    writer.close()


async def _page(writer: asyncio.StreamWriter, query: dict[str, int]) -> None:
    offset, limit = query.get("offset", 0), query.get("limit", 100)
    rows = [{"id": f"aud_{n}", "action": "abp.invoke"} for n in range(offset, min(offset + limit, ROWS))]
    await asyncio.sleep(PAGE_SECONDS)
    page = {"items": rows, "limit": limit, "offset": offset, "total": ROWS}
    await _send(writer, json.dumps(page).encode())


async def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def _swallow(reader: asyncio.StreamReader, length: int) -> None:
    while length:
        length -= len(await reader.read(min(length, MIB)))


async def _events(writer: asyncio.StreamWriter, count: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    chunk = b"%x\r\n%s\r\n" % (len(EVENT), EVENT)
    for _ in range(count // _BLOCK_EVENTS):
        writer.write(chunk * _BLOCK_EVENTS)
        await writer.drain()
    writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(LAST), LAST))
    await writer.drain()


async def _file(writer: asyncio.StreamWriter, length: int) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: %d\r\n\r\n" % length
    )
    block = bytes(MIB)
    while length:
        writer.write(block[: min(length, MIB)])
        length -= min(length, MIB)
        await writer.drain()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=MIB)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run the server until the block ends; its base URL."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_main())
