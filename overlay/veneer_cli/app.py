"""The `veneer` program: a group for each platform, loaded when it is asked for, the sandbox and the settings."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from veneer._core.errors import ConfigurationError
from veneer_cli.call import CONTRACT, AllowRef, call, of_contract, operations
from veneer_cli.commands.add import add, update
from veneer_cli.commands.mcp import Files, Http, Only, ReadOnly, Without, serve
from veneer_cli.commands.new import new
from veneer_cli.flags import flags_of
from veneer_cli.guard import guarded
from veneer_cli.options import (
    PASSED_ON,
    ContractURL,
    Forget,
    Sampled,
    Samples,
    WritePatch,
    command,
    with_common_options,
)
from veneer_cli.process import tell
from veneer_cli.service import platform_service

__all__ = ["application"]

# In the order of `veneer --help`; each is a module of veneer_cli.commands.
_GROUPS = ("hybridb", "hestiaos", "velerian", "aerostack", "config")


def application(words: Sequence[str]) -> typer.Typer:
    """Return the program for a command line: with the groups that it names, or all of them where it names none."""
    named = [name for name in _GROUPS if name in words]
    app = typer.Typer(
        name="veneer",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(with_common_options(veneer))
    for name in named or _GROUPS:
        module = importlib.import_module(f"veneer_cli.commands.{name}")
        app.add_typer(module.app, rich_help_panel="Platforms and settings")
    command(app, "doctor")(doctor)
    command(app, "sample")(sample)
    command(app, "login")(login)
    # The emulator reads its own options, so the common ones are not for it.
    app.command("sandbox", add_help_option=False, context_settings=PASSED_ON)(sandbox)
    command(app, "new")(new)
    command(app, "call")(of_contract(call))
    command(app, "operations")(of_contract(operations))
    command(app, "mcp")(mcp)
    command(app, "add")(add)
    command(app, "update")(update)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from veneer import __version__

        print(f"veneer {__version__}")
        raise typer.Exit


def veneer(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Call hybriDB, HestiaOS, Velerian and Aerostack from the command line.

    Exit codes: 0 done, 1 the platform or the network said no, 2 wrong usage or settings.
    """


def doctor(
    ctx: typer.Context,
    platform: Annotated[str, typer.Argument(help="hybridb, hestiaos, velerian or aerostack.")],
    contract_url: ContractURL = None,
    samples: Samples = None,
    write_patch: WritePatch = None,
) -> None:
    """Compare a running server's published contract with the one that this client was made from (extra `codegen`).

    No key is sent. Exit codes: 0 nothing differs, 1 compatible changes, 2 risky or seen in samples, 3 breaking, 4 nothing could be compared.
    """
    from veneer_cli.commands.doctor import ERROR, diagnose

    try:
        service = platform_service(platform)
    except ConfigurationError as error:
        tell("veneer doctor", error.message)
        raise typer.Exit(ERROR) from None
    raise typer.Exit(
        diagnose(service, contract_url, flags_of(ctx), sampled=samples or (), write_patch=write_patch)
    )


def sample(
    ctx: typer.Context,
    platform: Annotated[str, typer.Argument(help="hybridb, hestiaos, velerian or aerostack.")],
    names: Sampled = None,
) -> None:
    """Call what only reads and needs no argument, and compare the running server's answers with the contract.

    No value of an answer is printed. Exit codes: 0 all fit, 3 some do not, 4 no answer was compared.
    """
    from veneer_cli.commands.sample import compare_answers

    raise typer.Exit(compare_answers(platform_service(platform), names or (), flags_of(ctx)))


def login(
    ctx: typer.Context,
    platform: Annotated[str, typer.Argument(help="hybridb, hestiaos, velerian or aerostack.")],
    forget: Forget = False,
) -> None:
    """Log in by OAuth 2, as the settings say, and keep the refresh token in the keyring (extra `keyring`)."""
    from veneer_cli.commands.login import login as log_in

    print(log_in(platform_service(platform), flags_of(ctx), forget=forget))


def sandbox(ctx: typer.Context) -> None:
    """Run the local emulator of the four platforms, or of your own contract (extra `sandbox`)."""
    from veneer.sandbox import main

    try:
        # Reads addresses, and contracts in many files.
        from veneer_codegen.documents import load
        from veneer_codegen.errors import CodegenError
    except ModuleNotFoundError:
        read = None
    else:

        def read(source: str) -> dict[str, Any]:
            try:
                return load(source).content
            except CodegenError as error:
                raise ValueError(str(error)) from None

    with guarded(ctx.find_root().info_name or "veneer", flags_of(ctx)):
        code = main(ctx.args, read)
    raise typer.Exit(code)


def mcp(
    ctx: typer.Context,
    platform: Annotated[
        str | None, typer.Argument(help="hybridb, hestiaos, velerian or aerostack; or give --contract.")
    ] = None,
    contract: Annotated[str | None, CONTRACT] = None,
    allow_ref: AllowRef = None,
    only: Only = None,
    without: Without = None,
    read_only: ReadOnly = False,
    files: Files = None,
    http: Http = None,
) -> None:
    """Offer the operations of a platform, or of any contract, to agents over the Model Context Protocol: search and call (extra `mcp`).

    Keys and addresses are those of the settings; an agent can neither see nor choose them.
    """
    if (platform is None) == (contract is None):
        raise ConfigurationError("name a platform, or give --contract FILE_OR_URL")
    if contract is not None:
        from veneer_cli.from_contract import contract_service

        service = contract_service(contract, tuple(allow_ref or ()))
    else:
        service = platform_service(platform or "")
    serve(ctx, service, only, without, files, http, read_only=read_only)
