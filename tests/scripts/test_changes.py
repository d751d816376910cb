"""Every kind of change to a contract is seen and rated as the table says, and no rewrite that means the same raises an alarm."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from veneer_codegen import documents, pointers
from veneer_codegen.changes import KINDS, Change, Severity, compare

if TYPE_CHECKING:
    from collections.abc import Callable

    Mutation = Callable[[dict[str, Any]], object]

CONTRACTS = Path(__file__).parents[2] / "generated/veneer_generated/contracts"
NAMES = ("aerostack", "hestiaos", "hybridb", "velerian")
LETTERS = {"C": Severity.COMPATIBLE, "R": Severity.RISKY, "B": Severity.BREAKING}

PROBE: dict[str, Any] = {
    "type": "object",
    "required": ["must"],
    "properties": {
        "must": {"type": "string"},
        "may": {"type": "string", "description": "words"},
        "number": {"type": "integer", "minimum": 1, "maximum": 10, "default": 3},
        "mode": {"type": "string", "enum": ["fast", "slow", "deep"]},
        "when": {"type": "string", "format": "date-time"},
        "code": {"type": "string", "pattern": "^a+$", "maxLength": 9},
        "maybe": {"type": ["string", "null"]},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"deep": {"type": "string"}}}},
        "either": {
            "oneOf": [
                {"type": "object", "properties": {"kind": {"const": "a"}, "a": {"type": "string"}}},
                {"type": "object", "properties": {"kind": {"const": "b"}, "b": {"type": "integer"}}},
                {"type": "object", "properties": {"kind": {"const": "c"}, "c": {"type": "integer"}}},
            ],
            "discriminator": {"propertyName": "kind"},
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "ratio": {"type": "number"},
        "anything": {},
        "strict": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False},
    },
}


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def prepare(name: str) -> dict[str, Any]:
    """Take a contract and add one operation with everything that a mutation may change."""
    document = load(name)
    document["paths"]["/probe/{probe_id}"] = {
        "post": {
            "operationId": "probe",
            "tags": ["probes"],
            "security": [{"keyA": ["read"]}],
            "parameters": [
                {"name": "probe_id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                {
                    "name": "since",
                    "in": "query",
                    "required": True,
                    "schema": {"type": "string", "format": "date"},
                },
                {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            ],
            "requestBody": {
                "content": {"application/json": {"schema": copy.deepcopy(PROBE)}, "text/plain": {}}
            },
            "responses": {
                "200": {
                    "description": "",
                    "headers": {"X-Total": {"schema": {"type": "integer"}}},
                    "content": {"application/json": {"schema": copy.deepcopy(PROBE)}, "text/csv": {}},
                },
                "202": {"description": ""},
                "404": {"description": ""},
            },
        }
    }
    document["components"].setdefault("securitySchemes", {}).update(
        keyA={"type": "apiKey", "in": "header", "name": "A"},
        keyB={"type": "apiKey", "in": "header", "name": "B"},
    )
    document["servers"] = [{"url": "https://one"}, {"url": "https://two"}]
    return document


def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/probe/{probe_id}"]["post"]
    return found


def prop(name: str, **changes: Any) -> Mutation:
    return lambda probe: probe["properties"][name].update(changes)


def drop(name: str, *keys: str) -> Mutation:
    return lambda probe: [probe["properties"][name].pop(key) for key in keys]


def prop_as(name: str, schema: dict[str, Any]) -> Mutation:
    return lambda probe: probe["properties"].update({name: schema})


# Changes of a schema: kind, what it costs in a request and in a response, and how it is made.
SCHEMA_CHANGES: list[tuple[str, str, Mutation]] = [
    ("property-removed", "BB", lambda probe: probe["properties"].pop("may")),
    ("property-removed", "BB", lambda probe: probe["properties"]["rows"]["items"]["properties"].clear()),
    ("property-added", "CC", lambda probe: probe["properties"].update(new={"type": "boolean"})),
    ("property-added-required", "BC", lambda probe: (probe["properties"].update(new={"type": "boolean"}), probe["required"].append("new"))),
    ("property-renamed", "BB", lambda probe: probe["properties"].update(mode_hint=probe["properties"].pop("mode"))),
    ("property-renamed", "BB", lambda probe: (probe["properties"].update(shall=probe["properties"].pop("must")), probe.update(required=["shall"]))),
    ("property-now-required", "BC", lambda probe: probe["required"].append("may")),
    ("property-now-optional", "CB", lambda probe: probe.pop("required")),
    ("property-deprecated", "RR", prop("may", deprecated=True)),
    ("property-read-only", "RC", prop("may", readOnly=True)),
    ("property-write-only", "CB", prop("may", writeOnly=True)),
    ("type-widened", "CB", prop("number", type="number")),
    ("type-widened", "CB", prop("must", type=["string", "integer"])),
    ("type-widened", "CB", drop("must", "type")),
    ("type-narrowed", "BC", prop("ratio", type="integer")),
    ("type-narrowed", "BC", prop("anything", type="string")),
    ("type-changed", "BB", prop("must", type="boolean")),
    ("type-changed", "BB", prop("rows", type="string")),
    ("null-allowed", "CB", prop("must", type=["string", "null"])),
    ("null-refused", "BC", prop("maybe", type="string")),
    ("format-changed", "RR", prop("may", format="email")),
    ("format-type-changed", "BB", prop("may", format="date-time")),
    ("format-type-changed", "BB", drop("when", "format")),
    ("enum-value-added", "CR", prop("mode", enum=["fast", "slow", "deep", "new"])),
    ("enum-value-removed", "BC", prop("mode", enum=["fast", "slow"])),
    ("enum-value-renamed", "BR", prop("mode", enum=["fast", "slow", "balanced"])),
    ("enum-opened", "CR", drop("mode", "enum")),
    ("enum-closed", "BC", prop("may", enum=["x", "y"])),
    ("union-member-added", "CB", lambda probe: probe["properties"]["either"]["oneOf"].append({"type": "object", "properties": {"d": {}}})),
    ("union-member-removed", "BC", lambda probe: probe["properties"]["either"]["oneOf"].pop()),
    ("union-member-added", "CB", prop_as("must", {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"d": {}}}]})),
    ("type-widened", "CB", prop_as("must", {"oneOf": [{"type": "string", "minLength": 2}, {"type": "object"}]})),
    ("type-changed", "BB", prop_as("must", {"oneOf": [{"type": "object"}, {"type": "integer", "minimum": 2}]})),
    ("type-narrowed", "BC", prop_as("either", {"type": "object", "discriminator": {"propertyName": "kind"}})),
    ("type-changed", "BB", prop_as("either", {"type": "string", "discriminator": {"propertyName": "kind"}})),
    ("discriminator-changed", "RB", prop("either", discriminator={"propertyName": "type"})),
    ("default-changed", "RC", prop("number", default=5)),
    ("default-changed", "RC", drop("number", "default")),
    ("pattern-changed", "RC", prop("code", pattern="^b+$")),
    ("pattern-removed", "CC", drop("code", "pattern")),
    ("limit-tightened", "RC", prop("number", minimum=2)),
    ("limit-tightened", "RC", prop("code", maxLength=5)),
    ("limit-tightened", "RC", prop("rows", maxItems=5)),
    ("limit-loosened", "CC", prop("number", maximum=20)),
    ("limit-loosened", "CC", drop("code", "maxLength")),
    ("extra-properties-refused", "BC", lambda probe: probe.update(additionalProperties=False)),
    ("extra-properties-allowed", "CC", drop("strict", "additionalProperties")),
    ("extra-properties-changed", "BB", prop("labels", additionalProperties=True)),
    ("type-changed", "BB", prop("labels", additionalProperties={"type": "integer"})),
]  # fmt: skip


def query(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [parameter for parameter in operation(document)["parameters"] if parameter["name"] == name]
    parameter: dict[str, Any] = found
    return parameter


def rename_path_variable(document: dict[str, Any]) -> None:
    query(document, "probe_id")["name"] = "id"
    document["paths"]["/probe/{id}"] = document["paths"].pop("/probe/{probe_id}")


def success(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation(document)["responses"]["200"]
    return found


# Changes of an operation or of the whole contract.
OTHER_CHANGES: list[tuple[str, str, Mutation]] = [
    ("operation-removed", "B", lambda d: d["paths"].pop("/probe/{probe_id}")),
    ("operation-added", "C", lambda d: d["paths"].update({"/new": {"get": {"operationId": "new", "responses": {}}}})),
    ("operation-renamed", "B", lambda d: operation(d).update(operationId="probed")),
    ("operation-moved", "B", lambda d: d["paths"].update({"/moved/{probe_id}": d["paths"].pop("/probe/{probe_id}")})),
    ("operation-moved", "B", lambda d: d["paths"]["/probe/{probe_id}"].update(put=d["paths"]["/probe/{probe_id}"].pop("post"))),
    ("operation-tag-changed", "B", lambda d: operation(d).update(tags=["other"])),
    ("operation-deprecated", "R", lambda d: operation(d).update(deprecated=True)),
    ("extension-changed", "R", lambda d: operation(d).update({"x-veneer-safe": True})),
    ("extension-changed", "R", lambda d: operation(d).update({"x-veneer-pagination": {"style": "offset"}})),
    ("server-changed", "R", lambda d: d["servers"][0].update(url="https://three")),
    ("server-removed", "R", lambda d: d["servers"].pop()),
    ("server-added", "C", lambda d: d["servers"].append({"url": "https://three"})),
    ("security-loosened", "C", lambda d: operation(d).update(security=[])),
    ("security-loosened", "C", lambda d: operation(d)["security"].append({"keyB": []})),
    ("security-loosened", "C", lambda d: operation(d).update(security=[{"keyA": []}])),
    ("security-changed", "B", lambda d: operation(d).update(security=[{"keyB": []}])),
    ("security-changed", "B", lambda d: operation(d).update(security=[{"keyA": ["read"], "keyB": []}])),
    ("security-scope-added", "R", lambda d: operation(d).update(security=[{"keyA": ["read", "write"]}])),
    ("security-scheme-changed", "B", lambda d: d["components"]["securitySchemes"]["keyA"].update(name="X")),
    ("parameter-removed", "B", lambda d: operation(d)["parameters"].remove(query(d, "ids"))),
    ("parameter-added", "C", lambda d: operation(d)["parameters"].append({"name": "q", "in": "query", "schema": {"type": "boolean"}})),
    ("parameter-added-required", "B", lambda d: operation(d)["parameters"].append({"name": "X-Q", "in": "header", "required": True, "schema": {"type": "boolean"}})),
    ("parameter-renamed", "B", lambda d: query(d, "limit").update(name="page_size")),
    ("parameter-moved", "B", lambda d: query(d, "limit").update({"in": "header"})),
    ("parameter-now-required", "B", lambda d: query(d, "limit").update(required=True)),
    ("parameter-now-optional", "C", lambda d: query(d, "since").pop("required")),
    ("parameter-style-changed", "B", lambda d: query(d, "ids").update(explode=False)),
    ("path-parameter-renamed", "R", rename_path_variable),
    ("type-changed", "B", lambda d: query(d, "limit").update(schema={"type": "boolean"})),
    ("body-removed", "B", lambda d: operation(d).pop("requestBody")),
    ("body-now-required", "B", lambda d: operation(d)["requestBody"].update(required=True)),
    ("content-type-removed", "B", lambda d: operation(d)["requestBody"]["content"].pop("text/plain")),
    ("content-type-removed", "B", lambda d: success(d)["content"].pop("text/csv")),
    ("content-type-added", "C", lambda d: success(d)["content"].update({"application/xml": {}})),
    ("response-removed", "R", lambda d: operation(d)["responses"].pop("202")),
    ("response-removed", "R", lambda d: operation(d)["responses"].update({"201": operation(d)["responses"].pop("200")})),
    ("response-added", "C", lambda d: operation(d)["responses"].update({"207": {"description": ""}})),
    ("response-body-removed", "B", lambda d: success(d).pop("content")),
    ("response-body-added", "B", lambda d: operation(d)["responses"]["202"].update(content={"application/json": {}})),
    ("error-removed", "C", lambda d: operation(d)["responses"].pop("404")),
    ("error-added", "C", lambda d: operation(d)["responses"].update({"4XX": {"description": ""}})),
    ("header-removed", "R", lambda d: success(d).pop("headers")),
    ("header-added", "C", lambda d: success(d)["headers"].update({"X-More": {}})),
]  # fmt: skip

# Changes that are another one backwards: the mutation makes the old contract.
BACKWARDS: list[tuple[str, str, Mutation]] = [
    ("operation-revived", "C", lambda d: operation(d).update(deprecated=True)),
    ("security-required", "B", lambda d: operation(d).update(security=[])),
    ("body-added", "C", lambda d: operation(d).pop("requestBody")),
    ("body-now-optional", "C", lambda d: operation(d)["requestBody"].update(required=True)),
]

# Two steps apart: before and after.
PAIRS: list[tuple[str, str, Mutation, Mutation]] = [
    (
        "body-added-required",
        "B",
        lambda d: operation(d).pop("requestBody"),
        lambda d: operation(d)["requestBody"].update(required=True),
    ),
]


def seen(changes: list[Change]) -> list[tuple[str, Severity]]:
    return [(change.kind, change.severity) for change in changes]


@pytest.mark.parametrize("contract", NAMES)
@pytest.mark.parametrize("direction", ["request", "response"])
@pytest.mark.parametrize(
    ("kind", "costs", "mutate"),
    SCHEMA_CHANGES,
    ids=[f"{kind}-{index}" for index, (kind, _, _) in enumerate(SCHEMA_CHANGES)],
)
def test_a_change_of_a_schema_is_seen_and_rated_by_its_direction(
    contract: str, direction: str, kind: str, costs: str, mutate: Mutation
) -> None:
    old = prepare(contract)
    new = copy.deepcopy(old)
    body = operation(new)["requestBody"] if direction == "request" else success(new)
    mutate(body["content"]["application/json"]["schema"])
    changes = compare(old, new)
    assert seen(changes) == [(kind, LETTERS[costs[direction == "response"]])]
    assert changes[0].operations == ("POST /probe/{probe_id}",)
    assert changes[0].directions == (direction,)
    resolved_in = old if kind.endswith("-removed") else new
    assert pointers.resolve(resolved_in, changes[0].place) is not None, "the place is where the change is"


@pytest.mark.parametrize("contract", NAMES)
@pytest.mark.parametrize(
    ("kind", "cost", "mutate"),
    OTHER_CHANGES,
    ids=[f"{kind}-{index}" for index, (kind, _, _) in enumerate(OTHER_CHANGES)],
)
def test_a_change_of_an_operation_is_seen_and_rated(
    contract: str, kind: str, cost: str, mutate: Mutation
) -> None:
    old = prepare(contract)
    new = copy.deepcopy(old)
    mutate(new)
    assert seen(compare(old, new)) == [(kind, LETTERS[cost])]


@pytest.mark.parametrize(("kind", "cost", "mutate"), BACKWARDS, ids=[kind for kind, _, _ in BACKWARDS])
def test_a_change_that_undoes_another_is_seen_and_rated(kind: str, cost: str, mutate: Mutation) -> None:
    new = prepare("hybridb")
    old = copy.deepcopy(new)
    mutate(old)
    assert seen(compare(old, new)) == [(kind, LETTERS[cost])]


@pytest.mark.parametrize(("kind", "cost", "before", "after"), PAIRS, ids=[row[0] for row in PAIRS])
def test_a_change_between_two_prepared_contracts_is_seen_and_rated(
    kind: str, cost: str, before: Mutation, after: Mutation
) -> None:
    old, new = prepare("velerian"), prepare("velerian")
    before(old)
    after(new)
    assert seen(compare(old, new)) == [(kind, LETTERS[cost])]


def test_every_kind_of_change_has_a_row() -> None:
    rows = {kind for kind, *_ in [*SCHEMA_CHANGES, *OTHER_CHANGES, *BACKWARDS, *PAIRS]}
    assert rows == set(KINDS)
    assert len(rows) >= 60


def test_a_change_in_a_shared_schema_is_one_change_with_every_operation_that_it_touches_and_its_worst_direction() -> (
    None
):
    old = load("hybridb")
    new = copy.deepcopy(old)
    new["components"]["schemas"]["PipelineStep"]["required"].remove("type")
    (change,) = compare(old, new)
    assert change.place == "#/components/schemas/PipelineStep/properties/type"
    assert change.directions == ("request", "response")
    assert change.severity is Severity.BREAKING
    assert "POST /api/v1/pipelines" in change.operations


def each_schema(node: Any, change: Callable[[dict[str, Any]], object]) -> None:
    """Call `change` for every schema below a contract, a body, or the schemas of the components."""
    if isinstance(node, list):
        for value in node:
            each_schema(value, change)
    elif isinstance(node, dict):
        for key, value in list(node.items()):
            if key in {"example", "examples", "securitySchemes", "enum", "const", "default", "discriminator"}:
                continue
            if key in {"schema", "items", "additionalProperties"} and isinstance(value, dict):
                within(value, change)
            elif key in {"properties", "schemas"} and isinstance(value, dict):
                for schema in value.values():
                    within(schema, change)
            elif key in {"allOf", "anyOf", "oneOf"}:
                for schema in value:
                    within(schema, change)
            else:
                each_schema(value, change)


def within(schema: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> None:
    each_schema(schema, change)
    change(schema)


def reorder(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: reorder(node[key]) for key in reversed(list(node))}
    return [reorder(value) for value in node] if isinstance(node, list) else node


def inline(document: dict[str, Any]) -> None:
    """Write every schema of a response out where it is used, one level deep."""

    def resolve(node: Any) -> Any:
        if isinstance(node, dict) and str(node.get("$ref", "")).startswith("#/components/schemas/"):
            return copy.deepcopy(pointers.resolve(document, node["$ref"]))
        if isinstance(node, dict):
            return {key: resolve(value) for key, value in node.items()}
        return [resolve(value) for value in node] if isinstance(node, list) else node

    document["paths"] = resolve(document["paths"])


def extract(document: dict[str, Any]) -> None:
    """Move the probe's schemas into components."""
    for name, holder in (("ProbeIn", operation(document)["requestBody"]), ("ProbeOut", success(document))):
        media = holder["content"]["application/json"]
        document["components"]["schemas"][name] = media["schema"]
        media["schema"] = {"$ref": f"#/components/schemas/{name}"}


def rename_components(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/My{name}"')
    document.update(json.loads(text))
    document["components"]["schemas"] = {
        f"My{name}": schema for name, schema in document["components"]["schemas"].items()
    }


def say_3_0(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), list) and len(schema["type"]) == 2 and "null" in schema["type"]:
        (schema["type"],) = [kind for kind in schema["type"] if kind != "null"]
        schema["nullable"] = True


def say_any_of(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        kinds = schema.pop("type")
        rest = {key: schema.pop(key) for key in list(schema) if key not in {"description", "default"}}
        schema["anyOf"] = [{**rest, "type": kind} for kind in kinds if kind != "null"] + [{"type": "null"}]


def path_level(document: dict[str, Any]) -> None:
    document["paths"]["/probe/{probe_id}"]["parameters"] = operation(document).pop("parameters")


def components_of_requests(document: dict[str, Any]) -> None:
    components = document["components"]
    components.setdefault("parameters", {})["Limit"] = query(document, "limit")
    operation(document)["parameters"] = [
        {"$ref": "#/components/parameters/Limit"} if parameter["name"] == "limit" else parameter
        for parameter in operation(document)["parameters"]
    ]
    components.setdefault("requestBodies", {})["Probe"] = operation(document)["requestBody"]
    operation(document)["requestBody"] = {"$ref": "#/components/requestBodies/Probe"}
    components.setdefault("responses", {})["Probe"] = success(document)
    operation(document)["responses"]["200"] = {"$ref": "#/components/responses/Probe"}


def split_all_of(document: dict[str, Any]) -> None:
    schema = success(document)["content"]["application/json"]["schema"]
    properties = schema.pop("properties")
    first = dict(list(properties.items())[:3])
    schema["allOf"] = [
        {"type": "object", "properties": first},
        {"properties": {name: value for name, value in properties.items() if name not in first}},
    ]


def wrap_all_of(document: dict[str, Any]) -> None:
    media = success(document)["content"]["application/json"]
    media["schema"] = {"allOf": [media["schema"]], "description": "wrapped"}


def wordy(document: dict[str, Any]) -> None:
    each_schema(
        document["components"]["schemas"],
        lambda schema: (
            schema.update(description="Other words.", title="Other", example=1)
            if "$ref" not in schema
            else None
        ),
    )


def explicit_defaults(document: dict[str, Any]) -> None:
    operation(document).update(deprecated=False)
    query(document, "limit").update(required=False, style="form", explode=True, allowEmptyValue=False)
    operation(document)["requestBody"]["required"] = False
    each_schema(
        success(document),
        lambda schema: (
            schema.update(additionalProperties=True)
            if schema.get("type") == "object" and "additionalProperties" not in schema
            else None
        ),
    )
    each_schema(
        success(document),
        lambda schema: (
            schema.update(nullable=False, readOnly=False, deprecated=False)
            if isinstance(schema.get("type"), str)
            else None
        ),
    )


EQUIVALENT: dict[str, Mutation] = {
    "key order": lambda d: d.update(reorder(d)),
    "operations in another order": lambda d: d.update(paths=dict(reversed(d["paths"].items()))),
    "schemas in another order": lambda d: d["components"].update(schemas=dict(reversed(d["components"]["schemas"].items()))),
    "parameters in another order": lambda d: operation(d)["parameters"].reverse(),
    "required in another order": lambda d: each_schema(d, lambda s: s.get("required", []).reverse() if isinstance(s.get("required"), list) else None),
    "enum values in another order": lambda d: each_schema(d, lambda s: s["enum"].reverse() if isinstance(s.get("enum"), list) else None),
    "statuses in another order": lambda d: operation(d).update(responses=dict(reversed(operation(d)["responses"].items()))),
    "union members in another order": lambda d: success(d)["content"]["application/json"]["schema"]["properties"]["either"]["oneOf"].reverse(),
    "references written out": inline,
    "inline schemas made components": extract,
    "components renamed": rename_components,
    "parameters, bodies and responses made components": components_of_requests,
    "percent-encoded references": lambda d: d.update(json.loads(json.dumps(d).replace("#/components/schemas/", "#/components/sch%65mas/"))),
    "a path item by reference": lambda d: (d["components"].update(pathItems={"P": d["paths"]["/probe/{probe_id}"]}), d["paths"].update({"/probe/{probe_id}": {"$ref": "#/components/pathItems/P"}})),
    "parameters of the path instead of the operation": path_level,
    "descriptions, titles and examples of schemas": wordy,
    "summary and description of an operation": lambda d: operation(d).update(summary="Other", description="words", externalDocs={"url": "https://x"}),
    "words about the contract": lambda d: d.update(info={"title": "Other", "version": "99", "contact": {}}, externalDocs={"url": "https://x"}, tags=[]),
    "examples of bodies": lambda d: success(d)["content"]["application/json"].update(example={"a": 1}, examples={}),
    "description of a response": lambda d: success(d).update(description="other words"),
    "nullable in 3.0's words": lambda d: each_schema(d, say_3_0),
    "null as a member of anyOf": lambda d: each_schema(d, say_any_of),
    "const instead of an enum of one": lambda d: each_schema(d, lambda s: s.update(enum=[s.pop("const")]) if "const" in s else None),
    "a type as a list of one": lambda d: each_schema(d, lambda s: s.update(type=[s["type"]]) if isinstance(s.get("type"), str) else None),
    "properties in several parts of an allOf": split_all_of,
    "a single allOf around a schema": wrap_all_of,
    "a single oneOf around a schema": lambda d: success(d)["content"]["application/json"].update(schema={"oneOf": [success(d)["content"]["application/json"]["schema"]]}),
    "defaults in words": explicit_defaults,
    "object type left to the properties": lambda d: success(d)["content"]["application/json"]["schema"].pop("type"),
    "the same security said twice": lambda d: operation(d).update(security=[{"keyA": ["read"]}, {"keyA": ["read"]}]),
    "an unused component": lambda d: d["components"]["schemas"].update(Unused={"type": "string"}),
    "an unknown extension": lambda d: operation(d).update({"x-internal": {"team": "a"}}),
    "a patch release of the specification": lambda d: d.update(openapi="3.1.1"),
    "a parameter of the media type": lambda d: success(d).update(content={f"{kind}; charset=utf-8": media for kind, media in success(d)["content"].items()}),
    "a slash at the end of a server": lambda d: d["servers"][0].update(url="https://one/"),
    "a second tag": lambda d: operation(d).update(tags=["probes", "more"]),
}  # fmt: skip


@pytest.mark.parametrize("contract", NAMES)
@pytest.mark.parametrize("rewrite", list(EQUIVALENT))
def test_a_rewrite_that_means_the_same_is_no_change(contract: str, rewrite: str) -> None:
    old = prepare(contract)
    new = copy.deepcopy(old)
    EQUIVALENT[rewrite](new)
    assert json.dumps(new) != json.dumps(old), "the rewrite does something"
    assert [str(change) for change in compare(old, new)] == []
    assert [str(change) for change in compare(new, old)] == []


@pytest.mark.parametrize("contract", NAMES)
def test_yaml_and_json_are_the_same(contract: str) -> None:
    old = load(contract)
    assert compare(old, documents.parse(yaml.safe_dump(old, allow_unicode=True).encode())) == []


def test_changes_come_worst_first() -> None:
    old = prepare("aerostack")
    new = copy.deepcopy(old)
    operation(new).update(deprecated=True)
    operation(new)["parameters"].append({"name": "q", "in": "query"})
    operation(new)["responses"].pop("404")
    success(new)["content"]["application/json"]["schema"]["properties"].pop("may")
    severities = [change.severity for change in compare(old, new)]
    assert severities == sorted(severities, reverse=True)
    assert len(severities) == 4
