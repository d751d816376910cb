"""The command line of a project: the methods of its client, and what every API's command line has."""

from __future__ import annotations

from collections.abc import Collection
from importlib import metadata, util
from typing import Annotated

import typer

from veneer_cli.call import add_contract_commands
from veneer_cli.commands import config
from veneer_cli.commands.mcp import mcp
from veneer_cli.derived import add_methods, said
from veneer_cli.flags import flags_of, service_of
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
from veneer_cli.service import Service

__all__ = ["TAKEN", "application"]

_PANEL = "Any operation, settings and the server"
TAKEN = frozenset({"call", "operations", "config", "login", "doctor", "sample", "sandbox", "mcp"})


def application(service: Service, about: str, words: Collection[str]) -> typer.Typer:
    """Return the program of an API for a command line: with the methods that it names, and the names of the others.

    `about` is what help says first.
    """
    app = typer.Typer(
        name=service.program,
        help=_help(service, about),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "obj": service},
    )
    app.callback()(with_common_options(_program))
    add_methods(app, service, words, TAKEN)
    add_contract_commands(app, _PANEL)
    app.add_typer(config.app, rich_help_panel=_PANEL)
    command(app, "login", rich_help_panel=_PANEL)(login)
    command(app, "doctor", rich_help_panel=_PANEL)(doctor)
    command(app, "mcp", rich_help_panel=_PANEL)(mcp)
    command(app, "sample", rich_help_panel=_PANEL)(sample)
    # The emulator reads its own options, so the common ones are not for it.
    app.command("sandbox", add_help_option=False, context_settings=PASSED_ON, rich_help_panel=_PANEL)(sandbox)
    return app


def _help(service: Service, words: str) -> str:
    """The program's words, and where its settings come from."""
    known = service.platform
    variables = [one for one in (known.env_base_url, known.env_api_key) if one]
    settings = f"~/.config/{service.program}/config.toml"
    return (
        f"{said(words)}\n\n"
        f"Settings: the flags --base-url and --api-key, else {' and '.join(variables)}, else {settings}.\n\n"
        "Exit codes: 0 done, 1 the API or the network said no, 2 wrong usage or settings."
    )


def _version(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        program = ctx.find_root().info_name or ""
        try:
            print(f"{program} {metadata.version(service_of(ctx).program)}")
        except metadata.PackageNotFoundError:  # run from its folder
            print(f"{program} (not installed)")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Call the API from the command line."""


def login(ctx: typer.Context, forget: Forget = False) -> None:
    """Log in by OAuth 2, as the settings say, and keep the refresh token in the keyring (extra `keyring`)."""
    from veneer_cli.commands.login import login as log_in

    print(log_in(service_of(ctx), flags_of(ctx), forget=forget))


def doctor(
    ctx: typer.Context,
    contract_url: ContractURL = None,
    samples: Samples = None,
    write_patch: WritePatch = None,
) -> None:
    """Compare a running server's published contract with the one that this client was made from (extra `codegen`).

    No key is sent. Exit codes: 0 nothing differs, 1 compatible changes, 2 risky or seen in samples, 3 breaking, 4 nothing could be compared.
    """
    from veneer_cli.commands.doctor import diagnose

    raise typer.Exit(
        diagnose(service_of(ctx), contract_url, flags_of(ctx), sampled=samples or (), write_patch=write_patch)
    )


def sandbox(ctx: typer.Context) -> None:
    """Run a local emulator of this API, by its contract (extra `sandbox`)."""
    from veneer.sandbox import main

    service = service_of(ctx)
    # Not a path: nothing beside the folder that this runs in is to be taken for rules.
    words = ["--contract", f"{service.program}://contract", "--name", service.name]
    rules = util.find_spec(service.rules) if service.rules else None
    if rules is not None and rules.origin:
        words += ["--rules", rules.origin]
    with guarded(ctx.find_root().info_name or service.program, flags_of(ctx)):
        code = main([*words, *ctx.args], lambda _: service.document)
    raise typer.Exit(code)


def sample(ctx: typer.Context, names: Sampled = None) -> None:
    """Call what only reads and needs no argument, and compare the running server's answers with the contract.

    No value of an answer is printed. Exit codes: 0 all fit, 3 some do not, 4 no answer was compared.
    """
    from veneer_cli.commands.sample import compare_answers

    raise typer.Exit(compare_answers(service_of(ctx), names or (), flags_of(ctx)))
