"""Run something in a process of its own and tell how much its peak memory grew."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

MIB = 1 << 20
BOUND = 16.0
"""MiB by which the peak may grow."""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds that a run took, and MiB by which the process's peak resident memory grew over that of a short run before it."""

    seconds: float
    growth: float


def measure(run: Callable[[int], None], *, short: int, long: int) -> Run:
    """Run short, so that everything is loaded and warm, then long."""
    run(short)
    before = _peak()
    started = time.perf_counter()
    run(long)
    return Run(time.perf_counter() - started, _peak() - before)


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024


def report(run: Run) -> None:
    """Print a run for `in_child` to read."""
    print(json.dumps(asdict(run)))


def in_child(*arguments: str) -> Run:
    """Run this script with these arguments in a process of its own. Raises CalledProcessError when it fails."""
    done = subprocess.run([sys.executable, sys.argv[0], *arguments], check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(done.stdout))
