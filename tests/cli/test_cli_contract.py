"""The contract's operations as the command line sees them."""

from __future__ import annotations

import importlib
import json
import pkgutil
from types import ModuleType
from typing import Any

import pytest

from veneer._core.errors import ConfigurationError
from veneer_cli.contract import Operation, read
from veneer_cli.endpoints import Given, arranged
from veneer_cli.service import PLATFORMS as SERVICES

PLATFORMS = ("hybridb", "hestiaos", "velerian", "aerostack")


def endpoints(platform: str) -> dict[str, ModuleType]:
    """The generated endpoint modules of a platform by name."""
    api = importlib.import_module(f"veneer_generated.{platform}.api")
    names = [one.name for one in pkgutil.walk_packages(api.__path__, f"{api.__name__}.") if not one.ispkg]
    return {name.rpartition(".")[2]: importlib.import_module(name) for name in names}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_generated_operation_is_found_by_its_name(platform: str) -> None:
    """The names that the SDK uses and no others."""
    assert sorted(endpoints(platform)) == sorted(one.name for one in SERVICES[platform].contract.operations)


EVERY = [(platform, one) for platform in PLATFORMS for one in SERVICES[platform].contract.operations]
every_operation = pytest.mark.parametrize(
    ("platform", "operation"), EVERY, ids=[f"{platform}-{one.name}" for platform, one in EVERY]
)


@every_operation
def test_an_operation_is_sent_by_the_module_of_its_method_and_path(
    platform: str, operation: Operation
) -> None:
    """And the description has what the module does: where it streams and pages, and every argument."""
    module = SERVICES[platform].load_module(operation)
    facts = module._OPERATION
    assert (operation.method, operation.path) == (facts["method"].upper(), facts["path"])
    assert operation.paged == ("pagination" in facts)
    code = module._get_kwargs.__code__
    names = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]) - {"body"}
    sent = sorted(facts.get("arguments", {}).get(name, name) for name in names)
    assert sorted(one.name for one in operation.parameters if one.place != "body") == sent


@pytest.mark.parametrize(
    ("platform", "operation"),
    [(platform, one) for platform, one in EVERY if "json" in one.body],
    ids=[f"{platform}-{one.name}" for platform, one in EVERY if "json" in one.body],
)
def test_a_body_goes_out_as_it_was_given(platform: str, operation: Operation) -> None:
    """Also one that no model could be made of."""
    path = {one.name: "x" for one in operation.parameters if one.place == "path"}
    given = {"unheard": [1, None]}
    assert request(platform, operation.name, path, Given(given))["json"] is given


def request(platform: str, name: str, values: dict[str, Any], body: Given | None = None) -> dict[str, Any]:
    """What the generated module makes of arguments by the contract's names."""
    return arranged(SERVICES[platform], SERVICES[platform].contract.find(name), values, body)._get_kwargs()


def test_an_operation_has_three_names() -> None:
    """operationId, the SDK's name with either separator, and method and path."""
    contract = SERVICES["velerian"].contract
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
        SERVICES["hybridb"].contract.find("get-desicion")


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
                    {"name": "IDToken", "in": "query", "schema": {"type": "string"}},
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
        ("dry-run", ["no"], ("dryRun", False)),
        ("id_token", ["t"], ("IDToken", "t")),
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


def test_a_request_has_each_argument_where_the_contract_says() -> None:
    values = {"actorId": "a/b", "from": "2026-01-01T00:00:00+01:00", "limit": 2}
    assert request("hybridb", "list_audit_actions", values)["params"] == {
        "actorId": "a/b",
        "from": "2026-01-01T00:00:00+01:00",
        "limit": 2,
    }
    membership = {"orgId": "o", "actorId": "a/b", "role": "admin"}
    assert request("hybridb", "update_membership", membership) == {
        "method": "patch",
        "url": "/api/v1/orgs/o/memberships/a%2Fb",
        "json": {"role": "admin"},
        "headers": {"Content-Type": "application/json"},
    }


def test_members_given_one_by_one_go_over_those_of_the_body() -> None:
    made = request("aerostack", "cache_set", {"key": "new"}, Given({"key": "old", "value": 1}))
    assert made["json"] == {"key": "new", "value": 1}


def test_a_text_without_the_format_of_its_argument_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"^from is not a date-time$"):
        request("hybridb", "list_audit_actions", {"from": "yesterday"})


def test_a_name_in_path_and_body_fills_both_unless_the_body_was_given() -> None:
    assert request("hybridb", "create_identity_mapping", {"actorId": "user:a"})["json"] == {
        "actorId": "user:a"
    }
    given = request("hybridb", "create_identity_mapping", {"actorId": "user:a"}, Given({"actorId": "user:b"}))
    assert (given["url"], given["json"]) == (
        "/api/v1/actors/user%3Aa/identity-mappings",
        {"actorId": "user:b"},
    )


def test_a_body_that_must_be_there_is_sent_empty_where_none_was_given() -> None:
    assert request("velerian", "invoke_abp", {"abp_id": "a"})["json"] == {}


def test_a_schema_that_refers_to_itself_ends() -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["components"]["schemas"]["Kind"] = {"$ref": "#/components/schemas/Kind"}
    found = read(document).find("changeItem").parameters[1]
    assert (found.name, found.kind, found.items) == ("kinds", "array", "any")
