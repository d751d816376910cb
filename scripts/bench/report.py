"""Put what was measured into text: figures, tables, and the page docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from environments import OTHERS, PINS
from harness import Check, Result, Spread, Table

HEAD: Final = """\
# Benchmarks

Written by `make bench`, which measures all of it anew: run that rather than change this page. `make bench QUICK=1` prints a glance of it.

What is compared runs in warm processes, a batch of each in every round, in random order, against a server on the same machine that keeps its answers ready; the environment has what `pip install veneer[fast]` brings and no more. A ratio is a batch's time over its baseline's in the same round;
shown are the median of the rounds and, in brackets, the quartiles. Ratios are of one run: on a busy machine they move by some hundredths, the times themselves by much more. Counts (calls, modules, instructions) hardly move.
"""
MEASURED_WITH: Final = (
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "httptools",
    "msgspec",
    "orjson",
    "attrs",
    "pydantic",
    "openapi-python-client",
)


def number(figure: float) -> str:
    """Write a figure with three digits that count, and no fewer before the point than it has."""
    size = abs(figure)
    if size >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    if size >= 10:
        return f"{figure:.1f}"
    # Three digits that count, zeros included: 0.200 is not 0.2.
    return f"{figure:#.3g}" if size >= 0.001 else f"{figure:.3g}"


def show(figures: Spread | None, factor: float = 1.0, unit: str = "") -> str:
    """Write a median and its quartiles; a dash where nothing was measured."""
    if figures is None:
        return "–"
    middle, low, high = (number(f * factor) for f in (figures.middle, figures.low, figures.high))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"


def text(table: Table) -> str:
    """Give a table as Markdown that reads well as it is."""
    cells = [list(table.columns), *table.rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(table.columns))]
    lines = [f"| {' | '.join(cell.ljust(w) for cell, w in zip(row, widths, strict=True))} |" for row in cells]
    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    notes = [f"\n{note}" for note in table.notes]
    return "\n".join([f"## {table.title}\n", lines[0], rule, *lines[1:], *notes, ""])


def targets(checks: Iterable[Check]) -> Table:
    """Put every target beside what was measured for it."""
    rows = [
        [
            check.what,
            check.baseline,
            show(check.figure, unit=f" {check.unit}"),
            f"{'≥' if check.at_least else '≤'} {number(check.bound)} {check.unit}",
            {True: "met", False: "**missed**", None: "not measured"}[check.met],
        ]
        for check in checks
    ]
    met = sum(check.met is True for check in checks)
    missed = sum(check.met is False for check in checks)
    note = f"{met} met, {missed} missed, {len(rows) - met - missed} not measured."
    return Table("Targets", ["what", "baseline", "measured", "target", "verdict"], rows, [note])


def page(results: Sequence[Result], left_out: Mapping[str, str]) -> str:
    """Give the whole page."""
    checks = [check for result in results for check in result.checks]
    tables = [table for result in results for table in result.tables]
    missing = "".join(f"- {name}: left out: {reason}\n" for name, reason in sorted(left_out.items()))
    parts = [HEAD, surroundings(), text(targets(checks)), *(text(table) for table in tables)]
    if missing:
        parts.append(f"## Left out\n\n{missing}")
    return "\n".join(parts)


def surroundings() -> str:
    """Say when, where and with what it was measured."""
    peers = ", ".join(f"{name} {pin}" for name, pin in (PINS | OTHERS).items())
    packages = ", ".join(f"{name} {found}" for name in MEASURED_WITH if (found := _version(name)))
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, {_processor()}.\n{packages}.\nBeside: {peers}.\n"
    )


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
