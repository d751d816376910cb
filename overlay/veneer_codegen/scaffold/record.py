"""Record the files written into a project, so that later versions know them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import veneer
from veneer_codegen import contracts, lock, pages
from veneer_codegen.errors import CodegenError

FOLDER: Final = ".veneer"


@dataclass(frozen=True)
class Record:
    """The written files, as text by path, and the version that wrote them.

    `scripts` and `tests` are the folders of an existing repository.
    """

    veneer: str
    files: Mapping[str, str]
    scripts: str = "scripts"
    tests: str = "tests"
    existing: bool = field(default=False)
    """Whether the project was added to an existing repository (`veneer add`)."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """The choices beside the contract: `project` (its name), `asked_licence`, `repository`."""


def path_of(root: Path, name: str) -> Path:
    """Return the path of a package's record."""
    return root / FOLDER / f"{name}.json"


def scaffolding(root: Path) -> dict[str, str]:
    """Return a project's files that are neither contract nor derived, as text by path."""
    files = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return of(files)


def of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the scaffolding among written files."""
    derived = {PurePosixPath(path).parent.name for path in files if path.endswith(f"/{lock.NAME}")}
    return {path: text for path, text in files.items() if _is_scaffolding(path, text, derived)}


def _is_scaffolding(path: str, text: str, derived: set[str]) -> bool:
    first, *others = PurePosixPath(path).parts
    if first == "openapi":  # the contract, and its owner's files about it
        return others == ["README.md"]
    if first in {FOLDER, contracts.GENERATED} or pages.is_ours(text):
        return False
    return not {"_sync", *derived}.intersection((first, *others))


def made(files: Mapping[str, str], project: str, scripts: str, tests: str) -> Record:
    """Return the record of an addition to a repository."""
    return Record(veneer.__version__, files, scripts, tests, existing=True, choices={"project": project})


def write(root: Path, name: str, choices: Mapping[str, str]) -> None:
    """Write the record of a new project."""
    target = path_of(root, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(dump(Record(veneer.__version__, scaffolding(root), choices=choices)), encoding="utf-8")


def dump(record: Record) -> str:
    """Return a record as JSON, with one line per line of text, so that diffs are readable."""
    value = {
        "about": "The files that veneer wrote. `veneer update` compares with them. Keep this file in version control.",
        "veneer": record.veneer,
        **({"existing": True, "scripts": record.scripts, "tests": record.tests} if record.existing else {}),
        **({"choices": dict(record.choices)} if record.choices else {}),
        "files": {path: text.split("\n") for path, text in sorted(record.files.items())},
    }
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def read(root: Path) -> dict[str, Record]:
    """Return the records of a project by package name.

    Raises CodegenError for one that cannot be read.
    """
    found = {}
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            found[path.stem] = _loaded(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise CodegenError(
                f"{path.relative_to(root).as_posix()} is damaged: restore it from version control, or run `veneer update --adopt`"
            ) from None
    return found


def _loaded(value: Any) -> Record:
    files = {str(name): "\n".join(lines) for name, lines in value["files"].items()}
    where = {key: value.get(key, key) for key in ("scripts", "tests")}
    if any(not _is_inside(one) for one in (*files, *where.values())):
        raise ValueError("a path outside the project")
    choices = {str(key): str(one) for key, one in value.get("choices", {}).items()}
    existing = value.get("existing") is True
    return Record(str(value["veneer"]), files, **where, existing=existing, choices=choices)


def _is_inside(path: Any) -> bool:
    return (
        isinstance(path, str)
        and path != ""
        and not path.startswith("/")
        and ".." not in PurePosixPath(path).parts
    )
