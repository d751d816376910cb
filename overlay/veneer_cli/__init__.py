"""The command line (extra `cli`): `veneer`, and the `hestiaos` command that HestiaOS documents."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from veneer_cli import process

__all__ = ["hestiaos", "main"]


def main() -> int:
    """Run `veneer` with the process's arguments; give the exit code."""
    return _run("veneer", lambda: importlib.import_module("veneer_cli.app").application(_words()))


def hestiaos() -> int:
    """Run `hestiaos` with the process's arguments; give the exit code."""
    return _run("hestiaos", lambda: importlib.import_module("veneer_cli.commands.hestiaos").app)


def _words() -> list[str]:
    """The words of the command line; none where a shell asks for completions, which may be of any group."""
    return [] if "_VENEER_COMPLETE" in os.environ else sys.argv[1:]


def _run(program: str, load: Callable[[], Callable[..., Any]]) -> int:
    if not process.opened(program):
        return 2
    process.leave_on_interrupt(program)
    return process.ended(program, _called(program, load))


def _called(program: str, load: Callable[[], Callable[..., Any]]) -> int:
    # Typer and Rich come with an extra, so nothing that needs them is imported before this.
    try:
        importlib.import_module("rich")
        app = load()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "click", "rich"}:
            raise
        print(f'{program}: the command line needs its extra: pip install "veneer[cli]"', file=sys.stderr)
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
