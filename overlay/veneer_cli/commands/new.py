"""`veneer new`: start a project from a contract (extra `codegen`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from click.exceptions import Exit

from veneer_cli.parameters import argument, option
from veneer_cli.process import say, tell
from veneer_cli.text import clean

__all__ = ["new"]


def new(
    name: Annotated[str, argument(help="The project's name, such as acme-shop.")],
    contract: Annotated[
        str | None,
        option(
            "--contract",
            "-c",
            metavar="FILE_OR_URL",
            help="The OpenAPI 3 document, or the server that publishes it; with --from, default: the one beside FILE.",
        ),
    ] = None,
    source: Annotated[
        Path | None,
        option(
            "--from",
            metavar="FILE",
            help="A Stainless configuration (stainless.yml) or Speakeasy's gen.yaml to import.",
        ),
    ] = None,
    into: Annotated[
        Path,
        option("--into", metavar="FOLDER", help="The new project's folder; it must be empty or missing."),
    ] = Path(),
    allow: Annotated[
        list[str] | None,
        option("--allow", metavar="LOSS", help="Accept this loss, written as in the error."),
    ] = None,
    only: Annotated[
        list[str] | None,
        option(
            "--only",
            metavar="NAME",
            help="Include this tag, operationId or path (wildcards allowed); repeatable.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        option("--without", metavar="NAME", help="Leave out this tag, operationId or path; repeatable."),
    ] = None,
    licence: Annotated[
        str,
        option(
            "--licence",
            metavar="NAME",
            help="MIT, Apache-2.0, BSD-3-Clause or proprietary (default: the contract's, else MIT).",
        ),
    ] = "",
    allow_ref: Annotated[
        list[str] | None,
        option(
            "--allow-ref",
            metavar="FILE_OR_URL",
            help="Allow references to this file, folder or URL outside the contract's folder.",
        ),
    ] = None,
) -> None:
    """Start a project from a contract (extra `codegen`).

    The project has generated code, a typed client, tests and `make check`.
    """
    try:
        from veneer_codegen.errors import CodegenError
        from veneer_codegen.scaffold import project
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "veneer":
            raise
        tell("veneer", '`new` needs its extra: pip install "veneer[codegen]"')
        raise Exit(2) from None
    if contract is None and source is None:
        tell("veneer", "name the contract: --contract FILE_OR_URL")
        raise Exit(2)
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
        raise Exit(2 if isinstance(error, project.UsageError) else 1) from None
    # The text may contain names from the contract.
    for line in project.report(made):
        print(clean(line))


def _say(text: str) -> None:
    say(clean(text))
