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
            "already has this",
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
    with pytest.raises(ContractError, match=r"p\.yaml: #/overlay: not an Overlay document of version"):
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


SHOP: dict[str, Any] = {
    "info": {"title": "t"},
    "components": {"schemas": {"Foo": {"type": "object", "required": ["a"]}, "Bar": {"required": ["b"]}}},
    "tags": ["one"],
    "paths": {"/a": {"get": {"tags": ["x"]}}, "/b": {"get": {"tags": ["x"]}}},
}


def at(version: str, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**overlay(*actions), "overlay": version, **more}


@pytest.mark.parametrize("version", ["1.1.0", "1.1", "1.2.0"])
def test_a_part_of_the_contract_is_copied_into_another_and_merged(version: str) -> None:
    action = {"target": "$.components.schemas.Bar", "copy": "$.components.schemas.Foo", "description": "why"}
    patched = overlays.apply(SHOP, at(version, action), "p.yaml")
    assert patched["components"]["schemas"]["Bar"] == {"type": "object", "required": ["b", "a"]}
    patched["components"]["schemas"]["Bar"]["required"].clear()
    assert SHOP["components"]["schemas"]["Foo"]["required"] == ["a"]


def test_a_reusable_action_serves_each_target_that_refers_to_it() -> None:
    reusable = {"retry/all": {"fields": {"update": {"x-veneer-safe": True}, "description": "why"}}}
    reference = {"$ref": "#/components/actions/retry~1all"}
    patched = overlays.apply(
        SHOP,
        at(
            "1.2.0",
            {**reference, "target": "$.paths['/a'].get"},
            {**reference, "target": "$.paths['/b'].get", "description": "another reason"},
            components={"actions": reusable},
        ),
        "p.yaml",
    )
    assert [item["get"]["x-veneer-safe"] for item in patched["paths"].values()] == [True, True]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (at("1.0.0", {"target": "$.tags", "copy": "$.tags", "description": "why"}), "copy needs `overlay: 1.1.0`"),
        (at("1.1.0", {"target": "$.tags", "copy": "$.paths.*", "description": "why"}), "selects 2 nodes: one"),
        (at("1.1.0", {"target": "$.tags", "copy": "$.none", "description": "why"}), "copy .* matches nothing"),
        (at("1.1.0", {"target": "$.tags", "copy": "$.tags", "update": [], "description": "why"}), "exclude each other"),
        (at("1.1.0", {"target": "$.info", "update": {"title": {"a": 1}}, "description": "why"}), "objects cannot be merged into values"),
        (at("1.1.0", {"target": "$.paths['/a'].get", "update": {"tags": "y"}, "description": "why"}), "values cannot be merged into arrays"),
        (at("1.2.0", {"target": "$.*", "update": {}, "description": "why"}), "selects arrays and objects: one kind"),
        (at("1.1.0", {"target": "$.tags", "$ref": "#/components/actions/x"}), "needs `overlay: 1.2.0`"),
        (at("1.2.0", {"target": "$.tags", "$ref": "#/components/actions/x"}), "leads nowhere"),
        (at("1.2.0", {"target": "$.tags", "$ref": "other.yaml#/components/actions/x"}), "is not a reference to an action"),
        (at("1.2.0", {"target": "$.tags", "$ref": "#/components/actions/x"}, components={"actions": {"x": {"fields": {"target": "$"}}}}), "without a target"),
        (at("1.2.0", {"target": "$.tags", "$ref": "#/components/actions/x", "update": 1}, components={"actions": {"x": {"fields": {}}}}), "update is set by"),
        (at("1.2.0", {"target": "$.tags", "$ref": "#/components/actions/x"}, components={"actions": {"x": {"fields": {"update": "y"}}}}), "needs a description"),
    ],
)  # fmt: skip
def test_what_an_overlay_of_its_version_cannot_say_is_refused_with_the_action(
    document: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError, match=rf"p\.yaml: #/actions/0: .*{message}"):
        overlays.apply(SHOP, document, "p.yaml")


@pytest.mark.parametrize("version", ["1.3.0", "2.0.0", "1.x", None])
def test_an_overlay_of_an_unknown_version_is_refused(version: object) -> None:
    with pytest.raises(
        ContractError, match=r"#/overlay: not an Overlay document of version 1\.0, 1\.1 or 1\.2"
    ):
        overlays.apply(SHOP, {**overlay(), "overlay": version}, "p.yaml")
