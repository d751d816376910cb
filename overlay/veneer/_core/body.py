"""Decode a response body step by step, in bounded memory; detect a body that was cut or damaged."""

from __future__ import annotations

import functools
import importlib
import io
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from veneer._core.errors import BodyCutError, BodyTooLargeError, BodyUndecodableError

if TYPE_CHECKING:
    from veneer._core.digest import Digest

__all__ = [
    "BodyCutError",
    "BodyTooLargeError",
    "BodyUndecodableError",
    "Collector",
    "Decoder",
    "codings",
]

_STEP = 256 * 1024
# A longer sequence is an attack: nobody compresses a body six times.
_MOST_CODINGS = 5


@functools.lru_cache(64)
def codings(value: str) -> tuple[str, ...]:
    """Return the codings of a Content-Encoding in the order of application (RFC 9110 §8.4).

    Names that are not codings are left out: `identity`, `none`, and charsets, which servers
    put there by mistake.
    """
    return tuple(name for part in value.lower().split(",") if (name := part.strip()) not in _NO_CODING)


class Decoder:
    """Decode content codings (RFC 9110 §8.4.1): gzip, deflate, any sequence of them, and br and
    zstd where their packages are installed.

        decoder = Decoder(response.headers.get("content-encoding", ""))
        for chunk in body: use(*decoder.feed(chunk))
        use(*decoder.finish())

    A piece of output is at most about 1 MiB, however much a few bytes of input expand.
    Raises BodyUndecodableError for an unknown coding, for bytes that do not match their
    coding, and for bytes after the end that are not padding (zeros); BodyCutError for a body
    that ended too early.
    """

    def __init__(self, coding: str) -> None:
        names = codings(coding)
        if len(names) > _MOST_CODINGS:
            raise BodyUndecodableError(f"the body has {len(names)} content codings: it is not decoded")
        self._codings = [_new(name) for name in reversed(names)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decode the next bytes; each piece is decoded when the iterator reaches it."""
        return self._pass(data, 0)

    @property
    def copies(self) -> bool:
        """Whether the body has no coding, so that output equals input."""
        return not self._codings

    def finish(self) -> Iterator[bytes]:
        """Return what is still held at the end of the body. No input is an empty body in
        every coding.
        """
        for index, coding in enumerate(self._codings):
            for piece in coding.finish():
                yield from self._pass(piece, index + 1)

    def _pass(self, data: bytes, index: int) -> Iterator[bytes]:
        if index == len(self._codings):
            yield data
            return
        for piece in self._codings[index].feed(data):
            yield from self._pass(piece, index + 1)


class Collector:
    """Take a body's raw chunks with `feed`, and return the decoded whole
    with `finish`.

    Raises BodyTooLargeError as soon as there are more than `limit` decoded bytes: hardly more than
    `limit` is ever held. Also raises what Decoder raises, and BodyUndecodableError for a body that
    does not match `digest`.
    """

    def __init__(self, coding: str, limit: int, digest: Digest | None = None) -> None:
        self._limit = limit
        self._body = io.BytesIO()
        self._decoder = Decoder(coding)
        self._digest = digest

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._digest is not None:
            self._digest.update(chunk)
        if self._decoder.copies:
            self._keep(chunk)
            return
        for piece in self._decoder.feed(chunk):
            self._keep(piece)

    def partial(self) -> bytes:
        """Return what has arrived so far, for an error message."""
        return self._body.getvalue()

    def finish(self) -> bytes:
        """Return the decoded body."""
        for piece in self._decoder.finish():
            self._keep(piece)
        check_digest(self._digest)
        return self._body.getvalue()

    def _keep(self, piece: bytes) -> None:
        room = self._limit - self._body.tell()
        self._body.write(piece[:room])
        if len(piece) > room:
            raise BodyTooLargeError(f"the response is longer than max_response_bytes ({self._limit:,})")


def check_digest(digest: Digest | None) -> None:
    """Raise BodyUndecodableError if the bytes do not match the server's digest."""
    if digest is not None and not digest.fits:
        raise BodyUndecodableError(
            f"the body is damaged: its {digest.algorithm} is not the one in {digest.field}"
        )


# -- codings -------------------------------------------------------------------------------------------------------


class _Coding(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> Iterator[bytes]: ...


class _Zlib:
    """Decode gzip (RFC 1952) or deflate: zlib (RFC 9110 §8.4.1.2), or raw as some servers send it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS if name == "deflate" else 16 + zlib.MAX_WBITS)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data and not self._started:
            self._started = True
            # The first byte tells the kinds of deflate apart: 8 is zlib's method, and no raw stream begins with it.
            if self._name == "deflate" and data[0] & 0x0F != 8:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while data:
            if self._inflate.eof:
                data = _after_end(data, self._name, b"\x1f" if self._name == "gzip" else b"")
                if not data:
                    return
                # A gzip body may have several members, one after the other (§2.2).
                self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                piece = self._inflate.decompress(data, _STEP)
            except zlib.error as error:
                raise _damaged(self._name, error) from None
            if piece:
                yield piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def finish(self) -> Iterator[bytes]:
        rest = self._inflate.flush()
        if rest:
            yield rest
        if self._started and not self._inflate.eof:
            raise _cut(self._name)


class _Zstd:
    """Decode zstd (RFC 8878), by Python's own module (3.14) or the zstandard package.

    Four bytes can become 128 KiB, and the decoder has no bound: it gets few bytes at a
    time. Windows are of 8 MiB at most (RFC 9659).
    """

    _SLICE = 32
    _BEGINNINGS = bytes([0x28, *range(0x50, 0x60)])  # of frames, and of skippable ones

    def __init__(self, name: str) -> None:
        self._name = name
        module = _library(name, "zstandard", "compression.zstd", "zstandard")
        self._error = module.ZstdError
        self._new = _zstd_frames(module)
        self._frame: Any = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._frame is None:
                self._frame = self._new()
            elif self._frame.eof:
                data = _after_end(data, self._name, self._BEGINNINGS)
                if not data:
                    return
                self._frame = self._new()
            yield from self._steps(memoryview(data))
            data = self._frame.unused_data + self._rest

    def _steps(self, data: memoryview) -> Iterator[bytes]:
        """Decode up to the end of the data or of the frame; what follows the last step is in
        `_rest`.
        """
        at = 0
        while at < len(data) and not self._frame.eof:
            try:
                piece = self._frame.decompress(bytes(data[at : at + self._SLICE]))
            except self._error as error:
                raise _damaged(self._name, error) from None
            at += self._SLICE
            if piece:
                yield piece
        self._rest = bytes(data[at:])

    def finish(self) -> Iterator[bytes]:
        if self._frame is not None and not self._frame.eof:
            raise _cut(self._name)
        return iter(())


def _zstd_frames(module: Any) -> Any:
    """Return a factory of decompressors for one frame; both kinds have `decompress`, `eof` and
    `unused_data`.
    """
    if hasattr(module, "DecompressionParameter"):
        options = {module.DecompressionParameter.window_log_max: 23}
        return lambda: module.ZstdDecompressor(options=options)
    return module.ZstdDecompressor(max_window_size=1 << 23).decompressobj


class _Brotli:
    """Decode br (RFC 7932) with brotli or brotlicffi; before 1.2 neither has a bound, and 16
    bytes can become 32 MiB.
    """

    _SLICE = 16

    def __init__(self, name: str) -> None:
        self._name = name
        module = _library(name, "brotli", "brotli", "brotlicffi")
        self._error = module.error
        self._decoder = module.Decompressor()
        self._bounded = hasattr(self._decoder, "can_accept_more_data")
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(data)
        try:
            yield from self._bounded_steps(data) if self._bounded else self._small_steps(data)
        except self._error as error:
            raise _damaged(self._name, error) from None

    def _bounded_steps(self, data: bytes) -> Iterator[bytes]:
        yield self._decoder.process(data, output_buffer_limit=_STEP)
        while not self._decoder.can_accept_more_data():
            yield self._decoder.process(b"", output_buffer_limit=_STEP)

    def _small_steps(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), self._SLICE):
            yield self._decoder.process(data[at : at + self._SLICE])

    def finish(self) -> Iterator[bytes]:
        if self._started and not self._decoder.is_finished():
            raise _cut(self._name)
        return iter(())


def _after_end(data: bytes, name: str, beginnings: bytes) -> bytes:
    """Return what follows the end of a member, without its zero padding.

    Raises BodyUndecodableError for bytes that do not begin another member: it may be one that
    was damaged, and its bytes would be lost.
    """
    data = data.lstrip(b"\0")
    if data and data[0] not in beginnings:
        raise BodyUndecodableError(f"bytes follow the end of the {name} body that are not part of it")
    return data


def _damaged(name: str, error: Exception) -> BodyUndecodableError:
    return BodyUndecodableError(f"the body is not {name}: {error}")


def _cut(name: str) -> BodyCutError:
    return BodyCutError(f"the {name} body is cut short")


def _library(coding: str, package: str, *modules: str) -> Any:
    """Import the first installed module. Raises BodyUndecodableError that names the package."""
    for name in modules:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise BodyUndecodableError(
        f"the body's content coding is {coding}, which was not asked for: to read it, pip install {package}"
    )


def _new(name: str) -> _Coding:
    made = _CODINGS.get(name)
    if made is None:
        raise BodyUndecodableError(f"the body's content coding {name!r} is not known, and was not asked for")
    return made(_ALIASES.get(name, name))


_NO_CODING = frozenset({"", "identity", "none", "utf-8", "utf8", "us-ascii", "iso-8859-1", "binary"})
_ALIASES = {"x-gzip": "gzip"}
_CODINGS: Mapping[str, type[_Zlib | _Zstd | _Brotli]] = {
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "zstd": _Zstd,
    "br": _Brotli,
}
