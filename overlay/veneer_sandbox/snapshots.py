"""Save copies of the whole state under names: in memory, or as files that outlive the process."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .store import StoreError, opened

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

# A file's name has two characters per byte of the snapshot's name, and file systems allow 255.
MAX_NAME: Final = 100
# Bytes of a snapshot's databases, unpacked: they can be restored without making every client wait.
MAX_SIZE: Final = 256 * 1024 * 1024
_SUFFIX: Final = ".zip"
# What `zipfile` raises for a damaged archive, or a file that is not an archive.
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True)
class Snapshots:
    """Snapshots by name, each a set of SQLite images from `Store.dump`.

    With a `folder`, each is a zip file there; its file name is hexadecimal, so no name is a path. Other files in the
    folder are not touched. Saving and loading are slow: call them off the event loop.
    """

    folder: Path | None = None
    _kept: dict[str, Mapping[str, bytes]] = field(init=False, repr=False, default_factory=dict)

    def names(self) -> list[str]:
        """Return the names, sorted."""
        return sorted(self._kept if self.folder is None else self._found(self.folder))

    def save(self, name: str, images: Mapping[str, bytes]) -> None:
        """Save images under a name, replacing the snapshot of that name.

        Raises ValueError for an empty or long name and for images that are too large, OSError if the file cannot be
        written.
        """
        if not 0 < len(name.encode()) <= MAX_NAME:
            raise ValueError(f"a snapshot's name has 1 to {MAX_NAME} bytes")
        _check_size(sum(map(len, images.values())), "the state")
        if self.folder is None:
            self._kept[name] = images
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # A process that dies while writing leaves the earlier snapshot intact.
        descriptor, draft = tempfile.mkstemp(".part", dir=self.folder)
        try:
            with (
                os.fdopen(descriptor, "wb") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            ):
                for base, image in images.items():
                    archive.writestr(f"{base.encode().hex() or 'main'}.sqlite3", image)
            Path(draft).replace(self._file(self.folder, name))
        except BaseException:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
            raise

    def load(self, name: str) -> dict[str, sqlite3.Connection]:
        """Open the databases of a snapshot. Raises KeyError if there is none, ValueError if its file is damaged."""
        if self.folder is None:
            return opened(self._kept[name], trusted=True)
        file = self._file(self.folder, name)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                # A small archive can claim to be a very large one.
                _check_size(sum(entry.file_size for entry in entries), "it")
                return opened({_base(entry.filename): archive.read(entry) for entry in entries})
        except FileNotFoundError:
            raise KeyError(name) from None
        except OSError as error:
            raise ValueError(f"snapshot {name!r} cannot be read: {error.strerror}") from None
        except StoreError as error:
            raise ValueError(f"snapshot {name!r} cannot be restored: {error}") from None
        except _UNREADABLE as error:
            raise ValueError(f"the file of snapshot {name!r} is damaged: {error}") from None

    def remove(self, name: str) -> None:
        """Remove a snapshot. Raises KeyError if there is none."""
        if self.folder is None:
            del self._kept[name]
            return
        try:
            self._file(self.folder, name).unlink()
        except FileNotFoundError:
            raise KeyError(name) from None

    @staticmethod
    def _file(folder: Path, name: str) -> Path:
        if len(name.encode()) > MAX_NAME:
            raise KeyError(name)
        return folder / f"{name.encode().hex()}{_SUFFIX}"

    @staticmethod
    def _found(folder: Path) -> Iterator[str]:
        for file in folder.glob(f"*{_SUFFIX}"):
            # Another program's file, whose name is not a snapshot's.
            with contextlib.suppress(ValueError):
                name = bytes.fromhex(file.stem).decode()
                if name and file.stem == name.encode().hex() and file.is_file():
                    yield name


def _check_size(size: int, what: str) -> None:
    if size > MAX_SIZE:
        raise StoreError(f"{what} has {size:,} bytes, and a snapshot at most {MAX_SIZE:,}")


def _base(entry: str) -> str:
    stem, dot, suffix = entry.partition(".")
    if f"{dot}{suffix}" != ".sqlite3":
        raise StoreError("it is not a snapshot of a sandbox")
    try:
        return "" if stem == "main" else bytes.fromhex(stem).decode()
    except ValueError:
        raise StoreError("it is not a snapshot of a sandbox") from None
