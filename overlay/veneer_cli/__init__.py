"""The command lines (extra `cli`): `veneer`, `hestiaos` as HestiaOS documents it, and any project's."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from importlib import util
from typing import Any

from veneer_cli import process

__all__ = ["hestiaos", "main", "run"]


def main() -> int:
    """Run `veneer` with the process's arguments and return the exit code."""
    return _run("veneer", lambda: importlib.import_module("veneer_cli.app").application())


def hestiaos() -> int:
    """Run `hestiaos` with the process's arguments and return the exit code."""
    return _run("hestiaos", _hestiaos)


def _hestiaos() -> Callable[..., Any]:
    home = importlib.import_module("veneer_cli.commands.hestiaos").program()
    found: Callable[..., Any] = importlib.import_module("veneer_cli.tree").built(home)
    return found


def run(program: str, package: str, generated: str) -> int:
    """Run a project's own command line with the process's arguments and return the exit code.

    `program` is its name, `package` the client's package, which has `_platform.PLATFORM`, and
    `generated` the generated package: `run("acme-shop", "acme_shop", "acme_shop_generated.acme_shop")`.
    """

    def load() -> Callable[..., Any]:
        application = importlib.import_module("veneer_cli.project").application
        service = importlib.import_module("veneer_cli.service").generated
        found: Callable[..., Any] = application(
            service(package, generated, f"{package}._platform", program=program, rules=f"{package}.sandbox"),
            importlib.import_module(package).__doc__ or program,
        )
        return found

    return _run(program, load, f"{program}[cli]")


def _run(program: str, load: Callable[[], Callable[..., Any]], extra: str = "veneer[cli]") -> int:
    if not process.opened(program):
        return 2
    process.leave_on_interrupt(program)
    return process.ended(program, _called(program, load, extra))


def _called(program: str, load: Callable[[], Callable[..., Any]], extra: str) -> int:
    # Click and Rich come with an extra, so nothing that needs them is imported before this.
    try:
        if util.find_spec("rich") is None:
            raise ModuleNotFoundError("rich is not installed", name="rich")
        app = load()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        if program != "veneer" or sys.argv[1:2] != ["sandbox"]:
            print(f'{program}: the command line needs its extra: pip install "{extra}"', file=sys.stderr)
            return 2
        app = _sandbox
    try:
        app(prog_name=program)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except OSError as error:  # help that cannot be printed, a completion that cannot be installed
        process.discard_output(error)
        process.tell(program, error)
        return 1
    return 0


def _sandbox(**_settings: Any) -> None:
    """Run the sandbox, which needs only its own extra."""
    with process.interruptible():
        sys.exit(importlib.import_module("veneer.sandbox").main(sys.argv[2:]))
