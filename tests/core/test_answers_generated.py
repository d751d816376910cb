"""On the real generated models: take a field away, or spoil it, and the error names that very place."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import veneer_generated
from core.kit import Wire, reply, wired
from veneer import ResponseInvalidError

ROOT = Path(veneer_generated.__path__[0])
PLATFORMS = ["aerostack", "hestiaos", "hybridb", "velerian"]


@cache
def endpoints(platform: str) -> dict[str, Any]:
    """The platform's endpoint modules by operation id."""
    package = importlib.import_module(f"veneer_generated.{platform}.api")
    found = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        if hasattr(module, "_OPERATION"):
            found[module._OPERATION["id"]] = module
    return found


def examples(platform: str) -> Iterator[tuple[str, Any]]:
    """The JSON successes that the contract gives as examples, by operation id."""
    contract = json.loads((ROOT / "contracts" / f"{platform}.json").read_text(encoding="utf-8"))
    for path in contract["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict):
                continue
            for status, response in operation.get("responses", {}).items():
                media = response.get("content", {}).get("application/json", {})
                if status.startswith("2") and isinstance(media.get("example"), (dict, list)):
                    yield operation["operationId"], media["example"]


def places(value: Any, path: str = "$") -> Iterator[tuple[str, list[Any]]]:
    """Every member inside a value: its JSON path, and the keys that lead to it."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in members:
        here = f"{path}.{key}" if isinstance(value, dict) else f"{path}[{key}]"
        yield here, [key]
        yield from ((below, [key, *keys]) for below, keys in places(inner, here))


def spoilt(value: Any, keys: list[Any], new: Any) -> Any:
    """A copy with the member at these keys changed, or taken away where `new` is KeyError."""
    made = copy.deepcopy(value)
    inner = made
    for key in keys[:-1]:
        inner = inner[key]
    if new is KeyError:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = new
    return made


class _Body:
    """Stands for any request body."""

    def to_dict(self) -> dict[str, Any]:
        return {}

    def to_multipart(self) -> list[Any]:
        return []


NEEDED = {"body": _Body(), "api_slug": "x", "since": datetime(2026, 1, 1, tzinfo=UTC)}


def failure(endpoint: Any, payload: Any) -> ResponseInvalidError | None:
    code = endpoint._get_kwargs.__code__
    arguments = ["x"] * code.co_argcount
    named = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    options = {name: value for name, value in NEEDED.items() if name in named}
    client = wired(Wire(reply(json=payload)), strict=True)
    try:
        client.call(endpoint, *arguments, **options)
    except ResponseInvalidError as error:
        return error
    return None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_contracts_examples_fit(platform: str) -> None:
    assert {
        name: failure(endpoints(platform)[name], example) for name, example in examples(platform)
    } == dict.fromkeys(name for name, _ in examples(platform))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_missing_field_is_named(platform: str) -> None:
    named = 0
    for name, example in examples(platform):
        for path, keys in places(example):
            if isinstance(keys[-1], int):
                continue
            error = failure(endpoints(platform)[name], spoilt(example, keys, KeyError))
            if error is not None:  # else the field is optional
                assert (name, error.path) == (name, path)
                named += 1
    assert named > 5


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("junk", [None, 7, "junk"], ids=repr)
def test_a_field_of_another_kind_is_named(platform: str, junk: object) -> None:
    for name, example in examples(platform):
        for path, keys in places(example):
            error = failure(endpoints(platform)[name], spoilt(example, keys, junk))
            if error is not None:  # else the contract allows it, or nothing needs to look inside
                assert (name, error.path) == (name, path)
