"""`veneer add` and `veneer update`: add a client to a repository, update its scaffolding (extra `codegen`)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import click
from click.exceptions import Exit

from veneer_cli.flags import flags_of
from veneer_cli.parameters import option
from veneer_cli.process import say, tell
from veneer_cli.text import clean

__all__ = ["add", "update"]


def add(
    ctx: click.Context,
    contract: Annotated[
        str | None,
        option(
            "--contract",
            "-c",
            metavar="FILE_OR_URL",
            help="The OpenAPI 3 document, or the server that publishes it; with --on it may be left out.",
        ),
    ] = None,
    package: Annotated[
        str | None,
        option(
            "--package", "-p", metavar="NAME", help="The package that people will import, such as acme_shop."
        ),
    ] = None,
    into: Annotated[
        Path, option("--into", metavar="FOLDER", help="The repository; default: this folder.")
    ] = Path(),
    on: Annotated[
        str | None,
        option(
            "--on",
            metavar="PACKAGE",
            help="A package here that openapi-python-client generated: it is kept, and gets an overlay.",
        ),
    ] = None,
    scripts: Annotated[
        str, option("--scripts", metavar="FOLDER", help="The folder for `regenerate.py` and other scripts.")
    ] = "scripts",
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
    allow_ref: Annotated[
        list[str] | None,
        option(
            "--allow-ref",
            metavar="FILE_OR_URL",
            help="Allow references to this file, folder or URL outside the contract's folder.",
        ),
    ] = None,
) -> None:
    """Add a client to an existing repository (extra `codegen`).

    With --on, add an overlay to a client that is already there. With --dry-run nothing is written.
    New files go where the repository keeps its own. Edits of existing files are shown. Either
    everything is written, or nothing.
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
                raise UsageError("--on writes no client: leave out --only, --without and --allow")
            made = adding.add_on(
                on, package, contract, into, allow_refs=tuple(allow_ref or ()), dry_run=dry_run, say=_say
            )
        elif contract is None or package is None:
            lacks = "--contract" if contract is None else "--package"
            raise UsageError(f"`add` needs {lacks}, or --on PACKAGE for an existing client")
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
        # Standard output is for the patch; everything else goes to standard error.
        _print(edits)
        for line in adding.report(made, dry_run=dry_run):
            _say(line)


def update(
    into: Annotated[
        Path, option("--into", metavar="FOLDER", help="The project; default: this folder.")
    ] = Path(),
    apply: Annotated[bool, option("--apply", help="Write the changes; conflicts go into FILE.rej.")] = False,
    adopt: Annotated[
        bool,
        option(
            "--adopt",
            help="For a project without a record of generated files: print the differences; with --apply, start the record.",
        ),
    ] = False,
) -> None:
    """Bring a project's scaffolding to this version of veneer (extra `codegen`).

    Prints a patch to review. Your own changes are kept. The contract and the code generated from it
    are not touched. Exit codes: 0 nothing to do, or done; 1 changes, or conflicts to resolve; 2 failed.
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
    raise Exit(updating.exit_code(found, applied=apply))


@contextmanager
def _failures() -> Iterator[None]:
    """Turn the pipeline's errors into one line and an exit code: 2 for usage, 1 for a contract."""
    try:
        import veneer_codegen.scaffold.project
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"veneer", "veneer_codegen"}:
            raise
        tell("veneer", 'this needs an extra: pip install "veneer[codegen]"')
        raise Exit(2) from None
    from veneer_codegen.errors import CodegenError

    try:
        yield
    except CodegenError as error:
        _say(f"veneer: {error}")
        usage = isinstance(error, veneer_codegen.scaffold.project.UsageError)
        raise Exit(2 if usage else 1) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line if not sys.stdout.isatty() else clean(line))


def _say(text: str) -> None:
    say(clean(text))
