"""Count the Python calls, system calls and instructions of one small call, which load hardly changes."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import timing

WARM, MORE = 20, 50
"""The numbers of calls before counting and while counting."""
TOOLS: Final = {
    "System calls": (["strace", "-f", "-c", "-o"], r"^100\.00 +\S+ +\S+ +(\d+).* total$"),
    "Instructions": (
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "--log-file="],
        r"I +refs: +([\d,]+)",
    ),
}


def python_calls(maker: str, arguments: Mapping[str, Any]) -> timing.Batch:
    """Return a batch whose value is the calls of Python and C functions in one call, by cProfile.

    It is the difference of eleven calls to one, without what the first call and the loop take.
    """
    from importlib import import_module

    module, _, function = maker.partition(":")
    batch: timing.Batch = getattr(import_module(module), function)(**arguments)

    def total(times: int) -> int:
        profile = cProfile.Profile()
        profile.enable()
        batch(times)
        profile.disable()
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it

    def run(_: int) -> float:
        batch(3)
        return (total(11) - total(1)) / 10

    return run


def by_tool(tool: str, command: list[str], environment: Mapping[str, str], line: str, scratch: Path) -> float:
    """Return a tool's count of one operation: a worker that does MORE of them, less one that does not.

    `line` has `{times}` for the number of operations. Raises OSError if the tool cannot be used here.
    """
    prefix, pattern = TOOLS[tool]
    if shutil.which(prefix[0]) is None:
        raise OSError(f"{prefix[0]} is not installed here")
    counted = []
    for times in (WARM, WARM + MORE):
        said = scratch / f"{prefix[0]}-{os.getpid()}"
        done = subprocess.run(
            [*prefix[:-1], f"{prefix[-1]}{said}", *command],
            input=line.replace('"{times}"', str(times)),
            capture_output=True,
            text=True,
            env={**environment, "PYTHONHASHSEED": "0"},
            check=False,
        )
        found = re.findall(pattern, said.read_text() if said.exists() else "", re.MULTILINE)
        if done.returncode or not found or '"error"' in done.stdout:
            raise OSError(f"{prefix[0]} is not permitted here, or what it ran failed: {done.stdout[:100]}")
        counted.append(int(found[-1].replace(",", "")))
    return (counted[1] - counted[0]) / MORE


def workloads(url: str, *, machine: bool) -> dict[str, Any]:
    """Return the counts as workloads: a GET, sync and async, and typed calls beside untyped ones."""
    import workloads as table
    from runner import Row, Workload

    made = {}
    calls = table.calls(url)
    few = {
        "GET": ("httpx", "urllib3", "pyreqwest", table.VENEER, table.BOTH),
        "async": ("httpx", "aiohttp", "pyreqwest", table.VENEER, table.BOTH),
    }
    for name, mode in (("GET", "sync"), ("async", "async")):
        given = calls[name].rows
        profiled = {
            who: Row("counts:python_calls", {"maker": row.make, "arguments": row.arguments}, row.place)
            for who, row in given.items()
            if who in table.OURS or who in ("httpx", "httpx2")  # of clients in Python alone
        }
        found = {"Python calls": profiled}
        for tool in TOOLS if machine else ():
            found[tool] = {who: replace(given[who], tool=tool) for who in few[name]}
        for what, rows in found.items():
            made[f"{what.lower()}, {mode}"] = Workload(
                f"{what} of a small GET, {mode}",
                rows,
                ("httpx", "aiohttp", "urllib3", "pyreqwest"),
                clocks=("value",),
                unit="",
                times=1,
                runs=1,
                rounds=1,
            )
    for name, workload in table.typed(url).items():
        counted = {
            "Python calls": {
                who: Row("counts:python_calls", {"maker": row.make, "arguments": row.arguments}, row.place)
                for who, row in workload.rows.items()
            }
        }
        if machine:
            counted["Instructions"] = {
                who: replace(row, tool="Instructions") for who, row in workload.rows.items() if "fast" in who
            }
        for what, rows in counted.items():
            title = f"{what}: {workload.title[0].lower()}{workload.title[1:]}"
            bound = (
                workload.targets if what == "Instructions" else ()
            )  # a call of Python may cost much or little
            targets = tuple(replace(one, clock="value") for one in bound if one.who in rows)
            made[f"{what.lower()}, {name}"] = Workload(
                title, rows, workload.over, targets, clocks=("value",), unit="", times=1, runs=1, rounds=1
            )
    return made
