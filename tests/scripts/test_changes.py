"""Every kind of change to a contract is seen and rated as the table says, and no rewrite that means the same raises an alarm."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from veneer_codegen import documents
from veneer_codegen.changes import KINDS, Change, Severity, compare
from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from collections.abc import Callable

    Mutation = Callable[[dict[str, Any]], object]

CONTRACTS = Path(__file__).parents[2] / "generated/veneer_generated/contracts"
NAMES = ("aerostack", "hestiaos", "hybridb", "velerian")
LETTERS = {"C": Severity.COMPATIBLE, "R": Severity.RISKY, "B": Severity.BREAKING}

PROBE: dict[str, Any] = {
    "type": "object",
    "required": ["must"],
    "dependentRequired": {"code": ["number"]},
    "not": {"required": ["ratio", "labels"]},
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
        "open": {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["one", "two"]}]},
        "list": {"type": "array"},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        "some": {"type": "array", "items": {"type": "string"}, "contains": {"const": "x"}},
        "free": {"type": "object"},
        "matched": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
        "text": {"type": "string", "contentMediaType": "application/json"},
        "bytes": {"type": "string", "format": "byte"},
        "strict": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False},
    },
}


FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "meta": {"type": "object"}, "tags": {"type": "array", "items": {"type": "string"}}},
}  # fmt: skip


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def prepare(name: str = "") -> dict[str, Any]:
    """Take a contract, or none, and add one operation with everything that a mutation may change."""
    bare: dict[str, Any] = {"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": {}}}
    document = load(name) if name else bare
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
                "content": {
                    "application/json": {"schema": copy.deepcopy(PROBE)},
                    "text/plain": {},
                    "multipart/form-data": {
                        "schema": copy.deepcopy(FORM),
                        "encoding": {"file": {"contentType": "image/png"}},
                    },
                    "application/x-www-form-urlencoded": {"schema": copy.deepcopy(FORM)},
                }
            },
            "responses": {
                "200": {
                    "description": "",
                    "headers": {
                        "X-Total": {"schema": {"type": "integer"}},
                        "X-Must": {
                            "required": True,
                            "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
                        },
                    },
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
    document["servers"] = [
        {"url": "https://one"},
        {
            "url": "https://{region}.two",
            "variables": {"region": {"default": "eu", "enum": ["eu", "us", "ap"]}},
        },
    ]
    document["webhooks"] = {"probed": {"post": event(), "x-note": "words"}}
    operation(document)["callbacks"] = {"done": {"{$request.body#/url}": {"post": event()}}}
    return document


def event() -> dict[str, Any]:
    return {
        "parameters": [{"name": "X-Sign", "in": "header", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": copy.deepcopy(PROBE)}}},
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": copy.deepcopy(PROBE)}}}
        },
    }


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
    ("extra-properties-untyped", "CB", prop("labels", additionalProperties=True)),
    ("type-changed", "BB", prop("labels", additionalProperties={"type": "integer"})),
    ("extra-properties-typed", "BC", prop("free", additionalProperties={"type": "string"})),
    ("extra-properties-refused", "BC", prop("free", unevaluatedProperties=False)),
    ("pattern-properties-added", "BC", prop("free", patternProperties={"^x": {"type": "string"}})),
    ("pattern-properties-removed", "CB", prop_as("matched", {"type": "object"})),
    ("type-changed", "BB", prop("matched", patternProperties={"^x": {"type": "integer"}})),
    ("items-typed", "BC", prop("list", items={"type": "string"})),
    ("items-typed", "BC", prop("list", prefixItems=[{"type": "string"}])),
    ("items-untyped", "CB", drop("rows", "items")),
    ("items-refused", "BC", prop("list", items=False)),
    ("items-refused", "BC", prop("list", unevaluatedItems=False)),
    ("items-allowed", "CR", drop("pair", "items")),
    ("items-allowed", "CR", prop("pair", prefixItems=[{"type": "string"}, {"type": "integer"}, {"type": "string"}])),
    ("type-changed", "BB", prop("pair", prefixItems=[{"type": "string"}, {"type": "boolean"}])),
    ("dependency-added", "BC", lambda probe: probe["dependentRequired"].update(may=["when"])),
    ("dependency-added", "BC", lambda probe: probe["dependentRequired"]["code"].append("when")),
    ("dependency-removed", "CR", lambda probe: probe.pop("dependentRequired")),
    ("condition-added", "BC", lambda probe: probe.update({"if": {"required": ["may"]}, "then": {"required": ["when"]}})),
    ("condition-added", "BC", lambda probe: probe.update(allOf=[{"if": {"required": ["may"]}, "else": {"required": ["when"]}}])),
    ("condition-added", "BC", lambda probe: probe.update(dependentSchemas={"may": {"required": ["when"]}})),
    ("condition-removed", "CR", lambda probe: probe.pop("not")),
    ("condition-changed", "BR", lambda probe: probe["not"]["required"].append("when")),
    ("member-condition-added", "RC", prop("list", contains={"const": "x"})),
    ("member-condition-added", "RC", prop("labels", propertyNames={"pattern": "^x"})),
    ("member-condition-removed", "CR", drop("some", "contains")),
    ("limit-tightened", "RC", prop("some", minContains=2)),
    ("limit-tightened", "RC", prop("some", maxContains=2)),
    ("content-changed", "BB", prop("text", contentMediaType="text/xml")),
    ("content-changed", "BB", prop_as("bytes", {"type": "string", "contentEncoding": "base32"})),
    ("content-said", "RR", prop("may", contentEncoding="base64")),
    ("content-said", "RR", drop("text", "contentMediaType")),
    ("member-condition-added", "RC", prop("text", contentSchema={"type": "object"})),
    ("known-value-added", "CC", lambda probe: probe["properties"]["open"]["anyOf"][1]["enum"].append("three")),
    ("known-value-removed", "RC", lambda probe: probe["properties"]["open"]["anyOf"][1]["enum"].remove("two")),
    ("enum-opened", "CR", lambda probe: probe["properties"]["mode"].update(anyOf=[{"type": "string"}, {"enum": probe["properties"]["mode"].pop("enum")}])),
    ("property-now-required", "BC", lambda probe: probe["properties"]["free"].update(required=["x"])),
]  # fmt: skip


def query(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [parameter for parameter in operation(document)["parameters"] if parameter["name"] == name]
    parameter: dict[str, Any] = found
    return parameter


def rename_path_variable(document: dict[str, Any]) -> None:
    query(document, "probe_id")["name"] = "id"
    document["paths"]["/probe/{id}"] = document["paths"].pop("/probe/{probe_id}")


def region(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["servers"][1]["variables"]["region"]
    return found


def form(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = operation(document)["requestBody"]["content"][kind]
    return found


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
    ("server-changed", "R", lambda d: operation(d).update(servers=[{"url": "https://own"}])),
    ("server-changed", "R", lambda d: d["paths"]["/probe/{probe_id}"].update(servers=[{"url": "https://own"}])),
    ("server-variable-default-changed", "R", lambda d: region(d).update(default="us")),
    ("server-variable-value-added", "C", lambda d: region(d)["enum"].append("sa")),
    ("server-variable-value-added", "C", lambda d: region(d).pop("enum")),
    ("server-variable-value-removed", "B", lambda d: region(d)["enum"].remove("ap")),
    ("server-variable-removed", "B", lambda d: d["servers"][1].pop("variables")),
    ("server-variable-added", "C", lambda d: d["servers"][1]["variables"].update(port={"default": "443"})),
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
    ("parameter-style-changed", "B", lambda d: query(d, "limit").update(content={"application/json": {"schema": query(d, "limit").pop("schema")}})),
    ("parameter-encoding-changed", "R", lambda d: query(d, "limit").update(allowReserved=True)),
    ("parameter-encoding-changed", "R", lambda d: query(d, "limit").update(allowEmptyValue=True)),
    ("parameter-deprecated", "R", lambda d: query(d, "limit").update(deprecated=True)),
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
    ("part-encoding-changed", "B", lambda d: form(d, "multipart/form-data").update(encoding={"file": {"contentType": "image/gif"}})),
    ("part-encoding-changed", "B", lambda d: form(d, "multipart/form-data")["encoding"].update(meta={"contentType": "application/xml"})),
    ("part-encoding-changed", "B", lambda d: form(d, "application/x-www-form-urlencoded").update(encoding={"meta": {"style": "deepObject"}})),
    ("part-encoding-changed", "B", lambda d: form(d, "application/x-www-form-urlencoded").update(encoding={"tags": {"explode": False}})),
    ("part-headers-changed", "R", lambda d: form(d, "multipart/form-data")["encoding"]["file"].update(headers={"X-A": {"required": True}})),
    ("content-type-added", "C", lambda d: form(d, "multipart/form-data") and operation(d)["requestBody"]["content"].update({"text/plain; v=2": {}})),
    ("header-removed", "R", lambda d: success(d)["headers"].pop("X-Total")),
    ("header-removed-required", "B", lambda d: success(d)["headers"].pop("X-Must")),
    ("header-added-required", "C", lambda d: success(d)["headers"].update({"X-More": {"required": True}})),
    ("header-now-required", "C", lambda d: success(d)["headers"]["X-Total"].update(required=True)),
    ("header-now-optional", "R", lambda d: success(d)["headers"]["X-Must"].pop("required")),
    ("header-deprecated", "R", lambda d: success(d)["headers"]["X-Must"].update(deprecated=True)),
    ("header-style-changed", "B", lambda d: success(d)["headers"]["X-Must"].update(content={"application/json": {"schema": success(d)["headers"]["X-Must"].pop("schema")}})),
    ("enum-value-added", "R", lambda d: success(d)["headers"]["X-Must"]["schema"]["items"]["enum"].append("c")),
    ("type-changed", "B", lambda d: success(d)["headers"]["X-Total"].update(schema={"type": "boolean"})),
    ("operation-removed", "B", lambda d: d["webhooks"].pop("probed")),
    ("operation-added", "C", lambda d: d["webhooks"].update(more={"post": {"responses": {}}})),
    ("operation-deprecated", "R", lambda d: d["webhooks"]["probed"]["post"].update(deprecated=True)),
    ("operation-removed", "B", lambda d: operation(d).pop("callbacks")),
    ("operation-added", "C", lambda d: operation(d)["callbacks"].update(more={"{$url}": {"post": {"responses": {}}}})),
    ("header-added", "C", lambda d: success(d)["headers"].update({"X-More": {}})),
]  # fmt: skip


def body_members(document: dict[str, Any]) -> dict[str, Any]:
    body = operation(document)["requestBody"]["content"]["application/json"]
    found: dict[str, Any] = body["schema"]["properties"]
    return found


def body_member(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = body_members(document)[name]
    return found


# Changes that are another one backwards: the mutation makes the old contract.
BACKWARDS: list[tuple[str, str, Mutation]] = [
    ("operation-revived", "C", lambda d: operation(d).update(deprecated=True)),
    ("security-required", "B", lambda d: operation(d).update(security=[])),
    ("body-added", "C", lambda d: operation(d).pop("requestBody")),
    ("body-now-optional", "C", lambda d: operation(d)["requestBody"].update(required=True)),
    ("parameter-revived", "C", lambda d: query(d, "limit").update(deprecated=True)),
    ("property-read-write", "C", lambda d: body_member(d, "may").update(readOnly=True)),
    (
        "unused-property-removed",
        "C",
        lambda d: body_members(d).update(gone={"type": "array", "readOnly": True}),
    ),
]

# Two steps apart: before and after.
PAIRS: list[tuple[str, str, Mutation, Mutation]] = [
    (
        "body-added-required",
        "B",
        lambda d: operation(d).pop("requestBody"),
        lambda d: operation(d)["requestBody"].update(required=True),
    ),
    ("component-renamed", "B", lambda d: extract(d, "ProbeIn"), lambda d: extract(d, "Question")),
]


def seen(changes: list[Change]) -> list[tuple[str, Severity]]:
    return [(change.kind, change.severity) for change in changes]


@pytest.mark.parametrize("direction", ["request", "response"])
@pytest.mark.parametrize(
    ("kind", "costs", "mutate"),
    SCHEMA_CHANGES,
    ids=[f"{kind}-{index}" for index, (kind, _, _) in enumerate(SCHEMA_CHANGES)],
)
def test_a_change_of_a_schema_is_seen_and_rated_by_its_direction(
    direction: str, kind: str, costs: str, mutate: Mutation
) -> None:
    old = prepare()
    new = copy.deepcopy(old)
    body = operation(new)["requestBody"] if direction == "request" else success(new)
    mutate(body["content"]["application/json"]["schema"])
    changes = compare(old, new)
    assert seen(changes) == [(kind, LETTERS[costs[direction == "response"]])]
    assert changes[0].operations == ("POST /probe/{probe_id}",)
    assert changes[0].directions == (direction,)
    resolved_in = old if kind.endswith("-removed") else new
    assert pointers.resolve(resolved_in, changes[0].place) is not None, "the place is where the change is"


@pytest.mark.parametrize(
    ("kind", "cost", "mutate"),
    OTHER_CHANGES,
    ids=[f"{kind}-{index}" for index, (kind, _, _) in enumerate(OTHER_CHANGES)],
)
def test_a_change_of_an_operation_is_seen_and_rated(kind: str, cost: str, mutate: Mutation) -> None:
    old = prepare()
    new = copy.deepcopy(old)
    mutate(new)
    assert seen(compare(old, new)) == [(kind, LETTERS[cost])]


@pytest.mark.parametrize(("kind", "cost", "mutate"), BACKWARDS, ids=[kind for kind, _, _ in BACKWARDS])
def test_a_change_that_undoes_another_is_seen_and_rated(kind: str, cost: str, mutate: Mutation) -> None:
    new = prepare()
    old = copy.deepcopy(new)
    mutate(old)
    assert seen(compare(old, new)) == [(kind, LETTERS[cost])]


@pytest.mark.parametrize(("kind", "cost", "before", "after"), PAIRS, ids=[row[0] for row in PAIRS])
def test_a_change_between_two_prepared_contracts_is_seen_and_rated(
    kind: str, cost: str, before: Mutation, after: Mutation
) -> None:
    old, new = prepare(), prepare()
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


def extract(document: dict[str, Any], name: str = "ProbeIn") -> None:
    """Move the probe's schemas into components."""
    for component, holder in ((name, operation(document)["requestBody"]), ("ProbeOut", success(document))):
        media = holder["content"]["application/json"]
        document["components"]["schemas"][component] = media["schema"]
        media["schema"] = {"$ref": f"#/components/schemas/{component}"}


def say_3_0(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), list) and len(schema["type"]) == 2 and "null" in schema["type"]:
        (schema["type"],) = [kind for kind in schema["type"] if kind != "null"]
        schema["nullable"] = True


def say_any_of(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        kinds = schema.pop("type")
        rest = {key: schema.pop(key) for key in list(schema) if key not in {"description", "default"}}
        schema["anyOf"] = [{**rest, "type": kind} for kind in kinds if kind != "null"] + [{"type": "null"}]


def probe_schema(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = success(document)["content"]["application/json"]["schema"]
    return found


def probe_member(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = probe_schema(document)["properties"][name]
    return found


def say_constants(schema: dict[str, Any]) -> None:
    if len(schema.get("enum", ())) > 2:
        schema["oneOf"] = [{"const": value, "title": value.upper()} for value in schema.pop("enum")]


def say_two_enums(schema: dict[str, Any]) -> None:
    if len(schema.get("enum", ())) > 2:
        first, *rest = schema.pop("enum")
        schema["anyOf"] = [{"type": "string", "enum": [first]}, {"type": "string", "enum": rest}]


def say_exclusive(schema: dict[str, Any]) -> None:
    if schema.get("type") == "integer" and "minimum" in schema and "maximum" in schema:
        schema["exclusiveMinimum"] = schema.pop("minimum") - 1
        schema["exclusiveMaximum"] = schema.pop("maximum") + 1


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
    "an enum as constants": lambda d: each_schema(success(d), say_constants),
    "an enum in two parts": lambda d: each_schema(success(d), say_two_enums),
    "explode of a scalar": lambda d: query(d, "limit").update(explode=False),
    "bounds of an integer without their value": lambda d: each_schema(success(d), say_exclusive),
    "a limit of other types": lambda d: each_schema(success(d), lambda s: s.update(maxLength=5) if s.get("type") == "integer" else None),
    "integer beside number": lambda d: each_schema(success(d), lambda s: s.update(type=["integer", "number"]) if s.get("type") == "number" else None),
    "both values of a boolean": lambda d: each_schema(d, lambda s: s.update(enum=[True, False]) if s.get("type") == "boolean" else None),
    "a union within a union": lambda d: probe_member(d, "either").update(oneOf=[{"oneOf": probe_member(d, "either")["oneOf"][:2]}, probe_member(d, "either")["oneOf"][2]]),
    "one of for any of": lambda d: probe_member(d, "either").update(anyOf=probe_member(d, "either").pop("oneOf")),
    "items of any type in words": lambda d: probe_member(d, "list").update(items={"description": "anything"}),
    "base64 in 3.1's words": lambda d: each_schema(d, lambda s: (s.pop("format"), s.update(contentEncoding="base64")) if s.get("format") == "byte" else None),
    "a file in 3.1's words": lambda d: form(d, "multipart/form-data")["schema"]["properties"].update(file={"type": "string", "contentMediaType": "application/octet-stream"}),
    "the usual encoding of a part in words": lambda d: form(d, "multipart/form-data")["encoding"].update(meta={"contentType": "application/json"}),
    "the usual style of a form in words": lambda d: form(d, "application/x-www-form-urlencoded").update(encoding={"tags": {"style": "form", "explode": True}}),
    "the condition of an array in words": lambda d: probe_member(d, "some").update(minContains=1),
    "a condition as part of an allOf": lambda d: probe_schema(d).update(allOf=[{"not": probe_schema(d).pop("not")}]),
    "null as a constant": lambda d: probe_member(d, "maybe").update(anyOf=[{"type": probe_member(d, "maybe").pop("type")[0]}, {"const": None}]),
    "a header as a component": lambda d: (d["components"].update(headers={"Total": success(d)["headers"]["X-Total"]}), success(d)["headers"].update({"x-total": success(d)["headers"].pop("X-Total")})),
    "callbacks as components": lambda d: (d["components"].update(callbacks={"Done": operation(d)["callbacks"]["done"]}), operation(d)["callbacks"].update(done={"$ref": "#/components/callbacks/Done"})),
    "a second tag": lambda d: operation(d).update(tags=["probes", "more"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rewrite", "contract"),
    [(rewrite, NAMES[number % len(NAMES)]) for number, rewrite in enumerate(EQUIVALENT)],
)
def test_a_rewrite_that_means_the_same_is_no_change(rewrite: str, contract: str) -> None:
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


PAIRS_OF_FILES = sorted((Path(__file__).parent / "changes").glob("*.json"))


@pytest.mark.parametrize("file", PAIRS_OF_FILES, ids=[file.stem for file in PAIRS_OF_FILES])
def test_a_pair_of_contracts_is_rated_as_its_file_says(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    changes = compare(case["old"], case["new"])
    worst = max((change.severity for change in changes), default=None)
    assert (worst.name if worst else "NONE") in case["expected"], changes


def answering(schema: dict[str, Any], **components: Any) -> dict[str, Any]:
    """A contract that takes and answers one schema."""
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "x", "requestBody": {"content": content}, "responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": components},
    }  # fmt: skip


def obj(*names: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, **more}


X = {"$ref": "#/components/schemas/X"}
Y = {"$ref": "#/components/schemas/Y"}
TAGGED = {"oneOf": [X, Y], "discriminator": {"propertyName": "a"}}
UNIONS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "an object that becomes a union with itself grown": (
        answering(X, X=obj("a", "b", "c")),
        answering({"anyOf": [X, Y]}, X=obj("a", "b", "c", "d"), Y=obj("z")),
        {"union-member-added", "property-added"},
    ),
    "an inline object that becomes a union with itself grown": (
        answering(obj("a", "b", "c")),
        answering({"oneOf": [obj("z"), obj("a", "b", "c", "d")]}),
        {"union-member-added", "property-added"},
    ),
    "a reference that may be null, in 3.0's words": (
        answering(X, X=obj("a", "b")),
        answering({"anyOf": [X, {"nullable": True}]}, X=obj("a", "b")),
        {"null-allowed"},
    ),
    "a union that becomes its only member left": (
        answering({"oneOf": [X, Y]}, X=obj("a", "b"), Y=obj("z")),
        answering(X, X=obj("a", "b")),
        {"union-member-removed"},
    ),
    "a member of a union that has grown": (
        answering({"oneOf": [obj("a", "b"), obj("x", "y")]}),
        answering({"oneOf": [obj("x", "y"), obj("a", "b", "c")]}),
        {"property-added"},
    ),
    "a new member of a union with its tag": (
        answering({**TAGGED, "discriminator": {"propertyName": "a", "mapping": {"x": "X", "y": "Y"}}}, X=obj("a"), Y=obj("a", "y")),
        answering({"oneOf": [X, Y, {"$ref": "#/components/schemas/Z"}], "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/X", "y": "#/components/schemas/Y", "z": "Z"}}}, X=obj("a"), Y=obj("a", "y"), Z=obj("a", "q", "r", "s")),
        {"union-member-added"},
    ),
    "tags that are the names of the members": (
        answering(TAGGED, X=obj("a"), Y=obj("a", "y")),
        answering({**TAGGED, "discriminator": {"propertyName": "a", "mapping": {"X": "#/components/schemas/X", "Y": "Y"}}}, X=obj("a"), Y=obj("a", "y")),
        set(),
    ),
    "tags that are exchanged": (
        answering({**TAGGED, "discriminator": {"propertyName": "a", "mapping": {"x": "X", "y": "Y"}}}, X=obj("a"), Y=obj("a", "y")),
        answering({**TAGGED, "discriminator": {"propertyName": "a", "mapping": {"x": "Y", "y": "X"}}}, X=obj("a"), Y=obj("a", "y")),
        {"discriminator-changed"},
    ),
    "other limits of one member": (
        answering({"anyOf": [{"type": "string", "maxLength": 5}, {"type": "integer", "minimum": 1}]}),
        answering({"anyOf": [{"type": "string", "maxLength": 4}, {"type": "integer", "minimum": 1}]}),
        {"limit-tightened"},
    ),
    "a renamed component that a circle leads back to": (
        answering(X, X={**obj("a"), "properties": {"next": X, "a": {"type": "string"}}}),
        answering(Y, Y={**obj("a"), "properties": {"next": Y, "a": {"type": "string"}}}),
        {"component-renamed"},
    ),
    "a deprecated reference": (
        answering({"type": "object", "properties": {"x": X}}, X=obj("a")),
        answering({"type": "object", "properties": {"x": {**X, "deprecated": True}}}, X=obj("a")),
        {"property-deprecated"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(UNIONS))
def test_each_change_of_a_union_or_component_is_named_once(case: str) -> None:
    old, new, kinds = UNIONS[case]
    changes = compare(old, new)
    for direction in ("request", "response"):
        named = [change.kind for change in changes if direction in change.directions]
        assert sorted(named) == sorted(kinds), changes


# What a request never carries is rated by the response, and the other way round.
ONE_SIDED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "a required property that can only be read": (
        obj("a"), obj("a", required=["id"]) | {"properties": {"a": {"type": "string"}, "id": {"type": "string", "readOnly": True}}},
        {"property-added": "C", "property-added-required": "C"},
    ),
    "another type of what can only be written": (
        {"type": "object", "properties": {"p": {"type": "string", "writeOnly": True}}},
        {"type": "object", "properties": {"p": {"type": "integer", "writeOnly": True}}},
        {"type-changed": "request"},
    ),
    "another type of what can only be read": (
        {"type": "object", "properties": {"p": {"type": "string", "readOnly": True}}},
        {"type": "object", "properties": {"p": {"type": "integer", "readOnly": True}}},
        {"type-changed": "response"},
    ),
    "what could only be read has to be sent": (
        {"type": "object", "required": ["p"], "properties": {"p": {"type": "string", "readOnly": True}}},
        {"type": "object", "required": ["p"], "properties": {"p": {"type": "string"}}},
        {"property-now-required": "request"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(ONE_SIDED))
def test_a_property_of_one_side_is_rated_by_that_side_alone(case: str) -> None:
    old, new, expected = ONE_SIDED[case]
    changes = compare(answering(old), answering(new))
    for kind, said in expected.items():
        found = [change for change in changes if change.kind == kind]
        if said == "C":
            assert {change.severity for change in changes} == {Severity.COMPATIBLE}
        else:
            assert [change.directions for change in found] == [(said,)]
    assert {change.kind for change in changes} == set(expected)


@pytest.mark.parametrize("where", ["webhook", "callback"])
def test_what_a_server_sends_by_itself_is_read_like_a_response_and_answered_like_a_request(
    where: str,
) -> None:
    old = prepare("aerostack")
    new = copy.deepcopy(old)
    found = (
        new["webhooks"]["probed"]
        if where == "webhook"
        else operation(new)["callbacks"]["done"]["{$request.body#/url}"]
    )["post"]
    found["requestBody"]["content"]["application/json"]["schema"].pop("required")
    found["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["may"]["type"] = (
        "integer"
    )
    found["parameters"].append(
        {"name": "X-New", "in": "header", "required": True, "schema": {"type": "string"}}
    )
    changes = {change.kind: change for change in compare(old, new)}
    assert changes.keys() == {"property-now-optional", "type-changed", "parameter-added-required"}
    assert changes["property-now-optional"].severity is Severity.BREAKING
    assert changes["property-now-optional"].directions == ("received",)
    assert changes["parameter-added-required"].severity is Severity.COMPATIBLE
    assert changes["type-changed"].directions == ("answered",)
    assert all(change.operations[0].startswith(where) for change in changes.values())


def shared(operations: int, schemas: int) -> dict[str, Any]:
    """A contract whose operations all reach all of its schemas, which refer to each other in circles."""
    names = [f"S{number}" for number in range(schemas)]
    members = {
        name: {
            "allOf": [{"$ref": "#/components/schemas/Base"}, obj("a", "b", f"own{number}")],
            "properties": {
                "next": {"$ref": f"#/components/schemas/{names[(number * 7 + 1) % schemas]}"},
                "any": {"oneOf": [{"$ref": f"#/components/schemas/{names[(number + step) % schemas]}"} for step in range(1, 9)]},
            },
        }
        for number, name in enumerate(names)
    }  # fmt: skip
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    paths = {
        f"/o{number}": {"get": {"operationId": f"o{number}", "responses": {"200": {"description": "", "content": content}}}}
        for number in range(operations)
    }  # fmt: skip
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Base": obj("x", "y"), **members}}}


def calls(old: dict[str, Any], new: dict[str, Any]) -> int:
    """Count the Python calls of one comparison."""
    count = 0

    def step(_frame: object, what: str, _value: object) -> None:
        nonlocal count
        count += what == "call"

    sys.setprofile(step)
    try:
        compare(old, new)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "change",
    [lambda d: None, lambda d: d["components"]["schemas"]["Base"]["properties"].pop("x")],
    ids=["the same contract", "a change that every operation sees"],
)
def test_the_work_grows_with_the_document_and_not_with_operations_times_schemas(change: Mutation) -> None:
    work = {}
    for operations, schemas in ((10, 20), (40, 20), (10, 80), (40, 80)):
        old = shared(operations, schemas)
        new = copy.deepcopy(old)
        change(new)
        work[operations, schemas] = calls(old, new)
    assert work[10, 80] < 4.4 * work[10, 20]
    assert work[40, 80] - work[10, 80] < 1.5 * (work[40, 20] - work[10, 20]), "operations share their schemas"
