"""A member of a request's body that is nearly one of the contract's is told of, for any contract; what the contract leaves open is not."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from core.kit import KEY, Wire, reply
from veneer import Client, UnknownKeyWarning
from veneer_codegen import regenerate

TEXT = {"type": "string"}
ITEM = {"type": "object", "required": ["sku"], "properties": {"sku": TEXT, "quantity": {"type": "integer"}}}
ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ttl": {"type": "integer"},
        "max_tokens": {"type": "integer"},
        "evidence_limit": {"type": "integer"},
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "ship_to": {"$ref": "#/components/schemas/Place"},
    },
}
SCHEMAS: dict[str, Any] = {
    "Item": ITEM,
    "Place": {"type": "object", "properties": {"street": TEXT}, "additionalProperties": False},
    "Order": ORDER,
    "OpenOrder": {**ORDER, "additionalProperties": True},
    "TextOrder": {**ORDER, "additionalProperties": TEXT},
    "PatternOrder": {**ORDER, "patternProperties": {"^x-": TEXT}},
}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        f"/{name}": {
            "post": {
                "operationId": name,
                "tags": ["orders"],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
                },
                "responses": {"204": {"description": "Done."}},
            }
        }
        for name in ("Order", "OpenOrder", "TextOrder", "PatternOrder", "Place")
    },
    "components": {"schemas": SCHEMAS},
}
FACADE = '[client]\nname = "Shop"\nstyle = "request"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    root = tmp_path_factory.mktemp("near")
    (root / "openapi/facades").mkdir(parents=True)
    (root / "openapi/shop.json").write_text(json.dumps(CONTRACT), encoding="utf-8")
    (root / "openapi/facades/shop.toml").write_text(FACADE, encoding="utf-8")
    (root / "openapi/contracts.toml").write_text(
        '[[contract]]\nname = "shop"\nfile = "shop.json"\npackage = "nearkeys.shop"\n', encoding="utf-8"
    )
    regenerate.regenerate(root)
    sys.path.insert(0, str(root / "generated"))
    models = importlib.import_module("nearkeys.shop.models")
    operations = {
        name: importlib.import_module(f"nearkeys.shop.api.orders.{module}")
        for name, module in {
            "Order": "order", "OpenOrder": "open_order", "TextOrder": "text_order", "PatternOrder": "pattern_order", "Place": "place",
        }.items()
    }  # fmt: skip
    yield SimpleNamespace(
        models=models, operations=operations, shop=importlib.import_module("nearkeys.shop.client").Shop
    )
    sys.path.remove(str(root / "generated"))


def told(made: SimpleNamespace, body: dict[str, Any], name: str = "Order") -> tuple[list[str], Any]:
    """What is warned of when a body is sent, as `Order.tll -> ttl`, and the body that went out."""
    wire = Wire(reply(204))
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Client("https://shop.test", api_key=KEY, http_client=engine) as client:
            client.call(made.operations[name], body=getattr(made.models, name).from_dict(body))
    said = []
    for one in caught:
        assert one.category.__name__ == "UnknownKeyWarning"
        assert one.filename == __file__, "where the caller's own code called"
        words = str(one.message).split("'")
        said.append(f"{str(one.message).split()[0]}.{words[1]} -> {words[3]}")
    return sorted(said), json.loads(wire.bodies[0])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"tll": 60}, ["Order.tll -> ttl"]),
        ({"TTL": 60}, ["Order.TTL -> ttl"]),
        ({"maxTokens": 5}, ["Order.maxTokens -> max_tokens"]),
        ({"max-tokens": 5, "tlt": 1}, ["Order.max-tokens -> max_tokens", "Order.tlt -> ttl"]),
        ({"items": [{"sku": "a", "quantitiy": 1}]}, ["Item.quantitiy -> quantity"]),
        ({"ship_to": {"steet": "x"}}, ["Place.steet -> street"]),
        ({"ttl": 60, "tll": 60}, []),
        ({"evidence_offset": 3, "colour": "red", "x": 1}, []),
        ({"ttl": 60, "items": [{"sku": "a"}]}, []),
    ],
    ids=lambda one: json.dumps(one) if isinstance(one, dict) else "",
)
def test_a_member_that_is_nearly_the_contracts_is_named_and_sent_as_it_is(
    made: SimpleNamespace, body: dict[str, Any], said: list[str]
) -> None:
    assert told(made, body) == (said, body)


@pytest.mark.parametrize("name", ["OpenOrder", "TextOrder", "PatternOrder"])
def test_an_object_whose_further_members_the_contract_declares_has_no_slips(
    made: SimpleNamespace, name: str
) -> None:
    assert told(made, {"tll": "60"}, name) == ([], {"tll": "60"})


def test_a_mapping_is_told_of_once_as_a_model_is(made: SimpleNamespace) -> None:
    wire = Wire(reply(204))
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    with made.shop(KEY, server_url="https://shop.test", client=engine) as shop:
        with pytest.warns(
            UnknownKeyWarning, match="Order has no member 'tll' .* did you mean 'ttl'"
        ) as caught:
            shop.orders.order({"tll": 60, "ship_to": {"street": "x"}})
        assert len(caught) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UnknownKeyWarning)
            shop.orders.order({"tll": 60})


@pytest.mark.parametrize(("body", "loaded"), [({"street": "x"}, False), ({"steet": "x"}, True)])
def test_only_a_body_that_may_hold_others_or_has_more_is_looked_at(
    made: SimpleNamespace, body: dict[str, Any], loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "veneer._core.near_keys", raising=False)
    told(made, body, "Place")
    assert ("veneer._core.near_keys" in sys.modules) is loaded
