"""A part of a contract: chosen by tags, operations and paths, closed under what they refer to."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.scripts.codegen_project import SHOP

from veneer_codegen import contracts
from veneer_codegen.contract import pointers
from veneer_codegen.documents import EXTERNAL
from veneer_codegen.errors import ContractError
from veneer_codegen.selection import select

if TYPE_CHECKING:
    from pathlib import Path


def one(reference: str = "", **more: Any) -> dict[str, Any]:
    """An operation that answers with what a reference leads to."""
    schema = {"$ref": reference} if reference else {"type": "string"}
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}, **more}


PETS: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Pets", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/pets": {
            "parameters": [{"$ref": "#/components/parameters/trace"}],
            "get": one("#/components/schemas/Pet", operationId="list_pets", tags=["pets", "all"]),
            "post": one(operationId="add_pet", tags=["pets"], security=[{"login": []}]),
            "additionalOperations": {"LINK": one(operationId="link_pet", tags=["links"])},
        },
        "/pets/{id}": {"get": one("#/paths/~1owners/get/responses/200/content/application~1json/schema", operationId="get_pet", tags=["pets"])},
        "/owners": {"get": one("#/components/schemas/Owner", operationId="list_owners", tags=["owners"])},
        "/parts": {"$ref": "#/x-external/parts"},
        "/named": {"get": one("#here", operationId="named", tags=["named"])},
    },
    "webhooks": {"pet.added": {"post": one("#/components/schemas/Added", tags=["events"])}},
    "components": {
        "schemas": {
            "Pet": {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}}},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"toy": {"$ref": "#/components/schemas/Toy"}}}]},
            "Toy": {"type": "string"},
            "Owner": {"oneOf": [{"$ref": "#/components/schemas/Person"}], "discriminator": {"propertyName": "t", "mapping": {"shelter": "Shelter"}}},
            "Person": {"type": "object"},
            "Shelter": {"type": "object"},
            "Added": {"type": "object"},
            "Here": {"$anchor": "here", "type": "object"},
            "Alone": {"type": "object"},
        },
        "parameters": {"trace": {"name": "trace", "in": "query", "schema": {"type": "string"}}, "other": {"name": "o", "in": "query"}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}, "login": {"type": "oauth2"}},
    },
    EXTERNAL: {"parts": {"get": one("#/x-external/words/Word", operationId="list_parts", tags=["parts"])}, "words": {"Word": {"type": "string"}}},
}  # fmt: skip


def left(document: dict[str, Any], kind: str = "schemas") -> set[str]:
    return set(document.get("components", {}).get(kind, {}))


def called(document: dict[str, Any]) -> dict[str, list[str]]:
    return {path: sorted(item) for path, item in document["paths"].items()}


@pytest.mark.parametrize(
    ("only", "without", "paths"),
    [
        (["owners"], [], {"/owners": ["get"]}),
        (["get_pet"], [], {"/pets/{id}": ["get"]}),
        (["/pets/{id}"], [], {"/pets/{id}": ["get"]}),
        (["POST /pets"], [], {"/pets": ["parameters", "post"]}),
        (["links"], [], {"/pets": ["additionalOperations", "parameters"]}),
        (["pets"], ["add_pet", "/pets/*"], {"/pets": ["get", "parameters"]}),
        (["list_*"], ["all", "parts"], {"/owners": ["get"]}),
        (["/parts"], [], {"/parts": ["get"]}),
        (
            [],
            ["pets", "links", "owners", "named"],
            {"/parts": ["get"]},
        ),
    ],
    ids=str,
)
def test_operations_are_chosen_by_tag_id_path_and_method_with_wildcards(
    only: list[str], without: list[str], paths: dict[str, list[str]]
) -> None:
    assert called(select(PETS, only, without)) == paths


@pytest.mark.parametrize(
    ("only", "schemas"),
    [
        (["list_pets"], {"Pet", "Cat", "Toy"}),
        (["owners"], {"Owner", "Person", "Shelter"}),
        (["named"], {"Here"}),
        (["add_pet", "events"], {"Added"}),
        (["add_pet"], set()),
    ],
    ids=["children of a parent", "a mapping by name", "an anchor", "a webhook", "nothing"],
)
def test_components_that_nothing_reaches_are_dropped_and_no_other(only: list[str], schemas: set[str]) -> None:
    part = select(PETS, only)
    assert left(part) == schemas
    assert ("webhooks" in part) == ("events" in only)


def test_credentials_are_those_that_the_operations_take() -> None:
    assert left(select(PETS, ["add_pet"]), "securitySchemes") == {"key", "login"}
    assert left(select(PETS, ["owners"]), "securitySchemes") == {"key"}
    silent = {key: value for key, value in PETS.items() if key != "security"}
    assert left(select(silent, ["owners"]), "securitySchemes") == {"key", "login"}


def test_bundled_documents_follow_and_every_reference_still_leads_somewhere() -> None:
    part = select(PETS, ["parts", "get_pet"])
    assert set(part[EXTERNAL]) == {"words", "left_out"}
    assert called(part) == {"/pets/{id}": ["get"], "/parts": ["get"]}
    answer = part["paths"]["/pets/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert pointers.deref(part, answer["schema"]) == PETS["components"]["schemas"]["Owner"]
    assert left(part) == {"Owner", "Person", "Shelter"}


def test_a_contract_is_left_alone_and_without_names_it_is_whole() -> None:
    before = copy.deepcopy(PETS)
    select(PETS, ["get_pet"])
    assert before == PETS
    assert select(PETS) == PETS


@pytest.mark.parametrize(
    ("only", "without", "words"),
    [
        (["Pets"], [], "no tag, operationId or path is called 'Pets': did you mean 'pets' or '/pets'"),
        ([], ["listpets"], "called 'listpets': did you mean 'list_pets'"),
        (["/petz/{id}"], [], "did you mean '/pets/{id}'"),
        (["zzzzzz*"], [], "called 'zzzzzz*'"),
        (["pets"], ["pets"], "leave no operation"),
        (["events"], [], "leave no operation"),
    ],
    ids=str,
)
def test_a_name_that_matches_nothing_is_an_error_that_names_what_is_near(
    only: list[str], without: list[str], words: str
) -> None:
    with pytest.raises(ContractError) as caught:
        select(PETS, only, without)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_version_may_lack_what_is_chosen_by_name() -> None:
    assert called(select(PETS, ["owners", "gone"], strict=False)) == {"/owners": ["get"]}


def listed(folder: Path, **more: Any) -> contracts.Contract:
    entry = {"name": "shop", "file": "shop.json", "package": "acme_generated.shop", **more}
    (folder / "openapi").mkdir(exist_ok=True)
    (folder / "openapi/shop.json").write_text(json.dumps(SHOP))
    (folder / "openapi/contracts.toml").write_text(
        "[[contract]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in entry.items())
    )
    return contracts.read(folder)[0]


def test_the_list_of_contracts_chooses_a_part_of_one(tmp_path: Path) -> None:
    part = listed(tmp_path, only=["orders", "files"], without=["*_order"]).load().content
    assert called(part) == {"/files": ["post"]}
    assert left(part) == set()
    with pytest.raises(ContractError, match=r"shop\.json: #/paths: no tag.*'order'.*did you mean 'orders'"):
        listed(tmp_path, only=["order"]).load()
    with pytest.raises(ContractError, match="contract 1: 'only' is not a list of"):
        listed(tmp_path, only="orders")
