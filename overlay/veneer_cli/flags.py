"""The values of the options that every command takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import typer

from veneer_cli.output import Output
from veneer_cli.service import Service

__all__ = ["Flags", "flags_of", "output_of", "service_of"]


@dataclass(slots=True)
class Flags:
    """The common options as given, filled while the command line is read.

    `secrets` are the keys in use, for error texts to be searched; `violations` what was told of answers that break
    the contract, `deprecations` the operations of which it was told that they are to go away.
    """

    json: bool = False
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
    secrets: list[str] = field(default_factory=list, repr=False)
    violations: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    deprecations: set[tuple[str, str]] = field(default_factory=set, repr=False)

    @property
    def shows(self) -> bool:
        """True where the request is shown instead of sent."""
        return self.dry_run or self.curl


def flags_of(ctx: typer.Context) -> Flags:
    """The common options of the command that runs."""
    found: Flags = ctx.meta.setdefault(__name__, Flags())
    return found


def service_of(ctx: typer.Context) -> Service:
    """The API that the command which runs calls: that of the group or program which it belongs to."""
    found = ctx.find_object(Service)
    if found is None:
        raise AssertionError("a command without its API")
    return found


def output_of(ctx: typer.Context) -> Output:
    """Where the results of the command that runs go."""
    flags = flags_of(ctx)
    return Output(flags.json, progress=not flags.shows)
