"""Uploads and downloads as values: a body's length, where to resume, whether it is complete."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from veneer._core.body import codings
from veneer._core.errors import ResponseInvalidError, StreamTruncatedError
from veneer._core.sources import check_source
from veneer._core.value import Value

__all__ = [
    "Destination",
    "Download",
    "Progress",
    "Received",
    "Tracked",
    "Version",
    "body_length",
    "is_coded",
    "opened",
]

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and the total, None if it is unknown."""

Destination: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes] | BinaryIO
"""Where a download goes: a path, or the caller's binary file."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}")
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})", re.ASCII | re.IGNORECASE)
_STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')  # RFC 9110 §8.8.3
# If the clocks of an HTTP server and of its files differ by more, a second change within the
# second may not show (§8.8.2.2).
_CLOCKS_APART_SECONDS = 60


# -- uploads -------------------------------------------------------------------------------------------------------


def body_length(source: Any) -> int | None:
    """Return the bytes from a seekable file's position to its end; None for anything else.

    Kernel files (/proc) report a length of 0 but are not empty: for them, too, the length is
    unknown.
    """
    if isinstance(source, Tracked):
        source = source.file
    try:
        here = source.tell()
        length = int(source.seek(0, os.SEEK_END)) - int(here)
        source.seek(here)
        if length == 0 and source.read(1):
            source.seek(here)
            return None
    except (AttributeError, OSError, ValueError):
        return None
    return length


class Tracked:
    """A file that reports to `progress` how much was read, after rewinding for a retry too."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self.file = file
        self._progress = progress
        self._start = file.tell() if self.seekable() else 0
        self._total = body_length(file)
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """Read, and report progress."""
        piece = self.file.read(size)
        if piece:
            self._done += len(piece)
            self._progress(self._done, self._total)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to another position; only reads are progress."""
        position = self.file.seek(offset, whence)
        self._done = max(0, position - self._start)
        return position

    def tell(self) -> int:
        """Return the file's position."""
        return self.file.tell()

    def seekable(self) -> bool:
        """Return whether the file can be rewound."""
        return hasattr(self.file, "seekable") and self.file.seekable()

    def fileno(self) -> int:
        """Return the file's descriptor, by which the engine finds its size."""
        return self.file.fileno()


@contextlib.contextmanager
def opened(content: Any, progress: Progress | None = None) -> Iterator[Any]:
    """Open a path for the duration of a call, and report to `progress` what is read from a path,
    file, bytes or iterator (of bytes).

    Raises ConfigurationError for a file that cannot be sent, and OSError for a path that cannot be
    opened.
    """
    with contextlib.ExitStack() as stack:
        if isinstance(content, os.PathLike):
            content = stack.enter_context(open(content, "rb"))  # noqa: PTH123  # any PathLike, not only Path
        check_source(content)
        yield content if progress is None else _told(content, progress)


def _told(content: Any, progress: Progress) -> Any:
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, (bytes, bytearray, memoryview)):
        content = io.BytesIO(content)
    if hasattr(content, "read"):
        return Tracked(content, progress)
    if hasattr(content, "__aiter__"):
        return _async_counted(content, progress)
    return _counted(content, progress) if hasattr(content, "__iter__") else content


def _counted(pieces: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        progress(done, None)


async def _async_counted(pieces: AsyncIterable[bytes], progress: Progress) -> AsyncIterator[bytes]:
    done = 0
    async for piece in pieces:
        yield piece
        done += len(piece)
        progress(done, None)


# -- downloads -----------------------------------------------------------------------------------------------------


def is_coded(headers: Mapping[str, str]) -> bool:
    """Return whether a body is compressed, requested or not (RFC 9110 §8.4)."""
    return bool(codings(headers.get("content-encoding", "")))


class Version(NamedTuple):
    """The validators of a file's version: `etag` and `modified` as they were sent,
    `validator` the strong one, if there is one.
    """

    etag: str = ""
    modified: str = ""
    validator: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Version:
        """Read the validators of a response.

        A strong ETag is a strong validator. A date is one if there is no ETag at all (RFC 9110
        §13.1.5), and the response's own Date is late enough that the file cannot have changed twice
        within that second (§8.8.2.2).
        """
        etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
        if _STRONG.fullmatch(etag):
            return cls(etag, modified, etag)
        is_strong_date = (
            not etag
            and modified
            and _seconds_between(modified, headers.get("date", "")) >= _CLOCKS_APART_SECONDS
        )
        return cls(etag, modified, modified if is_strong_date else None)

    def is_of(self, headers: Mapping[str, str]) -> bool:
        """Return whether another response has this version (§15.3.7.3): it has the strong
        validator, and nothing that contradicts it.
        """
        etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
        if self.validator is None or self.validator not in {etag, modified}:
            return False
        return etag == self.etag and (modified == self.modified or not modified or not self.modified)


def _seconds_between(earlier: str, later: str) -> float:
    """Return the seconds from one HTTP date to another, negative if either is invalid."""
    from email.utils import parsedate_to_datetime

    try:
        return (parsedate_to_datetime(later) - parsedate_to_datetime(earlier)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return -1.0


class Received(NamedTuple):
    """The progress of a download, and what is needed to resume it.

    `done` and `total` are bytes; `end` is where the part that is being read stops, None for an
    response that is not a part; `version` is the file's, and `ranges` is whether the server sends
    parts of it. `coded` bodies are decoded on the way, so their length is not the
    announced one.
    """

    done: int = 0
    total: int | None = None
    end: int | None = None
    version: Version = Version()
    ranges: bool = False
    coded: bool = False

    @property
    def whole(self) -> bool:
        """Whether all announced bytes arrived; if the server announced no length, the end
        of the response is the end of the file.
        """
        return self.end is None if self.total is None else self.done == self.total

    @property
    def part_over(self) -> bool:
        """Whether the server sent a part, and all of it arrived."""
        return self.done == self.end

    @property
    def counted(self) -> bool:
        """Whether the server announced the number of bytes."""
        return self.total is not None or self.end is not None

    @property
    def resumable(self) -> bool:
        """Whether the rest can be requested in the same version."""
        return self.ranges and self.version.validator is not None

    def headers(self) -> dict[str, str]:
        """Return the headers that request the rest (RFC 9110 §14.2, §13.1.5)."""
        if not self.done or self.version.validator is None:
            return {}
        return {"range": f"bytes={self.done}-", "if-range": self.version.validator}

    def opened(self, status: int, headers: Mapping[str, str]) -> Received | None:
        """Return where the body of a response begins: at `done` for the requested part, at 0 for
        the whole.

        None for a response that does not fit what arrived before: the file must be requested again.
        Raises StreamTruncatedError for another range than requested, and for a response that is
        neither a part nor the whole.
        """
        if status == 416 and self.done:
            return self._nothing_left(headers)
        if status == 206:
            return self._part(headers)
        if self.done and status != 200:
            raise StreamTruncatedError(f"the server answered {status} to the request for the rest")
        if is_coded(headers):
            return Received(coded=True)
        version = Version.of(headers)
        total = _length(headers)
        if total is None and self.version.is_of(headers):
            total = self.total
        accepts = headers.get("accept-ranges", "").strip().lower()
        return Received(0, total, None, version, ranges=accepts == "bytes")

    def _nothing_left(self, headers: Mapping[str, str]) -> Received | None:
        """Read a 416 (§15.5.17): if it is of this version, which has as many bytes as arrived,
        the download is complete.
        """
        match = _UNSATISFIED.fullmatch(headers.get("content-range", "").strip())
        if match is None or int(match[1]) != self.done or not self.version.is_of(headers):
            return None
        return self._replace(total=self.done, end=self.done)

    def _part(self, headers: Mapping[str, str]) -> Received | None:
        match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if match is None:  # several parts have their ranges inside
            raise _other_range()
        first, end, total = int(match[1]), int(match[2]) + 1, None if match[3] == "*" else int(match[3])
        length = _length(headers)
        # Some servers send an empty part to say that there is no more.
        empty = self.done > 0 and self.total is None and end == first and total in {None, end} and length == 0
        contradicts = (end <= first and not empty) or (total is not None and end > total)
        if first != self.done or contradicts or length not in {None, end - first}:
            raise _other_range()
        if not self.done:
            if is_coded(headers):
                raise StreamTruncatedError(
                    "the server sent a part of a compressed body, which was not requested"
                )
            return Received(0, total, end, Version.of(headers), ranges=True)
        if not headers.get("etag") and not headers.get("last-modified"):
            raise StreamTruncatedError("the server does not say which version the rest belongs to")
        other_total = self.total is not None and total not in {None, self.total}
        if is_coded(headers) or not self.version.is_of(headers) or other_total:
            return None
        known = self.total if total is None else total
        if known is not None and end > known:
            raise _other_range()
        return self._replace(total=end if empty else known, end=end)

    def more(self, size: int) -> Received:
        """Return the state after `size` more bytes. Raises ResponseInvalidError beyond the announced length."""
        done = self.done + size
        most = self.total if self.end is None else self.end
        if most is not None and done > most:
            raise ResponseInvalidError(f"the server sent more than the {most:,} bytes that it announced")
        return Received(done, self.total, self.end, self.version, self.ranges, self.coded)

    def cut(self, why: str = "") -> StreamTruncatedError:
        """Return the error for a body that ended here."""
        announced = f" of {self.total:,}" if self.total is not None else ""
        error = StreamTruncatedError(f"the download ended after {self.done:,}{announced} bytes{why}")
        error.bytes = self.done
        error.resumable = self.resumable
        return error


def _other_range() -> StreamTruncatedError:
    return StreamTruncatedError("the server sent another range than the requested one")


def _length(headers: Mapping[str, str]) -> int | None:
    length = headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) else None


@dataclass(frozen=True, slots=True)
class Download(Value):
    """A finished download: its path (None for the caller's file object), its length and its type."""

    path: str | None
    bytes: int
    content_type: str
