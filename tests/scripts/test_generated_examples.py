"""Every example of an answer in the four contracts is read into models and given back as it was."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from veneer_codegen import contracts
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import find_operations

ROOT = Path(__file__).parents[2]


def examples() -> list[tuple[str, str, str, Any]]:
    """Give platform, operation, status and example of each JSON answer that has one."""
    found = []
    for contract in contracts.read(ROOT):
        document = json.loads(
            (ROOT / f"generated/veneer_generated/contracts/{contract.name}.json").read_text(encoding="utf-8")
        )
        for operation in find_operations(document):
            for status, node in operation.node["responses"].items():
                media = (pointers.deref(document, node).get("content") or {}).get("application/json", {})
                if status.startswith("2") and "example" in media:
                    found.append(
                        (contract.name, str(operation.node["operationId"]), status, media["example"])
                    )
    return found


EXAMPLES = examples()


def module_of(platform: str, operation: str) -> Any:
    for path in sorted((ROOT / f"generated/veneer_generated/{platform}/api").glob("*/[a-z]*.py")):
        module = importlib.import_module(f"veneer_generated.{platform}.api.{path.parent.name}.{path.stem}")
        if module._OPERATION["id"] == operation:
            return module
    raise AssertionError(f"{platform} has no endpoint for {operation}")


def plain(value: Any) -> Any:
    """Turn models back into JSON values, and times into moments: `Z` and `+00:00` are the same."""
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return dt.datetime.fromisoformat(value)
    return value


@pytest.mark.parametrize(
    ("platform", "operation", "status", "example"),
    EXAMPLES,
    ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in EXAMPLES],
)
def test_an_example_comes_back_as_it_was(platform: str, operation: str, status: str, example: Any) -> None:
    answer = module_of(platform, operation)._parse_response(
        client=None, response=httpx.Response(int(status), json=example)
    )
    assert answer is not None
    assert plain(answer) == plain(example)


def test_nearly_every_operation_has_such_an_example() -> None:
    assert len(EXAMPLES) >= 90
