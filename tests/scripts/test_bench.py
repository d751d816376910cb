"""The benchmarks measure every case of ours without any published client, and say what was left out."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# It takes the processor for twenty seconds: `make bench-check`, a part of `make check`.
pytestmark = pytest.mark.slow
BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"

#: Baselines that only a full run installs.
PEERS = ("httpx-sse", "openai", "velerian-sdk")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, list[dict[str, Any]]]:
    """One tiny round of everything: what was printed, the page, the targets."""
    folder = tmp_path_factory.mktemp("bench")
    cases = ["calls", "many", "starts", "sse", "streams", "pages", "models", "memory", "counts", "transfers"]
    paths = {"--peers": "none", "--write": "page.md", "--json": "targets.json"}
    options = [part for option, name in paths.items() for part in (option, str(folder / name))]
    done = subprocess.run(
        [sys.executable, str(BENCH), *cases, "--tiny", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, (folder / "page.md").read_text(), json.loads((folder / "targets.json").read_text())


def test_every_target_of_ours_gets_a_finite_figure(run: Any) -> None:
    _, _, targets = run
    measured = [target for target in targets if not any(peer in target["baseline"] for peer in PEERS)]
    assert len(measured) > 40
    assert [target["what"] for target in measured if target["figure"] is None] == []
    figures = [target["figure"] for target in measured]
    assert all(math.isfinite(value) and value >= 0 for figure in figures for value in figure.values())


def test_what_needs_a_client_that_is_not_there_is_not_called_met(run: Any) -> None:
    printed, page, targets = run
    missing = [target for target in targets if any(peer in target["baseline"] for peer in PEERS)]
    assert len(missing) > 10
    assert {target["met"] for target in missing} == {None}
    for peer in PEERS:
        assert f"left out: {peer}: not installed" in printed
        assert f"{peer}: left out: not installed" in page


def test_the_page_has_a_verdict_for_each_target_and_no_path_of_this_machine(run: Any) -> None:
    _, page, targets = run
    verdicts = {True: "met", False: "**missed**", None: "not measured"}
    listed = [
        " ".join(one.split()) for one in page.partition("## Targets")[2].partition("\n## ")[0].split("\n- ")
    ]
    for target in targets:
        line = next(one for one in listed if one.startswith(f"{target['what']}: "))
        assert f"; verdict {verdicts[target['met']]}" in line
    assert max(map(len, page.splitlines())) < 100
    assert str(Path.home()) not in page
    assert str(BENCH.parents[1]) not in page
