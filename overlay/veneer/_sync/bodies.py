# Derived from overlay/veneer/_async/bodies.py by scripts/unasync.py: edit that file, not this one.
"""Bodies in transit: decode and hash responses as they are read, measure requests as they are sent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

import httpx

from veneer import _io
from veneer._core.body import Collector, Decoder
from veneer._core.call import Call, is_other_multipart
from veneer._core.deadline import Deadline
from veneer._core.errors import BodyCutError, BodyLengthError, BodyTooLargeError, BodyUndecodableError
from veneer._core.requests import UsedCredential, body_in_memory, call_cookies, encoded, in_chunks
from veneer._core.texts import plain_fields

if TYPE_CHECKING:
    from veneer._core.digest import Digest


def bytes_of(response: httpx.Response, digests: Iterable[Digest] = ()) -> Iterator[bytes]:
    """Return a body's bytes as they arrive, decoded if they are coded, or at once if a
    transport (mostly in tests) has read them already.

    `digests` get the bytes as they were sent. Raises BodyUndecodableError, here for an unknown
    coding and in iterating for a damaged body; BodyCutError for one that is cut.
    """
    headers = response.headers
    decoder = Decoder(headers.get("content-encoding", ""))
    if response.is_stream_consumed:
        body, decoder = response.iter_bytes(), Decoder("")
    else:
        # The stream itself: httpx's wrapper counts bytes and checks types, chunk by
        # chunk.
        body = iter(cast("httpx.SyncByteStream", response.stream))
    if decoder.copies and not digests:
        return body
    may_be_empty = decoder.copies or response.status_code == 204 or not _FRAMING.isdisjoint(headers)
    return _Decoded(body, decoder, tuple(digests), may_be_empty=may_be_empty)


_FRAMING = frozenset({"content-length", "transfer-encoding"})


class _Decoded:
    """An iterator that decodes a body as it arrives; it leaves nothing open if nobody reads
    it to its end.
    """

    def __init__(
        self, body: Iterator[bytes], decoder: Decoder, digests: tuple[Digest, ...], *, may_be_empty: bool
    ) -> None:
        self._body = body
        self._decoder = decoder
        self._digests = digests
        self._pieces: Iterator[bytes] = iter(())
        self._may_be_empty = may_be_empty
        self._over = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        while True:
            for piece in self._pieces:
                return piece
            if self._over:
                raise StopIteration
            data = next(self._body, None)
            if data is None:
                self._end()
                continue
            for digest in self._digests:
                digest.update(data)
            self._may_be_empty = self._may_be_empty or bool(data)
            self._pieces = self._decoder.feed(data)

    def _end(self) -> None:
        self._over = True
        # Only the end of its connection ended it, so a body that is cut before its first byte
        # looks like an empty one.
        if not self._may_be_empty:
            raise BodyCutError("the body is coded, and empty")
        self._pieces = self._decoder.finish()


class Measured(httpx.SyncByteStream):
    """A request body that is read while it is sent, announced to have `length`
    bytes.

    Never more is sent. Iterating raises BodyLengthError if there is more, or less.
    """

    def __init__(self, body: httpx.SyncByteStream, length: int) -> None:
        self._body = body
        self._length = length

    def __iter__(self) -> Iterator[bytes]:
        left = self._length
        pieces = iter(_io.own(self._body))
        try:
            for piece in pieces:
                left -= len(piece)
                if left < 0:
                    raise BodyLengthError(
                        f"the body grew while it was sent: {self._length:,} bytes were announced, and there are more"
                    )
                yield piece
        finally:
            _io.end(pieces)
        if left:
            raise BodyLengthError(
                f"the body shrank while it was sent: {self._length:,} bytes were announced, and {self._length - left:,} came"
            )


def read_whole(
    response: httpx.Response, limit: int, deadline: Deadline, clock: Callable[[], float], *, plain: bool
) -> bytes:
    """Read a body of at most `limit` bytes, decoded unless it is `plain`.

    An error's body is kept as far as it arrived, whatever happens then.
    """
    failed = response.status_code >= 300
    collector = Collector("", limit) if plain else _collector(response, limit)
    try:
        # The stream itself: httpx's wrapper counts bytes and checks types, chunk by
        # chunk, and would expand a decompression bomb whole.
        for chunk in cast("httpx.SyncByteStream", response.stream):
            collector.feed(chunk)
            if deadline.passed(clock()):  # no wait notices it if bytes never stop coming
                raise _io.OutOfTimeError
        content = collector.finish()
        response.close()
    except (httpx.HTTPError, BodyTooLargeError, BodyUndecodableError):
        if not failed:
            raise
        content = collector.partial()
        response.close()
    return content


def _collector(response: httpx.Response, limit: int) -> Collector:
    """Return a collector for a body with a coding or digest. Raises BodyUndecodableError
    for an unknown coding; an error's body is then kept undecoded.
    """
    failed = response.status_code >= 300
    coding = response.headers.get("content-encoding", "")
    if failed:
        with contextlib.suppress(BodyUndecodableError):
            return Collector(coding, limit)
        return Collector("", limit)
    from veneer._core.digest import body_digest

    return Collector(
        coding, limit, body_digest(response.request.method, response.status_code, response.headers)
    )


def build_request(
    build: Callable[..., httpx.Request],
    call: Call,
    url: httpx.URL,
    headers: dict[str, str | None],
    used: tuple[UsedCredential, ...],
    extensions: dict[str, Any],
) -> httpx.Request:
    """Return a request whose body is a form or is read while it is sent, or that the caller's
    client makes: `build` is httpx's, or that client's.
    """
    chunked = in_chunks(headers)
    # Before the headers are encoded: it adds its length to them.
    content = _content(call, headers, measured=not chunked)
    kind = headers.get("content-type") or ""
    other = call.files is not None and is_other_multipart(kind)
    if other:
        del headers["content-type"]
    request = build(
        call.method,
        url,
        headers=encoded(headers),
        content=content,
        data=plain_fields(call.data) if call.data is not None and call.files is not None else None,
        files=_io.their_files(call.files) if call.files is not None else None,
        cookies=None if "cookie" in headers else call_cookies(call, used) or None,
        extensions=extensions,
    )
    if other:  # another kind of multipart: the boundary is the engine's
        made = request.headers["content-type"]
        request.headers["content-type"] = made.replace("multipart/form-data", kind, 1)
    if chunked:
        request.headers.pop("content-length", None)  # which httpx adds
    _measure(request)
    return request


def _content(call: Call, headers: dict[str, str | None], *, measured: bool) -> bytes | _io.BodyChunks | None:
    """Return the body in the engine's form; `measured` adds the length of pieces to the headers."""
    if not call.has_json and call.content is None and (call.data is None or call.files is not None):
        return None
    content = body_in_memory(call)
    if isinstance(content, bytes):
        return content
    from veneer._core.transfer import body_length

    with _io.theirs:
        length = body_length(content) if measured else None
    if length is not None:
        headers.setdefault("content-length", str(length))
    return _io.BodyChunks(content, _io.file_bytes)


def _measure(request: httpx.Request) -> None:
    """Check a streamed body against the length that was announced, if one was:
    files grow and shrink.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and type(request.stream) is not httpx.ByteStream:
        request.stream = Measured(cast("httpx.SyncByteStream", request.stream), int(length))
