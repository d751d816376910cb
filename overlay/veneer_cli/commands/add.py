"""`veneer add` and `veneer update`: a client in a repository that is there, and the scaffolding of a newer veneer (extra `codegen`)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from veneer_cli.flags import flags_of
from veneer_cli.process import say, tell
from veneer_cli.text import clean

__all__ = ["add", "update"]


def add(
    ctx: typer.Context,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract",
            "-c",
            metavar="FILE_OR_URL",
            help="The OpenAPI 3 document, or the server that publishes it; with --on it may be left out.",
        ),
    ] = None,
    package: Annotated[
        str | None,
        typer.Option(
            "--package", "-p", metavar="NAME", help="The package that people will import, such as acme_shop."
        ),
    ] = None,
    into: Annotated[
        Path, typer.Option("--into", metavar="FOLDER", help="The repository; by default this folder.")
    ] = Path(),
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="PACKAGE",
            help="A package here that openapi-python-client generated: it stays, and gets an overlay.",
        ),
    ] = None,
    scripts: Annotated[
        str, typer.Option("--scripts", metavar="FOLDER", help="Where `regenerate.py` and the like go.")
    ] = "scripts",
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
    allow_ref: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-ref",
            metavar="FILE_OR_URL",
            help="Let references lead to this file, folder or URL outside the contract's folder.",
        ),
    ] = None,
) -> None:
    """Add a client to an existing repository, beside what is there, or an overlay to a client that it has (extra `codegen`).

    With --dry-run nothing is written. New files go where the repository has its own; edits of its files are shown. Everything is written, or nothing.
    """
    dry_run = flags_of(ctx).dry_run
    with _failures():
        from veneer_codegen.scaffold import add as adding
        from veneer_codegen.scaffold import place, stock
        from veneer_codegen.scaffold.project import UsageError

        if on is None and package is not None and into.is_dir():
            layout = place.find(into.resolve())
            if stock.is_stock(layout.root / layout.overlay / package.replace(".", "/")):
                on, package = package, None
        if on is not None:
            if only or without or allow:
                raise UsageError("--on writes no client: --only, --without and --allow say nothing there")
            made = adding.add_on(
                on, package, contract, into, allow_refs=tuple(allow_ref or ()), dry_run=dry_run, say=_say
            )
        elif contract is None or package is None:
            lacks = "--contract" if contract is None else "--package"
            raise UsageError(f"`add` needs {lacks}, or --on PACKAGE for a client that is there")
        else:
            made = adding.add(
                package,
                contract,
                into,
                allow=tuple(allow or ()),
                only=tuple(only or ()),
                without=tuple(without or ()),
                allow_refs=tuple(allow_ref or ()),
                scripts=scripts,
                dry_run=dry_run,
                say=_say,
            )
        edits = adding.patch(made)
        # The patch is what standard output is for; what else there is to say goes beside it.
        _print(edits)
        for line in adding.report(made, dry_run=dry_run):
            _say(line)


def update(
    into: Annotated[
        Path, typer.Option("--into", metavar="FOLDER", help="The project; by default this folder.")
    ] = Path(),
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the changes; what conflicts goes into FILE.rej.")
    ] = False,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt",
            help="For a project without a record of what was written: print how it differs; with --apply, begin the record.",
        ),
    ] = False,
) -> None:
    """Bring a project's scaffolding to what this veneer writes, as a patch to review (extra `codegen`).

    What you changed stays yours; the contract and what is generated from it are left alone.
    Exit codes: 0 nothing to do, or done; 1 there are changes, or conflicts to resolve; 2 it cannot be said.
    """
    with _failures():
        from veneer_codegen.scaffold import update as updating

        found = updating.find(into, adopt=adopt, say=_say)
        if apply:
            updating.write(found)
        else:
            _print(updating.patch(found))
        for line in updating.report(found, applied=apply):
            _say(line)
    raise typer.Exit(updating.exit_code(found, applied=apply))


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the pipeline says into one line and an exit code: 2 for usage, 1 for a contract."""
    try:
        import veneer_codegen.scaffold.project
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"veneer", "veneer_codegen"}:
            raise
        tell("veneer", 'this needs an extra: pip install "veneer[codegen]"')
        raise typer.Exit(2) from None
    from veneer_codegen.errors import CodegenError

    try:
        yield
    except CodegenError as error:
        _say(f"veneer: {error}")
        usage = isinstance(error, veneer_codegen.scaffold.project.UsageError)
        raise typer.Exit(2 if usage else 1) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line if not sys.stdout.isatty() else clean(line))


def _say(text: str) -> None:
    say(clean(text))
