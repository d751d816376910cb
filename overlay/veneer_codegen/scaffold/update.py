"""Bring a project's scaffolding to what this veneer writes: its lines, the owner's and the new ones are merged, file by file."""

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
    """What becomes of one file: its new text (None: it goes), and the hunks that do not fit, as a patch of what was merged."""

    path: str
    fate: Fate
    text: str | None = None
    rejected: str = ""


@dataclass(frozen=True)
class Update:
    """What a newer veneer writes otherwise in a project; `records` are the new records by path, `adopts` whether there were none."""

    root: Path
    since: tuple[str, ...]
    files: tuple[FileUpdate, ...]
    records: Mapping[str, str]
    adopts: bool = False
    by_hand: tuple[str, ...] = ()
    """What a repository's own settings lack or say otherwise, and no edit can mend."""

    @property
    def changes(self) -> tuple[FileUpdate, ...]:
        """The files that are written or removed."""
        return tuple(one for one in self.files if one.fate != "kept")


def find(folder: Path, *, adopt: bool = False, say: Callable[[str], None] = lambda _: None) -> Update:
    """Find what this veneer would write otherwise in the project in `folder`. Nothing is written.

    With `adopt`, for a project without a record, the whole difference to what is written now is found, and a record that
    begins here. Raises UsageError where there is no project or no record, and CodegenError where the contract
    cannot be read.
    """
    root = folder.resolve()
    if not (root / contracts.LIST).is_file():
        raise project.UsageError(f"{root} is no project: there is no {contracts.LIST}; name one with --into")
    if shutil.which("git") is None:
        raise project.UsageError("git is needed, which merges the lines: install it")
    listed = {one.package.rpartition(".")[2]: one for one in contracts.read(root)}
    records = {} if adopt else record.read(root)
    if adopt and (there := [path for path in (root / record.FOLDER).glob("*.json") if path.stem in listed]):
        _check_damaged(root, there[0])
    if not records and not adopt:
        raise project.UsageError(
            f"{root} has no record of what was written ({record.FOLDER}/): see how it differs with"
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
        if base.existing:  # in the place of a new file the repository may have one of its own
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
    """Raise UsageError where a record is there and can be read."""
    try:
        record.read(root)
    except CodegenError:
        return
    raise project.UsageError(
        f"{path.relative_to(root).as_posix()} is there: run `veneer update` without --adopt"
    )


def written(
    root: Path, name: str, listed: contracts.Contract, base: record.Record
) -> tuple[dict[str, str], edits.Wanted]:
    """Return the scaffolding that this veneer writes for a contract, by the paths of this project, and what it asks of the settings."""
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
    """Return the project's name as it is written: `acme-shop` for the package acme_shop."""
    own = str(place.table(place.settings(root), "project").get("name", ""))
    return own if own.replace("-", "_") == name else name


def _differences(root: Path, now: Mapping[str, str]) -> Iterator[FileUpdate]:
    for path, text in now.items():
        there = _text(root / path)
        if there != text:
            yield FileUpdate(path, "new" if there is None else "changed", text)


def _merged(root: Path, base: Mapping[str, str], now: Mapping[str, str]) -> Iterator[FileUpdate]:
    """Merge each file three ways. What the owner removed stays away, what is no longer written goes where it was not changed."""
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
    """Merge with git: where lines conflict the owner's stay, and what would have replaced them is the rejected part."""
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
    """Return the difference of two sets of files as a patch that `git apply` takes; None is a file that is not there."""
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
    """Give what would be written as a patch that `git apply` takes, rejected hunks as FILE.rej, line by line."""
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
    """Write the update: all of it, or nothing. Adopting writes the record alone."""
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
    """Return 0 where nothing is left to do, else 1."""
    if applied:
        return int(any(one.fate == "conflict" for one in found.files))
    return int(bool(found.changes or (found.records and not found.adopts)))


def report(found: Update, *, applied: bool) -> Iterator[str]:
    """Say what becomes of each file, and what to run next, line by line."""
    if found.adopts:
        yield from _adopted(found, applied=applied)
        return
    since = f" (written by {', '.join(found.since)})" if found.since else ""
    if not found.changes and not found.records:
        yield f"veneer {veneer.__version__} writes what is there{since}: nothing to do"
        return
    words = {
        "new": "new",
        "changed": "changed",
        "merged": "merged with your changes",
        "conflict": f"your lines were kept; what does not fit is in {{path}}.rej{'' if applied else ' of the patch'}",
        "removed": "no longer written: removed",
        "kept": "left as you have it, though veneer writes it otherwise",
    }
    for one in found.files[:_MOST_SHOWN]:
        yield f"{one.path}: {words[one.fate].format(path=one.path)}"
    if len(found.files) > _MOST_SHOWN:
        yield f"and {len(found.files) - _MOST_SHOWN} files more"
    yield from (f"by hand: {line}" for line in found.by_hand)
    if not found.changes:
        yield "only the record of what was written changes"
    if not applied:
        yield "nothing was written; next: `veneer update --apply`, or save this patch and `git apply` it"
        return
    conflicts = [one.path for one in found.files if one.fate == "conflict"]
    if conflicts:
        yield f"next: look at {', '.join(f'{path}.rej' for path in conflicts)}, take what you want, and remove them"
    yield "next: install the project anew where its requirements changed, regenerate (`make generate`), then run its checks (`make check`)"


def _adopted(found: Update, *, applied: bool) -> Iterator[str]:
    if applied:
        yield f"the record begins: {', '.join(found.records)}; keep it in version control"
        yield "next: `veneer update` after each upgrade of veneer"
        return
    yield (
        f"{len(found.changes)} files differ from what veneer {veneer.__version__} writes: take what you want of the patch"
        if found.changes
        else f"nothing differs from what veneer {veneer.__version__} writes"
    )
    yield "next: `veneer update --adopt --apply` begins the record, and changes nothing else"
