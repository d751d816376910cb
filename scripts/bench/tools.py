"""Measure what the pipeline's commands cost: `python scripts/bench/tools.py [LARGE_CONTRACT]`.

Each row is a command on a copy of the project: CPU seconds of all its processes, wall seconds, the
largest process's peak memory in MB, and the target for an idle machine with two cores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("generated", "overlay", "openapi", "docs", "tests")


class Row(NamedTuple):
    """What one command cost."""

    what: str
    cpu: float
    wall: float
    peak: float
    target: str


def measure(what: str, target: str, *command: str) -> Row:
    """Run a command and return its row. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.perf_counter() - started
    return Row(what, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, target)


def rows(large: Path | None) -> list[Row]:
    """Return the rows of all commands."""
    with tempfile.TemporaryDirectory(prefix="veneer-tools-") as scratch:
        root = Path(scratch)
        for name in COPIED:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (*ROOT.glob("*.md"), *ROOT.glob("*.txt"), ROOT / "pyproject.toml"):
            shutil.copy(path, root / path.name)
        generate, drift = (
            (str(ROOT / f"scripts/{name}.py"), "--root", str(root)) for name in ("regenerate", "drift")
        )
        for command in (generate, drift):  # compile the modules, and prove the copy
            measure("", "", *command)
        found = [
            measure("generate, unchanged", "0.5 s", *generate),
            measure("drift, unchanged", "0.5 s", *drift),
            measure("veneer --help", "0.25 s", "-m", "veneer", "--help"),
        ]
        contract = root / "openapi/hybridb.yaml"
        contract.write_text(
            contract.read_text(encoding="utf-8").replace("summary: ", "summary: Now ", 1), encoding="utf-8"
        )
        found.append(measure("generate, one contract changed", "2 s", *generate))
        if large:
            place = root / "large/openapi"
            place.mkdir(parents=True)
            entry = f'[[contract]]\nname = "large"\nfile = "{large.resolve().as_posix()}"\npackage = "made.large"\n'
            (place / "contracts.toml").write_text(entry, encoding="utf-8")
            found.append(
                measure(f"generate {large.stem}", "15 s, 300 MB", generate[0], "--root", str(place.parent))
            )
    return found


if __name__ == "__main__":
    print(f"{'what':34}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}  target")
    for row in rows(Path(sys.argv[1]) if sys.argv[1:] else None):
        print(f"{row.what:34}{row.cpu:8.2f}{row.wall:8.2f}{row.peak:9.0f}  {row.target}")
