"""The contract's operations as the command line sees them."""

from __future__ import annotations

import importlib
import json
import pkgutil
from types import ModuleType
from typing import Any

import pytest

from veneer._core.call import Operation as Facts
from veneer._core.call import operation_of
from veneer._core.errors import ConfigurationError
from veneer._core.retry import SAFE_METHODS
from veneer_cli.contract import NOTHING, Operation, load, read, snake

PLATFORMS = ("hybridb", "hestiaos", "velerian", "aerostack")


def endpoints(platform: str) -> dict[str, ModuleType]:
    """The generated endpoint modules of a platform by name."""
    api = importlib.import_module(f"veneer_generated.{platform}.api")
    names = [one.name for one in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not one.ispkg]
    return {name.rpartition(".")[2]: importlib.import_module(name) for name in names}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_generated_operation_is_found_by_its_name(platform: str) -> None:
    """The names that the SDK uses and no others."""
    assert sorted(endpoints(platform)) == sorted(one.name for one in load(platform).operations)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_operation_carries_the_facts_that_the_generated_module_carries(platform: str) -> None:
    """Method, path, credential, safety, idempotency, stream and pages: what decides how a call is made."""
    contract = load(platform)
    for name, module in endpoints(platform).items():
        generated, ours = operation_of(module), operation_of(contract.find(name))
        assert decisive(generated) == decisive(ours)
        # The generator adds to what the contract says of a stream; it takes nothing away.
        assert dict(generated.stream or {}) | dict(ours.stream or {}) == dict(generated.stream or {})


def decisive(facts: Facts) -> list[Any]:
    """What of an operation's facts decides how it is called."""
    security = None if facts.security is None else list(facts.security)
    safe = facts.safe or facts.method.upper() in SAFE_METHODS
    return [facts.id, facts.method, facts.path, security, safe, facts.idempotency, facts.pagination]


def test_an_operation_has_three_names() -> None:
    """operationId, the SDK's name with either separator, and method and path."""
    contract = load("velerian")
    names = [
        "invoke_abp_api_v2_abps__abp_id__invoke_post",
        "invoke_abp",
        "invoke-abp",
        "POST /api/v2/abps/{abp_id}/invoke",
        "post /api/v2/abps/{abp_id}/invoke",
    ]
    assert {contract.find(name).name for name in names} == {"invoke_abp"}


def test_a_wrong_name_is_answered_with_close_ones() -> None:
    with pytest.raises(ConfigurationError, match="did you mean get_decision"):
        load("hybridb").find("get-desicion")


def test_names_are_snake_case() -> None:
    assert [snake(name) for name in ("decisionId", "X-Trace", "async", "httpStatus")] == [
        "decision_id",
        "x_trace",
        "async",
        "http_status",
    ]


DOCUMENT = {
    "openapi": "3.1.0",
    "security": [{"bearer": []}],
    "components": {
        "schemas": {
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Part": {"type": "object", "required": ["size"], "properties": {"size": {"type": ["integer", "null"]}}},
            "Node": {"allOf": [{"$ref": "#/components/schemas/Part"}, {"properties": {"name": {"type": "string"}}}]},
        },
        "parameters": {"Id": {"name": "itemId", "in": "path", "required": True, "schema": {"type": "string"}}},
    },
    "paths": {
        "/items/{itemId}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "post": {
                "operationId": "changeItem",
                "parameters": [
                    {"name": "kinds", "in": "query", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}},
                    {"name": "dryRun", "in": "query", "schema": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "integer"}},
                    {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
                    {"name": "ratio", "in": "query", "schema": {"type": "number"}},
                    {"name": "filter", "in": "query", "schema": {}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
                "responses": {"200": {"content": {"application/json": {}}}},
            },
        },
        "/raw": {"put": {"requestBody": {"content": {"application/octet-stream": {}}}, "responses": {"204": {}}}},
    },
}  # fmt: skip


@pytest.fixture
def change() -> Operation:
    """An operation with an argument of each kind."""
    return read(DOCUMENT).find("changeItem")


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("itemId", ["a/b"], ("itemId", "a/b")),
        ("item_id", ["7"], ("itemId", "7")),
        ("kinds", ["a", "b"], ("kinds", ["a", "b"])),
        ("kinds", ['["a","b"]'], ("kinds", ["a", "b"])),
        ("dry_run", ["yes"], ("dryRun", True)),
        ("dryRun", ["FALSE"], ("dryRun", False)),
        ("x_trace", ["12"], ("X-Trace", 12)),
        ("ratio", ["0.5"], ("ratio", 0.5)),
        ("filter", ['{"a":1}'], ("filter", {"a": 1})),
        ("filter", ["plain"], ("filter", "plain")),
        ("size", ["3"], ("size", 3)),
        ("name", ["3"], ("name", "3")),
    ],
)
def test_arguments_get_the_contracts_type(
    change: Operation, name: str, texts: list[str], expected: tuple[str, Any]
) -> None:
    assert expected == change.value(name, texts)


@pytest.mark.parametrize(
    ("name", "texts", "message"),
    [
        ("size", ["many"], "size takes an integer, not 'many'"),
        ("dryRun", ["maybe"], "dryRun takes a boolean"),
        ("itemId", ["1", "2"], "takes one value"),
        ("colour", ["red"], "no parameter 'colour'; it has itemId, kinds"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    change: Operation, name: str, texts: list[str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        change.value(name, texts)


def test_missing_arguments_are_named(change: Operation) -> None:
    with pytest.raises(ConfigurationError, match=r"needs --param itemId=… --param size=…"):
        change.check({}, body=False)


def test_a_whole_body_stands_for_its_members(change: Operation) -> None:
    change.check({"itemId": "1"}, body=True)


def test_a_request_puts_each_argument_where_the_contract_says(change: Operation) -> None:
    values = {"itemId": "a/b", "kinds": ["a"], "dryRun": True, "X-Trace": 1, "sid": "s", "size": 2}
    assert change._get_kwargs(values, body={"name": "n", "size": 1}) == {
        "method": "POST",
        "url": "/items/a%2Fb",
        "params": {"kinds": ["a"], "dryRun": True},
        "headers": {"X-Trace": "1"},
        "cookies": {"sid": "s"},
        "json": {"name": "n", "size": 2},
    }


def test_a_body_that_is_no_json_goes_as_it_is() -> None:
    request = read(DOCUMENT).find("PUT /raw")._get_kwargs({}, body=b"\0\1")
    assert (request["content"], request["headers"]) == (b"\0\1", {"Content-Type": "application/octet-stream"})


def test_a_name_in_path_and_body_fills_both_unless_the_body_was_given() -> None:
    operation = load("hybridb").find("create_identity_mapping")
    assert operation._get_kwargs({"actorId": "user:a"})["json"] == {"actorId": "user:a"}
    given = operation._get_kwargs({"actorId": "user:a"}, body={"actorId": "user:b"})
    assert (given["url"], given["json"]) == (
        "/api/v1/actors/user%3Aa/identity-mappings",
        {"actorId": "user:b"},
    )


def test_no_body_sends_none(change: Operation) -> None:
    assert "json" not in change._get_kwargs({"itemId": "1"}, body=NOTHING)


def test_a_schema_that_refers_to_itself_ends() -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["components"]["schemas"]["Kind"] = {"$ref": "#/components/schemas/Kind"}
    found = read(document).find("changeItem").parameters[1]
    assert (found.name, found.kind, found.items) == ("kinds", "array", "any")
