"""The command line (extra `cli`): `veneer`, and the `hestiaos` command that HestiaOS documents."""

from __future__ import annotations

import importlib
import io
import sys

__all__ = ["hestiaos", "main"]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""


def main() -> int:
    """Run `veneer` with the process's arguments; give the exit code."""
    return _run("veneer.cli.app", "veneer")


def hestiaos() -> int:
    """Run `hestiaos` with the process's arguments; give the exit code."""
    return _run("veneer.cli.commands.hestiaos", "hestiaos")


def _run(module: str, program: str) -> int:
    # Typer and Rich come with an extra, so nothing that needs them is imported before this.
    try:
        importlib.import_module("rich")
        app = importlib.import_module(module).app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "click", "rich"}:
            raise
        print(f'{program}: the command line needs its extra: pip install "veneer[cli]"', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A server's lone surrogates, and characters that the terminal's encoding lacks, are shown rather than fatal.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(prog_name=program)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
