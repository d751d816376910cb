"""Measure veneer beside httpx and the published clients: `python scripts/bench [--quick] [CASE …]`

A full run of all cases (minutes) writes docs/benchmarks.md. The clients' environments are kept in
.cache/peers. Packages that cannot be installed are left out and listed. The exit code is 1 if one
of our subjects fails or grows in memory. A missed speed target is a figure, not a failure.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import calls
import counts
import environments
import harness
import loopback
import many
import memory
import models
import pages
import report
import sse
import starts
import streams
import transfers

ROOT: Final = Path(__file__).resolve().parents[2]
CASES: Final[dict[str, Callable[[harness.Bench], harness.Result]]] = {
    "calls": calls.run,
    "many": many.run,
    "starts": starts.run,
    "sse": sse.run,
    "streams": streams.run,
    "pages": pages.run,
    "models": models.run,
    "memory": memory.run,
    "counts": counts.run,
    "transfers": transfers.run,
}
#: Run only by name, because it moves gigabytes over loopback.
ON_DEMAND: Final = {"transfers"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}")
    parser.add_argument("--quick", action="store_true", help="few rounds; nothing is installed or written")
    parser.add_argument("--tiny", action="store_true", help="one round, to see that everything runs")
    parser.add_argument("--peers", type=Path, default=ROOT / ".cache/peers", metavar="DIR")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page here")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the targets' figures here")
    options = parser.parse_args(arguments)
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    size = harness.TINY if options.tiny else harness.QUICK if options.quick else harness.FULL
    everything = not options.cases and size is harness.FULL
    options.peers.mkdir(parents=True, exist_ok=True)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that workers and the server end with this process
    results: list[harness.Result] = []
    with loopback.server() as url, tempfile.TemporaryDirectory(prefix="veneer-bench-") as scratch:
        python = environments.lean(Path(scratch) / "lean")
        peers, install = options.peers.resolve(), size is harness.FULL
        bench = harness.Bench(url, size, Path(scratch), peers, install, python)
        for name in options.cases or [name for name in CASES if name not in ON_DEMAND]:
            started = time.perf_counter()
            try:
                results.append(CASES[name](bench))
            except harness.SubjectEndedError as error:
                bench.broken[name] = str(error)
                continue
            print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
            for table in results[-1].tables:
                print(report.text(table), flush=True)
    print(report.text(report.targets([check for result in results for check in result.checks])))
    for name, reason in sorted(bench.left_out.items()):
        print(f"left out: {name}: {reason}")
    for name, reason in sorted(bench.broken.items()):
        print(f"failed: {name}: {reason}", file=sys.stderr)
    target = options.write or (ROOT / "docs/benchmarks.md" if everything else None)
    if target is not None and not bench.broken:
        target.write_text(report.page(results, bench.left_out))
    if options.json is not None:
        found = [{**asdict(check), "met": check.met} for result in results for check in result.checks]
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    grown = size is not harness.TINY and any(  # a tenth of a tiny run warms nothing up
        check.met is False and check.unit == "MiB" for result in results for check in result.checks
    )
    return int(grown or bool(bench.broken))


if __name__ == "__main__":
    sys.exit(main())
