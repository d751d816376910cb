"""Event streams as bytes on the wire, and the operations that read them."""

from __future__ import annotations

from typing import Any

import httpx

from core.kit import endpoint, reply
from faultserver import FaultServer, Space
from faultserver.behaviours import Script

EVENTS = "text/event-stream"
END = b"0\r\n\r\n"
WAIT = ...
"""The script's step that leaves the stream open and silent until the client goes."""


def head(media: str = EVENTS, *more: str) -> bytes:
    """The head of an answer whose body comes in chunks."""
    lines = ["HTTP/1.1 200 OK", f"content-type: {media}", "transfer-encoding: chunked", *more, "", ""]
    return "\r\n".join(lines).encode()


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(data: str, id: str | None = None) -> bytes:  # noqa: A002  # the standard's own name
    """One event."""
    return (f"id: {id}\n" if id is not None else "").encode() + f"data: {data}\n\n".encode()


def stream_of(*events: bytes, end: bool = True) -> Script:
    """The script of an answer: a chunk for each event, and the end of the body."""
    return [head(), *map(chunk, events), *([END] if end else [])]


def idle(*events: bytes) -> Script:
    """The script of an answer that stays open after its events."""
    return [head(), *map(chunk, events), WAIT]


def space_of(faults: FaultServer, *scripts: Script) -> tuple[str, Space]:
    """A base URL whose requests are answered by these scripts, one after the other."""
    space = faults.space(scripts=scripts)
    return space.url("raw"), space


def replied(*events: bytes, media: str = EVENTS) -> httpx.Response:
    """A whole answer for a scripted transport."""
    return reply(headers={"content-type": media}, content=b"".join(events))


def streaming(method: str = "get", **facts: Any) -> Any:
    """An operation that streams; `facts` are its `x-veneer-stream`."""
    return endpoint(method, "/stream", stream={"kind": EVENTS, **facts})


PLAIN = streaming()
DONE = streaming(sentinel="[DONE]")
RESUMABLE = streaming(sentinel="[DONE]", resumable=True)
RESUMABLE_POST = streaming("post", sentinel="[DONE]", resumable=True)
LAST = event("[DONE]")
