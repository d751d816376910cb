"""Uploads and downloads as values: how long a body is, where to go on, whether all of it came."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from veneer._core.body import codings
from veneer._core.call import check_source
from veneer._core.errors import ResponseInvalidError, StreamTruncatedError

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
"""Called with the bytes done and, where it is known, the bytes in all."""

Destination: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes] | BinaryIO
"""Where a download goes: a path, or a binary file of the caller's."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}")
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})", re.ASCII | re.IGNORECASE)
_STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')  # RFC 9110 §8.8.3
# Until the clocks of an HTTP server and of its files differ by less, a second change within the
# second may not show (§8.8.2.2).
_CLOCKS_APART_SECONDS = 60


# -- uploads -------------------------------------------------------------------------------------------------------


def body_length(source: Any) -> int | None:
    """Bytes from a seekable file's position to its end; None for anything else.

    Files of the kernel's (/proc) say that they are empty and are not: for them, too, the length is
    not known.
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
    """A file that tells `progress` how much of it was read; rewinding (for a retry) is told too."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self.file = file
        self._progress = progress
        self._start = file.tell() if self.seekable() else 0
        self._total = body_length(file)
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """Read, and tell."""
        piece = self.file.read(size)
        if piece:
            self._done += len(piece)
            self._progress(self._done, self._total)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, without telling: only reads are progress."""
        position = self.file.seek(offset, whence)
        self._done = max(0, position - self._start)
        return position

    def tell(self) -> int:
        """The file's position."""
        return self.file.tell()

    def seekable(self) -> bool:
        """Whether the file can be rewound."""
        return hasattr(self.file, "seekable") and self.file.seekable()

    def fileno(self) -> int:
        """The file's descriptor, by which the engine finds its size."""
        return self.file.fileno()


@contextlib.contextmanager
def opened(content: Any, progress: Progress | None = None) -> Iterator[Any]:
    """Open a path for the time of a call, and have `progress` told of what is read from it: a path,
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
    """Whether a body is compressed, asked for or not (RFC 9110 §8.4)."""
    return bool(codings(headers.get("content-encoding", "")))


class Version(NamedTuple):
    """What tells one version of a file from another: `etag` and `modified` as they were sent,
    `validator` the one that is strong, if one is.
    """

    etag: str = ""
    modified: str = ""
    validator: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Version:
        """Read the validators of an answer.

        A strong ETag is one. A date is where there is no ETag at all (RFC 9110 §13.1.5), and the
        answer's own Date is later by so much that the file cannot have changed twice within its
        second (§8.8.2.2).
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
        """Whether another answer is of this version (§15.3.7.3): it has the strong validator, and
        nothing that speaks against it.
        """
        etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
        if self.validator is None or self.validator not in {etag, modified}:
            return False
        return etag == self.etag and (modified == self.modified or not modified or not self.modified)


def _seconds_between(earlier: str, later: str) -> float:
    """Seconds from one HTTP date to another, negative where either is none."""
    from email.utils import parsedate_to_datetime

    try:
        return (parsedate_to_datetime(later) - parsedate_to_datetime(earlier)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return -1.0


class Received(NamedTuple):
    """How far a download has come, and what is needed to go on.

    `done` and `total` are bytes; `end` is where the part that is being read stops, None for an
    answer that is no part; `version` is of the file, and `ranges` tells whether the server gives
    parts of it. `coded` bodies are decoded on the way, so that what comes is not what was
    announced.
    """

    done: int = 0
    total: int | None = None
    end: int | None = None
    version: Version = Version()
    ranges: bool = False
    coded: bool = False

    @property
    def whole(self) -> bool:
        """Whether as many bytes came as the server announced; where it announced nothing, the end
        of the answer is the end of the file.
        """
        return self.end is None if self.total is None else self.done == self.total

    @property
    def part_over(self) -> bool:
        """Whether the server gave a part, and all of it came."""
        return self.done == self.end

    @property
    def counted(self) -> bool:
        """Whether the server announced how many bytes it sends."""
        return self.total is not None or self.end is not None

    @property
    def resumable(self) -> bool:
        """Whether the rest can be asked for, so that both are of one version."""
        return self.ranges and self.version.validator is not None

    def headers(self) -> dict[str, str]:
        """The headers that ask for the rest (RFC 9110 §14.2, §13.1.5)."""
        if not self.done or self.version.validator is None:
            return {}
        return {"range": f"bytes={self.done}-", "if-range": self.version.validator}

    def opened(self, status: int, headers: Mapping[str, str]) -> Received | None:
        """Where the body of an answer begins: at `done` for the part that was asked for, at 0 for
        the whole.

        None for an answer that does not go with what came before: the file is to be asked for anew.
        Raises StreamTruncatedError for a range that was not asked for, and for an answer that is
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
        """Read a 416 (§15.5.17): where it is of this version, and that has as many bytes as came,
        it is whole.
        """
        match = _UNSATISFIED.fullmatch(headers.get("content-range", "").strip())
        if match is None or int(match[1]) != self.done or not self.version.is_of(headers):
            return None
        return self._replace(total=self.done, end=self.done)

    def _part(self, headers: Mapping[str, str]) -> Received | None:
        match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if match is None:  # several parts have theirs inside
            raise _other_range()
        first, end, total = int(match[1]), int(match[2]) + 1, None if match[3] == "*" else int(match[3])
        length = _length(headers)
        # Some servers say by an empty part that there is no more.
        empty = self.done > 0 and self.total is None and end == first and total in {None, end} and length == 0
        contradicts = (end <= first and not empty) or (total is not None and end > total)
        if first != self.done or contradicts or length not in {None, end - first}:
            raise _other_range()
        if not self.done:
            if is_coded(headers):
                raise StreamTruncatedError("the server answered a part of a compressed body unasked")
            return Received(0, total, end, Version.of(headers), ranges=True)
        if not headers.get("etag") and not headers.get("last-modified"):
            raise StreamTruncatedError(
                "the server does not say of which version the rest is that it answered"
            )
        other_total = self.total is not None and total not in {None, self.total}
        if is_coded(headers) or not self.version.is_of(headers) or other_total:
            return None
        known = self.total if total is None else total
        if known is not None and end > known:
            raise _other_range()
        return self._replace(total=end if empty else known, end=end)

    def more(self, size: int) -> Received:
        """After `size` more bytes. Raises ResponseInvalidError for more than were announced."""
        done = self.done + size
        most = self.total if self.end is None else self.end
        if most is not None and done > most:
            raise ResponseInvalidError(f"the server sent more than the {most:,} bytes that it announced")
        return Received(done, self.total, self.end, self.version, self.ranges, self.coded)

    def cut(self, why: str = "") -> StreamTruncatedError:
        """The error for a body that ended here."""
        announced = f" of {self.total:,}" if self.total is not None else ""
        error = StreamTruncatedError(f"the download ended after {self.done:,}{announced} bytes{why}")
        error.bytes = self.done
        error.resumable = self.resumable
        return error


def _other_range() -> StreamTruncatedError:
    return StreamTruncatedError("the server answered another range than the one asked for")


def _length(headers: Mapping[str, str]) -> int | None:
    length = headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) else None


@dataclass(frozen=True, slots=True)
class Download:
    """A finished download: where it is (None for a file object of the caller's), how long, and of which type."""

    path: str | None
    bytes: int
    content_type: str
