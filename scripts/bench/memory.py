"""Measure the memory growth of 10,000 calls and a stream of 1,000,000 events: none."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import calls
import streams
import timing

if TYPE_CHECKING:
    from harness import Bench, Result, Table

MIB = 1 << 20
BOUND_MIB = 2.0
ENGINES = {calls.DEFAULT: "default engine", calls.FAST: "fast engine"}


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str) -> dict[str, timing.Batch]:
    """Return subjects that make calls, or read events, and return the process's memory in MiB."""
    found: dict[str, timing.Batch] = {}
    sync, tasks = calls.plain(url), calls.plain_tasks(url)
    for who, engine in ENGINES.items():
        options = streams.ENGINES[who]
        found |= {
            f"calls, sync, {engine}": measured(timing.each(partial(sync[who], "GET"))),
            f"calls, async, {engine}": measured(timing.each_awaited(partial(tasks[who], "GET"))),
            f"events, sync, {engine}": measured(partial(_streamed, streams.by_veneer, url, options)),
            f"events, async, {engine}": measured(partial(_streamed, streams.by_veneer_tasks, url, options)),
        }
    return found


def _streamed(
    reader: Callable[[str, int, dict[str, Any]], timing.Batch], url: str, options: dict[str, Any], events: int
) -> None:
    reader(url, events, options)(1)


def measured(batch: Callable[[int], object]) -> timing.Batch:
    """Return the process's resident memory in MiB after a batch: its peak, and the current value."""

    def run(times: int) -> list[float]:
        batch(times)
        gc.collect()
        return [peak(), resident()]

    return run


def peak() -> float:
    """Return the process's peak memory in MiB (ru_maxrss is KiB on Linux, bytes on macOS)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MIB if sys.platform == "darwin" else most / 1024


def resident() -> float:
    """Return the process's current memory in MiB; its peak if the current value is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return peak()
    return pages * resource.getpagesize() / MIB


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Run each subject in its own process: a tenth to warm up, then the whole."""
    from harness import Check, Result, Spread

    result = Result()
    counts = {"calls": bench.size.memory_calls, "events": bench.size.memory_events}
    ways = [
        f"{what}, {mode}, {engine}"
        for what in counts
        for engine in ENGINES.values()
        for mode in ("sync", "async")
    ]
    whole = {way: counts[way.partition(",")[0]] for way in ways}
    table, grown = growth(bench, "memory", whole, "Memory", "a second")
    result.tables.append(table)
    for way in ways:
        figure = grown.get(way)
        result.checks.append(
            Check(
                f"memory after {whole[way]:,} {way}",
                f"after {whole[way] // 10:,}",
                None if figure is None else Spread(figure, figure, figure),
                BOUND_MIB,
                unit="MiB",
            )
        )
    return result


def growth(
    bench: Bench,
    module: str,
    whole: dict[str, int],
    title: str,
    rate: str,
    factor: float = 1.0,
    **options: Any,
) -> tuple[Table, dict[str, float]]:
    """Return the growth in MiB of each subject's memory, current or peak, after the first tenth."""
    from harness import SubjectEndedError, Table
    from report import number

    grown: dict[str, float] = {}
    rows = []
    for way, times in whole.items():
        try:
            with bench.worker(module, url=bench.url, **options) as found:
                before = found[way](max(1, times // 10))
                after = found[way](times)
        except SubjectEndedError as error:
            bench.broken[way] = str(error)
            continue
        grown[way] = max(now - then for now, then in zip(after.value, before.value, strict=True))
        rows.append(
            [
                way,
                f"{times * factor:,.0f}",
                number(after.wall),
                number(times * factor / after.wall),
                number(grown[way]),
            ]
        )
    columns = ["", "how many", "seconds", rate, "grew by, MiB"]
    return Table(title, columns, rows), grown
