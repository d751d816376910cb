"""Install the built wheel as its users do, and check it: `make wheels`.

Wheel and sdist are built, and the sdist must build the same wheel. Each extra alone, none, all
together, and the combinations of README and docs are installed outside the checkout, each into its
own environment: with the newest versions, and with the lowest that pyproject.toml allows. There, as
a user without write access:

- every public module is imported, and one whose extra is missing names it (scripts/wheel_probe.py)
- `veneer --help` and the help of every command run; a command without its extra names it in one line
- `veneer sandbox` starts, responds and stops
- the shell lines of README and docs run with the extras of their page (scripts/wheel_pages.py)
- a project of `veneer new` passes its own `make check`

    python scripts/wheels.py                       # both ends of the ranges
    python scripts/wheels.py --only newest         # one of them
    python scripts/wheels.py 3.12 /opt/python3.13  # a quick check: none and all extras
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import wheel_pages
from pythons import find_python
from veneer.sandbox import Sandbox, running
from veneer_sandbox.command import ENVIRONMENT
from wheel_environments import CACHED, PROJECT, ROOT, FailedError, Installer, User, build, ordinary_user
from wheel_pages import Environment, Page

ENDS = ("newest", "lowest")


@dataclass
class Cell:
    """The checks at one end of the ranges, and their results."""

    name: str
    end: str
    installed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    problem: str = ""

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Record the time of a check, and the reason of its failure."""
        started = time.perf_counter()
        try:
            yield
        except FailedError as error:
            self.problem = str(error)
        finally:
            self.seconds = time.perf_counter() - started

    @property
    def state(self) -> str:
        """The result in one word."""
        return "FAILED" if self.problem else "ok"


class Trial:
    """The cells of the table: their installations and their checks."""

    def __init__(
        self, installer: Installer, user: User, probe: Path, sandbox: Sandbox, contract: str
    ) -> None:
        self.installer, self.user, self.probe = installer, user, probe
        self.sandbox, self.contract = sandbox, contract

    def extras(self, name: str, end: str, extras: frozenset[str], how: str) -> Cell:
        """Install extras and check their features."""
        cell, folder = Cell(name, end), self.user.folder(f"{name}-{end}")
        with cell.noted():
            programs = self.installer.install(Environment(extras), end)
            cell.installed = self.installer.versions(programs)
            words = [str(programs / "python"), str(self.probe), how, ",".join(sorted(extras))]
            self.user.run(words, folder, programs)
        return cell

    def page(self, name: str, end: str, page: Page) -> Cell:
        """Run a page's lines from top to bottom, against the sandbox."""
        cell, folder = Cell(name, end), self.user.folder(f"{name.replace('/', '-')}-{end}")
        with cell.noted():
            made = {one: self.installer.install(one, end) for one in page.environments}
            self.user.write(folder, page.files(self.contract))
            addresses = {
                "http://localhost:8000": self.sandbox.base_urls["hestiaos"],
                "http://127.0.0.1:8780": self.sandbox.url,
            }
            text = wheel_pages.script(page, made, str(self.probe), addresses)
            self.user.write(folder, {"page.sh": text})
            self.user.run(["sh", "-e", "page.sh"], folder, Path("/bin"), _settings(self.sandbox))
        return cell

    def project(self, name: str, end: str) -> Cell:
        """Create a project with `veneer new`, and run its own check."""
        cell, folder = Cell(name, end), self.user.folder(f"project-{end}")
        with cell.noted():
            programs = self.installer.install(Environment(PROJECT), end)
            self.user.write(folder, {"openapi.yaml": self.contract})
            words = ["veneer", "new", "acme", "--contract", "openapi.yaml", "--into", "acme"]
            self.user.run(words, folder, programs)
            programs = self.installer.install_project(folder / "acme", end)
            self.user.run(["make", "check", f"PY={programs / 'python'}"], folder / "acme", programs)
        return cell


def _settings(sandbox: Sandbox) -> dict[str, str]:
    """Return the environment variables that point every platform's client at the sandbox."""
    found: dict[str, str] = {}
    for platform, (address, key) in ENVIRONMENT.items():
        found |= {address: sandbox.base_urls[platform], key: sandbox.keys[platform]}
    return found


def table(cells: Sequence[Cell], columns: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the table: one row per check, one column per end of the ranges."""
    by_name: dict[str, dict[str, Cell]] = defaultdict(dict)
    for cell in cells:
        by_name[cell.name][cell.end] = cell
    width = max(map(len, by_name))
    yield f"{'':{width}}  " + "  ".join(f"{column:>12}" for column in columns)
    for name, row in by_name.items():
        shown = [f"{row[one].state} {row[one].seconds:6.1f} s" if one in row else "" for one in columns]
        yield f"{name:{width}}  " + "  ".join(f"{one:>12}" for one in shown)


def moved(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield the packages that are newer than in requirements.lock."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    found: dict[str, str] = {}
    for cell in cells:
        if cell.end == "newest":
            found |= cell.installed
    for name, version in sorted(found.items()):
        if version != locked.get(name):
            yield f"{name} {locked.get(name, '(not locked)')} → {version}"


def tasks(trial: Trial, ends: Sequence[str], pages: Sequence[Page]) -> Iterator[partial[Cell]]:
    """Yield the checks of each end of the ranges, the longest first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = [*tomllib.load(file)["project"]["optional-dependencies"]]
    sets = {"none": (), **{one: (one,) for one in extras}, "all": extras}
    for end in ends:
        yield partial(trial.project, "veneer new, make check", end)
    for page in pages:
        for end in ends if page.environments else ():
            yield partial(trial.page, page.name, end, page)
    for name, chosen in sets.items():
        for end in ends:
            yield partial(trial.extras, name, end, frozenset(chosen), "all")


def main(words: Sequence[str]) -> int:
    """Build, install and check. Return 1 if a check fails or cannot run."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument(
        "pythons",
        nargs="*",
        help="interpreters for a quick check, with none and all extras, in place of the table",
    )
    options.add_argument("--only", choices=ENDS, help="one end of the ranges")
    options.add_argument(
        "--rows", metavar="PATTERN", default="", help="only the rows of the table whose names match"
    )
    given = options.parse_args(words)
    ends = [given.only] if given.only else [*ENDS]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="veneer-wheels-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            cells = tried(folder, ends, given.pythons, re.compile(given.rows))
        except FailedError as error:
            print(f"wheels: {error}", file=sys.stderr)
            return 1
    return report(cells, given.pythons or ends, time.perf_counter() - started)


def tried(folder: Path, ends: Sequence[str], pythons: Sequence[str], rows: re.Pattern[str]) -> list[Cell]:
    """Run the checks that `rows` matches, one per core in parallel, and print their names."""
    users = []
    for place, name in enumerate(pythons or [sys.executable]):
        python = find_python(name)
        if python is None:
            raise FailedError(f"there is no Python {name} on this machine")
        user, python, less = ordinary_user(folder / f"home{place}", python)
        users.append((name, user, python))
        if less:
            print(f"wheels: {less}")
    wheel = build(folder / "dist")
    probe = Path(shutil.copy(ROOT / "scripts" / "wheel_probe.py", folder))
    with (
        running() as sandbox,
        running(contract=json.loads(wheel_pages.contract("/"))) as acme,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        found: list[Future[Cell]] = []
        contract = wheel_pages.contract(acme.base_urls["acme"])
        for place, (name, user, python) in enumerate(users):
            trial = Trial(Installer(wheel, folder / f"made{place}", python), user, probe, sandbox, contract)
            every = glances(trial, name) if pythons else tasks(trial, ends, wheel_pages.pages(ROOT))
            found += [pool.submit(one) for one in every if rows.search(one.args[0])]
        if not found:
            raise FailedError(
                f"no row of the table has {rows.pattern!r} in its name, or none of its lines is run"
            )
        for one in as_completed(found):
            cell = one.result()
            print(f"wheels: {cell.name}, {cell.end}: {cell.state} ({cell.seconds:.1f} s)", flush=True)
        return [one.result() for one in found]


def glances(trial: Trial, python: str) -> Iterator[partial[Cell]]:
    """Yield the quick checks of each interpreter: imports, help, one call of the sandbox."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = frozenset(tomllib.load(file)["project"]["optional-dependencies"])
    for name, chosen in (("none", frozenset[str]()), ("all", extras)):
        yield partial(trial.extras, name, python, chosen, "glance")


def left_out(pages: Iterable[Page]) -> Iterator[str]:
    """Yield the lines of pages that are not run, by the reason."""
    places: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for line in page.lines:
            if line.reason:
                places[line.reason].append(f"{page.name}:{line.number}")
    for reason, found in places.items():
        yield f"{', '.join(found)}: {reason}"


def report(cells: Sequence[Cell], columns: Sequence[str], seconds: float) -> int:
    """Print the table, newer packages and failures. Return 1 after a failure."""
    failed = [cell for cell in cells if cell.problem]
    for cell in failed:
        print(f"\nwheels: {cell.name}, {cell.end}:\n{cell.problem}")
    print("", *table(cells, columns), sep="\n")
    if any(cell.name.endswith(".md") for cell in cells):
        print("\nnot run of the pages:", *left_out(wheel_pages.pages(ROOT)), sep="\n  ")
    newer = [*moved(cells)]
    if newer:
        print("\nmoved since requirements.lock:", *newer, sep="\n  ")
    untried = CACHED.is_set() and [*columns] != ["lowest"]
    if untried:
        print("\nnot checked: today's newest versions, since the package index is unreachable")
    print(f"\nwheels: {len(cells)} tried, {len(failed)} failed ({seconds:.0f} s)")
    return 1 if failed or untried else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
