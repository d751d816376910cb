"""A small run of the nonce bench: no call gets another's answer, no slot or socket is left over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/trials" / "nonces.py"


FEW = ["--calls", "400", "--loops", "threads", "asyncio", "--engines", "default", "fast"]
MANY = ["--calls", "20000"]


@pytest.mark.parametrize(
    "arguments", [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.slow)]
)
def test_each_call_gets_its_own_answer_whatever_the_server_and_cancelling_do(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "BROKEN" not in done.stdout
