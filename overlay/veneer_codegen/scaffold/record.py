"""Keep what was written into a project, so that a later veneer can tell its own lines from the owner's."""

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
    """What was written, as text by path, by which version.

    `scripts` and `tests` are the folders, where an existing repository has its own.
    """

    veneer: str
    files: Mapping[str, str]
    scripts: str = "scripts"
    tests: str = "tests"
    existing: bool = field(default=False)
    """Whether the project was added to a repository that was there (`veneer add`)."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What was chosen then besides the contract: `project` (its name), `asked_licence`, `repository`."""


def path_of(root: Path, name: str) -> Path:
    """Return where the record of a contract's package is."""
    return root / FOLDER / f"{name}.json"


def scaffolding(root: Path) -> dict[str, str]:
    """Return the files of a project that are neither contract nor derived from it, as text by path."""
    files = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return of(files)


def of(files: Mapping[str, str]) -> dict[str, str]:
    """Return which of the files that were written are scaffolding."""
    derived = {PurePosixPath(path).parent.name for path in files if path.endswith(f"/{lock.NAME}")}
    return {path: text for path, text in files.items() if _is_scaffolding(path, text, derived)}


def _is_scaffolding(path: str, text: str, derived: set[str]) -> bool:
    first, *others = PurePosixPath(path).parts
    if first == "openapi":  # the contract, and what its owner says about it
        return others == ["README.md"]
    if first in {FOLDER, contracts.GENERATED} or pages.is_ours(text):
        return False
    return not {"_sync", *derived}.intersection((first, *others))


def made(files: Mapping[str, str], project: str, scripts: str, tests: str) -> Record:
    """Return the record of what this veneer adds to a repository."""
    return Record(veneer.__version__, files, scripts, tests, existing=True, choices={"project": project})


def write(root: Path, name: str, choices: Mapping[str, str]) -> None:
    """Write the record of a project that was just made."""
    target = path_of(root, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(dump(Record(veneer.__version__, scaffolding(root), choices=choices)), encoding="utf-8")


def dump(record: Record) -> str:
    """Return a record as JSON: a line of text is a line of it, so that its differences can be read."""
    value = {
        "about": "What veneer wrote here: `veneer update` compares with it. Keep it in version control.",
        "veneer": record.veneer,
        **({"existing": True, "scripts": record.scripts, "tests": record.tests} if record.existing else {}),
        **({"choices": dict(record.choices)} if record.choices else {}),
        "files": {path: text.split("\n") for path, text in sorted(record.files.items())},
    }
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def read(root: Path) -> dict[str, Record]:
    """Return the records of a project by package name. Raises CodegenError for one that cannot be read."""
    found = {}
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            found[path.stem] = _loaded(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise CodegenError(
                f"{path.relative_to(root).as_posix()} is damaged: take it from version control, or `veneer update --adopt`"
            ) from None
    return found


def _loaded(value: Any) -> Record:
    files = {str(name): "\n".join(lines) for name, lines in value["files"].items()}
    where = {key: value.get(key, key) for key in ("scripts", "tests")}
    if any(not _is_inside(one) for one in (*files, *where.values())):
        raise ValueError("a path that leads out of the project")
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
