"""Check that derived files still follow from their sources: one report, one exit code.

contract ≠ the generated client             a change since the last `make generate`
generated file ≠ its checksum                a hand edit, or an added or lost file
lock ≠ tools or pipeline                     another generator, formatter or rule
_sync ≠ derived from _async                  see unasync
operation without a method or an exception   see coverage
public surface ≠ api.toml                    a changed hand-written class or method
page ≠ contract and client                   see pages

If a contract, patch or facade has changed, the client is generated in a temporary folder. The
report shows how the public surface changes and which hand-written lines no longer fit. Nothing is
written.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer_codegen import contracts, coverage, lock, reports, stamps, unasync
from veneer_codegen.contract import pointers
from veneer_codegen.errors import CodegenError, ContractError
from veneer_codegen.reports import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veneer_codegen.contracts import Contract
    from veneer_codegen.surface import Reader

REGENERATE = "run `make generate`"
README = Path(__file__).parent / "templates" / "README.md"
"""The page beside the generated packages."""


def check(root: Path, *, full: bool = False, known: stamps.Stamps | None = None) -> list[Problem]:
    """Return everything below `root` that has drifted.

    `full` generates all clients and compares every byte, instead of trusting the lock. `known`
    has the sync modules that are proven. Raises CodegenError if a contract cannot be read.
    """
    from veneer_codegen import pages
    from veneer_codegen.surface import client

    listed = contracts.read(root)
    packages = dict.fromkeys(contract.package.partition(".")[0] for contract in listed)
    problems = _check_folder(root, set(packages))
    problems += [problem for package in packages for problem in _check_package(root, package, listed)]
    if full and not problems:
        problems += _compare_fresh(root, list(packages))
    problems += [_problem(line) for line in unasync.compare(root, known=known)]
    changed = stale(root, listed)
    readers: dict[str, Reader] = {}
    for contract in listed:
        problems += [_problem(line) for line in coverage.uncovered(root, contract)]
        if contract not in changed:
            readers[contract.name] = client.reader_of(contract, root, contracts.generated(root))
            problems += _check_surface(root, contract, readers[contract.name], known)
    if not changed:
        problems += [*pages.problems(root, readers), *_unlisted(root, contracts.generated(root))]
    return problems


def _unlisted(root: Path, generated: Path) -> list[Problem]:
    """Return the operations that a hand-written page of methods lacks."""
    from veneer_codegen import pages

    if pages.is_derived(root / coverage.PAGE):
        return []
    return [_problem(line) for line in coverage.unlisted(root, generated)]


def stale(root: Path, listed: Iterable[Contract]) -> list[Contract]:
    """Return the contracts whose inputs have changed since their client was generated."""
    found = []
    for contract in listed:
        recorded = lock.read(contracts.generated(root) / contract.package.partition(".")[0] / lock.NAME)
        entry = recorded.contracts.get(contract.name) if recorded else None
        if entry is not None and not lock.unchanged(contract, entry, root):
            found.append(contract)
    return found


def _check_surface(
    root: Path, contract: Contract, reader: Reader, known: stamps.Stamps | None
) -> list[Problem]:
    """Compare `api.toml` with the current generated and hand-written sources."""
    from veneer_codegen import surface
    from veneer_codegen.surface import client

    path = client.path_of(contract, contracts.generated(root))
    if not path.is_file():
        return []  # reported with the files of the lock
    recorded = path.read_text(encoding="utf-8")
    now = client.text_of(contract, root, reader, contracts.generated(root), known)
    if recorded == now:
        return []
    shown = path.relative_to(root).as_posix()
    differences = surface.compare(surface.load(recorded, shown), surface.load(now, shown))
    return [Problem(shown, f"{one}: {REGENERATE}", one.severity) for one in differences] or [
        Problem(shown, f"does not match the sources: {REGENERATE}")
    ]


def preview(root: Path) -> reports.Report:
    """Generate in a temporary folder, and report changes of the public surface and unfit lines.

    The report is empty if no contract, patch or facade has changed.
    """
    from veneer_codegen.impact import Impact
    from veneer_codegen.regenerate import regenerate
    from veneer_codegen.surface import fitting

    changed = stale(root, contracts.read(root))
    if not changed:
        return reports.Report()
    with tempfile.TemporaryDirectory(prefix="veneer-drift-") as scratch:
        try:
            outcomes = regenerate(root, destination=Path(scratch))
        except CodegenError as error:
            return reports.Report([_problem(f"{error}: mend that, then {REGENERATE}")])
        problems = fitting.misfits(root, Path(scratch), changed)
        problems += _unlisted(root, Path(scratch))
    found = [outcome.impact for outcome in outcomes if outcome.impact is not None]
    return reports.Report(
        problems,
        surfaces={one.contract.name: one.differences for one in outcomes if one.differences},
        impact=Impact(
            tuple(name for impact in found for name in impact.names),
            tuple(use for impact in found for use in impact.uses),
            tuple(method for impact in found for method in impact.methods),
            tuple(method for impact in found for method in impact.signatures),
        )
        if found
        else None,
    )


def _check_folder(root: Path, packages: set[str]) -> list[Problem]:
    """Report unknown files beside the generated packages, and check their page.

    In an existing repository only packages with a lock are generated, and there is no page.
    """
    generated = contracts.generated(root)
    if contracts.packages(root):
        left = sorted(
            path.parent.relative_to(root).as_posix()
            for path in generated.glob(f"*/{lock.NAME}")
            if path.parent.name not in packages and lock.read(path) is not None
        )
        return [
            Problem(shown, f"no contract is generated into it: remove it: `rm -r {shown}`") for shown in left
        ]
    page = generated / README.name
    problems = [
        Problem(
            f"{contracts.GENERATED}/{path.name}",
            f"was not generated: remove it (generated code is never edited by hand): `rm -r {contracts.GENERATED}/{path.name}`",
        )
        for path in sorted(generated.iterdir() if generated.is_dir() else ())
        if path.name not in {*packages, page.name, "__pycache__"}
    ]
    if not page.is_file() or page.read_bytes() != README.read_bytes():
        problems.append(
            Problem(f"{contracts.GENERATED}/{page.name}", f"missing or edited by hand: {REGENERATE}")
        )
    return problems


def _problem(line: str) -> Problem:
    place, _, message = line.partition(": ")
    return Problem(place, message)


def _check_package(root: Path, package: str, listed: tuple[Contract, ...]) -> list[Problem]:
    """Compare a generated package with its lock, and the lock with contracts and tools."""
    folder = contracts.generated(root) / package
    shown = folder.relative_to(root).as_posix()
    recorded = lock.read(folder / lock.NAME)
    if recorded is None:
        return [Problem(f"{shown}/{lock.NAME}", f"missing or unreadable: {REGENERATE}")]
    problems = _check_files(folder, shown, recorded)
    if recorded.dump() != (folder / lock.NAME).read_text(encoding="utf-8"):
        problems.append(Problem(f"{shown}/{lock.NAME}", f"edited by hand: {REGENERATE}"))
    for tool, installed in lock.tools().items():
        if recorded.tools.get(tool) != installed:
            problems.append(
                Problem(
                    f"{shown}/{lock.NAME}",
                    f"generated with {tool} {recorded.tools.get(tool)}, installed is {installed}: {REGENERATE}",
                )
            )
    if recorded.pipeline != lock.pipeline():
        problems.append(
            Problem(f"{shown}/{lock.NAME}", f"the pipeline's code or templates have changed: {REGENERATE}")
        )
    names = {contract.name for contract in listed if contract.package.partition(".")[0] == package}
    problems += [
        Problem(f"{shown}/{lock.NAME}", f"contract {name} is no longer listed: {REGENERATE}")
        for name in sorted(recorded.contracts.keys() - names)
    ]
    for contract in listed:
        if contract.name in names:
            problems += _check_contract(contract, recorded, folder, root)
    return problems


def _check_files(folder: Path, shown: str, recorded: lock.Lock) -> list[Problem]:
    present = lock.tree(folder)
    problems = []
    for path in sorted(present.keys() | recorded.files.keys()):
        if path not in present:
            problems.append(Problem(f"{shown}/{path}", f"missing: {REGENERATE}"))
        elif path not in recorded.files:
            problems.append(
                Problem(
                    f"{shown}/{path}",
                    f"was not generated: remove it (generated code is never edited by hand): `rm {shown}/{path}`",
                )
            )
        elif present[path] != recorded.files[path]:
            problems.append(
                Problem(f"{shown}/{path}", f"edited by hand: change the contract instead, and {REGENERATE}")
            )
    return problems


def _check_contract(contract: Contract, recorded: lock.Lock, folder: Path, root: Path) -> list[Problem]:
    entry = recorded.contracts.get(contract.name)
    if entry is None:
        return [Problem(contract.name, f"not generated yet: {REGENERATE}")]
    if lock.unchanged(contract, entry, root):
        return []
    new = contract.load().content
    try:
        old = json.loads((folder / "contracts" / f"{contract.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [Problem(contract.name, f"its generated copy cannot be read: {REGENERATE}")]
    source = (
        contract.file.relative_to(root).as_posix()
        if contract.file.is_relative_to(root)
        else str(contract.file)
    )
    return _contract_problems(source, old, new)


def _contract_problems(source: str, old: dict[str, Any], new: dict[str, Any]) -> list[Problem]:
    """Return the changes of a contract since its client was generated.

    If none of them affects callers, return the places that differ.
    """
    from veneer_codegen.changes import Severity, compare

    if changes := compare(old, new):
        return [Problem(source, f"{change}: {REGENERATE}", change.severity) for change in changes]
    places = differences(old, new)
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    what = (
        f"only descriptions differ: {', '.join(places[:3])}{more}"
        if places
        else "rewritten without a change, or its entry in contracts.toml changed"
    )
    return [Problem(source, f"{what}: {REGENERATE}", Severity.COMPATIBLE)]


def differences(old: Any, new: Any, place: str = "#") -> list[str]:
    """Return the places at which two JSON values differ, as JSON pointers."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in [*old, *(key for key in new if key not in old)]:
            where = pointers.join(place, key)
            if key not in new:
                found.append(f"{where} was removed")
            elif key not in old:
                found.append(f"{where} was added")
            else:
                found += differences(old[key], new[key], where)
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for index, pair in enumerate(zip(old, new, strict=True))
            for line in differences(*pair, pointers.join(place, index))
        ]
    return [] if old == new and type(old) is type(new) else [f"{place} was changed"]


def _compare_fresh(root: Path, packages: list[str]) -> list[Problem]:
    """Generate everything in a temporary folder, and compare it byte by byte with the tree."""
    from veneer_codegen.regenerate import regenerate

    with tempfile.TemporaryDirectory(prefix="veneer-drift-") as scratch:
        regenerate(root, fresh=True, destination=Path(scratch))
        problems = []
        for package in packages:
            fresh, current = Path(scratch) / package, contracts.generated(root) / package
            names = {
                path.relative_to(base)
                for base in (fresh, current)
                for path in base.rglob("*")
                if path.is_file() and "__pycache__" not in path.parts
            }
            for name in sorted(names):
                shown = (current / name).relative_to(root).as_posix()
                if not (fresh / name).is_file():
                    problems.append(Problem(shown, f"was not generated: remove it: `rm {shown}`"))
                elif not (current / name).is_file() or not filecmp.cmp(
                    fresh / name, current / name, shallow=False
                ):
                    problems.append(Problem(shown, f"does not match the contract: {REGENERATE}"))
    return problems


def compare_upstream(root: Path, name: str, source: str = "", *, with_impact: bool = True) -> reports.Report:
    """Compare a checked-in contract with another version of it, after applying the same patches.

    `source` is a file or URL, by default the contract's `upstream`. Raises CodegenError if one of
    them cannot be read.
    """
    from veneer_codegen import documents, impact
    from veneer_codegen.changes import compare

    contract = next((contract for contract in contracts.read(root) if contract.name == name), None)
    if contract is None:
        raise ContractError(f"no contract is called {name!r}", source=contracts.LIST)
    if not (source := source or contract.upstream):
        raise ContractError(f"{name} has no `upstream`: name a file or URL", source=contracts.LIST)
    old, (new, notes) = (
        contract.load().content,
        patched(contract, documents.load(source, contract.refs).content),
    )
    changes = compare(old, new)
    measured = (
        impact.measure(contract, old, new, impact.overlay_sources(root)) if with_impact and changes else None
    )
    return reports.Report(
        changes=changes,
        source=contract.file.relative_to(root).as_posix(),
        impact=measured,
        version=impact.release(changes, _version(root)) if changes else "",
        notes=notes,
    )


def patched(contract: Contract, content: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return another version of a contract, patched, and the actions that no longer fit."""
    from veneer_codegen import documents, overlays, selection

    notes: list[str] = []
    for patch in contract.patches:
        overlay = documents.load_plain(patch)
        for number, action in enumerate(overlay.get("actions") or []):
            try:
                content = overlays.apply(content, {**overlay, "actions": [action]}, patch.name)
            except ContractError as error:
                notes.append(f"patch {patch.name} #/actions/{number} no longer fits: {error.reason}")
    return selection.select(content, contract.only, contract.without, strict=False), notes


def _version(root: Path) -> str:
    """Return the version in the project's pyproject.toml, else that of the installed package."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    try:
        return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        try:
            return version("veneer")
        except PackageNotFoundError:
            return "0.0.0"


def main(arguments: list[str] | None = None, *, root: Path | None = None) -> int:
    """Run the command line and return an exit code.

    0: no drift, 1: compatible changes, 2: risky, 3: breaking, 4: any other fault.
    """
    parser = argparse.ArgumentParser(
        description="Check that generated and derived code follows from its sources, or compare a contract with another version of itself.",
        epilog="exit codes: 0 no drift, 1 compatible changes, 2 risky changes, 3 breaking changes, 4 any other fault",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="generate all clients and compare every byte, instead of trusting the lock",
    )
    parser.add_argument(
        "--upstream",
        nargs="+",
        metavar="FILE_OR_URL NAME",
        help="compare contract NAME with another version of it (default: its upstream)",
    )
    parser.add_argument(
        "--no-impact",
        action="store_true",
        help="with --upstream: omit the effects on the overlay",
    )
    parser.add_argument(
        "--write-changelog", action="store_true", help="with --upstream: write the changes into CHANGELOG.md"
    )
    parser.add_argument(
        "--format", choices=list(reports.FORMATS), default="text", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--root", type=Path, default=root or Path.cwd(), help="the project (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    if options.upstream and len(options.upstream) > 2:
        parser.error("--upstream takes a file or URL, and the name of a contract")
    try:
        report = _run(options)
    except (CodegenError, unasync.CannotDeriveError) as error:
        print(f"error: {error}", file=sys.stderr)
        return reports.ERROR
    print(reports.FORMATS[options.format](report), end="")
    return report.exit_code


def _run(options: argparse.Namespace) -> reports.Report:
    root = options.root.resolve()
    if not options.upstream:
        return _unless_proven(root, full=options.full)
    *source, name = options.upstream
    report = compare_upstream(
        root, name, *source, with_impact=not options.no_impact or options.write_changelog
    )
    if options.write_changelog and report.changes:
        from veneer_codegen import impact

        impact.write_changelog(
            root / "CHANGELOG.md", impact.changelog(name, report.changes, report.impact or impact.Impact())
        )
    return report


def _unless_proven(root: Path, *, full: bool) -> reports.Report:
    """Return the report of a project; an empty one if it is proven that nothing has drifted."""
    known, before = stamps.Stamps(root), lock.state(root)
    if not full and known.get("drift", before):
        return reports.Report()
    found = preview(root)
    problems = [*check(root, full=full, known=None if full else known), *found.problems]
    if found == reports.Report() and not problems and lock.state(root) == before:
        known.put("drift", before)
    known.save()
    return replace(found, problems=problems)
