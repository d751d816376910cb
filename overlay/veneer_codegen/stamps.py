"""What was proven of a project, by the checksum of everything that the proof read.

`make generate` and `make drift` keep it in `.cache/veneer/stamps.json`, which is never checked in. A
stamp holds only for equal bytes: of the project, of this package, and of the names and versions of
all installed packages. Times of files decide nothing. `--fresh` and `--full` use no stamps.

This module imports nothing that an unchanged project does not need.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

FOLDER: Final = ".cache/veneer"
FILE: Final = f"{FOLDER}/stamps.json"
_SKIPPED: Final = frozenset({"__pycache__", "node_modules"})
_MOST_FILES: Final = 50_000
_MOST_BYTES: Final = 200_000_000
_CHUNK: Final = 1 << 20


class Stamps:
    """The stamps of the project below `root`. Without a root nothing is known or kept."""

    def __init__(self, root: Path | None = None) -> None:
        self.folder = root / FOLDER if root else None
        self._path = root / FILE if root else None
        self._known: dict[str, Any] = {}
        self._changed = False
        if self._path:
            with contextlib.suppress(OSError, ValueError):
                found = json.loads(self._path.read_bytes())
                self._known = found if isinstance(found, dict) else {}

    def get(self, name: str, digest: str) -> Any:
        """Return the value that was put for these bytes, else None."""
        known = self._known.get(name)
        return known[1] if digest and isinstance(known, list) and known[:1] == [digest] else None

    def put(self, name: str, digest: str, value: Any = True) -> None:
        """Keep a value for these bytes. An empty digest is for bytes that cannot be proven."""
        if digest:
            self._known[name] = [digest, value]
            self._changed = True

    def save(self) -> None:
        """Write the stamps. A folder that cannot be written costs time, and is not an error."""
        if self._path and self._changed and make(self._path.parent):
            with contextlib.suppress(OSError):
                new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
                new.write_text(json.dumps(self._known), encoding="utf-8")
                new.replace(self._path)


def make(folder: Path) -> bool:
    """Make a folder that git leaves alone. Return False if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError:
        return False
    return True


def of(*parts: bytes | str) -> str:
    """Return one checksum of some parts, by their order and lengths."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


@cache
def environment() -> str:
    """Return one checksum of Python, and of the name and version of every installed package."""
    names = {name for place in sys.path for name in _listed(place or ".")}
    return of(sys.version, *sorted(name for name in names if name.endswith((".dist-info", ".egg-info"))))


@cache
def tools() -> str:
    """Return one checksum of the environment, of this package and of the runtime."""
    here = Path(__file__).parent
    return of(environment(), of_folders([here, here.with_name("veneer")]))


def _listed(place: str) -> list[str]:
    with contextlib.suppress(OSError):
        return os.listdir(place)  # noqa: PTH208  # names alone, of paths that may be archives
    return []


def of_project(root: Path, also: Iterable[str] = ()) -> str:
    """Return one checksum of a project's files, and of more files, which may be outside it.

    It is empty if they cannot be proven: a link to a folder, or too much to read each time.
    Environments, caches and hidden folders are left out: no check reads them.
    """
    try:
        more = [of(path, (root / path).read_bytes()) for path in sorted(also)]
    except OSError:
        return ""
    files = of_folders([root])
    return of(tools(), files, *more) if files else ""


def of_folders(folders: Iterable[Path], without: Collection[str] = ()) -> str:
    """Return one checksum of all files below some folders, by their paths; "" if one cannot be read.

    `without` are paths below a folder that are left out.
    """
    digest = hashlib.sha256()
    count = size = 0
    try:
        for folder in folders:
            for name, path in _files(str(folder), ""):
                if name in without:
                    continue
                digest.update(name.encode() + b"\0")
                before = size
                with open(path, "rb") as file:  # noqa: PTH123  # a thousand times: half the time of Path's
                    while data := file.read(_CHUNK):
                        digest.update(data)
                        size += len(data)
                digest.update(b"\0%d\0" % (size - before))
                count += 1
                if count > _MOST_FILES or size > _MOST_BYTES:
                    return ""
            digest.update(b"\0\0")
    except (OSError, UnicodeEncodeError):
        return ""
    return digest.hexdigest()


def _files(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the files below a folder by relative path, in order. Raises OSError for a linked folder."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if any(entry.name == "pyvenv.cfg" for entry in found):
        return
    for entry in found:
        name = entry.name
        if name.startswith(".") or name in _SKIPPED or name.endswith(".egg-info"):
            continue
        if entry.is_file():
            yield f"{prefix}{name}", entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{prefix}{name}/")
        else:
            raise OSError(f"{entry.path} is neither a file nor a folder")
