"""The `veneer` program: the four platforms, any contract, new projects, the sandbox and the settings."""

from __future__ import annotations

from typing import Any

import click
from click.exceptions import Exit

from veneer_cli.choice import of_any, of_contract, of_platform
from veneer_cli.flags import flags_of
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import (
    CALL,
    COMPLETION,
    CONFIG,
    DOCTOR,
    LOGIN,
    LOGOUT,
    MCP,
    OPERATIONS,
    SAMPLE,
    Command,
    Group,
    built,
    deferred,
    version_option,
)

__all__ = ["application", "tree"]


def application() -> click.Group:
    """Return the program."""
    return built(tree())


def tree() -> Group:
    """Return the commands of the program."""
    root = Group("veneer", _ABOUT, parameters=(version_option(_version),))
    for one in PLATFORMS.values():
        root.add(deferred(one.name, f"veneer_cli.commands.{one.name}:app", one.about))
    for name, where, about, *made in _COMMANDS:
        root.add(deferred(name, f"veneer_cli.{where}", about, *made))
    root.add(Command("sandbox", _SANDBOX, lambda: sandbox, common=False))
    return root


_ABOUT = """Call hybriDB, HestiaOS, Velerian, Aerostack and any contract from the command line.

Exit codes: 0 done, 1 the platform or the network failed, 2 wrong usage or settings."""
_SANDBOX = "Run the local emulator of the four platforms, or of your own contract (extra `sandbox`)."
_COMMANDS: tuple[tuple[Any, ...], ...] = (
    ("call", "call:call", CALL, of_contract),
    ("operations", "call:operations", OPERATIONS, of_contract),
    ("config", "commands.config:app", CONFIG),
    ("login", "commands.login:login", LOGIN, of_any),
    ("logout", "commands.login:logout", LOGOUT, of_any),
    ("doctor", "commands.doctor:of_any_platform", DOCTOR),
    ("sample", "commands.sample:sample", SAMPLE, of_platform),
    ("mcp", "commands.mcp:mcp", MCP, of_any),
    ("completion", "commands.completion:completion", COMPLETION),
    ("new", "commands.new:new", "Start a project from a contract (extra `codegen`)."),
    ("add", "commands.add:add", "Add a client to an existing repository (extra `codegen`)."),
    ("update", "commands.add:update", "Bring a project's scaffolding to this version of veneer (extra `codegen`)."),
)  # fmt: skip


def _version(program: str) -> str:
    from veneer import __version__

    return f"{program} {__version__}"


def sandbox(ctx: click.Context) -> None:
    """Run the local emulator of the four platforms, or of your own contract (extra `sandbox`)."""
    from veneer.sandbox import main
    from veneer_cli.guard import guarded

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
    raise Exit(code)
