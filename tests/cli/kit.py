"""What the tests of the command line share: how it is run, and what its output says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from click.testing import CliRunner, Result

from veneer.sandbox import Sandbox
from veneer_cli.app import application

PLATFORMS = ("hybridb", "hestiaos", "velerian", "aerostack")


class Invoke(Protocol):
    """Run `veneer ARGUMENTS…` in this process."""

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Result: ...


class Command(Protocol):
    """The words that start `veneer ARGUMENTS…` as a process."""

    def __call__(self, *arguments: str) -> list[str]: ...


class Spawn(Protocol):
    """Run `python -m veneer ARGUMENTS…` as a process; `more` is added to its environment."""

    def __call__(
        self, *arguments: str, stdin: str | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]: ...


def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run `veneer ARGUMENTS…` in this process."""
    return CliRunner().invoke(
        application(), list(arguments), input=stdin, prog_name="veneer", catch_exceptions=False
    )


def environment(sandbox: Sandbox) -> dict[str, str]:
    """The variables that point every platform to the sandbox."""
    urls, keys = sandbox.base_urls, sandbox.keys
    return {
        "HDB_BASE_URL": urls["hybridb"],
        "HDB_API_KEY": keys["hybridb"],
        "HESTIA_BASE_URL": urls["hestiaos"],
        "HESTIA_API_KEY": keys["hestiaos"],
        "VELERIAN_BASE_URL": urls["velerian"],
        "VELERIAN_API_KEY": keys["velerian"],
        "AEROSTACK_SERVER_URL": urls["aerostack"],
        "AEROSTACK_API_KEY": keys["aerostack"],
    }


def process_environment(sandbox: Sandbox, home: Path, **more: str) -> Mapping[str, str]:
    """The environment of a process that talks to the sandbox and whose home is `home`."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "PYTHONUTF8": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **environment(sandbox),
        **more,
    }


def command(*arguments: str) -> list[str]:
    """The words that start `veneer` as a process."""
    return [sys.executable, "-m", "veneer", *arguments]


def document(result: Result) -> Any:
    """Standard output as one JSON value; the command must have succeeded."""
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def rows(result: Result) -> list[Any]:
    """Standard output as JSON lines; the command must have succeeded."""
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


def failure(result: Result) -> tuple[int, str]:
    """Exit code and standard error of a command that printed no result."""
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.exit_code, result.stderr.strip()
