"""The command line of a project: its client's methods, and the commands that every API has."""

from __future__ import annotations

from importlib import metadata, util
from typing import TYPE_CHECKING, Final

import click
from click.exceptions import Exit

from veneer_cli.flags import flags_of, service_of
from veneer_cli.methods import add_methods
from veneer_cli.offers import said
from veneer_cli.tree import (
    COMPLETION,
    CONFIG,
    DOCTOR,
    LOGIN,
    LOGOUT,
    MCP,
    SAMPLE,
    Command,
    Group,
    add_contract_commands,
    built,
    deferred,
    version_option,
)

if TYPE_CHECKING:
    from veneer_cli.service import Service

__all__ = ["TAKEN", "application", "tree"]

_SANDBOX: Final = "Run a local emulator of this API, made from its contract (extra `sandbox`)."
_COMMANDS: Final = (
    ("config", "config:app", CONFIG),
    ("login", "login:login", LOGIN),
    ("logout", "login:logout", LOGOUT),
    ("doctor", "doctor:doctor", DOCTOR),
    ("mcp", "mcp:mcp", MCP),
    ("completion", "completion:completion", COMPLETION),
    ("sample", "sample:sample", SAMPLE),
)
TAKEN: Final = frozenset({"call", "operations", "sandbox", *(name for name, _, _ in _COMMANDS)})
"""The names of a project's commands beside its client's methods."""


def application(service: Service, about: str) -> click.Group:
    """Return the program of an API; `about` is the start of its help."""
    return built(tree(service, about))


def tree(service: Service, about: str = "") -> Group:
    """Return the commands of an API's program."""
    root = Group(service.program, _help(service, about), service, (version_option(_version),))
    add_methods(root, service, TAKEN)
    add_contract_commands(root)
    for name, where, words in _COMMANDS:
        root.add(deferred(name, f"veneer_cli.commands.{where}", words))
    root.add(Command("sandbox", _SANDBOX, lambda: sandbox, common=False))
    return root


def _help(service: Service, words: str) -> str:
    """Return the program's help: its description, and where its settings come from."""
    known = service.platform
    variables = [one for one in (known.env_base_url, known.env_api_key) if one]
    settings = f"~/.config/{service.program}/config.toml"
    return (
        f"{said(words)}\n\n"
        f"Settings: the flags --base-url and --api-key, else {' and '.join(variables)}, else {settings}.\n\n"
        "Exit codes: 0 done, 1 the API or the network failed, 2 wrong usage or settings."
    )


def _version(program: str) -> str:
    try:
        return f"{program} {metadata.version(program)}"
    except metadata.PackageNotFoundError:  # run from its folder
        return f"{program} (not installed)"


def sandbox(ctx: click.Context) -> None:
    """Run a local emulator of this API, made from its contract (extra `sandbox`)."""
    from veneer.sandbox import main
    from veneer_cli.guard import guarded

    service = service_of(ctx)
    # Not a path: files in the working directory must not be taken for rules.
    words = ["--contract", f"{service.program}://contract", "--name", service.name]
    rules = util.find_spec(service.rules) if service.rules else None
    if rules is not None and rules.origin:
        words += ["--rules", rules.origin]
    with guarded(ctx.find_root().info_name or service.program, flags_of(ctx)):
        code = main([*words, *ctx.args], lambda _: service.document)
    raise Exit(code)
