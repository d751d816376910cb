"""Show what many calls came to as one page of HTML that needs nothing from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from veneer_cli.tally import duration

if TYPE_CHECKING:
    from veneer_cli.tally import Span, Tally

__all__ = ["page"]

_WIDTH: Final = 760
_HEIGHT: Final = 220
_LEFT: Final = 70
_BOTTOM: Final = 28
_RIGHT: Final = 30
_TICKS: Final = 4
_SHARES: Final = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }}
body {{ max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; overflow-wrap: anywhere; }}
svg {{ width: 100%; height: auto; }}
svg text {{ fill: currentColor; font-size: 11px; }}
.grid {{ stroke: #8885; }}
.line {{ fill: none; stroke-width: 1.5; }}
.done, .p50 {{ stroke: #2a8f5b; color: #2a8f5b; }}
.unknown, .p95 {{ stroke: #c98500; color: #c98500; }}
.failed, .p99 {{ stroke: #d03a3a; color: #d03a3a; }}
</style>
</head>
<body>
<h1>{title}</h1>
{content}
</body>
</html>
"""


def page(name: str, counts: Mapping[str, int], tally: Tally) -> str:
    """Return the page of a run: counts, throughput and latency over time, the slowest calls, errors by kind."""
    facts = {
        **{state: f"{count:,}" for state, count in counts.items()},
        "time": duration(tally.seconds),
        "calls a second": f"{tally.rate:,.1f}",
        "retries": f"{tally.retries:,}",
        **{f"latency {share}": duration(seconds) for share, seconds in tally.percentiles().items()},
    }
    parts = [_table((), facts.items())]
    if tally.spans:
        parts += [
            "<h2>Calls a second</h2>",
            _chart("Calls a second over time", _throughput(tally), tally, lambda value: f"{value:,.4g}"),
            "<h2>Time of a call</h2>",
            _chart("Percentiles of the time of a call", _latency(tally), tally, duration),
        ]
    if tally.slowest:
        slow = ((f"#{index}", duration(seconds), state) for seconds, index, state in tally.slowest)
        parts += ["<h2>Slowest calls</h2>", _table(("input", "time", "state"), slow)]
    if tally.kinds:
        kinds = ((one.name, f"{one.count:,}", f"#{one.index}: {one.example}") for one in tally.kinds)
        parts += ["<h2>Errors</h2>", _table(("kind", "count", "first"), kinds)]
    return _PAGE.format(title=escape(name), content="\n".join(parts))


_Series = Mapping[str, Sequence[float | None]]


def _throughput(tally: Tally) -> _Series:
    # The last stretch of time is not over.
    last = tally.seconds - tally.width * (len(tally.spans) - 1)
    widths = [tally.width] * (len(tally.spans) - 1) + [max(last, tally.width / 10)]

    def each(count: Callable[[Span], int]) -> list[float | None]:
        return [count(span) / width for span, width in zip(tally.spans, widths, strict=True)]

    return {
        "done": each(lambda span: span.done),
        "failed": each(lambda span: span.failed),
        "unknown": each(lambda span: span.unknown),
    }


def _latency(tally: Tally) -> _Series:
    return {name: [span.latencies.percentile(share) for span in tally.spans] for name, share in _SHARES}


def _chart(title: str, series: _Series, tally: Tally, said: Callable[[float], str]) -> str:
    """Return lines over time as SVG; where there is no value, a line has a gap."""
    top = _rounded(max((value for line in series.values() for value in line if value is not None), default=0))
    count = len(tally.spans)
    whole = count * tally.width

    def x(at: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at

    def y(share: float) -> float:
        return (_HEIGHT - _BOTTOM) - (_HEIGHT - _BOTTOM - 10) * share

    parts = [f'<svg role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}"><title>{escape(title)}</title>']
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        parts += [
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>',
            f'<text x="{_LEFT - 6}" y="{y(share) + 4:.1f}" text-anchor="end">{escape(said(top * share))}</text>',
            f'<text x="{x(share):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(duration(whole * share))}</text>',
        ]
    for name, line in series.items():
        for points in _unbroken(line):
            drawn = " ".join(f"{x((at + 0.5) / count):.1f},{y(value / top):.1f}" for at, value in points)
            if len(points) == 1:
                at, value = points[0]
                drawn += f" {x((at + 0.5) / count) + 2:.1f},{y(value / top):.1f}"
            parts.append(f'<polyline class="line {name}" points="{drawn}"/>')
    parts.append("</svg>")
    legend = " · ".join(f'<span class="{name}">{name}</span>' for name in series)
    return "\n".join((*parts, f"<p>{legend}</p>"))


def _rounded(value: float) -> float:
    """Return the next number that is read with ease, at its quarters too."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(one for one in (1, 2, 4, 6, 8, 10, 20) if one * power >= value) * power


def _unbroken(line: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    found: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(line):
        if value is not None:
            found[-1].append((at, value))
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>\n{f'<tr>{head}</tr>' if head else ''}\n{body}\n</table>"
