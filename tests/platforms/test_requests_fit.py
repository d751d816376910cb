"""Each request that a method sends, hand-written ones too, is one that its contract knows, member by member."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from jsonschema import Draft202012Validator

import veneer_generated.contracts as held
from platforms import test_flavours, test_twins
from platforms.test_coverage import made
from platforms.test_golden import Recorded, sessions
from veneer.sampling._conformance import Routes
from veneer.sandbox import Sandbox

PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
GENERIC = {"get", "post", "delete", "request", "paginate", "iter_paginated"}
"""Methods that take a route of the caller's."""


def load(platform: str) -> dict[str, Any]:
    """The platform's contract, patched."""
    document: dict[str, Any] = json.loads(
        (Path(str(held.__file__)).parent / f"{platform}.json").read_text(encoding="utf-8")
    )
    return document


def at(document: Mapping[str, Any], node: Any) -> Any:
    """What a node is, or refers to."""
    while isinstance(node, Mapping) and "$ref" in node:
        found: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def misfits(document: Mapping[str, Any], request: Any) -> Iterator[str]:
    """What of a request its contract does not know."""
    route = Routes(document).find(request.method, str(request.url))
    if route is None:
        yield f"{request.method} {request.url.path} is no operation"
        return
    item = document["paths"][route.path]
    operation = item[route.method.lower()]
    declared = [at(document, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    names = {one["name"] for one in declared if one["in"] == "query"}
    for name, _ in parse_qsl(request.url.query.decode(), keep_blank_values=True):
        if name not in names:
            yield f"{route.name}: the query has {name}"
    required = {one["name"] for one in declared if one["in"] == "query" and one.get("required")}
    for name in sorted(required - set(request.url.params)):
        yield f"{route.name}: the query lacks {name}"
    content = at(document, operation.get("requestBody") or {}).get("content", {})
    media = request.headers.get("content-type", "").partition(";")[0]
    if media == "application/json":
        if media not in content:
            yield f"{route.name}: takes no JSON"
            return
        schema, value = content[media]["schema"], json.loads(request.content)
        root = {**schema, "components": document["components"]}
        for error in Draft202012Validator(root).iter_errors(value):
            yield f"{route.name}: {error.json_path}: {error.message}"
        yield from (
            f"{route.name}: {place} is not declared" for place in undeclared(document, schema, value, "$")
        )


def undeclared(document: Mapping[str, Any], schema: Any, value: Any, place: str) -> Iterator[str]:
    """Members of a value that no property of its schema has, where the schema names its members."""
    node = at(document, schema)
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from undeclared(document, node.get("items", {}), one, f"{place}[{number}]")
    if not isinstance(value, Mapping):
        return
    parts = [at(document, one) for key in ("allOf", "anyOf", "oneOf") for one in node.get(key, ())]
    properties = {name: one for part in (node, *parts) for name, one in part.get("properties", {}).items()}
    if not properties or node.get("additionalProperties"):
        return
    for name, one in value.items():
        if name not in properties:
            yield f"{place}.{name}"
        else:
            yield from undeclared(document, properties[name], one, f"{place}.{name}")


class Kept(Recorded):
    """The requests of the methods that send an operation."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Any] = []
        self.generic = False

    def add(self, method: str) -> None:
        self.generic = method.rpartition(".")[2] in GENERIC

    def hear(self, request: Any) -> None:
        if not self.generic:
            self.requests.append(request)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_request_of_a_method_is_the_contracts(platform: str, sandbox: Sandbox) -> None:
    drive: Any = test_twins if platform in test_twins.SCENARIOS else test_flavours
    client, _, steps = made(platform)
    kept = Kept()
    for session in sessions(client):
        session.on_request = (kept.hear,)
    drive.in_threads(client, steps, kept)
    document = load(platform)
    found = [
        line
        for request in kept.requests
        if str(request.url).startswith(sandbox.base_urls[platform])
        for line in misfits(document, request)
    ]
    assert len(kept.requests) >= 15
    assert found == []


def test_a_member_by_another_name_is_found() -> None:
    document = load("hybridb")
    import httpx

    body = {"decisionType": "a", "action": "b", "inputData": {}, "idempotencykey": "k"}
    request = httpx.Request("POST", "https://h.test/api/v1/decisions?x=1", json=body)
    assert list(misfits(document, request)) == [
        "POST /api/v1/decisions: the query has x",
        "POST /api/v1/decisions: $.idempotencykey is not declared",
    ]
