"""Write measurements as text: figures, tables, and the page docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from environments import OTHERS, PINS
from harness import Check, Result, Spread, Table

HEAD: Final = """\
# Benchmarks

`make bench` measures everything anew and writes this page. `make bench QUICK=1` prints a sample.

All subjects run in warm processes, a batch of each in every round, in random order. The server is
on the same machine and keeps its answers ready. The environment has what
`pip install veneer[fast]` brings, and no more.

A ratio is a batch's time divided by its baseline's in the same round. Shown are the median of the
rounds and, where there is room, the quartiles in brackets. Ratios belong to one run: on a busy
machine they move by some hundredths, and the times by much more. Counts (calls, modules,
instructions) hardly move.
"""
WIDTH: Final = 98
_QUARTILES: Final = re.compile(r" \([\d.,]+–[\d.,]+\)$")
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
    """Return a figure with three significant digits, and all digits before the point."""
    size = abs(figure)
    if size >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    if size >= 10:
        return f"{figure:.1f}"
    # Three significant digits, with zeros: 0.200 is not 0.2.
    return f"{figure:#.3g}" if size >= 0.001 else f"{figure:.3g}"


def show(figures: Spread | None, factor: float = 1.0, unit: str = "") -> str:
    """Return a median and its quartiles; a dash if nothing was measured."""
    if figures is None:
        return "–"
    middle, low, high = (number(f * factor) for f in (figures.middle, figures.low, figures.high))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"


def text(table: Table) -> str:
    """Return a table as Markdown: without quartiles if lines are too long, and then as a list."""
    rows, notes = _lines(table.columns, table.rows), list(table.notes)
    if max(map(len, rows)) > WIDTH:
        rows = _lines(table.columns, [[_QUARTILES.sub("", cell) for cell in row] for row in table.rows])
        notes = ["Medians.", *notes]
    if max(map(len, rows)) > WIDTH:
        rows, notes = [_item(table.columns, row) for row in table.rows], list(table.notes)
    return "\n".join([f"## {table.title}\n", *rows, *(f"\n{_wrapped(note)}" for note in notes), ""])


def _lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *rows)]


def _item(columns: Sequence[str], row: Sequence[str]) -> str:
    named = (f"{column} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True) if cell)
    return _wrapped(f"- {row[0]}: {'; '.join(named)}", indent="  ")


def _wrapped(words: str, indent: str = "") -> str:
    return textwrap.fill(
        words, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def targets(checks: Iterable[Check]) -> Table:
    """Return the lines of targets and their measurements."""
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
    """Return the page."""
    checks = [check for result in results for check in result.checks]
    tables = [table for result in results for table in result.tables]
    missing = "".join(f"- {name}: left out: {reason}\n" for name, reason in sorted(left_out.items()))
    parts = [HEAD, surroundings(), text(targets(checks)), *(text(table) for table in tables)]
    if missing:
        parts.append(f"## Left out\n\n{missing}")
    return "\n".join(parts)


def surroundings() -> str:
    """Return the time, machine and versions of the measurement."""
    peers = ", ".join(f"{name} {pin}" for name, pin in (PINS | OTHERS).items())
    packages = ", ".join(f"{name} {found}" for name in MEASURED_WITH if (found := _version(name)))
    measured = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {platform.python_implementation()} {platform.python_version()} "
        f"on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_processor()}."
    )
    return "\n\n".join(_wrapped(one) for one in (measured, f"{packages}.", f"Beside: {peers}.")) + "\n"


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
