"""Servers of a contract: which one a call goes to, variables as arguments of the client, and where credentials go."""

from __future__ import annotations

import asyncio
import importlib
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import veneer
from veneer._core.urls import fill_server
from veneer_codegen import generator, normalise
from veneer_codegen.client import facade
from veneer_codegen.formatting import format_tree
from veneer_codegen.scaffold import access
from veneer_codegen.servers import first_server

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = {"region": {"default": "eu", "enum": ["eu", "us"], "description": "Where the data is"}}
ROOT = {
    "url": "https://{region}.example.com/{version}",
    "variables": {**REGION, "version": {"default": "v1"}},
}


def operation(name: str, **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"rows": {"type": "array", "items": {"type": "integer"}}}}
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {"get": {"operationId": name, "tags": ["all"], "responses": {"200": answer}, **more}}


CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Servers", "version": "1"},
    "servers": [ROOT, {"url": "https://second.example.com"}],
    "security": [{"key": []}],
    "paths": {
        "/plain": operation("plain"),
        "/same": operation("same", servers=[ROOT]),
        "/files": operation("files", servers=[{"url": "https://files.example.com/up"}]),
        "/regional": operation(
            "regional", servers=[{"url": "https://up.{region}.example.com", "variables": REGION}]
        ),
        "/beside": {**operation("beside"), "servers": [{"url": "/v2/"}]},
        "/of_path": {
            **operation("of_operation", servers=[{"url": "https://operation.example.com"}]),
            "servers": [{"url": "https://path.example.com"}],
        },
        "/open": operation("open_", servers=[{"url": "http://plain.example.com"}]),
        "/faulty": operation("faulty", servers=[{"url": "https://{nowhere}.example.com"}]),
        "/list": operation(
            "rows",
            servers=[{"url": "https://rows.example.com"}],
            **{"x-veneer-pagination": {"style": "next_url", "next": "next", "items": "rows"}},
        ),
    },
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
}
PLATFORM = veneer.Platform(name="x", base_url="https://eu.example.com/v1", env_base_url="SERVERS_BASE_URL")
AT_HOME = {
    "plain": "https://eu.example.com/v1/plain",
    "same": "https://eu.example.com/v1/same",
    "files": "https://files.example.com/up/files",
    "regional": "https://up.eu.example.com/regional",
    "beside": "https://eu.example.com/v2/beside",
    "of_operation": "https://operation.example.com/of_path",
    "faulty": "https://eu.example.com/v1/faulty",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    root = tmp_path_factory.mktemp("servers")
    (root / "servers_package").mkdir()
    (root / "servers_package/__init__.py").touch()
    public = generator.Public(CONTRACT, facade.read(None, ""), "servers_package.shop", "ShopClient")
    generator.generate(normalise.normalise(CONTRACT), root / "servers_package/shop", public)
    format_tree(root, select="I,F401")
    sys.path.insert(0, str(root))
    try:
        client = importlib.import_module("servers_package.shop.client")
        yield SimpleNamespace(
            sync=client.ShopClient,
            tasks=client.AsyncShopClient,
            operation=lambda name: importlib.import_module(f"servers_package.shop.api.all_.{name}"),
        )
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == "servers_package"]:
            del sys.modules[name]


class Wire:
    """Answers every request, and keeps it."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else httpx.Response(200, json={})

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def opened(package: SimpleNamespace, wire: Wire, **options: Any) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(wire))
    return package.sync(**{"platform": PLATFORM, "api_key": "secret", "http_client": http, **options})


def sent(client: Any, package: SimpleNamespace, *names: str) -> list[str]:
    for name in names:
        client.call(package.operation(name))
    return list(names)


def test_an_operation_goes_to_its_own_server_where_the_caller_chose_no_address(
    package: SimpleNamespace,
) -> None:
    wire = Wire()
    sent(opened(package, wire), package, *AT_HOME)
    assert wire.urls == list(AT_HOME.values())


def test_tasks_go_to_the_same_servers(package: SimpleNamespace) -> None:
    wire = Wire()

    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(wire))
        async with package.tasks(platform=PLATFORM, api_key="secret", http_client=http) as client:
            for name in AT_HOME:
                await client.call(package.operation(name))

    asyncio.run(run())
    assert wire.urls == list(AT_HOME.values())


@pytest.mark.parametrize("chosen", ["argument", "environment", "view"])
def test_an_address_that_the_caller_chose_serves_every_operation(
    chosen: str, package: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire()
    here = "https://eu.example.com/v1"  # the default's own address, but chosen
    if chosen == "environment":
        monkeypatch.setenv("SERVERS_BASE_URL", here)
    client = opened(package, wire, **({"base_url": here} if chosen == "argument" else {}))
    client = client.with_options(base_url=here) if chosen == "view" else client
    sent(client, package, "plain", "files", "open_")
    assert wire.urls == [f"{here}/plain", f"{here}/files", f"{here}/open"]


def test_server_variables_are_arguments_of_the_client(package: SimpleNamespace) -> None:
    wire = Wire()
    client = opened(package, wire, region="us")
    sent(client, package, "plain", "files", "regional", "beside")
    assert wire.urls == [
        "https://us.example.com/v1/plain",
        "https://files.example.com/up/files",
        "https://up.us.example.com/regional",
        "https://us.example.com/v2/beside",
    ]
    assert 'region: Where the data is. Default: "eu".' in package.sync.__init__.__doc__


def test_server_variables_come_before_the_environment(
    package: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVERS_BASE_URL", "https://elsewhere.example.com")
    assert opened(package, Wire(), version="v9").options.base_url == "https://eu.example.com/v9"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"region": "mars"}, "region is one of eu, us, not 'mars'"),
        ({"region": "us", "base_url": "https://x.example.com"}, "give base_url or region, not both"),
        ({"version": "../x"}, "version has a character that would change the server's address"),
        ({"version": "x?y"}, "version has a character"),
        ({"version": "x#"}, "version has a character"),
    ],
    ids=["not in the enum", "beside a base URL", "a dot segment", "a query", "an empty fragment"],
)
def test_a_server_variable_that_cannot_be_used_is_refused(
    options: dict[str, Any], said: str, package: SimpleNamespace
) -> None:
    with pytest.raises(veneer.ConfigurationError, match=said):
        opened(package, Wire(), **options)


@pytest.mark.parametrize(
    "value", ["evil.example.org/", "evil.example.org?", "evil.example.org#", "x@evil", "a b", ""]
)
def test_a_value_in_a_host_cannot_end_it(value: str) -> None:
    with pytest.raises(veneer.ConfigurationError):
        fill_server("https://{tenant}.example.com/v1", {"tenant": value}, {"tenant": ("a", ())})


def test_a_variable_may_be_a_whole_host_with_its_port_or_several_segments_of_a_path() -> None:
    variables = {"host": ("a", ()), "path": ("v1", ())}
    given = {"host": "localhost:8080", "path": "api/v3"}
    assert fill_server("https://{host}/{path}", given, variables) == "https://localhost:8080/api/v3"


def test_credentials_go_to_the_server_that_the_contract_names_and_not_where_it_redirects(
    package: SimpleNamespace,
) -> None:
    wire = Wire()
    wire.answers = [httpx.Response(307, headers={"location": "https://evil.example.org/x"})]
    sent(opened(package, wire), package, "files")
    assert [request.headers.get("authorization") for request in wire.requests] == ["Bearer secret", None]


def test_a_server_of_plain_http_is_refused_under_an_address_of_https(package: SimpleNamespace) -> None:
    wire = Wire()
    with pytest.raises(veneer.ConfigurationError, match="plain http"):
        sent(opened(package, wire), package, "open_")
    assert wire.requests == []


def test_links_to_further_pages_are_followed_at_the_operation_s_server_alone(
    package: SimpleNamespace,
) -> None:
    wire = Wire()
    wire.answers = [
        httpx.Response(200, json={"rows": [1], "next": "https://rows.example.com/list?page=2"}),
        httpx.Response(200, json={"rows": [2], "next": "https://eu.example.com/v1/list?page=3"}),
    ]
    with pytest.raises(veneer.PaginationError):
        list(opened(package, wire).paginate(package.operation("rows")))
    assert wire.urls == ["https://rows.example.com/list", "https://rows.example.com/list?page=2"]


def test_a_server_without_a_default_is_a_finding_with_its_place() -> None:
    (found,) = [one for one in normalise.normalise(CONTRACT).report.findings if one.rule == "server"]
    assert (found.place, found.level) == ("#/paths/~1faulty/get/servers/0", normalise.Level.WEAKER)


@pytest.mark.parametrize(
    ("url", "address", "found"),
    [
        ("/v2", "https://docs.example.com/spec/openapi.json", "https://docs.example.com/v2"),
        ("v2", "https://docs.example.com/spec/openapi.json", "https://docs.example.com/spec/v2"),
        ("https://api.example.com", "https://docs.example.com/openapi.json", "https://api.example.com"),
        ("https://{region}.example.com", "https://docs.example.com/", "https://{region}.example.com"),
        ("/v2", "", "/v2"),
    ],
)
def test_a_relative_server_begins_at_the_document_s_address(url: str, address: str, found: str) -> None:
    server = first_server([{"url": url, "variables": REGION}], address)
    assert server is not None
    assert server.url == found


def test_a_relative_server_of_an_operation_begins_at_the_document_s_address() -> None:
    done = normalise.normalise(CONTRACT, address="https://docs.example.com/openapi.json")
    assert {one.key[1]: one.server for one in done.operations}["beside"] == "https://docs.example.com/v2/"


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ([ROOT], "https://eu.example.com/v1"),
        ([], "https://files.example.com/up"),
        ([{"url": "https://{nowhere}.example.com"}], None),
    ],
    ids=["of the contract", "of most operations", "without a default"],
)
def test_a_new_project_has_the_address_of_the_contract_s_server(
    servers: list[dict[str, Any]], found: str | None
) -> None:
    document = {**CONTRACT, "servers": servers, "paths": {"/files": CONTRACT["paths"]["/files"]}}
    assert access.base_url(document, "") == found
