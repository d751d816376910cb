"""Bodies on their way: answers decoded and hashed while they are read, requests measured while they
are sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Self, cast

import httpx

from veneer import _io
from veneer._core.body import BodyCutError, BodyLengthError, Decoder
from veneer._core.digest import Digest


def async_bytes_of(response: httpx.Response, digests: Iterable[Digest] = ()) -> AsyncIterator[bytes]:
    """Return a body's bytes as they come, decoded where they are coded, or at once where a
    transport (of tests, mostly) has read them already.

    `digests` are given the bytes as they were sent. Raises BodyUndecodableError, here for a coding
    that is not known and in iterating for a body that is damaged; BodyCutError for one that is cut.
    """
    headers = response.headers
    decoder = Decoder(headers.get("content-encoding", ""))
    if response.is_stream_consumed:
        body, decoder = response.aiter_bytes(), Decoder("")
    else:
        # The stream itself: what httpx puts around it counts bytes and checks types, chunk by
        # chunk.
        body = aiter(cast("httpx.AsyncByteStream", response.stream))
    if decoder.copies and not digests:
        return body
    may_be_empty = decoder.copies or response.status_code == 204 or not _FRAMING.isdisjoint(headers)
    return _AsyncDecoded(body, decoder, tuple(digests), may_be_empty=may_be_empty)


_FRAMING = frozenset({"content-length", "transfer-encoding"})


class _AsyncDecoded:
    """A body that is decoded on its way; an iterator that leaves nothing behind where nobody reads
    it to its end.
    """

    def __init__(
        self, body: AsyncIterator[bytes], decoder: Decoder, digests: tuple[Digest, ...], *, may_be_empty: bool
    ) -> None:
        self._body = body
        self._decoder = decoder
        self._digests = digests
        self._pieces: Iterator[bytes] = iter(())
        self._may_be_empty = may_be_empty
        self._over = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while True:
            for piece in self._pieces:
                return piece
            if self._over:
                raise StopAsyncIteration
            data = await anext(self._body, None)
            if data is None:
                self._end()
                continue
            for digest in self._digests:
                digest.update(data)
            self._may_be_empty = self._may_be_empty or bool(data)
            self._pieces = self._decoder.feed(data)

    def _end(self) -> None:
        self._over = True
        # Only the end of its connection ended it, so that a body that is cut before its first byte
        # looks like an empty one.
        if not self._may_be_empty:
            raise BodyCutError("the body is coded, and empty")
        self._pieces = self._decoder.finish()


class AsyncMeasured(httpx.AsyncByteStream):
    """A request's body that is read while it is sent, and that was announced to have `length`
    bytes.

    Never more is sent. Raises BodyLengthError in iterating where there is more, or less.
    """

    def __init__(self, body: httpx.AsyncByteStream, length: int) -> None:
        self._body = body
        self._length = length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._length
        pieces = aiter(_io.async_own(self._body))
        try:
            async for piece in pieces:
                left -= len(piece)
                if left < 0:
                    raise BodyLengthError(
                        f"the body grew while it was sent: {self._length:,} bytes were announced, and there are more"
                    )
                yield piece
        finally:
            await _io.async_end(pieces)
        if left:
            raise BodyLengthError(
                f"the body shrank while it was sent: {self._length:,} bytes were announced, and {self._length - left:,} came"
            )
