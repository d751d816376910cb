"""Collect a response body in bounded memory, whatever its compression promises to become."""

from __future__ import annotations

import zlib

__all__ = ["DECODABLE", "BodyTooLargeError", "Collector"]

DECODABLE = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""Content codings (RFC 9110 §8.4.1) that are decoded here, step by step; others are left to the engine."""

_STEP = 256 * 1024


class BodyTooLargeError(ValueError):
    """The body passed the limit."""


class BodyUndecodableError(ValueError):
    """The body is not what its Content-Encoding says."""


class Collector:
    """Take a body's raw chunks with `feed` and give the decoded whole with `finish`.

    Raises BodyTooLargeError as soon as more than `limit` decoded bytes are known of: at most `limit` and one step of 256 KiB are ever held.
    """

    def __init__(self, coding: str, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._coding = coding.strip().lower()
        self._inflate = None if self._coding in {"", "identity"} else _decompressor(self._coding)
        self._started = False

    def feed(self, chunk: bytes) -> None:
        """Take the next raw bytes."""
        if not chunk:
            return
        if self._inflate is None:
            self._add(chunk)
            return
        try:
            self._decode(chunk, self._inflate)
        except zlib.error as error:
            raise BodyUndecodableError(f"the body is not {self._coding}: {error}") from None

    def partial(self) -> bytes:
        """Give what has come so far, for the text of an error."""
        return b"".join(self._parts)

    def finish(self) -> bytes:
        """Give the decoded body."""
        if self._inflate is not None and self._started and not self._inflate.eof:
            raise BodyUndecodableError(f"the {self._coding} body is cut short")
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _add(self, piece: bytes) -> None:
        if self._size + len(piece) > self._limit:
            raise BodyTooLargeError(f"the response is longer than max_response_bytes ({self._limit:,})")
        self._size += len(piece)
        self._parts.append(piece)

    def _decode(self, chunk: bytes, inflate: zlib._Decompress) -> None:
        if not self._started:
            self._started = True
            # "deflate" is zlib by RFC 9110 §8.4.1.2 and raw by the habit of some servers: the first byte tells them apart.
            if self._coding == "deflate" and chunk[0] & 0x0F != 8:
                inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        data = chunk
        while data:
            if inflate.eof:
                # A gzip body may be several members, one after the other (RFC 1952 §2.2).
                inflate = _decompressor(self._coding)
            self._add(inflate.decompress(data, _STEP))
            data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        self._inflate = inflate


def _decompressor(coding: str) -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS if coding == "deflate" else 16 + zlib.MAX_WBITS)
