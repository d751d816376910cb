"""Say whether what is derived still follows from what it is derived from: one report, one exit code.

contract ≠ what was generated from it        a change that `make generate` has not seen
generated file ≠ its checksum                 a hand edit, a file added or lost
lock ≠ tools or pipeline                      another generator, formatter or rule
_sync ≠ what _async derives to                see unasync
operation without a facade or an excuse       see coverage
"""

from __future__ import annotations

import argparse
import filecmp
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veneer.codegen import contracts, coverage, lock, pointers, unasync
from veneer.codegen.errors import CodegenError, ContractError

if TYPE_CHECKING:
    from veneer.codegen.contracts import Contract

REGENERATE = "run `make generate`"


@dataclass(frozen=True)
class Problem:
    """One thing that has drifted: the file or contract, and what to do about it."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def check(root: Path, *, full: bool = False) -> list[Problem]:
    """List everything below `root` that has drifted. `full` generates anew and compares each byte, instead of trusting the lock.

    Raises CodegenError when a contract cannot be read.
    """
    listed = contracts.read(root)
    packages = dict.fromkeys(contract.package.partition(".")[0] for contract in listed)
    problems = [problem for package in packages for problem in _check_package(root, package, listed)]
    if full and not problems:
        problems += _compare_fresh(root, list(packages))
    problems += [Problem(*line.split(": ", 1)) for line in unasync.compare(root)]
    for contract in listed:
        problems += [Problem(*line.split(": ", 1)) for line in coverage.uncovered(root, contract)]
    return problems


def _check_package(root: Path, package: str, listed: tuple[Contract, ...]) -> list[Problem]:
    """Compare a generated package with its lock, and the lock with the contracts and tools."""
    folder = root / contracts.GENERATED / package
    shown = f"{contracts.GENERATED}/{package}"
    recorded = lock.read(folder / lock.NAME)
    if recorded is None:
        return [Problem(f"{shown}/{lock.NAME}", f"missing or not readable: {REGENERATE}")]
    problems = _check_files(folder, shown, recorded)
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
                    f"{shown}/{path}", "was not generated: remove it (generated code is never edited by hand)"
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
        old = {}
    source = (
        contract.file.relative_to(root).as_posix()
        if contract.file.is_relative_to(root)
        else str(contract.file)
    )
    changed = differences(old, new)
    if not changed:
        return [
            Problem(
                source,
                f"rewritten without a change of content, or contracts.toml says otherwise: {REGENERATE}",
            )
        ]
    return [Problem(source, f"{change}: {REGENERATE}") for change in changed[:50]] + (
        [Problem(source, f"and {len(changed) - 50} more changes")] if len(changed) > 50 else []
    )


def differences(old: Any, new: Any, place: str = "#") -> list[str]:
    """List where two JSON values differ, by JSON pointer."""
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
    """Generate everything anew, elsewhere, and compare it byte for byte with what is there."""
    from veneer.codegen.regenerate import regenerate

    with tempfile.TemporaryDirectory(prefix="veneer-drift-") as scratch:
        regenerate(root, fresh=True, destination=Path(scratch))
        problems = []
        for package in packages:
            fresh, current = Path(scratch) / package, root / contracts.GENERATED / package
            names = {
                path.relative_to(base)
                for base in (fresh, current)
                for path in base.rglob("*")
                if path.is_file() and "__pycache__" not in path.parts
            }
            for name in sorted(names):
                shown = f"{contracts.GENERATED}/{package}/{name.as_posix()}"
                if not (fresh / name).is_file():
                    problems.append(Problem(shown, "was not generated: remove it"))
                elif not (current / name).is_file() or not filecmp.cmp(
                    fresh / name, current / name, shallow=False
                ):
                    problems.append(Problem(shown, f"is not what the contract gives: {REGENERATE}"))
    return problems


def main(arguments: list[str] | None = None, *, root: Path | None = None) -> int:
    """Run the command line: 0 when nothing has drifted, 1 with a report when something has, 4 when that cannot be said."""
    parser = argparse.ArgumentParser(
        description="Check that generated and derived code follows from its sources."
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="generate anew and compare each byte, instead of trusting the lock",
    )
    parser.add_argument(
        "--root", type=Path, default=root or Path.cwd(), help="the project (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        problems = check(options.root.resolve(), full=options.full)
    except (CodegenError, unasync.CannotDeriveError, ContractError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    for problem in problems:
        print(problem)
    print(f"drift: {len(problems)} problem{'s' if len(problems) != 1 else ''}" if problems else "drift: none")
    return 1 if problems else 0
