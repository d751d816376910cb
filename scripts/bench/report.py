"""Write measurements as text: tables, docs/benchmarks.md and the figures of README.md, from docs/benchmarks.json.

The data has an entry for each kind of machine, which `make bench` on such a machine replaces.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import textwrap
import timeit
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "docs/benchmarks.json"
PAGE: Final = ROOT / "docs/benchmarks.md"
README: Final = ROOT / "README.md"
WIDTH: Final = 98

HEAD: Final = """\
# Benchmarks

`make bench` measures everything anew (ten minutes, alone on the machine), replaces the entry of
this kind of machine in docs/benchmarks.json, and writes this page and the table of README.md from
it. `make bench QUICK=1` prints a sample. `make profile` shows where the time of a call goes.

## How it is measured

- One server, in a process and on a processor of its own, has its answers ready: 273 bytes of JSON.
  Each client has a process too, on another processor, with the packages that `pip install` of it
  brings: `veneer` without extras, `veneer[fast]` with httptools, msgspec and orjson.
- A run starts all processes anew and does some batches of each client in random order. A ratio is
  a client's time divided by the baseline's in the same round, and the median of a run's rounds.
  Shown is the median of five runs, with the least and the most in brackets.
- CPU is the client's own time in the processor, in Python and in the system. The wall's time has
  the server's share too: with many calls in flight, a client cannot be faster than the server.
  Targets are by CPU, but for waiting (pages) and starting, which are by the wall.
- Less is better everywhere. 0.25 × httpx is a quarter of httpx's time.

## What a ratio depends on

- **The cost of a system call.** Every client writes and reads a socket, which costs about the same
  for each: the `raw socket` row is what is left without any client. Where system calls are dear
  (virtual machines, sandboxed containers) all ratios move towards 1.
- **Python's speed beside that**: the processor, and the version of Python. A client of compiled
  code, as pyreqwest, gains where Python is slow.
- **What else runs.** A ratio moves by some hundredths from run to run, times by far more. Counts
  (instructions, Python calls, system calls) hardly move, and are the best to compare versions by.
"""

#: What README.md and the head of the page show: title, workload, our two subjects, baseline, clock.
RANGES: Final = (
    ("a small call, sync", "GET", "veneer", "veneer[fast]", "httpx", "cpu"),
    ("a small call, async", "async", "veneer", "veneer[fast]", "httpx", "cpu"),
    ("", "async", "veneer", "veneer[fast]", "aiohttp", "cpu"),
    ("64 calls in flight", "64", "veneer", "veneer[fast]", "httpx", "cpu"),
    ("", "64", "veneer", "veneer[fast]", "aiohttp", "cpu"),
    ("instructions of a call, sync", "instructions, sync", "veneer", "veneer[fast]", "httpx", "value"),
    ("instructions of a call, async", "instructions, async", "veneer", "veneer[fast]", "httpx", "value"),
    ("events over HTTP, sync", "events sync", "veneer", "veneer[fast]", "httpx + httpx-sse", "cpu"),
    ("events over HTTP, async", "events async", "veneer", "veneer[fast]", "httpx + httpx-sse", "cpu"),
    ("`import veneer.velerian`", "import", "", "import veneer.velerian", "import httpx", "cpu"),
    ("a cold process, HTTP", "cold HTTP", "", "veneer.Client", "httpx.Client", "wall"),
    ("a cold process, HTTPS", "cold HTTPS", "", "veneer.Client", "httpx.Client", "wall"),
    ("100 rows to models", "decode", "veneer", "veneer[fast]", "stock generated", "cpu"),
)  # fmt: skip
MARKS: Final = ("<!-- figures: make bench -->\n", "<!-- end of figures -->\n")
PACKAGES: Final = ("httpx", "httpcore", "h11", "anyio", "httptools", "msgspec", "orjson", "attrs", "pydantic", "openapi-python-client")  # fmt: skip


# -- figures and tables ------------------------------------------------------------------------------------------------


def number(figure: float) -> str:
    """Return a figure with three significant digits, and all digits before the point."""
    size = abs(figure)
    if size >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    if size >= 10:
        return f"{figure:.1f}"
    # Three significant digits, with zeros: 0.200 is not 0.2.
    return f"{figure:#.3g}" if size >= 0.001 else f"{figure:.3g}"


def show(figures: Sequence[float] | None) -> str:
    """Return a median with the least and the most; a dash if nothing was measured."""
    if figures is None:
        return "–"
    middle, low, high = map(number, figures)
    return middle if low == high else f"{middle} ({low}–{high})"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table: without ranges if lines are too long, as a list if they still are."""

    def lines(cells: Sequence[Sequence[str]]) -> list[str]:
        return [f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *cells)]

    short = [[re.sub(r" \([\d.,]+–[\d.,]+\)$", "", cell) for cell in row] for row in rows]
    for cells in (rows, short):
        if max(map(len, made := lines(cells))) <= WIDTH:
            return "\n".join(made) + "\n"
    listed = []
    for row in rows:
        named = (f"{column} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True) if cell)
        listed.append(wrapped(f"- {row[0]}: {'; '.join(named)}", "  "))
    return "\n".join(listed) + "\n"


def wrapped(words: str, indent: str = "") -> str:
    """Return prose in lines."""
    return textwrap.fill(
        words, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


UNITS: Final = {"ns": 1e9, "µs": 1e6, "ms": 1e3}
CLOCKS: Final = {"cpu": "CPU", "wall": "wall", "value": ""}


def measured(found: Mapping[str, Any], level: str = "###") -> str:
    """Return a workload's figures: times by each clock, CPU over each baseline, wall over the first."""
    subjects, unit = found["subjects"], found["unit"]
    clocks = [clock for clock in CLOCKS if any(clock in figure for figure in subjects.values())]
    bases = [base for base in found["over"] if any(base in f["over"] for f in subjects.values())][:3]
    ratios = [(base, clock) for base in bases for clock in CLOCKS if _has(subjects, base, clock)]
    ratios = [(base, clock) for base, clock in ratios if clock != "wall" or base == bases[0]]
    columns = ["", *(f"{CLOCKS[clock]} {unit}".strip() or "count" for clock in clocks)]
    columns += [f"{CLOCKS[clock]} ÷ {base}".strip() for base, clock in ratios]
    rows = []
    for who, figure in subjects.items():
        times = [number(figure[c] * UNITS.get(unit, 1)) if c in figure else "–" for c in clocks]
        shares = [
            "1" if who == base else show(figure["over"].get(base, {}).get(clock)) for base, clock in ratios
        ]
        rows.append([who, *times, *shares])
    notes = "".join(f"\n{wrapped(note)}\n" for note in found["notes"])
    return f"{level} {found['title']}\n\n{table(columns, rows)}{notes}"


def _has(subjects: Mapping[str, Any], base: str, clock: str) -> bool:
    return any(clock in figure["over"].get(base, {}) for figure in subjects.values())


def targets(entry: Mapping[str, Any]) -> str:
    """Return the targets with their figures and verdicts."""
    said = {True: "met", False: "**missed**", None: "not measured"}
    rows = []
    for one in entry["targets"]:
        clock = {"cpu": "CPU", "wall": "wall", "value": ""}[one["clock"]]
        beside = f"; wall {show(one['wall'])}" if one["clock"] == "cpu" and one["wall"] else ""
        limit = f"≤ {number(one['bound'])} {'× ' + one['over'] if one['over'] else one['unit']}"
        rows.append(
            f"- {one['what']}, {one['who']}: {clock} {show(one['figure'])}{beside}; target {limit}: {said[one['met']]}"
        )
    met, missed, not_measured = (
        sum(one["met"] is verdict for one in entry["targets"]) for verdict in (True, False, None)
    )
    lines = [wrapped(re.sub(r" +", " ", row), "  ") for row in rows]
    return "\n".join([*lines, "", f"{met} met, {missed} missed, {not_measured} not measured.", ""])


# -- the page and README.md ----------------------------------------------------------------------------------------------


def load() -> list[dict[str, Any]]:
    """Return the entries of the machines, the newest first."""
    entries: list[dict[str, Any]] = json.loads(DATA.read_text())["machines"]
    return entries


def added(entries: Sequence[dict[str, Any]], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries with this one first, and without the one of its kind of machine."""
    return [entry, *(old for old in entries if old["machine"] != entry["machine"])]


def median(entry: Mapping[str, Any], name: str, who: str, base: str, clock: str) -> float | None:
    """Return a ratio of a machine by this clock, else by the other one."""
    over = entry["figures"].get(name, {}).get("subjects", {}).get(who, {}).get("over", {}).get(base, {})
    for each in (clock, "wall", "cpu"):
        if each in over:
            return float(over[each][0])
    return None


def readme(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of README.md: the range of the machines' ratios."""
    rows, title = [], ""
    for shown, name, plain, fast, base, clock in RANGES:
        title = shown or title
        cells = [
            _range([m for entry in entries if (m := median(entry, name, who, base, clock)) is not None])
            for who in (plain, fast)
        ]
        if any(cells):
            rows.append([title, *cells, base if base[:6] != "import" else f"`{base}`"])
    return table(["", "veneer", "`veneer[fast]`", "beside"], rows)


def _range(figures: Sequence[float]) -> str:
    if not figures:
        return ""
    low, high = (f"{figure:#.2g}".rstrip(".") for figure in (min(figures), max(figures)))
    return f"{low} ×" if low == high else f"{low}–{high} ×"


def across(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the same ratios machine by machine."""
    rows, title = [], ""
    for shown, name, plain, fast, base, clock in RANGES:
        title = shown or title
        for who in filter(None, (plain, fast)):
            found = [median(entry, name, who, base, clock) for entry in entries]
            if any(figure is not None for figure in found):
                cells = ["–" if figure is None else number(figure) for figure in found]
                rows.append([f"{title}, {who} ÷ {base}" if plain else f"{title} ÷ {base}", *cells])
    return table(["", *(f"machine {n}" for n, _ in enumerate(entries, 1))], rows)


def page(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the page."""
    parts = [HEAD, "## Across machines\n"]
    parts += [
        wrapped(f"{n}. {one['machine']}: {one['date']}, commit {one['commit']}. {one['note']}".strip(), "   ")
        for n, one in enumerate(entries, 1)
    ]
    parts += ["", across(entries)]
    for n, entry in enumerate(entries, 1):
        parts.append(f"## Machine {n}: {entry['machine']}\n")
        parts += [f"{wrapped(fact)}\n" for fact in entry["facts"]]
        if entry["targets"]:
            parts += [f"### Targets on machine {n}\n", targets(entry)]
        parts += [
            measured(found).replace("\n", f" (machine {n})\n", 1) for found in entry["figures"].values()
        ]
        if entry["left_out"]:
            left = [wrapped(f"- {who}: {why}", "  ") for who, why in sorted(entry["left_out"].items())]
            parts.append(f"### Left out on machine {n}\n\n" + "\n".join(left) + "\n")
    return "\n".join(parts)


def with_figures(text: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return README.md's text with the figures of the machines."""
    head, _, rest = text.partition(MARKS[0])
    _, _, tail = rest.partition(MARKS[1])
    return f"{head}{MARKS[0]}\n{readme(entries)}\n{MARKS[1]}{tail}"


def write(entries: Sequence[Mapping[str, Any]]) -> None:
    """Write the data, the page and README.md's figures."""
    DATA.write_text(json.dumps({"machines": entries}, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(page(entries))
    README.write_text(with_figures(README.read_text(), entries))


# -- this machine --------------------------------------------------------------------------------------------------------


def entry(figures: Mapping[str, Any], met: Sequence[Any], left_out: Mapping[str, str], pins: Sequence[str]) -> dict[str, Any]:  # fmt: skip
    """Return the entry of this machine and run."""
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    system, python = _nanoseconds("os.getppid()"), _nanoseconds("f()")
    name = f"{platform.python_implementation()} {platform.python_version()}"
    facts = [
        f"{name} on {platform.system()} {platform.machine()}.",
        f"A system call takes {system:.0f} ns, a call of a Python function {python:.0f} ns.",
        f"{packages}.",
        f"Beside: {', '.join(pin.replace('==', ' ') for pin in pins)}.",
    ]
    version_ = "{}.{}".format(*sys.version_info)
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, Python {version_}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
        "note": "",
        "facts": facts,
        "targets": list(met),
        "figures": figures,
        "left_out": dict(left_out),
    }


def _nanoseconds(statement: str) -> float:
    runs = timeit.repeat(statement, "import os\ndef f(): pass", number=100_000)
    return min(runs) / 100_000 * 1e9


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


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
