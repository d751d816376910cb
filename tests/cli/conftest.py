"""A sandbox, settings that point to it, and the command line in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.kit import Command, Invoke, Spawn, command, environment, invoke, process_environment
from veneer.sandbox import Sandbox, running


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    """One sandbox for the whole run."""
    shown = ("x-trace", "x-other", "x-one", "x-two", "x-three", "x-note")
    with running(seed=0, show_headers=shown) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    """The sandbox as if it had just started."""
    sandbox_server.reset()
    return sandbox_server


@pytest.fixture
def config_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting comes from the environment, and the settings file would be under this folder."""
    for name in [*os.environ]:
        if name.startswith(("HDB_", "HESTIA_", "VELERIAN_", "AEROSTACK_")):
            monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name in ("VENEER_PROFILE", "CLI_SHOP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "config"


@pytest.fixture
def bare(config_home: Path) -> Invoke:
    """Run `veneer ARGUMENTS…` in this process, with no settings at all."""
    return invoke


@pytest.fixture
def veneer(sandbox: Sandbox, config_home: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `veneer ARGUMENTS…` in this process against the sandbox."""
    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    return invoke


@pytest.fixture(scope="session")
def warm() -> Iterator[Command]:
    """The words that run `veneer ARGUMENTS…` in a process forked from one that has imported what it needs: warm.py."""
    if not hasattr(os, "fork"):
        yield command
        return
    program = str(Path(__file__).with_name("warm.py"))
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/s"  # whose path may not be long
        environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
        with subprocess.Popen(
            [sys.executable, program, "serve", socket],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"listening\n"
            yield lambda *arguments: [sys.executable, "-IS", program, "ask", socket, *arguments]


@pytest.fixture
def spawn(sandbox: Sandbox, tmp_path: Path, warm: Command) -> Spawn:
    """Run `veneer ARGUMENTS…` as a process against the sandbox; a cold one where Python's own settings are given."""

    def run(*arguments: str, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        cold = any(name.startswith("PYTHON") for name in more)
        return subprocess.run(
            (command if cold else warm)(*arguments),
            input=stdin or "",
            capture_output=True,
            text=True,
            env=process_environment(sandbox, tmp_path, **more),
            timeout=120,
            check=False,
        )

    return run
