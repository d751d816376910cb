"""The sandbox obeys the contracts: schemathesis tries each operation with data that fits its schema and data that does not.

Undocumented statuses, wrong content types, answers that break their schema, bad data accepted, good data refused and
errors of the server all fail. `make conformance` runs it longer.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from veneer.sandbox import running

if TYPE_CHECKING:
    from veneer.sandbox import Sandbox

HERE = Path(__file__).parent
CONTRACTS = HERE.parents[1] / "generated" / "veneer_generated" / "contracts"
HEADERS = {
    "hybridb": ["Authorization: Bearer hdb_sandbox"],
    "hestiaos": ["Authorization: Bearer hestia_sandbox"],
    "velerian": ["Authorization: Bearer vk_live_sandbox"],
    "aerostack": ["X-Aerostack-Key: ak_sandbox", "Authorization: Bearer consumer_sandbox"],
}


def command() -> list[str] | None:
    """How to start schemathesis: what VENEER_SCHEMATHESIS names, else the one of this environment."""
    if named := os.environ.get("VENEER_SCHEMATHESIS"):
        return [named]
    if importlib.util.find_spec("schemathesis") is not None:
        return [sys.executable, "-m", "schemathesis.cli"]
    return None


OF_OTHERS = {
    "shop": ["Authorization: Bearer shop_sandbox"],
    "ledger": ["X-App: ledger_sandbox", "Cookie: session=ledger_sandbox"],
}


def hold(contract: Path, url: str, headers: list[str], examples: int, folder: Path) -> int:
    """Run schemathesis over a contract, in a folder for its notes; fail with its report, else count the cases."""
    found = command()
    if found is None:
        pytest.skip("schemathesis is not installed, and VENEER_SCHEMATHESIS names none")
    options = [
        *found,
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        str(contract),
    ]
    options += ["--url", url, "--mode", "all", "--max-examples", str(examples)]
    options += ["--seed", "1", "--no-color", "--suppress-health-check", "all"]
    for header in headers:
        options += ["--header", header]
    # Hypothesis' plugins would import all of pytest and trio: a quarter of what a short run costs.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "HYPOTHESIS_NO_PLUGINS": "1"}
    done = subprocess.run(options, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    return int(re.findall(r"Test cases:\n\s*(\d+) generated", done.stdout)[0])


# Examples for each operation and kind of data: seconds in every run, minutes in the long one.
@pytest.mark.parametrize("examples", [3, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("platform", sorted(HEADERS))
def test_the_sandbox_obeys_the_contract(
    sandbox: Sandbox, platform: str, examples: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, contract = sandbox.base_urls[platform], CONTRACTS / f"{platform}.json"
    cases = hold(contract, url, HEADERS[platform], examples, tmp_path)
    with capsys.disabled():
        print(f"\nschemathesis, {platform}: {cases} cases")


@pytest.mark.parametrize("examples", [1, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", sorted(OF_OTHERS))
def test_the_sandbox_of_any_contract_obeys_it(
    name: str, examples: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = HERE / "contracts" / f"{name}.yaml"
    with running(contract=contract, name=name) as sandbox:
        cases = hold(contract, sandbox.base_urls[name], OF_OTHERS[name], examples, tmp_path)
    with capsys.disabled():
        print(f"\nschemathesis, {name}: {cases} cases")
