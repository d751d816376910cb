"""What a contract calls secret, or has the name of a secret, is in no model's repr: it would end in logs and tracebacks."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from veneer_codegen import impact, regenerate

PROPERTIES: dict[str, dict[str, Any]] = {
    "password": {"type": "string", "format": "password"},
    "pin": {"type": "string", "writeOnly": True},
    "token": {"type": "string", "x-veneer-secret": True},
    "perhaps": {"type": ["string", "null"], "format": "password"},
    "count": {"type": "integer", "x-veneer-secret": True, "default": 7},
    "list": {"type": "array", "items": {"type": "string"}, "x-veneer-secret": True},
    "any-thing": {"x-veneer-secret": True},
    "elsewhere": {"$ref": "#/components/schemas/Password"},
    "note": {"type": "string", "writeOnly": True, "x-veneer-secret": False},
    "name": {"type": "string"},
    "auth_code": {"type": "string"},
    "session_token": {"type": "string", "x-veneer-secret": False},
}
HIDDEN = {"password", "pin", "token", "perhaps", "count", "list_", "any_thing", "elsewhere", "inherited"}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Safe", "version": "1"},
    "paths": {
        "/accounts": {
            "post": {
                "operationId": "create_account",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Account"}}}},
                "responses": {"204": {"description": ""}},
            }
        }
    },
    "components": {
        "schemas": {
            "Password": {"type": "string", "format": "password"},
            "Base": {"type": "object", "properties": {"inherited": {"type": "string", "format": "password"}}},
            "Account": {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"type": "object", "required": ["name", "password", "elsewhere"], "properties": PROPERTIES},
                ]
            },
        }
    },
}  # fmt: skip
SECRET = re.compile(r"(?i)password|secret|_token$|^token$|(down|up)load_url$")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("safe")
    (root / "openapi").mkdir()
    (root / "openapi/safe.json").write_text(json.dumps(CONTRACT))
    (root / "openapi/contracts.toml").write_text(
        '[[contract]]\nname = "safe"\nfile = "safe.json"\npackage = "vault.safe"\n'
    )
    regenerate.regenerate(root)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(root / "generated")
        yield importlib.import_module("vault.safe.models").Account
    for name in [name for name in sys.modules if name.partition(".")[0] == "vault"]:
        del sys.modules[name]


def test_secret_attributes_are_masked_in_what_is_shown(account: Any) -> None:
    made = account.from_dict(
        dict.fromkeys((*PROPERTIES, "inherited", "unknown_password"), "hunter2")
        | {"name": "n", "note": "shown", "session_token": "so is this"}
    )
    assert {field.name for field in attrs.fields(account) if not field.repr} == HIDDEN
    for text in (repr(made), made._repr_html_()):
        assert "hunter2" not in text
        assert "shown" in text
        assert "so is this" in text
        assert (
            text.count("***") == len(HIDDEN) + 2
        )  # by their names: one of the contract's, one that it does not know


def test_secret_attributes_are_required_or_left_out_as_others(account: Any) -> None:
    made = account(name="n", password="p", elsewhere="e")
    assert made.to_dict() == {"name": "n", "password": "p", "elsewhere": "e"}
    with pytest.raises(TypeError, match="password"):
        account(name="n", elsewhere="e")


def test_the_impact_of_a_change_reads_defaults_and_required_ones_through_the_field(account: Any) -> None:
    names = impact.surface(Path(sys.modules[account.__module__].__file__ or "").parents[1])
    assert names["models.Account.count"] == "int | Unset = UNSET"
    assert set(names["models.Account(positional)"].split(", ")) == {"name", "password", "elsewhere"}


def _models(platform: str) -> Iterator[type]:
    package = importlib.import_module(f"veneer_generated.{platform}.models")
    for found in pkgutil.iter_modules(package.__path__):
        tree = ast.parse((Path(package.__path__[0]) / f"{found.name}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield getattr(package, node.name)


@pytest.mark.parametrize(
    ("platform", "count"), [("hybridb", 5), ("hestiaos", 2), ("velerian", 4), ("aerostack", 3)]
)
def test_what_sounds_secret_in_our_contracts_is_hidden(platform: str, count: int) -> None:
    fields = {
        f"{model.__name__}.{field.name}": field.repr
        for model in _models(platform)
        for field in attrs.fields(model)
    }
    assert [name for name, shown in fields.items() if SECRET.search(name.partition(".")[2]) and shown] == []
    assert sum(not shown for shown in fields.values()) == count
