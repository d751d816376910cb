"""Update a project's scaffolding to this version: three-way merges, file by file."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import veneer
from veneer_codegen import contracts
from veneer_codegen.errors import CodegenError
from veneer_codegen.scaffold import add, edits, place, project, record

Fate = Literal["new", "changed", "merged", "conflict", "removed", "kept"]
_MOST_SHOWN: Final = 40


@dataclass(frozen=True)
class FileUpdate:
    """The outcome for one file: its new text (None: removed), and the rejected hunks as a patch."""

    path: str
    fate: Fate
    text: str | None = None
    rejected: str = ""


@dataclass(frozen=True)
class Update:
    """The changes of a newer version.

    `records` are the new records by path; `adopts`: there were none.
    """

    root: Path
    since: tuple[str, ...]
    files: tuple[FileUpdate, ...]
    records: Mapping[str, str]
    adopts: bool = False
    by_hand: tuple[str, ...] = ()
    """Missing or conflicting settings of a repository that no edit can fix."""

    @property
    def changes(self) -> tuple[FileUpdate, ...]:
        """The files that are written or removed."""
        return tuple(one for one in self.files if one.fate != "kept")


def find(folder: Path, *, adopt: bool = False, say: Callable[[str], None] = lambda _: None) -> Update:
    """Return the changes that this version would make to the project in `folder`.

    Nothing is written.

    With `adopt`, for a project without a record, that is the whole difference, and a new record.
    Raises UsageError if there is no project or no record, and CodegenError if the contract cannot
    be read.
    """
    root = folder.resolve()
    if not (root / contracts.LIST).is_file():
        raise project.UsageError(
            f"{root} is not a project: there is no {contracts.LIST}; name one with --into"
        )
    if shutil.which("git") is None:
        raise project.UsageError("git is needed to merge lines: install it")
    listed = {one.package.rpartition(".")[2]: one for one in contracts.read(root)}
    records = {} if adopt else record.read(root)
    if adopt and (there := [path for path in (root / record.FOLDER).glob("*.json") if path.stem in listed]):
        _check_damaged(root, there[0])
    if not records and not adopt:
        raise project.UsageError(
            f"{root} has no record of the written files ({record.FOLDER}/): see how it differs with"
            " `veneer update --adopt`, take what you want of that, then begin a record with `veneer update --adopt --apply`"
        )
    files: list[FileUpdate] = []
    texts: dict[str, str] = {}
    by_hand: list[str] = []
    for name in listed if adopt else records:
        if name not in listed:
            raise project.UsageError(
                f"{record.FOLDER}/{name}.json is of a contract that {contracts.LIST} no longer lists: remove it"
            )
        base = records.get(name) or record.Record(
            veneer.__version__, {}, existing=bool(contracts.packages(root))
        )
        say(f"{name}: writing what veneer {veneer.__version__} writes")
        now, want = written(root, name, listed[name], base)
        if base.existing:  # the repository may have its own file in the place of a new one
            now = {
                path: text for path, text in now.items() if path in base.files or not (root / path).exists()
            }
        found = _differences(root, now) if adopt else _merged(root, base.files, now)
        files += [one for one in found if one.path not in {other.path for other in files}]
        if base.existing and base.veneer != veneer.__version__:
            asked = edits.find(place.find(root), want)
            by_hand += asked.by_hand
            files += [FileUpdate(path, "changed", text) for path, text in asked.texts.items()]
        text = record.dump(replace(base, veneer=veneer.__version__, files=now))
        if adopt or now != base.files or base.veneer != veneer.__version__:
            texts[record.path_of(root, name).relative_to(root).as_posix()] = text
    since = tuple(dict.fromkeys(one.veneer for one in records.values()))
    return Update(root, since, tuple(files), texts, adopt, tuple(dict.fromkeys(by_hand)))


def _check_damaged(root: Path, path: Path) -> None:
    """Raise UsageError if a readable record exists."""
    try:
        record.read(root)
    except CodegenError:
        return
    raise project.UsageError(
        f"{path.relative_to(root).as_posix()} exists: run `veneer update` without --adopt"
    )


def written(
    root: Path, name: str, listed: contracts.Contract, base: record.Record
) -> tuple[dict[str, str], edits.Wanted]:
    """Return the scaffolding that this version writes, by the project's paths, and its needs."""
    with tempfile.TemporaryDirectory(prefix="veneer-update-") as scratch:
        made, stage = Path(scratch) / "made", Path(scratch) / "stage"
        made.mkdir()
        name_then = base.choices.get("project") or _distribution(root, name)
        project.rebuild(name_then, listed, made, base.choices)
        layout = replace(place.find(root), tests=base.tests)
        want = edits.wanted(place.settings(made), name, f"{name}_generated", layout)
        if not base.existing:
            return record.scaffolding(made), want
        add.arrange(made, stage, name, layout, base.scripts)
        return record.of(add.texts(stage)), want


def _distribution(root: Path, name: str) -> str:
    """Return the project's name as written: `acme-shop` for the package acme_shop."""
    own = str(place.table(place.settings(root), "project").get("name", ""))
    return own if own.replace("-", "_") == name else name


def _differences(root: Path, now: Mapping[str, str]) -> Iterator[FileUpdate]:
    for path, text in now.items():
        there = _text(root / path)
        if there != text:
            yield FileUpdate(path, "new" if there is None else "changed", text)


def _merged(root: Path, base: Mapping[str, str], now: Mapping[str, str]) -> Iterator[FileUpdate]:
    """Return three-way merges of all files.

    Files that the owner removed are not restored. Files that are no longer written are removed
    unless they were changed.
    """
    for path in dict.fromkeys([*now, *base]):
        old, new, own = base.get(path), now.get(path), _text(root / path)
        if new in {old, own}:
            continue
        if own is None and old is not None:
            yield FileUpdate(path, "kept")
        elif own is None:
            yield FileUpdate(path, "new", new)
        elif new is None:
            yield FileUpdate(path, "removed" if own == old else "kept")
        elif own == old:
            yield FileUpdate(path, "changed", new)
        else:
            yield _merge(path, own, old or "", new)


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode() if path.is_file() else None
    except UnicodeDecodeError:
        raise CodegenError(f"{path}: not UTF-8: mend it first") from None


def _merge(path: str, own: str, old: str, new: str) -> FileUpdate:
    """Merge with git.

    The owner's lines win conflicts; the rejected hunks are returned as a patch.
    """
    texts = {"own": own, "old": old, "new": new}
    with tempfile.TemporaryDirectory(prefix="veneer-merge-") as scratch:
        for name, text in texts.items():
            (Path(scratch) / name).write_bytes(text.encode())
        ours, theirs = (_git(scratch, "merge-file", "-p", f"--{side}", *texts) for side in ("ours", "theirs"))
    if ours == theirs:
        return FileUpdate(path, "merged", ours)
    return FileUpdate(path, "conflict", ours, _diff({path: ours}, {path: theirs}))


def _git(folder: str, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607  # the merge tool, on files just written
    if done.returncode < 0 or done.returncode > 127:
        raise CodegenError(f"git cannot merge: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode()


def _diff(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> str:
    """Return the difference of two sets of files as a patch for `git apply`.

    None is a missing file.
    """
    with tempfile.TemporaryDirectory(prefix="veneer-diff-") as scratch:
        for side, texts in (("a", before), ("b", after)):
            (Path(scratch) / side).mkdir()
            for path, text in texts.items():
                if text is not None:
                    target = Path(scratch) / side / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(text.encode())
        return _git(
            scratch, "-c", "core.quotePath=off", "diff", "--no-index", "--no-color", "--no-prefix", "a", "b"
        )


def patch(found: Update) -> Iterator[str]:
    """Yield the changes as lines of a patch for `git apply`, with rejected hunks as FILE.rej."""
    after = _results(found)
    before = {path: _text(found.root / path) for path in after}
    text = _diff(before, after)
    if text:
        yield from re.sub(r"\n\Z", "", text).split("\n")


def _results(found: Update) -> dict[str, str | None]:
    if found.adopts:
        return {one.path: one.text for one in found.changes}
    results: dict[str, str | None] = {}
    for one in found.changes:
        results[one.path] = one.text
        if one.rejected:
            results[f"{one.path}.rej"] = one.rejected
    return results | dict(found.records)


def write(found: Update) -> None:
    """Write the whole update, or nothing. Adopting only writes the record."""
    results = dict(found.records) if found.adopts else _results(found)
    new = {
        path: text for path, text in results.items() if text is not None and not (found.root / path).exists()
    }
    edited = {path: text for path, text in results.items() if text is not None and path not in new}
    add.write(add.Addition(found.root, new, add.changes(found.root, edited), ()))
    for path, text in results.items():
        if text is None:
            (found.root / path).unlink()


def exit_code(found: Update, *, applied: bool) -> int:
    """Return 0 if nothing is left to do, else 1."""
    if applied:
        return int(any(one.fate == "conflict" for one in found.files))
    return int(bool(found.changes or (found.records and not found.adopts)))


def report(found: Update, *, applied: bool) -> Iterator[str]:
    """Yield lines about the outcome for each file, and the next command."""
    if found.adopts:
        yield from _adopted(found, applied=applied)
        return
    since = f" (written by {', '.join(found.since)})" if found.since else ""
    if not found.changes and not found.records:
        yield f"veneer {veneer.__version__} would write the same files{since}: nothing to do"
        return
    words = {
        "new": "new",
        "changed": "changed",
        "merged": "merged with your changes",
        "conflict": f"your lines were kept; rejected changes are in {{path}}.rej{'' if applied else ' of the patch'}",
        "removed": "no longer written: removed",
        "kept": "kept as yours, though veneer now writes it differently",
    }
    for one in found.files[:_MOST_SHOWN]:
        yield f"{one.path}: {words[one.fate].format(path=one.path)}"
    if len(found.files) > _MOST_SHOWN:
        yield f"and {len(found.files) - _MOST_SHOWN} files more"
    yield from (f"by hand: {line}" for line in found.by_hand)
    if not found.changes:
        yield "only the record of the written files changes"
    if not applied:
        yield "nothing was written; next: `veneer update --apply`, or save this patch and `git apply` it"
        return
    conflicts = [one.path for one in found.files if one.fate == "conflict"]
    if conflicts:
        yield f"next: look at {', '.join(f'{path}.rej' for path in conflicts)}, apply the changes that you want, and remove them"
    yield "next: reinstall the project if its requirements changed, regenerate (`make generate`), then run its checks (`make check`)"


def _adopted(found: Update, *, applied: bool) -> Iterator[str]:
    if applied:
        yield f"the record begins: {', '.join(found.records)}; keep it in version control"
        yield "next: `veneer update` after each upgrade of veneer"
        return
    yield (
        f"{len(found.changes)} files differ from what veneer {veneer.__version__} writes: apply the changes of the patch that you want"
        if found.changes
        else f"nothing differs from what veneer {veneer.__version__} writes"
    )
    yield "next: `veneer update --adopt --apply` starts the record, and changes nothing else"
