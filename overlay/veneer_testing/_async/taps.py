"""Put a tape between clients and their connections, for all clients and engines."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any, NoReturn, Self

import httpx

from veneer import _io
from veneer._async.session import AsyncSession
from veneer._http import net
from veneer._http._async.external_client import AsyncExternalClient
from veneer._http._async.transport import AsyncEngine, AsyncSend
from veneer_testing.bodies import read_body
from veneer_testing.cassette import CassetteError, Kept
from veneer_testing.tape import LARGEST_BODY, Tape, Taped, TapedCall, is_cancelled, is_deadline, raise_failure

_PATIENCE_SECONDS = 5.0


@contextlib.contextmanager
def async_tapped(tape: Tape) -> Iterator[None]:
    """Make every client of this kind send through a tape, and undo it afterwards."""
    exchange, direct, external = AsyncSession.exchange, AsyncEngine.send, AsyncExternalClient.send

    async def sleep(seconds: float) -> None:
        await _pass(tape, seconds)

    async def tapped_exchange(self: AsyncSession, call: Any, options: Any, **how: Any) -> Any:
        with tape.within(self, call, options, sleep):
            return await exchange(self, call, options, **how)

    async def tapped_direct(self: AsyncEngine, request: httpx.Request) -> httpx.Response:
        return await _through(tape, request, lambda request: direct(self, request))

    async def tapped_external(
        self: AsyncExternalClient, request: httpx.Request, base_url: Any
    ) -> httpx.Response:
        return await _through(tape, request, lambda request: external(self, request, base_url))

    # Classes, not clients: a test may make its own clients, or use existing ones.
    places: Any = (
        (AsyncSession, "exchange", exchange, tapped_exchange),
        (AsyncEngine, "send", direct, tapped_direct),
        (AsyncExternalClient, "send", external, tapped_external),
    )
    for kind, name, _, tapped in places:
        setattr(kind, name, tapped)
    try:
        yield
    finally:
        for kind, name, own, _ in places:
            setattr(kind, name, own)


async def _through(tape: Tape, request: httpx.Request, send: AsyncSend) -> httpx.Response:
    """Respond to a request from the cassette, or send it and record the response."""
    call = tape.call
    if call is None:
        return await send(request)
    content = await _content(request)
    found = tape.play(call, request, content)
    if found is not None:
        return await _played(tape, call, request, found)
    taped = tape.record(call, request, content)
    try:
        response = await send(request)
    except BaseException as error:
        taped.failed(error, sent=_io.is_sent())
        raise
    taped.answered(response)
    if type(response.stream) is httpx.ByteStream or response.is_stream_consumed:
        taped.decoded = response.is_stream_consumed
        whole = response.content if taped.decoded else b"".join(response.stream)  # type: ignore[arg-type]  # of bytes in memory
        if whole:
            taped.came(whole)
            taped.chunks[-1] = (0.0, whole)
        taped.ended = True
    else:
        response.stream = AsyncTapedBody(response.stream, taped)
    return response


async def _content(request: httpx.Request) -> bytes:
    """Return a request's whole body, read into memory for comparison."""
    if type(request.stream) is httpx.ByteStream:
        return b"".join(request.stream)
    pieces = aiter(_io.async_own(request.stream))
    content = bytearray()
    try:
        async for piece in pieces:
            content += piece
            if len(content) > LARGEST_BODY:
                raise CassetteError(
                    f"the body of {request.method} {request.url.path} is longer than {LARGEST_BODY:,} bytes, "
                    "the limit of a cassette"
                )
    finally:
        await _io.async_end(pieces)
    request.stream = httpx.ByteStream(bytes(content))
    return bytes(content)


class AsyncTapedBody(httpx.AsyncByteStream):
    """A body from the server, recorded as it arrives."""

    def __init__(self, body: Any, taped: Taped) -> None:
        self._body = body
        self._pieces = aiter(body)
        self._taped = taped

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece: bytes = await anext(self._pieces)
        except StopAsyncIteration:
            self._taped.ended = True
            raise
        except BaseException as error:
            self._taped.failed(error, sent=True)
            raise
        self._taped.came(piece)
        return piece

    async def aclose(self) -> None:
        await self._body.aclose()


async def _played(tape: Tape, call: TapedCall, request: httpx.Request, found: Kept) -> httpx.Response:
    """Return the response in the cassette, or raise the error that is there instead."""
    answer = found.get("response")
    if answer is None:
        await _fail(tape, call, request, found["failure"])
    await _wait(tape, call, request, answer["seconds"])
    net.mark_sent()
    extensions = {"http_version": b"HTTP/1.1"}
    if "reason" in answer:
        extensions["reason_phrase"] = answer["reason"].encode("latin-1", "replace")
    kept, headers = answer.get("events"), answer.get("headers", {})
    pieces = (
        [(answer.get("body_seconds", 0.0), read_body(answer.get("body", {})))]
        if kept is None
        else [
            (after, read_body(event if isinstance(event, dict) else {"text": event})) for after, event in kept
        ]
    )
    waits = any(after for after, _ in pieces) or len(pieces) > 1 or "failure" in answer or "left" in answer
    body: Any = AsyncPlayedBody(tape, call, request, pieces, answer)
    return httpx.Response(
        answer["status"],
        headers=[
            (name, one)
            for name, value in headers.items()
            for one in ([value] if isinstance(value, str) else value)
        ],
        stream=body if waits else httpx.ByteStream(b"".join(piece for _, piece in pieces)),
        request=request,
        extensions=extensions,
    )


class AsyncPlayedBody(httpx.AsyncByteStream):
    """A body from the cassette, with its recorded pieces and waits."""

    def __init__(
        self,
        tape: Tape,
        call: TapedCall,
        request: httpx.Request,
        pieces: list[tuple[float, bytes]],
        answer: Kept,
    ) -> None:
        self._tape, self._call, self._request = tape, call, request
        self._pieces = iter(pieces)
        self._answer = answer
        self._closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._closed:
            raise httpx.StreamClosed
        for after, piece in self._pieces:
            await _wait(self._tape, self._call, self._request, after)
            if piece:
                return piece
        failure = self._answer.get("failure")
        if failure is not None:
            await _fail(self._tape, self._call, self._request, failure)
        if self._answer.get("left"):
            raise CassetteError(
                f"the response to {self._request.method} {self._request.url} was not read further when it was recorded: "
                "record the cassette again"
            )
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self._closed = True


async def _wait(tape: Tape, call: TapedCall, request: httpx.Request, seconds: float) -> None:
    """Let time pass, within the deadline and the timeouts. Raises their errors."""
    clock = tape.clock
    if clock is None or not seconds:
        return
    begun = clock.now()
    read = request.extensions.get("timeout", {}).get("read")
    if begun + seconds >= call.ends:
        await _pass(tape, call.ends - begun)
        raise _io.OutOfTimeError
    if read is not None and seconds > read:
        await _pass(tape, read)
        net.mark_sent()
        raise httpx.ReadTimeout("")
    await _pass(tape, seconds)


async def _pass(tape: Tape, seconds: float) -> None:
    """Wait on the cassette's clock, or in real time once a server is involved."""
    clock = tape.clock
    if clock is None or tape.live:
        await _io.async_sleep(seconds)
        return
    moment = clock.now() + seconds
    await _io.async_turn()
    clock.move_to(moment)


async def _fail(tape: Tape, call: TapedCall, request: httpx.Request, failure: Kept) -> NoReturn:
    """Raise the recorded error of a request or its body, after the recorded time."""
    if failure.get("sent"):
        net.mark_sent()
    if is_cancelled(failure):
        # The test itself cancelled it, and must do so again: the client does not know when.
        await _io.async_sleep(_PATIENCE_SECONDS)
        raise CassetteError(
            f"{request.method} {request.url} was cancelled after {failure['seconds']:g} s when it was recorded, but not "
            "this time: record the cassette again"
        )
    left = call.ends - tape.clock.now() if tape.clock is not None and is_deadline(failure) else math.inf
    if left < math.inf:
        await _pass(tape, left)
    else:
        await _wait(tape, call, request, failure["seconds"])
    raise_failure(failure)
