"""The sampler says where answers do not fit the contract, never what they hold, and never disturbs a call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from core.kit import Wire, async_wired, endpoint, reply, wired
from veneer import ConfigurationError, NotFoundError
from veneer._core.violations import SchemaViolation
from veneer.sampling import Report, Sampler
from veneer.sampling._conformance import Routes, body_violations
from veneer.sandbox import running
from veneer.velerian import VelerianClient

CANARY = "CANARY-4b1d"
PET: Mapping[str, Any] = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"enum": ["cat", "dog"]},
        "age": {"type": ["integer", "null"]},
        "weight": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "owner": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
        "secret": {"type": "string", "writeOnly": True},
        "notes": {},
    },
}
CONTRACT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/items/{item}": {
            "get": {
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
                    },
                    "4XX": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
                }
            },
            "delete": {"responses": {"204": {"description": "Gone."}}},
        },
        "/items/mine": {"get": {"responses": {"200": {"$ref": "#/components/responses/Any"}}}},
        "/feed": {"get": {"responses": {"200": {"content": {"text/event-stream": {}}}}}},
    },
    "components": {
        "responses": {"Any": {"content": {"application/json": {}}}},
        "schemas": {
            "Pet": PET,
            "Person": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
    },
}
FITTING = {"id": "1", "kind": "cat"}


def _misfits(schema: Any, value: Any) -> list[str]:
    return [
        " ".join(part for part in one if part)
        for one in body_violations({**CONTRACT, "components": CONTRACT["components"]}, schema, value)
    ]


@pytest.mark.parametrize(
    ("change", "misfits"),
    [
        ({}, []),
        ({"age": None, "weight": 3, "notes": [1, {"a": 2}], "labels": {"x": "y"}}, []),
        ({"owner": None}, []),
        ({"owner": {"name": "Ada"}}, []),
        ({"id": 7}, ["type $.id string integer"]),
        ({"age": "old"}, ["type $.age integer or null string"]),
        ({"age": 1.5}, ["type $.age integer or null number"]),
        ({"age": 2.0}, []),
        ({"age": True}, ["type $.age integer or null boolean"]),
        ({"kind": "bird"}, ["enum $.kind string"]),
        ({"kind": None}, ["type $.kind string null"]),
        ({"tags": ["a", 1, 2]}, ["type $.tags[*] string integer"]),
        ({"friends": [{"id": "2", "kind": "dog", "friends": [{"id": "3"}]}]}, ["missing $.friends[*].friends[*].kind"]),
        ({"labels": {"ada@example.com": 1}}, ["type $.labels.* string integer"]),
        ({"owner": "Ada"}, ["type $.owner null or object string"]),
        ({"owner": {}}, ["missing $.owner.name"]),
        ({"owner": {"name": "Ada", "born": 1815}}, ["unknown $.owner.born integer"]),
        ({"colour": "red"}, ["unknown $.colour string"]),
        ({"word" * 11: 1}, ["unknown $.* integer"]),
        ({"sk-7f3a91": 1}, ["unknown $.* integer"]),
    ],
)  # fmt: skip
def test_a_body_is_compared_member_by_member(change: dict[str, Any], misfits: list[str]) -> None:
    assert _misfits({"$ref": "#/components/schemas/Pet"}, FITTING | change) == misfits


A, B = (
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {
        "type": "object",
        "required": ["b"],
        "properties": {"b": {"type": "string"}},
    },
)
CAT = {
    "type": "object",
    "required": ["tag"],
    "properties": {"tag": {"const": "cat"}, "lives": {"type": "integer"}},
}
DOG = {
    "type": "object",
    "required": ["tag"],
    "properties": {"tag": {"const": "dog"}, "barks": {"type": "boolean"}},
}


@pytest.mark.parametrize(
    ("schema", "value", "misfits"),
    [
        ({"allOf": [A, B]}, {"a": "x", "b": "y"}, []),
        ({"allOf": [A, B]}, {"a": "x", "c": 1}, ["missing $.b", "unknown $.c integer"]),
        ({"allOf": [A], "properties": {"z": {}}}, {"a": "x", "z": 1}, []),
        ({"oneOf": [CAT, DOG]}, {"tag": "dog", "barks": True}, []),
        ({"oneOf": [CAT, DOG]}, {"tag": "dog", "barks": 1}, ["type $.barks boolean integer"]),
        ({"oneOf": [CAT | {"additionalProperties": True}, DOG]}, {"tag": "dog", "barks": 1, "size": 2}, ["type $.barks boolean integer", "unknown $.size integer"]),
        ({"oneOf": [CAT, DOG]}, {"tag": "fox"}, ["enum $.tag string"]),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, [], ["type $ integer or string array"]),
        ({"anyOf": [A, {"type": "array", "items": {"type": "string"}}]}, [1], ["type $[*] string integer"]),
        ({"type": "string", "nullable": True}, None, []),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, []),
        ({"type": "object"}, {"anything": 1}, []),
        ({"type": "object", "additionalProperties": False}, {"more": 1}, ["unknown $.more integer"]),
        ({"properties": {"a": {}}, "additionalProperties": True}, {"more": 1}, []),
        ({"patternProperties": {"^x-": {"type": "string"}}}, {"x-1": 2, "y": 1}, ["type $.* string integer", "unknown $.y integer"]),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, [1, "2"], ["type $[0] string integer", "type $[*] integer string"]),
        ({"enum": [1, 2]}, True, ["type $ integer boolean"]),
        ({"patternProperties": {r"\p{L}": {"type": "string"}}}, {"a": 1}, ["type $.* string integer"]),
        (True, {"a": 1}, []),
        (False, 1, ["type $ nothing integer"]),
        ({"$ref": "#/nowhere"}, 1, []),
        ({"required": ["secret"], "properties": {"secret": {"writeOnly": True}}}, {}, []),
        ({"properties": {"a b": {"type": "string"}}}, {"a b": 1}, ["type $['a b'] string integer"]),
    ],
)  # fmt: skip
def test_schemas_are_joined_and_chosen_from(schema: Any, value: Any, misfits: list[str]) -> None:
    assert _misfits(schema, value) == misfits


def test_a_discriminator_names_the_branch_that_is_compared() -> None:
    document = {"components": {"schemas": {"Cat": {"properties": {"lives": {"type": "integer"}}}, "Dog": {}}}}
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")]
    rule = {"propertyName": "kind", "mapping": {"felis": "#/components/schemas/Cat"}}
    for tag in ("felis", "Cat"):
        found = body_violations(
            document, {"oneOf": refs, "discriminator": rule}, {"kind": tag, "lives": "nine"}
        )
        assert SchemaViolation("type", "$.lives", "integer", "string") in found


SELF = {"$defs": {"a": {"$ref": "#/$defs/a"}, "list": {"type": "array", "items": {"$ref": "#/$defs/list"}}}}


def test_references_in_a_circle_end() -> None:
    twice = {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "string"}]}
    body_violations(twice, twice, {"a": [1]})
    assert body_violations(SELF, {"$ref": "#/$defs/a"}, {"x": 1}) == []
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    assert body_violations(SELF, {"$ref": "#/$defs/list"}, deep) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.sampled_from(["", "cat", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


@st.composite
def _schemas(draw: st.DrawFn, depth: int = 2) -> Any:
    """Schemas whose every property is free to miss and whose objects are open: the rules that JSON Schema shares with us."""
    schema: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
                "enum": st.lists(JSON, min_size=1, max_size=3),
                "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            },
        )
    )
    if depth:
        inner = _schemas(depth - 1)
        more = {
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "additionalProperties": inner,
            "items": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        }
        schema |= draw(st.fixed_dictionaries({}, optional=more))
    if "properties" in schema:
        schema.setdefault("additionalProperties", True)
    return schema


@given(_schemas(), JSON)
def test_it_agrees_with_json_schema_on_what_fits(schema: Any, value: Any) -> None:
    """Beyond the stricter rule for unknown members, a value has misfits exactly where a validator refuses it."""
    found = [one for one in body_violations({}, schema, value) if one.kind != "unknown"]
    assert (not found) == Draft202012Validator(schema).is_valid(value)


TEXT = st.text(max_size=5).map(lambda text: CANARY + text)
FULL = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(10**6, 10**7) | st.floats(1e6, 1e7),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*PET["properties"], "zzz"]) | TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    FULL, st.sampled_from([200, 404, 418]), st.sampled_from(["application/json", f"text/{CANARY}", CANARY])
)
def test_no_value_is_ever_in_a_report(body: Any, status: int, media: str) -> None:
    sampler = Sampler(CONTRACT, rate=1)
    _feed(sampler, body, f"/items/{CANARY}?q={CANARY}", status, media)
    _feed(sampler, body, f"/{CANARY}", status, media)
    report = sampler.report()
    shown = f"{report}{report!r}{report.to_json()}{sampler!r}"
    assert "canary" not in shown.lower()
    assert report.failed == 0
    assert not any(number in shown for number in _numbers(body))


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _numbers(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


JUNK = st.recursive(
    JSON,
    lambda inner: st.dictionaries(
        st.sampled_from(["$ref", "type", "properties", "items", "allOf", "anyOf", "required", "enum", "discriminator", "content", "schema", "200", "patternProperties", "("]),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(JUNK, JUNK, JSON)
def test_a_contract_that_is_no_contract_disturbs_no_call(responses: Any, schemas: Any, body: Any) -> None:
    document = {
        "paths": {"/items/{item}": {"get": {"responses": responses}}},
        "components": {"schemas": schemas},
        "info": {},
    }
    sampler = Sampler(document, rate=1)
    _feed(sampler, body)
    assert sampler.report().sampled == 1


def _feed(
    sampler: Sampler, body: Any, target: str = "/items/1", status: int = 200, media: str = "application/json"
) -> None:
    request = httpx.Request("GET", "https://api.test/v1/items/1")
    content = json.dumps(body).encode()
    sampler(httpx.Response(status, headers={"content-type": media}, content=content, request=request), target)


def _lines(report: Report) -> list[str]:
    return str(report).splitlines()[1:]


@pytest.mark.parametrize(
    ("method", "path", "answer", "line"),
    [
        ("GET", "items/1", reply(201, FITTING), "GET /items/{item} 201: a status that the contract does not list (there are 200, 4XX): 1×"),
        ("GET", "items/1", reply(content=b"<p>", headers={"content-type": "text/html"}), "GET /items/{item} 200: content type text/html, the contract says application/json: 1×"),
        ("GET", "items/1", reply(content=b"{", headers={"content-type": "application/json"}), "GET /items/{item} 200: not JSON, the contract says JSON: 1×"),
        ("GET", "items/1", reply(content=b""), "GET /items/{item} 200: no body, the contract says application/json: 1×"),
        ("DELETE", "items/1", reply(204), None),
        ("DELETE", "items/1", reply(202, {}), "DELETE /items/{item} 202: a status that the contract does not list (there are 204): 1×"),
        ("GET", "items/mine", reply(json={"any": 1}), None),
        ("GET", "people/ada", reply(json={"any": 1}), "GET *: not an operation of the contract: 1×"),
        ("PATCH", "items/1", reply(json={"any": 1}), "PATCH *: not an operation of the contract: 1×"),
    ],
)  # fmt: skip
def test_statuses_media_types_and_bodies_are_compared(
    method: str, path: str, answer: httpx.Response, line: str | None
) -> None:
    sampler = Sampler(CONTRACT, rate=1)
    with wired(Wire(answer), on_result=[sampler]) as client:
        client.request(method, path)
    assert _lines(sampler.report()) == ([line] if line else [])


def test_a_sync_client_tells_of_all_answers_errors_and_retries_included() -> None:
    sampler = Sampler(CONTRACT, rate=1)
    wire = Wire(503, reply(json=FITTING | {"age": "old"}), 404)
    with wired(wire, on_result=[sampler]) as client:
        client.call(endpoint())
        with pytest.raises(NotFoundError):
            client.call(endpoint())
    report = sampler.report()
    assert (report.seen, report.sampled, report.failed) == (3, 3, 0)
    assert _lines(report) == [
        "GET /items/{item} 503: a status that the contract does not list (there are 200, 4XX): 1×",
        "GET /items/{item} 200: $.age is string, the contract says integer or null: 1×",
        "GET /items/{item} 404: content type application/json, the contract says application/problem+json: 1×",
    ]


def test_an_async_client_tells_of_its_answers_too() -> None:
    sampler = Sampler(CONTRACT, rate=1)

    async def run() -> None:
        async with async_wired(Wire(reply(json=FITTING | {"colour": "red"})), on_result=[sampler]) as client:
            await client.call(endpoint())
            await client.call(endpoint())

    asyncio.run(run())
    assert _lines(sampler.report()) == ["GET /items/{item} 200: $.colour is not in the contract (string): 2×"]


def test_a_streams_body_is_left_to_its_reader() -> None:
    sampler = Sampler(CONTRACT, rate=1)
    body = b'data: {"n": 1}\n\n'
    wire = Wire(
        lambda _: httpx.Response(
            200, headers={"content-type": "text/event-stream"}, stream=httpx.ByteStream(body)
        )
    )
    with (
        wired(wire, on_result=[sampler]) as client,
        client.stream(endpoint(path="/feed", stream={"terminator": None})) as stream,
    ):
        assert [event.data for event in stream] == ['{"n": 1}']
    assert (sampler.report().sampled, _lines(sampler.report())) == (1, [])


def test_findings_are_bounded_and_counted() -> None:
    sampler = Sampler(CONTRACT, rate=1, max_findings=2)
    for name in ("red", "green", "blue", "red"):
        _feed(sampler, {**FITTING, name: 1})
    report = sampler.report()
    assert [count for _, count in report.findings] == [2, 1]
    assert report.dropped == 1
    assert str(report).endswith("1 findings more than are kept")


def test_a_body_gives_so_many_findings_and_no_more() -> None:
    schema = {"properties": {f"p{number}": {"type": "string"} for number in range(300)}}
    assert len(body_violations({}, schema, {f"p{number}": 1 for number in range(300)})) == 100


ANSWERS = {
    "default": {"content": {"text/*": {}}},
    "201": {"content": {"*/*": {}}},
    "202": {"$ref": "#/paths/~1x/get/responses/202"},
    "204": {"content": {"application/json": {}}},
}


@pytest.mark.parametrize(
    ("method", "status", "media", "body", "kinds"),
    [
        ("GET", 500, "text/html", b"<p>", []),
        ("GET", 500, "image/png", b"\x89", ["media"]),
        ("GET", 201, "image/png", b"\x89", []),
        ("GET", 202, "text/plain", b"x", ["body"]),
        ("GET", 204, "", b"", []),
        ("HEAD", 200, "application/json", b"", []),
    ],
)
def test_ranges_and_references_of_answers_are_read(
    method: str, status: int, media: str, body: bytes, kinds: list[str]
) -> None:
    sampler = Sampler({"paths": {"/x": {"get": {"responses": ANSWERS}}}}, rate=1)
    request = httpx.Request(method, "https://api.test/x")
    sampler(httpx.Response(status, headers={"content-type": media}, content=body, request=request), "x")
    assert [one.kind for one, _ in sampler.report().findings] == kinds


def test_only_the_chosen_share_is_compared() -> None:
    draws = iter([0.05, 0.5, 0.099, 0.1])
    sampler = Sampler(CONTRACT, rate=0.1, random=lambda: next(draws))
    for _ in range(4):
        _feed(sampler, {})
    assert (sampler.report().seen, sampler.report().sampled) == (4, 2)


def test_a_long_body_is_not_compared() -> None:
    sampler = Sampler(CONTRACT, rate=1, max_bytes=10)
    _feed(sampler, {"long": "x" * 20})
    assert _lines(sampler.report()) == []


def test_whole_urls_are_found_below_any_base_path() -> None:
    routes = Routes(CONTRACT)
    found = routes.find("GET", "https://api.test/v1/items/7?cursor=x")
    assert found is not None
    assert found.name == "GET /items/{item}"
    assert routes.find("GET", "v1/items/7") is None


def test_wrong_arguments_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError, match="rate"):
        Sampler(CONTRACT, rate=2)
    with pytest.raises(ConfigurationError, match="no contract of 'acme'"):
        Sampler("acme")
    with pytest.raises(ConfigurationError, match="no paths"):
        Sampler({})


def test_the_report_is_json_too() -> None:
    sampler = Sampler(CONTRACT, rate=1, now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    _feed(sampler, {"id": "1"})
    assert json.loads(sampler.report().to_json()) == {
        "contract": "Pets",
        "seen": 1,
        "sampled": 1,
        "failed": 0,
        "dropped": 0,
        "findings": [
            {
                "operation": "GET /items/{item}", "status": "200", "kind": "missing", "path": "$.kind",
                "expected": "", "found": "", "count": 1, "first_seen": "2026-01-02T03:04:05+00:00",
            }
        ],
    }  # fmt: skip


def test_the_sandbox_answers_velerians_client_by_the_contract() -> None:
    sampler = Sampler("velerian", rate=1)
    with (
        running(seed=0) as sandbox,
        VelerianClient(
            base_url=sandbox.base_urls["velerian"], api_key=sandbox.keys["velerian"], on_result=[sampler]
        ) as client,
    ):
        client.abps.list()
        list(client.abps.iter())
        client.invoke_abp("abp_demo", payload={"prompt": "hello"})
        client.list_audit_log(limit=5)
        client.list_plans()
        client.usage_summary()
        client.get_run(client.invoke_network("demo", prompt_text="x", wait=False).run_id)
        with pytest.raises(NotFoundError):
            client.get_run("run_none")
    assert sampler.report().sampled == 9
    assert _lines(sampler.report()) == []


def test_a_value_that_an_enum_does_not_list_is_kept_on_request_where_it_is_a_word_or_a_small_number() -> None:
    sampler = Sampler(CONTRACT, rate=1, enum_values=True)
    for kind in ("fox", 7, CANARY, 123456, "a b", ""):
        _feed(sampler, {**FITTING, "kind": kind})
    assert {(one.kind, one.found) for one, _ in sampler.report().findings} == {
        ("enum", '"fox"'),
        ("enum", "string"),
        ("type", "integer"),
    }


def test_a_finding_keeps_the_moment_when_it_was_met_first() -> None:
    moments = iter([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)])
    sampler = Sampler(CONTRACT, rate=1, now=lambda: next(moments))
    for name in ("red", "red", "blue"):
        _feed(sampler, {**FITTING, name: 1})
    assert [moment.day for moment in sampler.report().first_seen.values()] == [1, 2]
