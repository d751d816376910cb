"""`veneer new`: start a project from a contract (extra `codegen`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veneer_cli.process import say, tell
from veneer_cli.text import clean

__all__ = ["new"]


def new(
    name: Annotated[str, typer.Argument(help="The project's name, such as acme-shop.")],
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract",
            "-c",
            metavar="FILE_OR_URL",
            help="The OpenAPI 3 document, or the server that publishes it. With --from: the one beside that.",
        ),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="A Stainless configuration (stainless.yml), or Speakeasy's gen.yaml: what it says is taken over.",
        ),
    ] = None,
    into: Annotated[
        Path, typer.Option("--into", metavar="FOLDER", help="Where; empty, or not there yet.")
    ] = Path(),
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="LOSS", help="Accept a loss, as the error lists it."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME",
            help="A tag, operationId or path that the client is to have (wildcards allowed); repeatable.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="One that it is not to have; repeatable."),
    ] = None,
    licence: Annotated[
        str,
        typer.Option(
            "--licence",
            metavar="NAME",
            help="MIT, Apache-2.0, BSD-3-Clause or proprietary (default: the contract's, else MIT).",
        ),
    ] = "",
    allow_ref: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-ref",
            metavar="FILE_OR_URL",
            help="Let references lead to this file, folder or URL outside the contract's folder.",
        ),
    ] = None,
) -> None:
    """Make a project of veneer's shape from a contract: generated code, a typed client, tests, `make check` (extra `codegen`)."""
    try:
        from veneer_codegen.errors import CodegenError
        from veneer_codegen.scaffold import project
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "veneer":
            raise
        tell("veneer", '`new` needs its extra: pip install "veneer[codegen]"')
        raise typer.Exit(2) from None
    if contract is None and source is None:
        tell("veneer", "say which contract: --contract FILE_OR_URL")
        raise typer.Exit(2)
    try:
        made = project.new(
            name,
            contract or "",
            into,
            source=source,
            allow=tuple(allow or ()),
            only=tuple(only or ()),
            without=tuple(without or ()),
            allow_refs=tuple(allow_ref or ()),
            asked_licence=licence,
            say=_say,
        )
    except CodegenError as error:
        _say(f"veneer: {error}")
        raise typer.Exit(2 if isinstance(error, project.UsageError) else 1) from None
    # The contract's own names are in it.
    for line in project.report(made):
        print(clean(line))


def _say(text: str) -> None:
    say(clean(text))
