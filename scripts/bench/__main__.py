"""Measure veneer beside other clients: `python scripts/bench [--quick] [WORKLOAD …]`

A full run of all workloads (minutes) replaces this machine's entry in docs/benchmarks.json, and
writes docs/benchmarks.md and README.md's figures from it. The other clients are installed into
.cache/peers. What cannot be had is left out and listed. The exit code is 1 if one of our subjects
fails or grows in memory. A missed speed target is a figure, not a failure.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import counts
import environments
import loopback
import report
import workloads
from runner import FULL, QUICK, TINY, Bench, Target, Workload, measured

ROOT: Final = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the workloads and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="see the list by an unknown name")
    parser.add_argument("--quick", action="store_true", help="few rounds; nothing is written")
    parser.add_argument("--tiny", action="store_true", help="one round, to see that everything runs")
    parser.add_argument("--offline", action="store_true", help="install nothing")
    parser.add_argument("--peers", type=Path, default=ROOT / ".cache/peers", metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write this machine's entry here")
    parser.add_argument("--render", action="store_true", help="write page and README.md from the data alone")
    options = parser.parse_args(arguments)
    if options.render:
        report.write(report.load())
        return 0
    size = TINY if options.tiny else QUICK if options.quick else FULL
    options.peers.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that workers and servers end too
    cpus = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    client, server = (cpus[0], cpus[-1]) if len(cpus) > 1 and not options.tiny else (None, None)
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="veneer-bench-")))
        python = environments.lean(scratch / "lean")
        bench = Bench(size, scratch, options.peers.resolve(), not options.offline, python, client)
        certificate = environments.certificates(scratch, bench.trusted)
        folder = None
        with contextlib.suppress(LookupError):
            folder = str(bench.target(workloads.UVLOOP))
        url = stack.enter_context(loopback.server(cpu=server, folder=folder))
        secure = stack.enter_context(loopback.server(certificate, cpu=server, folder=folder))
        every = workloads.every(url, secure, size, str(scratch))
        every |= counts.workloads(url, machine=size.machine)
        if unknown := set(options.workloads) - set(every):
            parser.error(
                f"no such workload: {', '.join(sorted(unknown))}; there are {workloads.names(every)}"
            )
        chosen = {name: every[name] for name in options.workloads or every}
        figures = measured(bench, chosen)
    met = [
        verdict(workload, target, figures[name]["subjects"])
        for name, workload in chosen.items()
        for target in workload.targets
    ]
    pins = sorted({pin for w in chosen.values() for row in w.rows.values() for pin in row.place.needs})
    entry = report.entry(figures, met, bench.left_out, pins)
    for found in figures.values():
        print(report.measured(found, "##"))
    print(f"## Targets\n\n{report.targets(entry)}")
    for name, reason in sorted(bench.left_out.items()):
        print(f"left out: {name}: {reason}")
    for name, reason in sorted(bench.broken.items()):
        print(f"failed: {name}: {reason}", file=sys.stderr)
    if options.json is not None:
        options.json.write_text(json.dumps(entry, indent=1, ensure_ascii=False) + "\n")
    if size is FULL and not options.workloads and not bench.broken:
        report.write(report.added(report.load(), entry))
    grown = size is not TINY and any(  # a tenth of a tiny run warms nothing up
        one["unit"] == "MiB" and one["met"] is False for one in met
    )
    return int(grown or bool(bench.broken))


def verdict(workload: Workload, target: Target, subjects: dict[str, Any]) -> dict[str, Any]:
    """Return a target with its figure: the median of the runs decides."""
    own = subjects.get(target.who, {})
    ratios = own.get("over", {}).get(target.over, {})
    figure = ratios.get(target.clock)
    if not target.over and target.clock in own:
        figure = [own[target.clock]] * 3
    return {
        "what": workload.title,
        "who": target.who,
        "over": target.over,
        "clock": target.clock,
        "unit": workload.unit,
        "bound": target.bound,
        "figure": figure,
        "wall": ratios.get("wall"),
        "met": None if figure is None else figure[0] <= target.bound,
    }


if __name__ == "__main__":
    sys.exit(main())
