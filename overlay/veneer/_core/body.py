"""Collect a response body in bounded memory, whatever its compression promises to become."""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Iterator
from typing import Protocol

__all__ = ["BodyTooLargeError", "BodyUndecodableError", "Collector"]

_STEP = 256 * 1024


class BodyTooLargeError(ValueError):
    """The body passed the limit."""


class BodyUndecodableError(ValueError):
    """The body is not what its Content-Encoding says."""


class _Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> Iterator[bytes]: ...


class Collector:
    """Take a body's chunks with `feed` and give the decoded whole with `finish`.

    Content codings (RFC 9110 §8.4.1) gzip and deflate, and any sequence of them, are decoded here step by step (`decodes` is true: feed raw chunks). One other coding is left to the engine
    (feed what it decoded); it has no place in a sequence. Raises BodyTooLargeError as soon as more than `limit` decoded bytes are known of: hardly more than `limit` is
    ever held.
    """

    def __init__(self, coding: str, limit: int) -> None:
        codings = _codings(coding)
        self.decodes = len(codings) != 1 or codings[0] in _DECODERS
        self._limit = limit
        self._body = io.BytesIO()
        self._refused = self.decodes and (len(codings) > 5 or any(name not in _DECODERS for name in codings))
        # Codings are listed in the order in which they were applied (§8.4).
        ours = self.decodes and not self._refused
        self._decoders: list[_Decoder] = [_DECODERS[name]() for name in reversed(codings)] if ours else []

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises BodyUndecodableError for bytes that are not what their coding says."""
        if self._refused:
            raise BodyUndecodableError("the body's Content-Encoding is not one that was asked for")
        self._pass(chunk, 0)

    def partial(self) -> bytes:
        """Give what has come so far, for the text of an error."""
        return self._body.getvalue()

    def finish(self) -> bytes:
        """Give the decoded body. Raises BodyUndecodableError for one that was cut."""
        for index, decoder in enumerate(self._decoders):
            for piece in decoder.finish():
                self._pass(piece, index + 1)
        return self._body.getvalue()

    def _pass(self, data: bytes, index: int) -> None:
        """Hand data to the decoder of this index, or keep what the last one gave."""
        if index < len(self._decoders):
            for piece in self._decoders[index].feed(data):
                self._pass(piece, index + 1)
            return
        room = self._limit - self._body.tell()
        self._body.write(data[:room])
        if len(data) > room:
            raise BodyTooLargeError(f"the response is longer than max_response_bytes ({self._limit:,})")


@functools.lru_cache(64)
def _codings(value: str) -> tuple[str, ...]:
    return tuple(name for part in value.lower().split(",") if (name := part.strip()) not in {"", "identity"})


class _Zlib:
    """Decode gzip (RFC 1952) or deflate: zlib by RFC 9110 §8.4.1.2, raw by the habit of some servers."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS if name == "deflate" else 16 + zlib.MAX_WBITS)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data and not self._started:
            self._started = True
            # The first byte tells the two kinds of deflate apart: 8 is zlib's compression method, and no raw stream begins with it.
            if self._name == "deflate" and data[0] & 0x0F != 8:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while data:
            if self._inflate.eof:
                # A gzip body may be several members, one after the other (§2.2); anything else after the end is padding.
                if self._name == "deflate" or data[0] != 0x1F:
                    return
                self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                piece = self._inflate.decompress(data, _STEP)
            except zlib.error as error:
                raise BodyUndecodableError(f"the body is not {self._name}: {error}") from None
            if piece:
                yield piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def finish(self) -> Iterator[bytes]:
        rest = self._inflate.flush()
        if rest:
            yield rest
        if self._started and not self._inflate.eof:
            raise BodyUndecodableError(f"the {self._name} body is cut short")


_DECODERS = {
    "gzip": lambda: _Zlib("gzip"),
    "x-gzip": lambda: _Zlib("gzip"),
    "deflate": lambda: _Zlib("deflate"),
}
