"""Show where the time of a fast call goes, layer by layer: `make profile`

py-spy samples a worker of the benchmarks in each of four workloads; the page has a flame graph and
a table of each. layers.toml says the layer of a frame. A layer's time is its share of the samples,
by the innermost Python frame, of the user time: the C functions that it calls are in it. Samples in
the first layer wait or are in the kernel; its time is the system's. Calls are counted by cProfile.
"""

from __future__ import annotations

import argparse
import cProfile
import html
import json
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import timing

LAYERS: Final = {
    name: re.compile(pattern)
    for name, pattern in tomllib.loads(Path(__file__).with_suffix(".toml").read_text()).items()
}
SHOWN: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sync GET": ("subjects:sync", {"client": "veneer"}),
    "async GET": ("subjects:tasks", {"client": "veneer"}),
    "64 in flight": ("subjects:tasks", {"client": "veneer", "flights": 64}),
    "sync GET, models": ("subjects:sync", {"client": "models"}),
}
SECONDS: Final = 3.0
COLUMNS: Final = ("layer", "self time", "µs a call", "calls of functions")


def layer(place: str) -> str:
    """Return the layer of `path:function`."""
    return next(name for name, pattern in LAYERS.items() if pattern.search(place))


def calls(maker: str, arguments: Mapping[str, Any]) -> timing.Batch:
    """Return a batch whose value is the calls of each layer, and the system's share of CPU time."""
    module, _, function = maker.partition(":")
    batch: timing.Batch = getattr(import_module(module), function)(**arguments)

    def run(times: int) -> dict[str, Any]:
        batch(times)
        before = resource.getrusage(resource.RUSAGE_SELF)
        batch(times)
        after = resource.getrusage(resource.RUSAGE_SELF)
        system, user = ((getattr(after, n) - getattr(before, n)) / times for n in ("ru_stime", "ru_utime"))
        profile = cProfile.Profile()
        profile.enable()
        batch(times)
        profile.disable()
        found: Counter[str] = Counter()
        for (path, _, name), (_, count, _, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]  # typeshed lacks it
            own = layer(f"{path}:{name}")
            if path != "~" or own != "everything else":
                found[own] += count
                continue
            for (caller, _, called_by), numbers in callers.items():
                found[layer(f"{caller}:{called_by}")] += numbers[0]
        each = {name: count / times for name, count in found.items()}
        return {"calls": each, "system": system * 1e6, "user": user * 1e6}

    return run


def self_times(raw: str) -> Counter[str]:
    """Return the samples of each layer, of py-spy's raw format: a stack, its frames by `;`, and a count."""
    found: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        if (
            not re.search(r"\.batch|run_until_complete", stack) or "importlib" in stack
        ):  # the start of the process
            continue
        name, _, path = stack.rpartition(";")[2].partition(" (")
        found[layer(f"{path.rpartition(':')[0]}:{name}")] += int(count)
    return found


def rows(samples: Counter[str], counted: Mapping[str, Any]) -> list[Sequence[str]]:
    """Return the table: layers in the order of the file, and the whole."""
    kernel, *others = LAYERS
    share = counted["user"] / max(1, samples.total() - samples[kernel])
    times = {kernel: float(counted["system"]), **{name: samples[name] * share for name in others}}
    whole, made = sum(times.values()), counted["calls"]
    lines = [(name, f"{t / whole:.1%}", f"{t:.1f}", f"{made.get(name, 0):.0f}") for name, t in times.items()]
    return [
        *lines,
        (f"all, of {samples.total()} samples", "100%", f"{whole:.1f}", f"{sum(made.values()):.0f}"),
    ]


def main() -> None:
    """Profile each workload, and write index.html and index.txt."""
    import environments
    import loopback

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--py-spy", required=True, metavar="FILE")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    texts, parts = [], ["<!doctype html><meta charset=utf-8><title>Where the time of a call goes</title>"]
    with tempfile.TemporaryDirectory() as scratch, loopback.server() as url:
        python = str(environments.lean(Path(scratch) / "lean"))
        given = {"folders": [str(Path(__file__).parent)], "hidden": [], "cpu": None}
        worker = [python, str(Path(__file__).with_name("timing.py")), json.dumps(given)]
        for title, (maker, more) in SHOWN.items():
            arguments = {"url": url, **more}
            line = json.dumps(["layers:calls", {"maker": maker, "arguments": arguments}, 500])
            counted = json.loads(_run(worker, line))["value"]
            endless = json.dumps([maker, arguments, max(500, int(SECONDS * 1e6 / counted["user"]))])
            name = re.sub(r"\W+", "-", title)
            raw, graph = Path(scratch) / f"{name}.txt", options.to / f"{name}.svg"
            for form, file in (("raw", raw), ("flamegraph", graph)):
                spy = [options.py_spy, "record", "-r", "500", "-d", "600", "--full-filenames"]
                _run([*spy, "-f", form, "-o", str(file), "--", *worker], endless)
            table = rows(self_times(raw.read_text()), counted)
            lines = [f"  {a:22}{b:>12}{c:>12}{d:>20}\n" for a, b, c, d in (COLUMNS, *table)]
            texts.append(f"{title}\n{''.join(lines)}")
            cells = "".join(f"<tr><td>{'<td>'.join(map(html.escape, row))}" for row in (COLUMNS, *table))
            picture = f'<object data="{graph.name}" width="100%"></object>'
            parts.append(f"<h2>{title}</h2><table>{cells}</table>{picture}")
    (options.to / "index.html").write_text("\n".join(parts) + "\n")
    (options.to / "index.txt").write_text("\n".join(texts))
    print("\n".join(texts), f"\n{options.to / 'index.html'}", sep="")


def _run(command: Sequence[str], line: str) -> str:
    done = subprocess.run(command, input=line + "\n", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr.strip()[-300:]}")
    return done.stdout


if __name__ == "__main__":
    main()
