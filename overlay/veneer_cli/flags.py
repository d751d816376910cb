"""The values of the options that every command takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from veneer_cli.service import Service

if TYPE_CHECKING:
    from veneer_cli.output import Output
    from veneer_cli.selection import Fields, Query

__all__ = ["Flags", "flags_of", "output_of", "service_of"]


@dataclass(slots=True)
class Flags:
    """The common options, filled while the command line is read.

    `secrets` are the keys in use, which error texts must not show. `keyless` says how to provide a
    missing key. `chosen` is the part of a result that is printed. `violations` are the contract
    violations already reported, `deprecations` the deprecated operations already reported.
    """

    json: bool = False
    fields: str | None = None
    query: str | None = None
    profile: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_key_stdin: bool = False
    deadline: float | None = None
    max_retries: int | None = None
    header: tuple[str, ...] = ()
    credential: tuple[str, ...] = field(default=(), repr=False)
    dry_run: bool = False
    curl: bool = False
    debug: bool = False
    keyless: str = ""
    chosen: Fields | Query | None = None
    secrets: list[str] = field(default_factory=list, repr=False)
    violations: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    deprecations: set[tuple[str, str]] = field(default_factory=set, repr=False)

    @property
    def shows(self) -> bool:
        """True if the request is shown instead of sent."""
        return self.dry_run or self.curl

    @property
    def shows_progress(self) -> bool:
        """True if progress may be shown; a log of requests shows enough."""
        return not (self.json or self.shows or self.debug)


def flags_of(ctx: click.Context) -> Flags:
    """Return the common options of the running command."""
    found: Flags = ctx.meta.setdefault(__name__, Flags())
    return found


def service_of(ctx: click.Context) -> Service:
    """Return the API of the running command, which its group or program determines."""
    found = ctx.find_object(Service)
    if found is None:
        raise AssertionError("a command without its API")
    return found


def output_of(ctx: click.Context) -> Output:
    """Return the output of the running command."""
    from veneer_cli.output import Output

    flags = flags_of(ctx)
    return Output(flags.json, progress=flags.shows_progress, chosen=flags.chosen)
