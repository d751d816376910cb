"""The benchmarks measure every workload of ours without any other client, and say what was left out."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# It takes the processor for half a minute: `make bench-check`, a part of `make check`.
pytestmark = pytest.mark.slow
BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"

#: Baselines that are not there unless they were installed.
OTHERS = ("aiohttp", "pyreqwest", "urllib3", "httpx-sse", "openai", "velerian-sdk")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """One tiny round of everything: what was printed, and the entry of this machine."""
    folder = tmp_path_factory.mktemp("bench")
    options = ["--tiny", "--offline", "--peers", str(folder / "none"), "--json", str(folder / "entry.json")]
    done = subprocess.run(
        [sys.executable, str(BENCH), *options], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "entry.json").read_text())


def test_every_target_of_ours_gets_a_finite_figure(run: Any) -> None:
    _, entry = run
    needs_another = ("uvloop", *OTHERS)
    measured = [
        one for one in entry["targets"] if not any(who in one["over"] + one["what"] for who in needs_another)
    ]
    assert len(measured) > 40
    assert [one["what"] for one in measured if one["figure"] is None] == []
    assert all(math.isfinite(value) and value >= 0 for one in measured for value in one["figure"])


def test_what_needs_a_client_that_is_not_there_is_not_called_met(run: Any) -> None:
    printed, entry = run
    missing = [one for one in entry["targets"] if one["over"].startswith(OTHERS)]
    assert len(missing) > 10
    assert {one["met"] for one in missing} == {None}
    for other in OTHERS:
        assert f"left out: {other}==" in printed
    assert printed.count("not installed; a full run installs it") >= len(OTHERS)


def test_every_workload_has_a_figure_of_ours(run: Any) -> None:
    _, entry = run
    assert len(entry["figures"]) > 30
    empty = [name for name, found in entry["figures"].items() if not found["subjects"]]
    assert all("uvloop" in name for name in empty)  # it needs uvloop, which is not there


def test_an_entry_has_no_path_of_this_machine(run: Any) -> None:
    printed, entry = run
    for said in (json.dumps(entry), printed):
        assert str(Path.home()) not in said
        assert str(BENCH.parents[1]) not in said


def test_a_profile_tells_the_layers_of_a_call(tmp_path: Path) -> None:
    code = (
        "import layers, loopback, json\n"
        "with loopback.server() as url:\n"
        "    done = layers.calls('subjects:sync', {'url': url, 'client': 'models'})(20)\n"
        "print(json.dumps(done))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(BENCH)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)["calls"]
    layers = {"socket and kernel", "parser", "endpoint", "decoding and models", "request object"}
    assert all(calls.get(name, 0) > 0 for name in layers)
    assert calls.get("everything else", 0) < sum(calls.values()) / 2


def test_the_floors_are_measured_beside_the_whole_client(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "floors.py"), "--tiny", "--offline", "--peers", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()]
    rows = {cells[0]: cells[1:] for cells in lines}
    for who in ("blocking socket", "polled socket", "least client", "veneer[fast]", "httpx"):
        assert float(rows[who][0].replace(",", "")) > 0
    for who in ("one future a call", "least client", "veneer[fast]"):
        assert all(float(cell.replace(",", "")) > 0 for cell in rows[who][1:] if cell != "–")
