"""What was seen of a server becomes Overlay actions after which the contract says it: the same answers no longer break it."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import veneer
from veneer.sampling import Sampler
from veneer_codegen import contracts, corrections, overlays, regenerate
from veneer_codegen.changes import compare
from veneer_codegen.errors import ContractError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT, NUMBER = {"type": "string"}, {"type": "integer", "format": "int32"}
OWNER = {"$ref": "#/components/schemas/Owner"}


def contract(schema: Any, version: str = "3.1.0", **components: Any) -> dict[str, Any]:
    schemas = {"Owner": {"type": "object", "properties": {"name": TEXT}}, **components}
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    made = {
        "openapi": version,
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets/{pet}": {
                "parameters": [{"name": "pet", "in": "path", "required": True, "schema": TEXT}],
                "get": {"operationId": "get_pet", "tags": ["pets"], "responses": {"200": answer}},
            },
            "/owners": {
                "get": {"operationId": "list_owners", "tags": ["owners"], "responses": {"200": answer}}
            },
        },
        "components": {"schemas": schemas},
    }
    copied: dict[str, Any] = json.loads(json.dumps(made))  # no two places are one object
    return copied


def seen(
    document: Mapping[str, Any],
    *answers: Any,
    status: int = 200,
    media: str = "application/json",
    path: str = "/pets/1",
    **options: Any,
) -> Sampler:
    sampler = Sampler(document, rate=1, now=lambda: NOON, **options)
    for answer in answers:
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        request = httpx.Request("GET", f"https://api.test{path}")
        sampler(
            httpx.Response(status, content=content, headers={"content-type": media}, request=request), path
        )
    return sampler


def corrected(document: Mapping[str, Any], sampler: Sampler) -> corrections.Corrections:
    return corrections.correct(document, corrections.read_report(sampler.report().to_json(), "report.json"))


def pet(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


CASES: list[Any] = [
    pytest.param(pet(name=TEXT), {"name": None}, id="null where text was said"),
    pytest.param(pet(owner=OWNER), {"owner": None}, id="null where a reference was said"),
    pytest.param(pet(owner={"allOf": [OWNER]}), {"owner": None}, id="null where an ingredient was said"),
    pytest.param(pet(kind={"type": "string", "enum": ["cat"]}), {"kind": None}, id="null where values are listed"),
    pytest.param(pet(age=NUMBER), {"age": 1.5}, id="a fraction where a whole number was said"),
    pytest.param(pet(age=NUMBER), {"age": "old"}, id="text where a number was said"),
    pytest.param(pet(owner=OWNER), {"owner": ["x", 1]}, id="a list where a reference was said"),
    pytest.param(pet(owner=TEXT), {"owner": {"name": 1}}, id="an object where text was said"),
    pytest.param(pet(kind={"type": "string", "enum": ["cat"]}), {"kind": 5}, id="a number where words are listed"),
    pytest.param(pet(kind={"type": "string", "enum": ["cat"]}), {"kind": "dog"}, id="a value that is not listed"),
    pytest.param(pet(size={"anyOf": [TEXT, NUMBER]}), {"size": True}, id="a type that is none of a union's"),
    pytest.param({"type": "object", "properties": {"a-b": TEXT}}, {"a-b": 1}, id="a member with a sign in its name"),
    pytest.param(pet(name=TEXT), {"name": "x", "colour": "red"}, id="a member that is not said"),
    pytest.param({"allOf": [OWNER, pet(age=NUMBER)]}, {"name": "x", "colour": 1}, id="one more member of a composed object"),
    pytest.param({"oneOf": [pet(a=TEXT), pet(b=TEXT)]}, {"a": "x", "colour": 1}, id="one more member of a branch"),
    pytest.param({**pet(name=TEXT), "additionalProperties": False}, {"colour": None}, id="null in a member that is not said"),
    pytest.param({**pet(name=TEXT), "required": ["name"]}, {}, id="the one required member is missing"),
    pytest.param({**pet(name=TEXT, age=NUMBER), "required": ["age", "name"]}, {"age": 1}, id="one of two required members is missing"),
    pytest.param({"type": "array", "items": pet(name=TEXT)}, [{"name": "x"}, {"name": None}], id="a place in rows"),
    pytest.param({"type": "object", "additionalProperties": pet(name=TEXT)}, {"k": {"name": 1}}, id="a place in a map"),
    pytest.param(OWNER, {"name": "x", "pets": [{"id": 1}]}, id="a list in a shared schema"),
    pytest.param(TEXT, {"name": "x"}, id="another answer altogether"),
]  # fmt: skip


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(("schema", "answer"), CASES)
def test_the_answer_that_broke_the_contract_fits_the_corrected_one(
    schema: Any, answer: Any, version: str
) -> None:
    document = contract(schema, version)
    sampler = seen(document, answer, enum_values=True)
    assert sampler.report().findings
    made = corrected(document, sampler)
    assert made.left == ()
    patched = overlays.apply(document, made.overlay, "seen.json")
    assert seen(patched, answer).report().findings == ()
    contracts.validate(patched, "patched")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["cat", "dog", 0.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
SCHEMAS = st.recursive(
    st.sampled_from([{"type": kind} for kind in ("string", "integer", "boolean", "number")])
    | st.sampled_from([OWNER, {"enum": ["cat"]}, {"const": "cat"}, {"type": "string", "enum": ["cat"]}]),
    lambda inner: (
        inner.map(lambda one: {"type": "array", "items": one})
        | st.lists(inner, min_size=1, max_size=2).map(lambda many: {"anyOf": many})
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=2).map(
            lambda members: {"type": "object", "properties": members, "required": [*members][:1]}
        )
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, VALUES, st.sampled_from(["3.0.3", "3.1.0"]))
def test_any_answer_fits_in_the_end_unless_something_is_left_to_a_person(
    schema: Any, answer: Any, version: str
) -> None:
    document = contract(schema, version)
    for _ in range(6):  # what fits once the outer place does is seen then
        sampler = seen(document, answer, enum_values=True)
        if not sampler.report().findings:
            return
        made = corrected(document, sampler)
        assume(not made.left)
        assert made.overlay["actions"]
        document = overlays.apply(document, made.overlay, "seen.json")
    raise AssertionError(sampler.report())


def test_an_action_says_how_often_and_since_when_and_keeps_no_value() -> None:
    document = contract(pet(name=TEXT))
    sampler = seen(document, {"name": None}, {"name": None}, {"name": "CANARY", "CANARY-1": "CANARY"})
    made = corrected(document, sampler)
    assert [one["description"] for one in made.overlay["actions"]] == [
        "GET /pets/{pet} 200: $.name is null, the contract says string (seen 2×, first on 2026-03-01)"
    ]
    assert "CANARY" not in made.dump()
    assert made.left == (
        "GET /pets/{pet} 200: $.* is not in the contract (string) (seen 1×, first on 2026-03-01): its name was not kept",
    )


def test_two_operations_with_one_schema_give_one_action_with_the_evidence_of_both() -> None:
    document = contract(OWNER)
    sampler = seen(document, {"name": None})
    request = httpx.Request("GET", "https://api.test/owners")
    sampler(httpx.Response(200, json={"name": None}, request=request), "/owners")
    (action,) = corrected(document, sampler).overlay["actions"]
    assert action["target"] == "$.components.schemas.Owner.properties.name"
    assert action["update"] == {"type": ["string", "null"]}
    assert "GET /pets/{pet} 200" in action["description"]
    assert "GET /owners 200" in action["description"]


def test_a_member_that_came_as_null_and_as_text_is_text_that_may_be_null() -> None:
    document = contract(pet(name=TEXT))
    sampler = seen(document, {"colour": "red"}, {"colour": "red"}, {"colour": None})
    patched = overlays.apply(document, corrected(document, sampler).overlay, "")
    schema = patched["paths"]["/pets/{pet}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert schema["properties"]["colour"] == {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("status", "media", "content"),
    [
        (202, "application/json", b"{}"),
        (202, "text/plain", b"x"),
        (202, "application/json", b""),
        (200, "text/csv", b"a,b"),
        (200, "application/vnd.pets+json", b"[]"),
    ],
)
def test_a_status_and_a_content_type_that_are_not_listed_are_added(
    status: int, media: str, content: bytes
) -> None:
    document = contract(pet(name=TEXT))
    sampler = seen(document, content, status=status, media=media)
    assert sampler.report().findings
    made = corrected(document, sampler)
    patched = overlays.apply(document, made.overlay, "")
    assert seen(patched, content, status=status, media=media).report().findings == ()
    contracts.validate(patched, "patched")


@pytest.mark.parametrize(
    ("options", "answer", "words"),
    [
        ({"path": "/nothing"}, {}, "no operation of the contract has this path"),
        ({}, b"<html>", "a contract cannot express this"),
        ({}, {"kind": "dog"}, "the value was not kept: `Sampler(…, enum_values=True)` keeps words"),
    ],
)
def test_what_no_action_can_say_is_left_to_a_person_with_the_reason(
    options: Any, answer: Any, words: str
) -> None:
    document = contract(pet(kind={"type": "string", "enum": ["cat"]}))
    made = corrected(document, seen(document, answer, **options))
    assert made.overlay["actions"] == []
    assert words in made.left[0]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings": [1]}', '{"findings": [{"count": "x"}]}', '{"findings": 1}']
)
def test_a_file_that_is_no_report_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ContractError, match=r"seen.json: is not a sampler's report"):
        corrections.read_report(text, "seen.json")


def _add_operation(document: Any) -> None:
    new = {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Collar"}}},
        "description": "",
    }
    document["paths"]["/collars"] = {"get": {"operationId": "list_collars", "responses": {"200": new}}}
    document["components"]["schemas"]["Collar"] = pet(size={"$ref": "#/components/schemas/Size"})
    document["components"]["schemas"]["Size"] = {"enum": ["s", "m"]}


def _drop_operation(document: Any) -> None:
    del document["paths"]["/owners"]


def _require_parameter(document: Any) -> None:
    added = {"name": "zone", "in": "query", "required": True, "schema": TEXT}
    document["paths"]["/owners"]["get"]["parameters"] = [added]


def _retype_member(document: Any) -> None:
    document["components"]["schemas"]["Owner"]["properties"]["name"] = NUMBER


def _list_more(document: Any) -> None:
    document["components"]["schemas"]["Owner"] |= {"required": ["name"]}
    document["components"]["schemas"]["Owner"]["properties"]["kind"] = {"enum": ["a", "b"]}


@pytest.mark.parametrize(
    "change", [_add_operation, _drop_operation, _require_parameter, _retype_member, _list_more]
)
def test_what_a_server_publishes_otherwise_is_in_the_corrected_contract(change: Any) -> None:
    document = contract(OWNER)
    document["paths"]["/pets/{pet}"]["get"]["x-veneer-safe"] = True
    published = copy.deepcopy(document)
    del published["paths"]["/pets/{pet}"]["get"]["x-veneer-safe"]
    change(published)
    changes = [one for one in compare(document, published) if "x-veneer-safe" not in str(one)]
    made = corrections.correct(document, published=published, changes=changes, source="https://api.test")
    patched = overlays.apply(document, made.overlay, "seen.json")
    assert patched["paths"]["/pets/{pet}"]["get"]["x-veneer-safe"] is True
    del patched["paths"]["/pets/{pet}"]["get"]["x-veneer-safe"]
    assert compare(patched, published) == []
    assert all("https://api.test publishes this: " in one["description"] for one in made.overlay["actions"])


def test_words_that_differ_are_no_action() -> None:
    document = contract(OWNER)
    published = copy.deepcopy(document)
    published["components"]["schemas"]["Owner"]["description"] = "Somebody."
    made = corrections.correct(
        document, published=published, changes=compare(document, published), source="x"
    )
    assert (made.overlay["actions"], made.left) == ([], ())


def test_a_client_that_is_generated_from_the_corrected_contract_reads_the_answers_without_a_violation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = contract(
        {
            **pet(name=TEXT, kind={"type": "string", "enum": ["cat"]}, owner=OWNER, age=NUMBER),
            "required": ["name"],
        }
    )
    answer = {"kind": "dog", "owner": None, "age": "old", "colour": "red"}
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi/pets.json").write_text(json.dumps(document))
    listed = '[[contract]]\nname = "pets"\nfile = "pets.json"\npackage = "pets_seen.pets"\n'
    made = corrected(document, seen(document, answer, enum_values=True))
    (tmp_path / "openapi/seen.yaml").write_text(made.dump(yaml=True))
    (tmp_path / contracts.LIST).write_text(f'{listed}patches = ["seen.yaml"]\n')
    regenerate.regenerate(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "generated")
    get_pet = importlib.import_module("pets_seen.pets.api.pets.get_pet")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    with (
        httpx.Client(transport=transport) as engine,
        veneer.Client("https://api.test", api_key="k", http_client=engine, strict=True) as client,
    ):
        found = client.call(get_pet, "1")
    assert found.to_dict() == answer
    assert (str(found.kind), found.colour, found.owner, found.age) == ("dog", "red", None, "old")
