"""Keep copies of the whole state under names: in memory, or as files that outlive the process."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# A file's name holds two characters for each byte of a snapshot's, and file systems end at 255.
MAX_NAME: Final = 100
_SUFFIX: Final = ".zip"


@dataclass(slots=True)
class Snapshots:
    """Snapshots by name, each a set of SQLite images as `Store.dump` makes them.

    With a `folder` each is a zip file there; its name on disk is hexadecimal, so no name is a path.
    """

    folder: Path | None = None
    _kept: dict[str, Mapping[str, bytes]] = field(init=False, repr=False, default_factory=dict)

    def names(self) -> list[str]:
        """What there is, sorted."""
        return sorted(self._kept if self.folder is None else self._found(self.folder))

    def save(self, name: str, images: Mapping[str, bytes]) -> None:
        """Keep these images, in place of what had the name. Raises ValueError for an empty or long name."""
        if not 0 < len(name.encode()) <= MAX_NAME:
            raise ValueError(f"a snapshot's name has 1 to {MAX_NAME} bytes")
        if self.folder is None:
            self._kept[name] = images
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(self.folder, name)
        # A process that dies while it writes leaves the earlier snapshot as it was.
        draft = file.with_suffix(".part")
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for base, image in images.items():
                archive.writestr(f"{base.encode().hex() or 'main'}.sqlite3", image)
        draft.replace(file)

    def load(self, name: str) -> Mapping[str, bytes]:
        """The images of a snapshot. Raises KeyError when there is none, ValueError when its file is damaged."""
        if self.folder is None:
            return self._kept[name]
        try:
            with zipfile.ZipFile(self._file(self.folder, name)) as archive:
                return {_base(entry): archive.read(entry) for entry in archive.namelist()}
        except FileNotFoundError:
            raise KeyError(name) from None
        except zipfile.BadZipFile as error:
            raise ValueError(f"the file of snapshot {name!r} is damaged: {error}") from None

    def remove(self, name: str) -> None:
        """Forget a snapshot. Raises KeyError when there is none."""
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
            yield bytes.fromhex(file.stem).decode()


def _base(entry: str) -> str:
    stem = entry.removesuffix(".sqlite3")
    return "" if stem == "main" else bytes.fromhex(stem).decode()
