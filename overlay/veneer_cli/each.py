"""The options of many calls: `call … --each inputs.jsonl`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import click

from veneer_cli.parameters import option

__all__ = ["Again", "CallRate", "Concurrency", "Each", "Journal", "Out", "Report", "Total"]


class _AtOnce(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click only
    """A number of 1 or more, or `auto`."""

    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or `auto`."""
        if value == "auto" or (str(value).isdecimal() and int(value) > 0):
            return value if value == "auto" else int(value)
        raise click.BadParameter(f"{value!r} is neither a number of 1 or more nor auto", ctx, param)


Concurrency = Annotated[
    int | Literal["auto"] | None,
    option(
        "--concurrency",
        type=_AtOnce(),
        metavar="N|auto",
        help="With --all: pages requested at once (1); with --each: calls (10), or auto for what the server bears.",
    ),
]
Each = Annotated[
    str | None,
    option(
        "--each",
        metavar="FILE|-",
        help="Call the operation with each line of a file: an object of arguments (JSON Lines).",
    ),
]
Out = Annotated[
    str | None,
    option(
        "--out",
        metavar="FILE|-",
        help="With --each: write each input's result to this file (JSON Lines).",
    ),
]
Journal = Annotated[
    Path | None,
    option("--journal", help="With --each: record progress in this file, so that the run can be resumed."),
]
Again = Annotated[
    list[Literal["failed", "unknown"]] | None,
    option("--again", help="With --journal: send these inputs of an earlier run again."),
]
CallRate = Annotated[
    str | None,
    option(
        "--rate", metavar="N|N/60s", help="With --each: the most calls per second, or per 60 seconds (N/60s)."
    ),
]
Total = Annotated[
    float | None,
    option("--total", metavar="SECONDS", help="With --each: stop the whole run after this time."),
]
Report = Annotated[
    Path | None,
    option("--report", help="With --each: write an HTML page with latency and throughput over time."),
]
