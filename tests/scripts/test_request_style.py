"""A facade that says `style = "request"` gives a project a client in Speakeasy's form: one request, both flavours on one object."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.kit import KEY, Wire, reply
from veneer import ConfigurationError, RateLimitError
from veneer.speakeasy import BackoffStrategy, RetryConfig
from veneer_codegen import regenerate
from veneer_codegen.errors import ContractError

NEVER = RetryConfig("none", BackoffStrategy(0, 0, 1, 0), False)
TEXT = {"type": "string"}


def answering(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"200": {"description": "It is done.", "content": content}}


def taking(media_type: str, schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {media_type: {"schema": schema}}}


SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "7.1"},
    "servers": [
        {"url": "https://{region}.shop.test/v1", "variables": {"region": {"default": "eu"}}},
        {"url": "http://localhost:1/v1"},
    ],
    "paths": {
        "/orders/{order_id}": {
            "put": {
                "operationId": "set_order",
                "tags": ["orders"],
                "parameters": [
                    {"name": "order_id", "in": "path", "required": True, "schema": TEXT},
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "timeout_ms", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": taking("application/json", {"$ref": "#/components/schemas/Order"}),
                "responses": answering("Order"),
            },
            "get": {
                "operationId": "get_order",
                "tags": ["orders"],
                "parameters": [{"name": "order_id", "in": "path", "required": True, "schema": TEXT}],
                "responses": answering("Order"),
            },
        },
        "/orders/search": {
            "post": {
                "operationId": "search_orders",
                "tags": ["orders"],
                "requestBody": taking("application/json", {"$ref": "#/components/schemas/Search"}),
                "responses": answering("Order"),
            }
        },
        "/files": {
            "post": {
                "operationId": "upload_files",
                "tags": ["files"],
                "requestBody": taking("multipart/form-data", {"$ref": "#/components/schemas/Upload"}),
                "responses": answering("Order"),
            }
        },
        "/health": {"get": {"operationId": "health", "responses": answering("Order")}},
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["orderId"],
                "properties": {"orderId": TEXT, "types": {"type": "array", "items": TEXT}},
            },
            "Search": {"type": "object", "properties": {"text": TEXT}},
            "Upload": {
                "type": "object",
                "required": ["files"],
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            },
        }
    },
}
FACADE = """\
[client]
name = "Shop"
style = "request"

[namespaces]
default = ""

[names]
Purchase = "OrderParam"
"""


def project(root: Path, facade: str, contract: dict[str, Any] = SHOP) -> Path:
    (root / "openapi/facades").mkdir(parents=True)
    (root / "openapi/shop.json").write_text(json.dumps(contract), encoding="utf-8")
    (root / "openapi/facades/shop.toml").write_text(facade, encoding="utf-8")
    (root / "openapi/contracts.toml").write_text(
        '[[contract]]\nname = "shop"\nfile = "shop.json"\npackage = "requeststyle.shop"\n', encoding="utf-8"
    )
    return root


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = project(tmp_path_factory.mktemp("shop"), FACADE)
    regenerate.regenerate(root)
    sys.path.insert(0, str(root / "generated"))
    yield importlib.import_module("requeststyle.shop.client")
    sys.path.remove(str(root / "generated"))


def shop(package: Any, *answers: Any) -> tuple[Any, Wire]:
    wire = Wire(*(answers or (reply(json={"orderId": "1"}),)))
    engine, async_engine = (
        kind(transport=httpx.MockTransport(wire), trust_env=False)
        for kind in (httpx.Client, httpx.AsyncClient)
    )
    return package.Shop(KEY, client=engine, async_client=async_engine), wire


def test_each_operation_is_there_twice_and_sends_the_same(package: Any) -> None:
    made, wire = shop(package)
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
        ("set_order", ("a b", {"order_id": "1", "types": ["x"]}), {"dry": True, "timeout_ms_query": 3}),
        ("get_order", ("a b",), {}),
        ("search_orders", (), {}),
    ]
    for name, args, named in calls:
        one = getattr(made.orders, name)(*args, **named)
        other = asyncio.run(getattr(made.orders, f"{name}_async")(*args, **named))
        assert one == other
    sent = [(request.method, str(request.url)) for request in wire.requests]
    assert sent[::2] == sent[1::2]
    assert sent[0] == ("PUT", "https://eu.shop.test/v1/orders/a%20b?dry=true&timeout_ms=3")
    assert [json.loads(body) for body in wire.bodies if body][::2] == [
        {"orderId": "1", "types": ["x"]},
        {},
    ]


def test_what_must_be_given_comes_first_then_the_request_then_retries(package: Any) -> None:
    made, _ = shop(package)
    parameters = inspect.signature(made.orders.set_order).parameters
    assert list(parameters) == ["order_id", "request", "retries", "dry", "timeout_ms_query", "options"]
    assert [name for name, one in parameters.items() if one.kind is one.KEYWORD_ONLY] == [
        "dry",
        "timeout_ms_query",
    ]
    assert inspect.signature(made.orders.search_orders).parameters["request"].default is None


def test_methods_of_the_client_itself_have_both_flavours(package: Any) -> None:
    made, wire = shop(package)
    assert made.health() == asyncio.run(made.health_async())
    assert [request.url.path for request in wire.requests] == ["/v1/health"] * 2


def test_a_call_has_its_own_retries_and_options(package: Any) -> None:
    made, wire = shop(package, 429)
    with pytest.raises(RateLimitError):
        made.orders.get_order("1", NEVER, http_headers={"x-call": "b"}, server_url="https://other.test")
    assert [(request.url.host, request.headers["x-call"]) for request in wire.requests] == [
        ("other.test", "b")
    ]
    with pytest.raises(TypeError, match="unexpected keyword argument 'timout'; did you mean 'timeout'"):
        made.orders.get_order("1", timout=3)


def test_files_are_bytes_paths_open_files_or_mappings(package: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_bytes(b"two")
    told: list[tuple[int, int | None]] = []
    made, wire = shop(package)
    files = [b"one", path, io.BytesIO(b"three"), {"content": b"four", "file_name": "d.bin"}]
    made.files.upload_files({"files": files}, progress=lambda *at: told.append(at))
    body = wire.bodies[0]
    assert [part in body for part in (b"one", b"two", b"three", b"four")] == [True] * 4
    assert [f'filename="{name}"'.encode() in body for name in ("file", "b.txt", "d.bin")] == [True] * 3
    assert told[-1] == (4, 4)


def test_text_is_not_taken_for_a_file(package: Any) -> None:
    made, wire = shop(package)
    with pytest.raises(ConfigurationError, match="bytes, a Path, or a file opened in binary mode"):
        made.files.upload_files({"files": ["photo.jpg"]})
    assert wire.requests == []


def test_servers_and_version_are_the_contracts(package: Any) -> None:
    about = importlib.import_module("requeststyle.shop.client.about")
    assert about.SERVERS == ("https://eu.shop.test/v1", "http://localhost:1/v1")
    assert about.OPENAPI_DOC_VERSION == "7.1"
    assert repr(package.Shop(KEY, 1)) == "Shop('http://localhost:1/v1')"
    with pytest.raises(ConfigurationError, match="server_idx takes a whole number from 0 to 1, not 2"):
        package.Shop(KEY, 2)


def test_requests_and_answers_have_speakeasys_names_and_those_of_the_facade(package: Any) -> None:
    names = importlib.import_module("requeststyle.shop.client.names")
    models = importlib.import_module("requeststyle.shop.models")
    param = names.OrderParam
    assert names.SetOrderRequestBody is names.SetOrderRequestBodyTypedDict is param
    assert names.OrderTypedDict is names.Purchase is param
    assert names.SetOrderResponseBody is models.Order
    assert (param.__required_keys__, param.__optional_keys__) == ({"order_id"}, {"types"})


def test_an_sdk_refuses_a_keyword_that_it_does_not_take(package: Any) -> None:
    with pytest.raises(TypeError, match=r"Shop\(\) got an unexpected keyword argument 'retry_confg'"):
        package.Shop(KEY, retry_confg=NEVER)


@pytest.mark.parametrize(
    ("facade", "message"),
    [
        (FACADE + '[methods.get_order]\nreason = "x"\nname = "orders.set_order_async"\n', "set_order_async"),
        (FACADE.replace("OrderParam", "OrdreParam"), "OrdreParam"),
    ],
    ids=["two flavours with one name", "a name of nothing"],
)
def test_a_facade_that_cannot_be_is_refused(facade: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=message):
        regenerate.regenerate(project(tmp_path, facade))
