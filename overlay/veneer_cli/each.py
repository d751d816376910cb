"""The options of many calls: `--each inputs.jsonl` of `call` and of the commands of a client's methods."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import click

from veneer._core.errors import ConfigurationError
from veneer_cli.parameters import EACH_SECTION, action, option

__all__ = ["Many", "chosen", "options"]


class _AtOnce(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click only
    """A number of 1 or more, or `auto`."""

    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or `auto`."""
        if value == "auto" or (str(value).isdecimal() and int(value) > 0):
            return value if value == "auto" else int(value)
        raise click.BadParameter(f"{value!r} is neither a number of 1 or more nor auto", ctx, param)


_option = partial(option, section=EACH_SECTION)

_Each = Annotated[
    str | None,
    _option(
        "--each",
        metavar="FILE|-",
        help="Call the operation with each line of a file: an object of arguments (JSON Lines).",
    ),
]
_Out = Annotated[
    str | None,
    _option("--out", metavar="FILE|-", help="Write each input's result to this file (JSON Lines)."),
]
_Journal = Annotated[
    Path | None,
    _option("--journal", help="Record progress in this file, so that the run can be resumed."),
]
_Again = Annotated[
    list[Literal["failed", "unknown"]] | None,
    _option("--again", help="With --journal: send these inputs of an earlier run again."),
]
_Concurrency = Annotated[
    int | Literal["auto"] | None,
    _option(
        "--concurrency",
        type=_AtOnce(),
        metavar="N|auto",
        help="Calls at once (10), or auto for what the server bears. With --all: pages at once (1).",
    ),
]
_Rate = Annotated[
    str | None,
    _option("--rate", metavar="N|N/60s", help="The most calls per second, or per 60 seconds (N/60s)."),
]
_Total = Annotated[
    float | None,
    _option("--total", min=0.001, metavar="SECONDS", help="Stop the whole run after this time."),
]
_Report = Annotated[
    Path | None,
    _option("--report", help="Write an HTML page with latency and throughput over time."),
]


@dataclass(frozen=True, slots=True)
class Many:
    """The options of many calls."""

    each: str
    out: str | None = None
    journal: Path | None = None
    again: tuple[str, ...] = ()
    concurrency: int | Literal["auto"] = 10
    rate: str | None = None
    total: float | None = None
    report: Path | None = None


def _declared(
    each: _Each = None,
    out: _Out = None,
    journal: _Journal = None,
    again: _Again = None,
    concurrency: _Concurrency = None,
    rate: _Rate = None,
    total: _Total = None,
    report: _Report = None,
) -> None:
    """Declare the options of many calls, in the order of help."""


def options(taken: Collection[str] = ()) -> Iterator[click.Parameter]:
    """Yield the options for a command; one whose name is `taken` by the API is called `--each-NAME`."""
    for one in action(_declared).parameters:
        if str(one.name) in taken:
            one.opts = [f"--each-{one.name}"]
        yield one


def chosen(ctx: click.Context, given: Mapping[str, Any], without: Collection[str] = ()) -> Many | None:
    """Return the options of many calls; None without --each.

    `without` are the command's options that do not go with them, by the parameters' names. Raises
    ConfigurationError for one of those, and for options that need --each.
    """
    words = {str(one.name): one.opts[0] for one in ctx.command.params}
    names = (one.name for one in fields(Many))
    found = {name: given[name] for name in names if given[name] not in (None, (), [])}
    if "each" not in found:
        lone = [words[name] for name in found if name != "concurrency" or "every" not in words]
        if lone:
            raise ConfigurationError(f"{words['each']} is missing: it is what belongs to {', '.join(lone)}")
        return None
    others = [words[name] for name in without if given.get(name)]
    if others:
        raise ConfigurationError(
            f"{words['each']} writes to {words['out']}, and goes without {', '.join(others)}"
        )
    if "again" in found and "journal" not in found:
        raise ConfigurationError(f"{words['again']} needs the {words['journal']} of the run to resume")
    return Many(**{**found, "again": tuple(found.get("again", ()))})
