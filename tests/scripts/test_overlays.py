"""A patch corrects a contract as data, and one that has become pointless is an error."""

from __future__ import annotations

from typing import Any

import pytest

from veneer_codegen import overlays
from veneer_codegen.errors import ContractError

CONTRACT: dict[str, Any] = {"servers": [{"url": "https://old"}], "paths": {"/a": {"get": {"tags": ["x"]}}}}


def overlay(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"overlay": "1.0.0", "info": {"title": "p", "version": "1"}, "actions": list(actions)}


def test_actions_are_applied_in_order_and_the_contract_itself_stays_as_it_is() -> None:
    patched = overlays.apply(
        CONTRACT,
        overlay(
            {"target": "$.servers[0]", "update": {"url": "https://new"}, "description": "moved"},
            {"target": "$.paths['/a'].get", "update": {"deprecated": True}, "description": "announced"},
            {"target": "$.paths['/a'].get.tags", "remove": True, "description": "wrong"},
        ),
        "p.yaml",
    )
    assert patched == {"servers": [{"url": "https://new"}], "paths": {"/a": {"get": {"deprecated": True}}}}
    assert CONTRACT["servers"] == [{"url": "https://old"}]
    assert "tags" in CONTRACT["paths"]["/a"]["get"]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"target": "$.nothing", "update": {}, "description": "why"}, "matches nothing"),
        (
            {"target": "$.servers[0]", "update": {"url": "https://old"}, "description": "why"},
            "already says so",
        ),
        ({"target": "$.servers[0]", "update": {"url": "x"}}, "needs a description"),
        ({"target": "$.servers[0]", "description": "why"}, "needs a target, and update or remove"),
        ({"target": "$[", "remove": True, "description": "why"}, r"target \$\["),
    ],
)
def test_an_action_that_does_nothing_or_gives_no_reason_is_refused_with_its_place(
    action: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError, match=rf"p\.yaml: #/actions/0: .*{message}"):
        overlays.apply(CONTRACT, overlay(action), "p.yaml")


def test_a_document_that_is_no_overlay_is_refused() -> None:
    with pytest.raises(ContractError, match=r"p\.yaml: #/overlay: not an Overlay 1\.x document"):
        overlays.apply(CONTRACT, {"openapi": "3.1.0"}, "p.yaml")


@pytest.mark.parametrize(
    ("action", "at", "becomes"),
    [
        ({"target": "$", "update": {"info": {"title": "shop"}}}, "info", {"title": "shop"}),
        ({"target": "$.tags", "update": ["two", "three"]}, "tags", ["one", "two", "three"]),
        ({"target": "$.tags", "update": "two"}, "tags", ["one", "two"]),
    ],
    ids=["the root takes members", "a list takes the members of a list", "a list takes one value"],
)
def test_an_update_is_merged_as_the_specification_says(
    action: dict[str, Any], at: str, becomes: object
) -> None:
    patched = overlays.apply({"tags": ["one"]}, overlay({**action, "description": "why"}), "p.yaml")
    assert patched[at] == becomes


@pytest.mark.parametrize("action", [{"remove": True}, {"remove": True, "update": {"a": 1}}, {"update": []}])
def test_the_root_is_neither_removed_nor_replaced(action: dict[str, Any]) -> None:
    with pytest.raises(ContractError, match="the root can be updated with an object only"):
        overlays.apply(CONTRACT, overlay({"target": "$", **action, "description": "why"}), "p.yaml")
