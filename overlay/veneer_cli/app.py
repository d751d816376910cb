"""The `veneer` program: a group for each platform, loaded when it is asked for, the sandbox and the settings."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Annotated

import typer

from veneer_cli.commands.new import new
from veneer_cli.flags import flags_of
from veneer_cli.guard import guarded
from veneer_cli.options import command, with_common_options

__all__ = ["application"]

# In the order of `veneer --help`; each is a module of veneer_cli.commands.
_GROUPS = ("hybridb", "hestiaos", "velerian", "aerostack", "config")

_PASSED_ON = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "allow_interspersed_args": False,
}


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
    command(app, "login")(login)
    # The emulator reads its own options, so the common ones are not for it.
    app.command("sandbox", add_help_option=False, context_settings=_PASSED_ON)(sandbox)
    command(app, "new")(new)
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
    contract_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where the contract is; default: openapi.json at the API's address."
        ),
    ] = None,
) -> None:
    """Compare a running server's published contract with the one that this client was made from (extra `codegen`).

    No key is sent. Exit codes: 0 nothing differs, 1 compatible changes, 2 risky, 3 breaking, 4 nothing could be compared.
    """
    from veneer_cli.commands.doctor import diagnose

    raise typer.Exit(diagnose(platform, contract_url, flags_of(ctx)))


def login(
    ctx: typer.Context,
    platform: Annotated[str, typer.Argument(help="hybridb, hestiaos, velerian or aerostack.")],
    forget: Annotated[
        bool, typer.Option("--forget", help="Log out: take the token out of the keyring.")
    ] = False,
) -> None:
    """Log in by OAuth 2, as the settings say, and keep the refresh token in the keyring (extra `keyring`)."""
    from veneer_cli.commands.login import login as log_in

    print(log_in(platform, flags_of(ctx), forget=forget))


def sandbox(ctx: typer.Context) -> None:
    """Run the local emulator of the four platforms (extra `sandbox`)."""
    from veneer.sandbox import main

    with guarded(ctx.find_root().info_name or "veneer", flags_of(ctx)):
        code = main(ctx.args)
    raise typer.Exit(code)
