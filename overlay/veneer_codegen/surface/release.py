"""Compare the public surface with a release: changes, the next version, the changelog's entry.

By https://semver.org, breaking changes raise the major version, additions the minor version, and
other changes the patch version. Before 1.0.0, breaking changes raise the minor version, others the
patch.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from veneer_codegen import contracts, impact, surface
from veneer_codegen.changes import Severity
from veneer_codegen.errors import CodegenError, ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veneer_codegen.surface import Difference, Surface

__all__ = ["Release", "compare", "main", "read_git", "read_wheel", "text"]


@dataclass(frozen=True)
class Release:
    """A version with the public surfaces of its packages, by the packages that users import."""

    version: str
    surfaces: Mapping[str, Surface]


def read_tree(root: Path) -> Release:
    """Return the current state of the project."""
    found = []
    for contract in contracts.read(root):
        path = contracts.generated(root).joinpath(*contract.package.split("."), surface.NAME)
        if not path.is_file():
            raise ContractError("missing: run `make generate`", source=path.relative_to(root).as_posix())
        found.append(surface.load(path.read_text(encoding="utf-8"), str(path)))
    return _release(_project_version((root / "pyproject.toml").read_text(encoding="utf-8")), found)


def read_git(root: Path, commit: str) -> Release:
    """Return a commit or tag. Raises CodegenError if it is missing or has no public surfaces."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed but for the commit
        if done.returncode:
            raise CodegenError(f"{commit}: {done.stderr.strip() or 'git cannot read it'}")
        return done.stdout

    shown = contracts.generated(root).relative_to(root).as_posix()
    listed = git("ls-tree", "-r", "--name-only", "--end-of-options", commit, "--", shown)
    places = [path for path in listed.splitlines() if PurePosixPath(path).name == surface.NAME]
    found = [surface.load(git("show", f"{commit}:./{path}"), f"{commit}:{path}") for path in places]
    return _release(_project_version(git("show", f"{commit}:./pyproject.toml")), found, commit)


def read_wheel(path: Path) -> Release:
    """Return a wheel. Raises CodegenError if it is not a wheel or has no public surfaces."""
    try:
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            found = [
                surface.load(wheel.read(name).decode(), f"{path.name}:{name}")
                for name in names
                if PurePosixPath(name).name == surface.NAME
            ]
            metadata = next((name for name in names if name.endswith(".dist-info/METADATA")), "")
            words = wheel.read(metadata).decode() if metadata else ""
    except (OSError, zipfile.BadZipFile) as error:
        raise CodegenError(f"{path}: this is not a wheel: {error}") from error
    version = re.search(r"^Version: (.+)$", words, re.MULTILINE)
    return _release(version[1].strip() if version else "", found, path.name)


def _release(version: str, found: Sequence[Surface], source: str = "") -> Release:
    if not found:
        raise CodegenError(
            f"{source} has no {surface.NAME}: it is older than the first one; choose a later BASE"
        )
    return Release(version, {one.package: one for one in found})


def _project_version(text: str) -> str:
    try:
        return str(tomllib.loads(text)["project"]["version"])
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CodegenError(f"pyproject.toml has no project.version: {error}") from error


def compare(base: Release, now: Release) -> dict[str, list[Difference]]:
    """Return the changes of each package. An added or removed package is one change."""
    found: dict[str, list[Difference]] = {}
    for package in sorted(base.surfaces.keys() | now.surfaces.keys()):
        old, new = base.surfaces.get(package), now.surfaces.get(package)
        if old is not None and new is not None:
            differences = surface.compare(old, new)
        elif new is not None:
            differences = [
                surface.Difference("modules", package, "added", Severity.COMPATIBLE, f"`{package}` is new")
            ]
        else:
            differences = [
                surface.Difference("modules", package, "removed", Severity.BREAKING, f"`{package}` is gone")
            ]
        if differences:
            found[package] = differences
    return found


def next_version(base: str, found: Mapping[str, Sequence[Difference]]) -> str:
    """Return the lowest version that these changes allow after `base`."""
    listed = [one for differences in found.values() for one in differences]
    worst = max((one.severity for one in listed), default=None)
    return impact.next_version(base, worst, added=any(one.kind == "added" for one in listed))


_TITLES: Final = {"added": "Added", "changed": "Changed", "removed": "Removed"}


def changelog(found: Mapping[str, Sequence[Difference]]) -> str:
    """Return the entry for CHANGELOG.md: additions, changes and removals with their packages."""
    lines: list[str] = []
    for kind, title in _TITLES.items():
        listed = [
            f"- {package}: {'**Breaking:** ' if one.severity is Severity.BREAKING else ''}{one.sentence}."
            for package, differences in found.items()
            for one in differences
            if one.kind == kind
        ]
        if listed:
            lines += [*([""] if lines else []), f"### {title}", "", *listed]
    return "\n".join(lines) + "\n" if lines else ""


def text(base: Release, now: Release, source: str) -> str:
    """Return the changes since a release, the next version, and the lines that keep old names."""
    found = compare(base, now)
    if not found:
        return f"the public surface is that of {source} ({base.version})\n"
    wanted = next_version(base.version, found)
    worst = max(one.severity for differences in found.values() for one in differences)
    early = base.version.startswith("0.")
    rule = {
        Severity.BREAKING: "something breaks: minor, before 1.0.0" if early else "something breaks: major",
        Severity.RISKY: "calls may behave differently: patch, before 1.0.0"
        if early
        else "calls may behave differently: minor",
        Severity.COMPATIBLE: "nothing breaks: patch, before 1.0.0"
        if early
        else "nothing breaks: minor for what is new, else patch",
    }[worst]
    lines = [f"changelog, since {source}:", "", changelog(found)]
    lines += [f"{base.version} → {wanted} ({rule})"]
    for differences in found.values():
        for one in differences:
            if one.renamed and one.table == "client":
                lines.append(
                    f'`client.{one.name}` seems to be `client.{one.renamed}` now: `was = ["{one.name}"]` '
                    "below its operation in openapi/facades keeps the old name, then `make generate`"
                )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None, *, root: Path | None = None) -> int:
    """Run the command line.

    Return 0 if the version allows the changes, 1 if not, 2 for an error.
    """
    parser = argparse.ArgumentParser(
        description="Compare the public surface with that of a release: a tag, a commit or a wheel."
    )
    parser.add_argument("base", metavar="BASE", help="a git tag or commit, or the path of a wheel")
    parser.add_argument(
        "--root", type=Path, default=root or Path.cwd(), help="the project (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    place = options.root.resolve()
    try:
        base = (
            read_wheel(Path(options.base)) if options.base.endswith(".whl") else read_git(place, options.base)
        )
        now = read_tree(place)
        print(text(base, now, options.base), end="")
    except CodegenError as error:
        print(
            f"error: {error}\n`make release-check BASE=…` takes a tag, a commit or a wheel", file=sys.stderr
        )
        return 2
    wanted = next_version(base.version, compare(base, now))
    if _key(now.version) < _key(wanted):
        print(
            f"the project says {now.version}: write {wanted} to pyproject.toml, then `make release-check BASE={options.base}`"
        )
        return 1
    return 0


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
