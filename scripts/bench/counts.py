"""Count the Python calls, system calls and instructions of one small call, which load hardly changes."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import calls
import timing

if TYPE_CHECKING:
    from harness import Bench, Result

WARM, MORE = 20, 50
"""The numbers of calls before counting and while counting."""


LOOKED_INTO = [
    f"GET {mode} {who}" for mode in ("sync", "async") for who in (calls.HTTPX, calls.DEFAULT, calls.FAST)
]
"""The subjects whose system calls and instructions are counted too."""


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str, stock: str | None) -> dict[str, timing.Batch]:
    """Count the calls of Python and C functions in one small call."""
    return {
        name: (lambda _, b=batch: _python_calls(b))  # type: ignore[misc]  # PEP 484 has no default for lambdas
        for name, batch in calls.subjects(url, stock).items()
    }


def _python_calls(batch: timing.Batch) -> float:
    """Return the calls that eleven calls make beyond one, by cProfile, without the first's and the loop's."""

    def total(times: int) -> int:
        profile = cProfile.Profile()
        profile.enable()
        batch(times)
        profile.disable()
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it

    batch(3)
    return (total(11) - total(1)) / 10


def one_client(url: str, name: str) -> timing.Batch:
    """Return one of the subjects in detail, without the calls of the others."""
    _, mode, who = name.split(" ", 2)
    if mode == "sync":
        return timing.each(partial(calls.plain(url)[who], "GET"))
    return timing.each_awaited(partial(calls.plain_tasks(url)[who], "GET"))


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Count for httpx and for ours, and report missing tools."""
    from harness import Result, Table
    from report import number

    with bench.worker("counts", url=bench.url, stock=bench.stock()) as found:
        python = {name: float(subject(1).value) for name, subject in found.items()}
    names = [name for name in python if calls.RAW not in name]
    tools = {"system calls": _system_calls, "instructions": _instructions}
    machine = {
        what: {name: tool(bench, name) for name in names if name in LOOKED_INTO and bench.size.machine}
        for what, tool in tools.items()
    }
    rows = []
    for name in names:
        row = [name, number(python[name]), number(python[name] / python[_base(name)])]
        for what in tools:
            count, base = machine[what].get(name), machine[what].get(_base(name))
            row += [number(count) if count else "–", number(count / base) if count and base else "–"]
        rows.append(row)
    columns = [
        "",
        "Python calls",
        "ratio to httpx",
        "system calls",
        "ratio to httpx",
        "instructions",
        "ratio to httpx",
    ]
    notes = [] if bench.size.machine else ["System calls and instructions are counted in a full run."]
    if bench.size.machine:
        notes += [
            f"Not here or not permitted: {tool}."
            for what, tool in (("system calls", "strace"), ("instructions", "valgrind"))
            if not any(machine[what].values())
        ]
    return Result([Table("Counts for one small call", columns, rows, notes)])


def _base(name: str) -> str:
    method, mode, _ = name.split(" ", 2)
    return f"{method} {mode} {calls.HTTPX}"


def _difference(bench: Bench, name: str, command: list[str], pattern: str, where: Path) -> float | None:
    """Return a tool's count of one call, from a process with MORE calls; None if the tool fails."""
    counted = []
    for times in (WARM, WARM + MORE):
        child = [str(bench.python), str(Path(__file__).resolve()), bench.url, name, str(times)]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            [*command, *child], capture_output=True, text=True, env=environment, check=False
        )
        said = done.stderr + (where.read_text() if where.exists() else "")
        found = re.findall(pattern, said, re.MULTILINE)
        if done.returncode or not found:
            return None
        counted.append(int(found[-1].replace(",", "")))
    return (counted[1] - counted[0]) / MORE


def _system_calls(bench: Bench, name: str) -> float | None:
    if shutil.which("strace") is None:
        return None
    output = bench.scratch / "strace"
    command = ["strace", "-f", "-c", "-o", str(output)]
    return _difference(bench, name, command, r"^100\.00 +\S+ +\S+ +(\d+).* total$", output)


def _instructions(bench: Bench, name: str) -> float | None:
    if shutil.which("valgrind") is None:
        return None
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    return _difference(bench, name, command, r"I +refs: +([\d,]+)", bench.scratch / "none")


if __name__ == "__main__":
    one_client(sys.argv[1], sys.argv[2])(int(sys.argv[3]))
