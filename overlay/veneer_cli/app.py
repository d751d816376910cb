"""The `veneer` program: a group for each platform, loaded when it is asked for, the sandbox and the settings."""

from __future__ import annotations

import importlib
from typing import Annotated, Any

import typer

from veneer_cli.commands.new import new
from veneer_cli.flags import flags_of
from veneer_cli.options import Command, Group

__all__ = ["app"]

# In the order of `veneer --help`; each is a module of veneer_cli.commands.
_GROUPS = ("hybridb", "hestiaos", "velerian", "aerostack", "config")


class _Root(Group):
    """Loads a group's module when its name is typed, or when help lists them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, groups first."""
        return [*_GROUPS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, None where there is none."""
        if cmd_name not in _GROUPS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"veneer_cli.commands.{cmd_name}")
        return typer.main.get_group(module.app)


app = typer.Typer(
    name="veneer",
    cls=_Root,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from veneer import __version__

        print(f"veneer {__version__}")
        raise typer.Exit


@app.callback()
def veneer(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Call hybriDB, HestiaOS, Velerian and Aerostack from the command line.

    Exit codes: 0 done, 1 the platform or the network said no, 2 wrong usage or settings.
    """


@app.command("doctor", cls=Command)
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


@app.command(
    "sandbox",
    cls=Command,
    add_help_option=False,
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "allow_interspersed_args": False,
    },
)
def sandbox(ctx: typer.Context) -> None:
    """Run the local emulator of the four platforms (extra `sandbox`)."""
    from veneer.sandbox import main

    raise typer.Exit(main(ctx.args))


app.command("new", cls=Command)(new)
