"""Write a file that gets its name only when all of it is on the disk."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

from veneer._core.errors import ConfigurationError
from veneer._core.sources import is_text_file

__all__ = ["PartFile", "Place", "check_file", "commit", "growing", "place", "write_all"]


class Place(NamedTuple):
    """Where a download is written: its path with links followed, the hidden path beside it where
    it grows, and the status of an older file.

    There is no hidden path for files that must not be replaced: /dev/null, /dev/stdout, a named
    pipe.
    """

    path: str
    part: str | None
    older: os.stat_result | None


def place(to: str | bytes | os.PathLike[str] | os.PathLike[bytes], tag: str, option: str = "to=") -> Place:
    """Find the place of a file before anything is sent for it. Errors name the `option` that gave it.

    Raises ConfigurationError if `to` is a folder, is in a missing folder, has an invalid name, or
    is a file that must not be written.
    """
    name = os.fsdecode(to)
    try:
        path = os.path.realpath(name)
        older = _stat(name)
        folder = _stat(os.path.dirname(path))  # noqa: PTH120
    except OSError as error:
        # A link that leads to itself, a name that is too long, a file where a folder should be.
        raise ConfigurationError(f"{option} cannot be written: {error.strerror}: {name!r}") from None
    except ValueError:  # not quoted in the message
        raise ConfigurationError(f"{option} has a null character in its name") from None
    if not os.path.basename(name) or (older is not None and stat.S_ISDIR(older.st_mode)):  # noqa: PTH119
        raise ConfigurationError(f"{option} must name a file, and {name!r} is a folder")
    if older is not None:
        if not os.access(name, os.W_OK):
            raise ConfigurationError(f"{option} names a file that must not be written: {name!r}")
        # The target of a link in /dev or /proc may have no name that can be replaced.
        if not (stat.S_ISREG(older.st_mode) and _is(path, older)):
            return Place(name, None, older)
    elif folder is None or not stat.S_ISDIR(folder.st_mode):
        raise ConfigurationError(f"{option} is in a folder that does not exist: {os.path.dirname(path)!r}")  # noqa: PTH120
    return Place(path, _hidden(path, tag), older)


def _is(path: str, known: os.stat_result) -> bool:
    found = _stat(path)
    return found is not None and os.path.samestat(found, known)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None


def _hidden(path: str, tag: str) -> str:
    """Name a hidden file beside a path; 30 characters are short enough for every file system,
    however many bytes they take.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[:30]}.{tag}.part")  # noqa: PTH118


def check_file(file: Any) -> None:
    """Raise ConfigurationError for a file that bytes cannot be written to: closed, open for reading
    only, or in text mode.
    """
    if not hasattr(file, "write"):
        raise ConfigurationError("to= must be a path, or a file open in binary mode")
    if getattr(file, "closed", False) is True:
        raise ConfigurationError("to= is a file that is closed: pass it open, or its path")
    if is_text_file(file):
        raise ConfigurationError("to= is a file in text mode: open it with mode 'wb', or pass its path")
    if hasattr(file, "writable") and not file.writable():
        raise ConfigurationError("to= is a file that is not open for writing: open it with mode 'wb'")


def write_all(file: BinaryIO, data: bytes | memoryview) -> None:
    """Write all of it: an unbuffered file may take less at a time, and a file-like object
    may not say how much it took.
    """
    view = memoryview(data)
    while view:
        taken = cast("int | None", file.write(view))
        if taken is None and isinstance(file, io.RawIOBase):
            raise BlockingIOError(errno.EAGAIN, "to= is a non-blocking file, and takes no more for now")
        view = view[len(view) if taken is None else taken :]


class PartFile(io.FileIO):
    """A file that a thread writes to while a task may be cancelled and close it.

    Its descriptor is not closed during a write: its number could then be reused for another file.
    """

    def __init__(self, path: str, mode: int) -> None:
        self._busy = threading.Lock()
        super().__init__(path, "xb", opener=lambda path, flags: os.open(path, flags, mode))

    def write(self, data: Any, /) -> int:
        with self._busy:
            return super().write(data)

    def sync(self) -> None:
        """Wait until all of it is on the disk, if the file system supports that."""
        with self._busy:
            try:
                os.fsync(self.fileno())
            except OSError as error:
                if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
                    raise

    def close(self) -> None:
        with self._busy:
            super().close()


@contextlib.contextmanager
def growing(spot: Place, part: str) -> Iterator[PartFile]:
    """Open the hidden file for the duration of a block; it is removed if the block fails.

    Raises ConfigurationError if it cannot be created.
    """
    # Never with more permissions than the older file, not even for a moment.
    mode = 0o666 if spot.older is None else stat.S_IMODE(spot.older.st_mode) & 0o777
    try:
        file = PartFile(part, mode)
    except OSError as error:
        raise ConfigurationError(f"to= cannot be written: {error.strerror}: {spot.path!r}") from None
    try:
        with file:
            if spot.older is not None:
                _take_over(file.fileno(), spot.older, mode)
            yield file
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)  # noqa: PTH108
        raise


def _take_over(descriptor: int, older: os.stat_result, mode: int) -> None:
    """Set a new file's owner, group and permissions to those of an older one, as far as the
    system lets us (Windows has none).
    """
    if not hasattr(os, "fchown"):
        return
    made = os.fstat(descriptor)
    for owner, group in ((older.st_uid, -1), (-1, older.st_gid)):
        if owner not in {-1, made.st_uid} or group not in {-1, made.st_gid}:
            with contextlib.suppress(OSError):
                os.fchown(descriptor, owner, group)
    os.fchmod(descriptor, mode)


def commit(file: PartFile, part: str, path: str) -> None:
    """Rename a file once all of it is on the disk: a power cut leaves the older file or the
    new one, never a part.
    """
    file.sync()
    file.close()  # Windows cannot rename an open file
    os.replace(part, path)  # noqa: PTH105
    if hasattr(os, "O_DIRECTORY"):
        # The file is in place, even if its folder cannot be synced.
        with contextlib.suppress(OSError):
            folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)  # noqa: PTH120
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
