"""A small run of the stress bench: every call succeeds once or raises a typed error, no write takes effect twice, nothing is left over."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/trials" / "stress.py"


@pytest.mark.parametrize("calls", [800, pytest.param(10_000, marks=pytest.mark.slow)])
def test_spoilt_calls_succeed_once_or_raise_and_leave_nothing_behind(calls: int) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--calls", str(calls)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.count("nothing left over") == 2
    shares = [float(share) for share in re.findall(r"spoilt [\d,]+ \(([\d.]+)%\)", done.stdout)]
    assert all(15 < share < 26 for share in shares)
