"""The shape that docs/design.md describes, held by the code's own syntax."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import veneer
import veneer_generated

OVERLAY = Path(veneer.__file__ or "").parent
GENERATED = Path(veneer_generated.__file__ or "").parent
ENGINE_CLASSES = {"Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport"}
ENGINE_MODULES = {
    "_async/transport.py",
    "_sync/transport.py",
    "_async/corepool.py",
    "_sync/corepool.py",
    "_io.py",  # tells a client of one flavour from one of the other
    "_httpcore.py",
}
ENDPOINTS = sorted(
    path.relative_to(GENERATED.parent).with_suffix("").as_posix().replace("/", ".")
    for path in GENERATED.glob("*/api/*/*.py")
    if path.stem != "__init__"
)
OPERATION_KEYS = {"id", "method", "path", "safe"}


def _core_and_shell() -> Iterator[Path]:
    for folder in ("_core", "_async", "_sync", "_platforms"):
        yield from (OVERLAY / folder).rglob("*.py")
    yield from OVERLAY.glob("*.py")


def test_only_the_transport_names_the_engines_client_classes() -> None:
    named = set()
    for path in _core_and_shell():
        if path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "httpx"
                and node.attr in ENGINE_CLASSES
            ) or (isinstance(node, ast.Name) and node.id == "httpcore"):
                named.add(path.relative_to(OVERLAY).as_posix())
    # A platform may take the engine's own clients as arguments and say so in its types.
    assert {name for name in named if "/aerostack" not in name} <= ENGINE_MODULES


def test_there_are_endpoints_to_look_at() -> None:
    assert len(ENDPOINTS) == 100


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_generated_endpoint_module_fits_the_seam(name: str) -> None:
    module = importlib.import_module(name)
    assert inspect.isfunction(module._get_kwargs)
    parse = inspect.signature(module._parse_response)
    assert list(parse.parameters) == ["client", "response"]
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in parse.parameters.values())
    assert module._OPERATION.keys() >= OPERATION_KEYS
    for parameter in inspect.signature(module._get_kwargs).parameters.values():
        assert parameter.kind in {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
