"""Contracts that were not written for the sandbox: every operation is served, and every resource lives its whole life.

`make sandbox-trips` does the same with the contracts of the registries.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated" / "veneer_generated" / "contracts"
OWN = Path(__file__).with_name("contracts")


def script() -> Any:
    spec = importlib.util.spec_from_file_location("sandbox_trips", ROOT / "scripts" / "sandbox_trips.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("file", "operations", "resources"),
    [
        (OWN / "shop.yaml", 23, 3),
        (OWN / "ledger.yaml", 8, 1),
        (GENERATED / "velerian.json", 17, 0),
        (GENERATED / "hybridb.json", 26, 1),
        (GENERATED / "aerostack.json", 42, 0),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_every_operation_is_served_and_every_resource_lives(
    file: Path, operations: int, resources: int
) -> None:
    tally = script().travel(
        yaml.safe_load(file.read_text()) if file.suffix == ".yaml" else json.loads(file.read_text())
    )
    assert tally.faults == []
    assert (tally.operations, tally.served) == (operations, operations)
    assert (tally.resources, tally.lived) == (resources, resources)
