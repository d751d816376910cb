"""What `__all__` says is what there is, and asking for it loads no more than it needs."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import veneer

DOORS = ["veneer", "veneer.hybridb", "veneer.hestiaos", "veneer.velerian", "veneer.aerostack"]
PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]


@pytest.mark.parametrize("door", DOORS)
def test_every_public_name_exists_and_is_explained(door: str) -> None:
    module = importlib.import_module(door)
    assert len(module.__all__) == len(set(module.__all__))
    for name in module.__all__:
        found = getattr(module, name)
        assert name in dir(module)
        if isinstance(found, type) and found.__module__.startswith("veneer."):
            assert found.__doc__, f"{door}.{name} has no docstring"


@pytest.mark.parametrize("door", DOORS)
def test_type_checkers_and_the_interpreter_see_the_same_names(door: str) -> None:
    module = importlib.import_module(door)
    static = _imported_for_types(module)
    for name in set(module.__all__) - static:
        assert name in vars(module), f"{door}.{name} is in no TYPE_CHECKING import"
    assert static <= set(module.__all__)


def _imported_for_types(module: ModuleType) -> set[str]:
    """Return the names that a module exports to type checkers, those of `import *` among them."""
    tree = ast.parse(Path(module.__file__ or "").read_text())
    names = set()
    for block in ast.walk(tree):
        if (
            isinstance(block, ast.If)
            and isinstance(block.test, ast.Name)
            and block.test.id == "TYPE_CHECKING"
        ):
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                assert node.module
                for alias in node.names:
                    if alias.name == "*":
                        names.update(importlib.import_module(node.module).__all__)
                    elif alias.asname == alias.name:
                        names.add(alias.name)
    return names


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = veneer.no_such_name


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    loaded = _loaded_by("import veneer")
    assert not {
        name for name in loaded if name.partition(".")[0] in {"httpx", "httpcore", "anyio", "attrs", "attr"}
    }
    assert {name for name in loaded if name.startswith("veneer")} == {"veneer"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_importing_a_platform_loads_neither_another_one_nor_the_engine(platform: str) -> None:
    loaded = _loaded_by(f"import veneer.{platform}")
    others = [name for name in PLATFORMS if name != platform]
    assert not {name for name in loaded if any(other in name.split(".") for other in others)}
    assert not {
        name
        for name in loaded
        if name.partition(".")[0] in {"httpx", "httpcore", "anyio", "pydantic", "typer", "rich"}
    }
