# Derived from overlay/veneer_testing/_async/taps.py by scripts/unasync.py: edit that file, not this one.
"""Put a tape between clients and their connections, for all clients and engines."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any, NoReturn, Self

import httpx
from veneer_testing.bodies import read_body
from veneer_testing.cassette import CassetteError, Kept
from veneer_testing.tape import LARGEST_BODY, Tape, Taped, TapedCall, is_cancelled, is_deadline, raise_failure

from veneer import _io
from veneer._http import net
from veneer._http._sync.external_client import ExternalClient
from veneer._http._sync.transport import Engine, Send
from veneer._sync.session import Session

_PATIENCE_SECONDS = 5.0


@contextlib.contextmanager
def tapped(tape: Tape) -> Iterator[None]:
    """Make every client of this kind send through a tape, and undo it afterwards."""
    exchange, direct, external = Session.exchange, Engine.send, ExternalClient.send

    def sleep(seconds: float) -> None:
        _pass(tape, seconds)

    def tapped_exchange(self: Session, call: Any, options: Any, **how: Any) -> Any:
        with tape.within(self, call, options, sleep):
            return exchange(self, call, options, **how)

    def tapped_direct(self: Engine, request: httpx.Request) -> httpx.Response:
        return _through(tape, request, lambda request: direct(self, request))

    def tapped_external(self: ExternalClient, request: httpx.Request, base_url: Any) -> httpx.Response:
        return _through(tape, request, lambda request: external(self, request, base_url))

    # Classes, not clients: a test may make its own clients, or use existing ones.
    places: Any = (
        (Session, "exchange", exchange, tapped_exchange),
        (Engine, "send", direct, tapped_direct),
        (ExternalClient, "send", external, tapped_external),
    )
    for kind, name, _, tapped in places:
        setattr(kind, name, tapped)
    try:
        yield
    finally:
        for kind, name, own, _ in places:
            setattr(kind, name, own)


def _through(tape: Tape, request: httpx.Request, send: Send) -> httpx.Response:
    """Respond to a request from the cassette, or send it and record the response."""
    call = tape.call
    if call is None:
        return send(request)
    content = _content(request)
    found = tape.play(call, request, content)
    if found is not None:
        return _played(tape, call, request, found)
    taped = tape.record(call, request, content)
    try:
        response = send(request)
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
        response.stream = TapedBody(response.stream, taped)
    return response


def _content(request: httpx.Request) -> bytes:
    """Return a request's whole body, read into memory for comparison."""
    if type(request.stream) is httpx.ByteStream:
        return b"".join(request.stream)
    pieces = iter(_io.own(request.stream))
    content = bytearray()
    try:
        for piece in pieces:
            content += piece
            if len(content) > LARGEST_BODY:
                raise CassetteError(
                    f"the body of {request.method} {request.url.path} is longer than {LARGEST_BODY:,} bytes, "
                    "the limit of a cassette"
                )
    finally:
        _io.end(pieces)
    request.stream = httpx.ByteStream(bytes(content))
    return bytes(content)


class TapedBody(httpx.SyncByteStream):
    """A body from the server, recorded as it arrives."""

    def __init__(self, body: Any, taped: Taped) -> None:
        self._body = body
        self._pieces = iter(body)
        self._taped = taped

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            piece: bytes = next(self._pieces)
        except StopIteration:
            self._taped.ended = True
            raise
        except BaseException as error:
            self._taped.failed(error, sent=True)
            raise
        self._taped.came(piece)
        return piece

    def close(self) -> None:
        self._body.close()


def _played(tape: Tape, call: TapedCall, request: httpx.Request, found: Kept) -> httpx.Response:
    """Return the response in the cassette, or raise the error that is there instead."""
    answer = found.get("response")
    if answer is None:
        _fail(tape, call, request, found["failure"])
    _wait(tape, call, request, answer["seconds"])
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
    body: Any = PlayedBody(tape, call, request, pieces, answer)
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


class PlayedBody(httpx.SyncByteStream):
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

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._closed:
            raise httpx.StreamClosed
        for after, piece in self._pieces:
            _wait(self._tape, self._call, self._request, after)
            if piece:
                return piece
        failure = self._answer.get("failure")
        if failure is not None:
            _fail(self._tape, self._call, self._request, failure)
        if self._answer.get("left"):
            raise CassetteError(
                f"the response to {self._request.method} {self._request.url} was not read further when it was recorded: "
                "record the cassette again"
            )
        raise StopIteration

    def close(self) -> None:
        self._closed = True


def _wait(tape: Tape, call: TapedCall, request: httpx.Request, seconds: float) -> None:
    """Let time pass, within the deadline and the timeouts. Raises their errors."""
    clock = tape.clock
    if clock is None or not seconds:
        return
    begun = clock.now()
    read = request.extensions.get("timeout", {}).get("read")
    if begun + seconds >= call.ends:
        _pass(tape, call.ends - begun)
        raise _io.OutOfTimeError
    if read is not None and seconds > read:
        _pass(tape, read)
        net.mark_sent()
        raise httpx.ReadTimeout("")
    _pass(tape, seconds)


def _pass(tape: Tape, seconds: float) -> None:
    """Wait on the cassette's clock, or in real time once a server is involved."""
    clock = tape.clock
    if clock is None or tape.live:
        _io.sleep(seconds)
        return
    moment = clock.now() + seconds
    _io.turn()
    clock.move_to(moment)


def _fail(tape: Tape, call: TapedCall, request: httpx.Request, failure: Kept) -> NoReturn:
    """Raise the recorded error of a request or its body, after the recorded time."""
    if failure.get("sent"):
        net.mark_sent()
    if is_cancelled(failure):
        # The test itself cancelled it, and must do so again: the client does not know when.
        _io.sleep(_PATIENCE_SECONDS)
        raise CassetteError(
            f"{request.method} {request.url} was cancelled after {failure['seconds']:g} s when it was recorded, but not "
            "this time: record the cassette again"
        )
    left = call.ends - tape.clock.now() if tape.clock is not None and is_deadline(failure) else math.inf
    if left < math.inf:
        _pass(tape, left)
    else:
        _wait(tape, call, request, failure["seconds"])
    raise_failure(failure)
