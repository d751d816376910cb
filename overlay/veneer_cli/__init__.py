"""The command line (extra `cli`): `veneer`, the `hestiaos` command that HestiaOS documents, and that of any project."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from veneer_cli import process

__all__ = ["hestiaos", "main", "run"]


def main() -> int:
    """Run `veneer` with the process's arguments; give the exit code."""
    return _run("veneer", lambda: importlib.import_module("veneer_cli.app").application(_words("veneer")))


def hestiaos() -> int:
    """Run `hestiaos` with the process's arguments; give the exit code."""
    return _run("hestiaos", lambda: importlib.import_module("veneer_cli.commands.hestiaos").app)


def run(program: str, package: str, generated: str) -> int:
    """Run a project's own command line with the process's arguments; give the exit code.

    `program` is what it is called, `package` the client's package, which has `_platform.PLATFORM`, and `generated` the
    package that was generated for it: `run("acme-shop", "acme_shop", "acme_shop_generated.acme_shop")`.
    """

    def load() -> Callable[..., Any]:
        application = importlib.import_module("veneer_cli.project").application
        service = importlib.import_module("veneer_cli.service").generated
        found: Callable[..., Any] = application(
            service(package, generated, f"{package}._platform", program=program, rules=f"{package}.sandbox"),
            importlib.import_module(package).__doc__ or program,
            _words(program),
        )
        return found

    return _run(program, load, f"{program}[cli]")


def _words(program: str) -> list[str]:
    """The words of the command line, or of the one that a shell asks completions for."""
    if f"_{program}_COMPLETE".replace("-", "_").upper() not in os.environ:
        return sys.argv[1:]
    # As Typer's scripts for bash and for other shells pass them.
    return os.environ.get("_TYPER_COMPLETE_ARGS", os.environ.get("COMP_WORDS", "")).split()[1:]


def _run(program: str, load: Callable[[], Callable[..., Any]], extra: str = "veneer[cli]") -> int:
    if not process.opened(program):
        return 2
    process.leave_on_interrupt(program)
    return process.ended(program, _called(program, load, extra))


def _called(program: str, load: Callable[[], Callable[..., Any]], extra: str) -> int:
    # Typer and Rich come with an extra, so nothing that needs them is imported before this.
    try:
        importlib.import_module("rich")
        app = load()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "click", "rich"}:
            raise
        print(f'{program}: the command line needs its extra: pip install "{extra}"', file=sys.stderr)
        return 2
    try:
        app(prog_name=program)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except OSError as error:  # help that cannot be printed, a completion that cannot be installed
        process.discard_output(error)
        process.tell(program, error)
        return 1
    return 0
