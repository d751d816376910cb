"""The public doors: what they name is what there is, and each loads nothing before it is needed."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from platforms.door_kit import loaded_by

OVERLAY = Path(__file__).resolve().parents[2] / "overlay" / "veneer"
PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
MAKE_CLIENT = {
    "hybridb": "veneer.hybridb.HybriDBClient(api_key='k')",
    "hestiaos": "veneer.hestiaos.Client()",
    "velerian": "veneer.velerian.VelerianClient(api_key='k')",
    "aerostack": "veneer.aerostack.SDK(api_key_auth='k')",
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_importing_a_door_loads_neither_the_engine_nor_models_nor_another_platform(platform: str) -> None:
    modules = loaded_by(f"import veneer.{platform}")
    others = {f"veneer.{other}" for other in PLATFORMS if other != platform}
    assert not modules & {"httpx", "httpcore", "anyio", "attrs", "dateutil", "asyncio", *others}
    assert not [name for name in modules if name.startswith("veneer_generated")]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_making_a_client_loads_neither_the_engine_nor_another_platform(platform: str) -> None:
    modules = loaded_by(f"import veneer.{platform}\n{MAKE_CLIENT[platform]}")
    foreign = tuple(
        f"{package}.{other}"
        for other in PLATFORMS
        if other != platform
        for package in ("veneer", "veneer._sync", "veneer._async", "veneer_generated")
    )
    assert not modules & {"httpx", "httpcore"}
    assert not [name for name in modules if name.startswith(foreign)]


def names_of(module: str | None) -> list[str]:
    """Return what a star takes from a module."""
    return list(importlib.import_module(str(module)).__all__)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_public_name_is_there_and_type_checkers_see_the_same(platform: str) -> None:
    door = importlib.import_module(f"veneer.{platform}")
    tree = ast.parse((OVERLAY / platform / "__init__.py").read_text(encoding="utf-8"))
    seen = [
        name
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
        for name in ([alias.asname] if alias.name != "*" else names_of(statement.module))
        if name is not None
    ]
    assert sorted(set(seen)) == sorted(set(door.__all__) - {"__version__"})
    assert len(door.__all__) == len(set(door.__all__))
    assert set(door.__all__) <= set(dir(door))
    assert all(getattr(door, name) is not None for name in door.__all__)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_name_that_is_not_there_is_an_attribute_error(platform: str) -> None:
    door = importlib.import_module(f"veneer.{platform}")
    with pytest.raises(AttributeError, match="no_such_name"):
        door.no_such_name  # noqa: B018  # reading it is the test


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_public_name_of_a_facade_says_what_it_does(platform: str) -> None:
    undocumented = [
        f"{path.name}: {node.name}"
        for path in sorted((OVERLAY / "_async" / platform).glob("*.py"))
        for node in _public(ast.parse(path.read_text(encoding="utf-8")).body)
        if not ast.get_docstring(node)
    ]
    assert undocumented == []


def _public(
    body: Iterable[ast.stmt],
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give the public classes and functions of a module, and the methods of those classes; an overload's text is that of what it overloads."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            if any(ast.unparse(one) == "overload" for one in node.decorator_list):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)
