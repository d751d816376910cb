"""Uploads and downloads as values: how long a body is, where to go on, whether all of it came."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from veneer._core.errors import ConfigurationError, StreamTruncatedError

__all__ = [
    "Download",
    "Progress",
    "Received",
    "Tracked",
    "body_length",
    "is_coded",
    "opened",
    "place",
]

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and, where it is known, the bytes in all."""

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.ASCII)


def body_length(source: Any) -> int | None:
    """Bytes from a seekable file's position to its end; None for anything else."""
    try:
        here = source.tell()
        end = source.seek(0, os.SEEK_END)
        source.seek(here)
    except (AttributeError, OSError, ValueError):
        return None
    return int(end) - int(here)


class Tracked:
    """A file that tells `progress` how much of it was read; rewinding (for a retry) is told too."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._start = file.tell() if file.seekable() else 0
        self._total = body_length(file)
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """Read, and tell."""
        piece = self._file.read(size)
        if piece:
            self._done += len(piece)
            self._progress(self._done, self._total)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, without telling: only reads are progress."""
        position = self._file.seek(offset, whence)
        self._done = max(0, position - self._start)
        return position

    def tell(self) -> int:
        """The file's position."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Whether the file can be rewound."""
        return self._file.seekable()

    def fileno(self) -> int:
        """The file's descriptor, by which the engine finds its size."""
        return self._file.fileno()


@contextlib.contextmanager
def opened(content: Any, progress: Progress | None = None) -> Iterator[Any]:
    """Open a path for the time of a call, and have `progress` told of what is read from it: a path, file, bytes or iterator (of bytes)."""
    with contextlib.ExitStack() as stack:
        if isinstance(content, os.PathLike):
            content = stack.enter_context(open(content, "rb"))  # noqa: PTH123  # any PathLike, not only Path
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


def is_coded(headers: Mapping[str, str]) -> bool:
    """Whether a body is compressed, asked for or not (RFC 9110 §8.4)."""
    return headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


@dataclass(frozen=True, slots=True)
class Received:
    """How far a download has come, and what is needed to go on.

    `done` and `total` are bytes, `validator` is strong and only there where the server gives ranges; `coded` bodies are decoded on the way, so that what comes is not what was announced.
    """

    done: int = 0
    total: int | None = None
    validator: str | None = None
    coded: bool = False

    @property
    def whole(self) -> bool:
        """Whether as many bytes came as the server announced, if it did."""
        return self.total is None or self.done == self.total

    def headers(self) -> dict[str, str]:
        """The headers that ask for the rest (RFC 9110 §14.2, §13.1.5)."""
        if not self.done or self.validator is None:
            return {}
        return {"range": f"bytes={self.done}-", "if-range": self.validator}

    def opened(self, status: int, headers: Mapping[str, str]) -> Received:
        """Where the body of an answer begins: at `done` for a matching 206, at 0 for anything else.

        Raises StreamTruncatedError for a range that was not asked for.
        """
        if status == 206:
            match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
            total = None if match is None or match[3] == "*" else int(match[3])
            fits = match is not None and int(match[1]) == self.done
            if not fits or (self.total is not None and total not in {None, self.total}):
                raise StreamTruncatedError("the server answered another range than the one asked for")
            return Received(self.done, self.total if total is None else total, self.validator)
        if is_coded(headers):
            return Received(coded=True)
        length = headers.get("content-length", "")
        return Received(0, int(length) if length.isdecimal() else None, _validator(headers))

    def more(self, size: int) -> Received:
        """After `size` more bytes."""
        return Received(self.done + size, self.total, self.validator, self.coded)

    def cut(self) -> StreamTruncatedError:
        """The error for a body that ended here."""
        announced = f" of {self.total:,}" if self.total is not None else ""
        error = StreamTruncatedError(f"the download ended after {self.done:,}{announced} bytes")
        error.bytes = self.done
        error.resumable = self.validator is not None
        return error


def _validator(headers: Mapping[str, str]) -> str | None:
    """A strong ETag, else Last-Modified, of a server that says that it gives ranges."""
    if headers.get("accept-ranges", "").strip().lower() != "bytes":
        return None
    etag = headers.get("etag", "").strip()
    return etag if etag.startswith('"') else headers.get("last-modified")


@dataclass(frozen=True, slots=True)
class Download:
    """A finished download: where it is (None for a file object of the caller's), how long, and of which type."""

    path: str | None
    bytes: int
    content_type: str


def place(to: str | os.PathLike[str], tag: str) -> tuple[str, str | None]:
    """The file that a download goes to, links followed, and the hidden name beside it under which it grows.

    No hidden name for what must be written to and not replaced: /dev/null, /dev/stdout, a named pipe. Raises ConfigurationError where `to` is a folder, or in none.
    """
    path = os.path.realpath(to)
    folder, name = os.path.split(path)
    if not name or os.path.isdir(path):  # noqa: PTH112
        raise ConfigurationError(f"to= must name a file, and {os.fspath(to)!r} is a folder")
    if not os.path.isdir(folder):  # noqa: PTH112
        raise ConfigurationError(f"to= is in a folder that does not exist: {folder!r}")
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        return path, None
    return path, os.path.join(folder, f".{name}.{tag}.part")  # noqa: PTH118
