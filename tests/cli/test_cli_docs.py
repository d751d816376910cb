"""docs/cli.md: its lines run, and it names every command."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from cli.kit import Command, process_environment
from veneer.sandbox import Sandbox
from veneer_cli.app import tree
from veneer_cli.tree import lines

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
SCRIPTS = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_every_line_of_the_page_runs(sandbox: Sandbox, tmp_path: Path, warm: Command) -> None:
    """The page from top to bottom, against the sandbox; the shell stops at the first line that fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "veneer").write_text(f'#!/bin/sh\nexec {shlex.join(warm())} "$@"\n')
    (folder / "veneer").chmod(0o755)
    environ = dict(process_environment(sandbox, tmp_path))
    environ["PATH"] = f"{folder}:{environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e"],
        input="".join(SCRIPTS),
        capture_output=True,
        text=True,
        env=environ,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "copy.txt").read_text() == "content"
    assert len(SCRIPTS) >= 8


def test_every_command_is_on_the_page() -> None:
    every = [" ".join(words) for words in lines(tree())]
    text = PAGE.read_text(encoding="utf-8")
    generic = re.compile(r"\w+ (call|operations)")
    assert [one for one in every if not generic.fullmatch(one) and f"{one}" not in text] == []
    assert len(every) > 40


@pytest.mark.parametrize("platform", ["hybridb", "hestiaos", "velerian", "aerostack"])
def test_every_platform_has_call_and_operations(platform: str) -> None:
    assert {(platform, "call"), (platform, "operations")} <= {*lines(tree())}
