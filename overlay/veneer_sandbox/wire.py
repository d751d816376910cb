"""Send a response whole, or as a fault demands: late, in pieces, cut, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from .faults import Fault
    from .responses import Response
    from .web import Stream

TRANSPORT: Final = "veneer.transport"


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which passes its transport to the application for resets and cuts."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope["extensions"] = {TRANSPORT: transport}
            await app(scope, receive, send)

        self.app = with_transport


async def left(receive: Receive) -> None:
    """Return when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def reset(scope: Scope, receive: Receive) -> None:
    """Send a TCP reset."""
    transport = _transport(scope)
    # Lingering for zero seconds makes close() send RST instead of FIN.
    peer: socket.socket = transport.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await left(receive)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection cleanly, even in the middle of a response."""
    _transport(scope).close()
    await left(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    try:
        transport: asyncio.Transport = scope["extensions"][TRANSPORT]
    except KeyError:
        raise RuntimeError(
            "faults of the connection need the sandbox's own server: veneer_sandbox.running()"
        ) from None
    return transport


async def send_answer(response: Response, fault: Fault, scope: Scope, receive: Receive, send: Send) -> str:
    """Send a response and return its outcome: answered, cut, left (by the client), reset or hung (without a status)."""
    if fault.has("blackhole"):
        await left(receive)
        return "hung"
    if fault.get("reset") in ("before", "after"):
        await reset(scope, receive)
        return "reset"
    headers = [
        (name.encode(), value.encode("latin-1", "replace")) for name, value in response.headers.items()
    ]
    start: dict[str, Any] = {"type": "http.response.start", "status": response.status, "headers": headers}
    if hasattr(response.content, "__next__"):
        headers.append((b"content-type", response.media_type.encode()))
        await send(start)
        return await _send_stream(response.content, fault, scope, receive, send)
    body = response.encode()
    if response.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(body)))
        if response.content is not None:
            headers.append((b"content-type", response.media_type.encode()))
    await send(start)
    if fault.values and (outcome := await _send_badly(body, fault, scope, receive, send)):
        return outcome
    await send({"type": "http.response.body", "body": body})
    return "answered"


async def _send_badly(body: bytes, fault: Fault, scope: Scope, receive: Receive, send: Send) -> str | None:
    """Send the body as the fault demands and return the outcome; None if the fault does not concern the body."""
    if fault.has("truncate"):
        await _send_part(body[: fault.get("truncate")], send)
        await hang_up(scope, receive)
        return "cut"
    if fault.has("reset"):
        await _send_part(body[: len(body) // 2], send)
        await reset(scope, receive)
        return "cut"
    if fault.has("dribble"):
        return await _dribble(body, fault.get("dribble"), receive, send)
    return None


async def _dribble(body: bytes, pause: float, receive: Receive, send: Send) -> str:
    """Send the body one byte at a time."""
    gone = asyncio.ensure_future(left(receive))
    try:
        for at in range(len(body)):
            await _send_part(body[at : at + 1], send)
            await asyncio.wait({gone}, timeout=pause)
            if gone.done():
                return "left"
    finally:
        await _stop(gone)
    await send({"type": "http.response.body", "body": b""})
    return "answered"


async def _send_part(body: bytes, send: Send) -> None:
    if body:
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _send_stream(frames: Stream, fault: Fault, scope: Scope, receive: Receive, send: Send) -> str:
    gone = asyncio.ensure_future(left(receive))
    try:
        for frame in frames:
            if isinstance(frame, bytes):
                await _send_part(frame, send)
                # Yield to other streams, even if this one never pauses.
                await asyncio.sleep(0)
            else:
                await asyncio.wait({gone}, timeout=frame)
            if gone.done():
                return "left"
    finally:
        frames.close()  # type: ignore[attr-defined]  # a generator: the platform sees the cancellation
        await _stop(gone)
    if fault.has("reset"):
        await reset(scope, receive)
        return "cut"
    if fault.has("cut-sse") and not fault.has("clean"):
        await hang_up(scope, receive)
        return "cut"
    await send({"type": "http.response.body", "body": b""})
    return "answered"


async def _stop(task: asyncio.Future[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
