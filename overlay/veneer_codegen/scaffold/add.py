"""Add a client to an existing repository: new files and visible edits, all or nothing."""

from __future__ import annotations

import contextlib
import difflib
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import tomlkit
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # the wheel carries no stubs

from veneer_codegen import contracts, pages, unasync
from veneer_codegen.errors import CodegenError
from veneer_codegen.pages import COVERAGE
from veneer_codegen.regenerate import regenerate
from veneer_codegen.scaffold import edits, place, project, record, stock

_SHOWN: Final = 12


@dataclass(frozen=True)
class Addition:
    """New and changed files by path (text before and after), and steps left to the user."""

    folder: Path
    new: Mapping[str, str]
    changed: Mapping[str, tuple[str, str]]
    by_hand: tuple[str, ...]
    about: tuple[str, ...] = ()
    """Facts recognised in the contract, or the abilities of a client of stock modules."""
    next: tuple[str, ...] = field(default=())


def add(
    package: str,
    contract: str,
    into: Path,
    *,
    allow: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    allow_refs: tuple[str, ...] = (),
    scripts: str = "scripts",
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Addition:
    """Add the client `package`, of the contract at a path or URL, to the repository in `into`.

    The packages go to the folder of the repository's own. `scripts` is the folder of the entry
    points. The other options are those of `project.new`. With `dry_run` nothing is written. Raises
    UsageError that names all names and files in the way, and CodegenError for an unusable contract.
    Then nothing is written either.
    """
    root = _repository(into)
    layout = place.find(root)
    _check_folder_name(scripts)
    with tempfile.TemporaryDirectory(prefix="veneer-add-") as scratch:
        made, stage = Path(scratch) / "made", Path(scratch) / "stage"
        made.mkdir()
        name = project.package_name(package)
        _check_list(root, name)
        _check_packages(layout, [f"{layout.overlay}{name}", f"{layout.generated}{name}_generated"])
        built = project.build(
            package, contract, made, allow=allow, only=only, without=without, allow_refs=allow_refs, say=say
        )
        arrange(made, stage, name, layout, scripts)
        files = texts(stage)
        listed = _listed(layout, files.pop(contracts.LIST))
        want = edits.wanted(place.settings(made), name, f"{name}_generated", layout)
    found = edits.find(layout, want)
    makefile, targets = edits.makefile(layout, scripts)
    edited = {**found.texts, contracts.LIST: listed, makefile: targets}
    if (root / COVERAGE).is_file() and COVERAGE in files:
        own = (root / COVERAGE).read_text(encoding="utf-8")
        tables = files.pop(COVERAGE).partition("\n## ")[2]
        edited[COVERAGE] = f"{own.rstrip()}\n\n## {tables}"
    found.by_hand += load_plugin(layout, name, files, edited)
    there, new = _parted(root, files)
    written = record.dump(record.made(record.of(files), package, scripts, layout.tests))
    new[record.path_of(root, name).relative_to(root).as_posix()] = written
    _check_clear(root, there)
    new |= {path: text for path, text in edited.items() if not (root / path).is_file()}
    changed = changes(root, {path: text for path, text in edited.items() if path not in new})
    addition = Addition(
        root, new, changed, tuple(found.by_hand), tuple(project.recognised_lines(built)), _next(layout, scripts, found, changed)
    )  # fmt: skip
    if not dry_run:
        write(addition)
    return addition


def add_on(
    client: str,
    package: str | None,
    contract: str | None,
    into: Path,
    *,
    allow_refs: tuple[str, ...] = (),
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Addition:
    """Add an overlay over an existing client of openapi-python-client, which is not changed.

    `client` is its package, `package` the overlay's, by default the client's without `_client`.
    With the contract (a path or URL) the overlay knows address and credentials, and lists the
    methods of a newly generated client. Raises UsageError and CodegenError as `add` does.
    """
    root = _repository(into)
    layout = place.find(root)
    found = stock.find(root, layout, client)
    name = project.package_name(package or stock.overlay_name(found.package))
    say(f"reading {len(found.operations)} operations of {found.package}")
    _check_packages(layout, [f"{layout.overlay}{name}"])
    written = stock.overlay(found, name, contract, allow_refs, say)
    with tempfile.TemporaryDirectory(prefix="veneer-add-") as scratch:
        stage = Path(scratch)
        for path, text in written.files.items():
            target = stage / (place.target(path, name, layout, "scripts") or path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        _format(stage, layout, set())
        files = texts(stage)
    there, new = _parted(root, files)
    _check_clear(root, there)
    wish = edits.Wanted(stock.requirements(), python=stock.python(), packages=(name,))
    made = edits.find(layout, wish)
    if layout.packages == "":
        made.by_hand.append(f"pack {layout.overlay}{name} beside {found.package}")
    addition = Addition(
        root,
        new,
        changes(root, made.texts),
        tuple(made.by_hand),
        written.about,
        (f"from {name} import {written.client}",),
    )
    if not dry_run:
        write(addition)
    return addition


def arrange(made: Path, stage: Path, name: str, layout: place.Layout, scripts: str) -> None:
    """Rearrange a project of `veneer new` below `stage` to a repository's layout and style."""
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        relative = path.relative_to(made).as_posix()
        target = place.target(relative, name, layout, scripts)
        if target is not None and "__pycache__" not in path.parts:
            (stage / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, stage / target)
    _list(stage / contracts.LIST, name, layout)
    if layout.packages:
        _format(stage, layout, {contract.package.partition(".")[0] for contract in contracts.read(stage)})
    unasync.write(stage)
    regenerate(stage)


def _list(path: Path, name: str, layout: place.Layout) -> None:
    """Write the folders of the packages and of this client's pages into contracts.toml."""
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    (entry,) = document["contract"]
    entry.pop("agents", None)  # AGENTS.md and llms.txt belong to the repository
    foreign = (layout.root / pages.COVERAGE).is_file() and not pages.is_derived(layout.root / pages.COVERAGE)
    if foreign:
        entry.pop("reference", None)
    elif "reference" in entry:
        entry["reference"] = f"docs/reference/{name}"
    text = tomlkit.dumps(document).rstrip() + "\n"
    if layout.packages:
        text += f'\n[layout]\npackages = "{layout.packages}"  # the folder of this repository\'s packages\n'
    path.write_text(text, encoding="utf-8")


def _format(stage: Path, layout: place.Layout, derived: set[str]) -> None:
    """Format the code that is not derived in the repository's style, if it uses ruff."""
    settings = [
        file for file in ("ruff.toml", ".ruff.toml", place.PYPROJECT) if (layout.root / file).is_file()
    ]
    if not settings or (
        settings[0] == place.PYPROJECT and not place.table(place.settings(layout.root), "tool", "ruff")
    ):
        return
    copied = stage / settings[0]
    shutil.copyfile(layout.root / settings[0], copied)
    files = [
        str(path)
        for path in sorted(stage.rglob("*.py"))
        if not {*derived, "_sync"} & set(path.relative_to(stage).parts)
    ]
    # ruff finds first-party packages by their files, so the repository's packages are linked
    # meanwhile.
    others = [
        stage / layout.overlay / path.parent.name
        for path in (layout.root / layout.overlay).glob("*/__init__.py")
    ]
    stand_ins = [path for path in others if not path.exists()]
    for path in stand_ins:
        path.mkdir(parents=True)
    for arguments in (("check", "--select=I", "--fix-only"), ("format",)):
        done = subprocess.run(  # noqa: S603  # the pinned formatter, on files just written
            [find_ruff_bin(), *arguments, "--no-cache", "--quiet", "--force-exclude", *files],
            cwd=stage,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            why = (done.stderr.strip() or done.stdout.strip()).splitlines()[0]
            raise CodegenError(f"{settings[0]}: ruff cannot use these settings: {why}")
    copied.unlink()
    for path in stand_ins:
        path.rmdir()


def _repository(into: Path) -> Path:
    root = into.resolve()
    if not root.is_dir():
        raise project.UsageError(f"{root} is not a folder: name the repository with --into")
    if not any(path.name != ".git" for path in root.iterdir()):
        raise project.UsageError(f"{root} is empty: `veneer new` starts a project")
    return root


def _check_folder_name(scripts: str) -> None:
    if not re.fullmatch(r"[A-Za-z_][\w-]*", scripts):
        raise project.UsageError(f"--scripts {scripts!r} is not a name of a folder at the repository's root")


def _check_list(root: Path, name: str) -> None:
    """Raise UsageError for a second contract of a name, ContractError for an unreadable list."""
    if (root / contracts.LIST).is_file() and any(one.name == name for one in contracts.read(root)):
        raise project.UsageError(
            f"{contracts.LIST} lists {name} already: replace its contract and regenerate, or choose another --package"
        )


def _check_packages(layout: place.Layout, folders: list[str]) -> None:
    if taken := [folder for folder in folders if (layout.root / folder).exists()]:
        lines = [f"{folder} exists already: choose another --package, or move it away" for folder in taken]
        raise project.UsageError("; ".join(lines))


def texts(stage: Path) -> dict[str, str]:
    """Return the files below a folder as text, by path."""
    return {
        path.relative_to(stage).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(stage.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _listed(layout: place.Layout, text: str) -> str:
    """Return contracts.toml with the new entry after the existing ones, or as written."""
    path = layout.root / contracts.LIST
    if not path.is_file():
        return text
    entry = text[text.index("[[contract]]") :].partition("\n[layout]")[0]
    before = path.read_text(encoding="utf-8")
    after = f"{before.rstrip()}\n\n{entry.rstrip()}\n"
    tomllib.loads(after)
    return after


def _parted(root: Path, files: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the files that are in the way, and the new ones. Equal files and pages are neither."""
    there, new = [], {}
    for path, text in files.items():
        target = root / path
        if not target.exists():
            new[path] = text
        elif PurePosixPath(path).suffix != ".md" and (not target.is_file() or target.read_text(encoding="utf-8", errors="replace") != text):  # fmt: skip
            there.append(path)
    return there, new


def changes(root: Path, edited: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the changed files with their text before and after."""
    before = {path: (root / path).read_text(encoding="utf-8") for path in edited}
    return {path: (before[path], text) for path, text in sorted(edited.items()) if before[path] != text}


def load_plugin(layout: place.Layout, name: str, files: dict[str, str], edited: dict[str, str]) -> list[str]:
    """Make the repository's conftest.py load the client's fixtures.

    Return the steps left to the user.
    """
    path, plugin = f"{layout.tests}/conftest.py", f"{name}.testing"
    if not (layout.root / path).is_file() or path not in files:
        return []
    del files[path]
    own = (layout.root / path).read_text(encoding="utf-8")
    if plugin in own:
        return []
    text = re.sub(
        r"^(pytest_plugins\s*=\s*\[[^\]]*?),?\s*\]", rf'\1, "{plugin}"]', own, count=1, flags=re.MULTILINE
    )
    if "pytest_plugins" not in own:
        text = f'{own.rstrip()}\n\npytest_plugins = ["{plugin}"]\n'.lstrip()
    if text == own:
        return [f'add "{plugin}" to pytest_plugins in {path}, for the fixtures of the tests']
    edited[path] = text
    return []


def _check_clear(root: Path, there: list[str]) -> None:
    """Raise UsageError that names all files in the way and the remedies."""
    lines = [f"{path} exists already: {_remedy(path)}" for path in there[:_SHOWN]]
    if len(there) > _SHOWN:
        lines.append(f"and {len(there) - _SHOWN} more")
    if lines:
        raise project.UsageError(f"{root}: nothing was written:\n  " + "\n  ".join(lines))


def _remedy(path: str) -> str:
    parts = PurePosixPath(path).parts
    if parts[0] == "openapi":
        return "rename it, or choose another --package"
    if parts[-1] in {f"{module}.py" for module in ("regenerate", "drift", "release_check", "unasync")}:
        return "choose another folder of the entry points with --scripts FOLDER"
    return "move it away, or choose another --package"


def _next(
    layout: place.Layout, scripts: str, found: edits.Edits, changed: Mapping[str, object]
) -> tuple[str, ...]:
    install = {"uv run python": "uv sync", "poetry run python": "poetry lock && poetry install", "pdm run python": "pdm install"}  # fmt: skip
    setup = install.get(layout.runner, "install the repository again, with its development requirements (pip install -e . --group dev)")  # fmt: skip
    lines = [setup] if place.PYPROJECT in changed or found.by_hand else []
    return (*lines, f"{layout.runner} {scripts}/drift.py", f"{layout.runner} -m pytest {layout.tests}")


def write(addition: Addition) -> None:
    """Write all files. If one cannot be written, undo the others."""
    root = addition.folder
    before = {path: (root / path).read_bytes() for path in addition.changed}
    folders: list[Path] = []
    done: list[str] = []
    try:
        for path, text in {
            **addition.new,
            **{path: after for path, (_, after) in addition.changed.items()},
        }.items():
            missing = [one for one in (root / path).parents if not one.exists()]
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            folders += reversed(missing)
            done.append(path)
            (root / path).write_text(text, encoding="utf-8")
    except BaseException as error:
        _undo(root, done, before, folders)
        if isinstance(error, OSError):
            raise CodegenError(
                f"{done[-1] if done else root}: {error.strerror}: nothing was changed"
            ) from error
        raise


def _undo(root: Path, done: list[str], before: Mapping[str, bytes], folders: list[Path]) -> None:
    for path in done:
        with contextlib.suppress(OSError):
            if path in before:
                (root / path).write_bytes(before[path])
            else:
                (root / path).unlink()
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def patch(addition: Addition) -> Iterator[str]:
    """Yield the edits of existing files as lines of a patch that `git apply` takes."""
    for path, (before, after) in addition.changed.items():
        for line in difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
        ):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


def report(addition: Addition, *, dry_run: bool = False) -> Iterator[str]:
    """Yield lines about the files that were added, or would be."""
    yield f"{'would write' if dry_run else 'wrote'} {len(addition.new)} files in {addition.folder}"
    counts: dict[str, int] = {}
    for path in addition.new:
        parts = PurePosixPath(path).parts
        depth = 2 if parts[0] in {"src", "overlay", "generated"} and len(parts) > 2 else 1
        top = "/".join(parts[:depth]) + ("/" if len(parts) > depth else "")
        counts[top] = counts.get(top, 0) + 1
    for top, count in counts.items():
        yield f"  {top}{f' ({count} files)' if count > 1 else ''}"
    for path in sorted(addition.changed):
        yield f"{'would edit' if dry_run else 'edited'} {path}"
    yield from addition.about
    for line in addition.by_hand:
        yield f"by hand: {line}"
    if not dry_run:
        yield from (f"next: {line}" for line in addition.next)
