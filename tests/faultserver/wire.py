"""Read one HTTP/1.1 request from a stream, no more leniently than a test needs (RFC 9112)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived.

    `path` is what follows the behaviour; `connection` numbers the TCP connections of the whole server from 1;
    `at` is `time.monotonic()` in seconds when the head had been read. `body` stays empty when the behaviour
    answered before reading it (`reset-before`).
    """

    origin: int
    connection: int
    method: str
    target: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float

    def header(self, name: str) -> str | None:
        """Give the first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def holds(self, secret: str) -> bool:
        """Say whether a secret is anywhere in the request: target, headers or body."""
        texts = [self.target, *(value for _, value in self.headers), self.body.decode("latin-1")]
        return any(secret in text for text in texts)


Head = tuple[str, str, tuple[tuple[str, str], ...]]


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """Read method, target and headers; None when the client closed between two requests."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = raw[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return method, target, tuple((name, value.strip()) for name, _, value in pairs)


async def read_body(reader: asyncio.StreamReader, head: Head) -> bytes:
    """Read the body that the head announces, by length or in chunks."""
    headers = {name.lower(): value for name, value in head[2]}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return b"".join([chunk async for chunk in _chunks(reader)])
    return await reader.readexactly(int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readline()).split(b";")[0], 16):
        yield await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():  # trailers
        pass
