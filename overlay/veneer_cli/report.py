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
_HEIGHT: Final = 260
_LEFT: Final = 84
_BOTTOM: Final = 28
_RIGHT: Final = 12
_TICKS: Final = 4
_STEPS: Final = tuple(
    unit * many
    for unit, steps in (
        (0.001, (1, 2, 5, 10, 20, 50, 100, 200, 500)),
        (1, (1, 2, 5, 10, 15, 30)),
        (60, (1, 2, 5, 10, 15, 30)),
        (3600, (1, 2, 4, 8, 24, 48, 120, 240)),
    )
    for many in steps
)
"""Seconds between the marks of an axis of time."""
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
h1 {{ margin-bottom: 0; overflow-wrap: anywhere; }}
h2 {{ margin: 2rem 0 .5rem; font-size: 1.2rem; }}
.facts {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }}
.facts dt {{ opacity: .7; font-size: .85rem; }}
.facts dd {{ margin: 0; font-size: 1.2rem; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; overflow-wrap: break-word; }}
td:last-child {{ overflow-wrap: anywhere; }}
svg {{ display: block; width: 100%; height: auto; }}
svg text {{ fill: currentColor; font-size: 12px; }}
@media (max-width: 40rem) {{ svg text {{ font-size: 20px; }} svg .more {{ display: none; }} }}
.grid {{ stroke: #8885; }}
.line {{ fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }}
circle {{ fill: currentColor; }}
.key {{ margin-right: 1rem; }}
.key::before {{ content: ""; display: inline-block; width: 1rem; margin-right: .4rem; border-top: 3px solid; vertical-align: .25em; }}
.done, .p50 {{ stroke: #2a8f5b; color: #2a8f5b; }}
.unknown, .p95 {{ stroke: #c98500; color: #c98500; }}
.failed, .p99 {{ stroke: #d03a3a; color: #d03a3a; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{subtitle}</p>
{content}
</body>
</html>
"""


def page(name: str, counts: Mapping[str, int], tally: Tally, subtitle: str = "") -> str:
    """Return the page of a run: counts, throughput and latency over time, the slowest calls, errors by kind.

    `subtitle` is a line below the name, such as when the run ended.
    """
    facts = {
        **{state: f"{count:,}" for state, count in counts.items()},
        "time": duration(tally.seconds),
        "calls a second": f"{tally.rate:,.1f}",
        "retries": f"{tally.retries:,}",
        **{f"latency {share}": duration(seconds) for share, seconds in tally.percentiles().items()},
    }
    rows = (f"<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in facts.items())
    parts = [f'<dl class="facts">{"".join(rows)}</dl>']
    if tally.spans:
        parts += [
            "<h2>Calls a second</h2>",
            _chart("Calls a second over time", _throughput(tally), tally, lambda value: f"{value:,.4g}"),
            "<h2>Time of a call</h2>",
            _chart("Percentiles of the time of a call", _latency(tally), tally, _time),
        ]
    if tally.slowest:
        slow = ((f"#{index}", duration(seconds), state) for seconds, index, state in tally.slowest)
        parts += ["<h2>Slowest calls</h2>", _table(("input", "time", "state"), slow)]
    if tally.kinds:
        kinds = ((one.name, f"{one.count:,}", f"#{one.index}: {one.example}") for one in tally.kinds)
        parts += ["<h2>Errors</h2>", _table(("kind", "count", "first"), kinds)]
    return _PAGE.format(title=escape(name), subtitle=escape(subtitle), content="\n".join(parts))


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
    series = {name: line for name, line in series.items() if any(line)}
    top = _rounded(max((value for line in series.values() for value in line if value is not None), default=0))
    count = len(tally.spans)
    whole = count * tally.width
    step = next((one for one in _STEPS if one * (_TICKS + 1) >= whole), whole)

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
        ]
    for tick in range(int(whole / step * 1.000001) + 1):
        at = tick * step / whole
        anchor = "middle" if at < 0.95 else "end"
        more = ' class="more"' if tick % 2 and whole > 3 * step else ""
        parts.append(
            f'<text{more} x="{x(at):.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{escape(_time(tick * step))}</text>'
        )
    for name, line in series.items():
        for points in _unbroken(line):
            spots = [(f"{x((at + 0.5) / count):.1f}", f"{y(value / top):.1f}") for at, value in points]
            if len(spots) == 1:
                ((left, up),) = spots
                parts.append(f'<circle class="{name}" cx="{left}" cy="{up}" r="3"/>')
            else:
                drawn = " ".join(map(",".join, spots))
                parts.append(f'<polyline class="line {name}" points="{drawn}"/>')
    parts.append("</svg>")
    legend = "".join(f'<span class="key {name}">{name}</span>' for name in series)
    return "\n".join((*parts, f"<p>{legend}</p>"))


def _time(seconds: float) -> str:
    """Return a mark of an axis of time: `0`, `7.5 ms`, `30 s`, `1 min 30 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms" if seconds else "0"
    return duration(seconds).replace(".0 s", " s").replace(" min 0 s", " min").replace(" h 0 min", " h")


def _rounded(value: float) -> float:
    """Return the next number that is read with ease, at its quarters too."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(one for one in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10, 20) if one * power >= value) * power


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
