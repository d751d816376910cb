"""The command lines that HestiaOS documents, as they stand there, each run by a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.kit import process_environment
from veneer.sandbox import Sandbox

SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seeds" / "hestiaos.txt"
_ABSENT = f"the documents are not here ({SEED.parent.name}/{SEED.name})"


def documented() -> list[str]:
    """The command lines of the document; rows of its tables have a placeholder or a meaning beside them."""
    if not SEED.exists():
        return []
    lines = SEED.read_text(encoding="utf-8").splitlines()
    return [
        line
        for line in lines
        if line.startswith("hestiaos ") and "<" not in line and not line.endswith("status")
    ]


@pytest.fixture
def shell(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """An environment whose shell finds `hestiaos`, and `jq`, if need be one that only reads JSON."""
    folder = tmp_path / "bin"
    folder.mkdir()
    programs = {"hestiaos": "from veneer_cli import hestiaos; raise SystemExit(hestiaos())"}
    if shutil.which("jq") is None:
        programs["jq"] = "import json, sys; print(json.dumps(json.load(sys.stdin), indent=2))"
    for name, code in programs.items():
        (folder / name).write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}' \"$@\"\n")
        (folder / name).chmod(0o755)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    return {**process_environment(sandbox, tmp_path), "PATH": path}


@pytest.mark.skipif(not SEED.exists(), reason=_ABSENT)
def test_the_document_has_the_lines_that_are_run() -> None:
    assert len(documented()) == 5


@pytest.mark.skipif(not SEED.exists(), reason=_ABSENT)
@pytest.mark.parametrize("line", documented())
def test_a_documented_line_runs(sandbox: Sandbox, shell: dict[str, str], line: str) -> None:
    """With its address pointed at the sandbox."""
    pointed = line.replace("http://localhost:8000", sandbox.base_urls["hestiaos"])
    done = subprocess.run(
        ["sh", "-c", pointed], capture_output=True, text=True, env=shell, timeout=120, check=False
    )
    assert (done.returncode, done.stderr, bool(done.stdout)) == (0, "", True)
    entry = sandbox.journal()[0]
    assert entry["path"].split("/")[3] in line
