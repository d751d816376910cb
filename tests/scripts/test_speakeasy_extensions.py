"""Speakeasy's extensions of a contract give a project its names, pages and policy; the rest is said with its place."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.kit import KEY, Wire, reply
from veneer_codegen import regenerate
from veneer_codegen.scaffold import project, speakeasy
from veneer_codegen.scaffold.migration import Migration

WORD = {"type": "string"}
CARD = {"type": "object", "properties": {"id": WORD}}
CARDS = {
    "type": "object",
    "properties": {"data": {"type": "object", "properties": {"rows": {"type": "array", "items": CARD}, "next": WORD, "pages": {"type": "integer"}}}},
}  # fmt: skip


def operation(answer: Any, *sent: dict[str, Any], **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": "", "content": {"application/json": {"schema": answer}}}}
    return {"parameters": list(sent), "responses": responses, **more}


def query(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": kind}, **more}


def contract(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": paths, **more}


def taken(paths: dict[str, Any], **more: Any) -> Migration:
    return speakeasy.take(contract(paths, **more))


def paging(style: str, inputs: list[dict[str, str]], **outputs: str) -> dict[str, Any]:
    return {"x-speakeasy-pagination": {"type": style, "inputs": inputs, "outputs": outputs}}


def sent(name: str, kind: str, place: str = "parameters") -> dict[str, str]:
    return {"name": name, "in": place, "type": kind}


def notes(migration: Migration) -> dict[str, str]:
    return {place: why for why, places in migration.notes.items() for place in places}


def test_groups_and_overrides_name_methods_arguments_and_classes() -> None:
    migration = taken(
        {
            "/a": {"get": operation(CARD, **{"x-speakeasy-group": "team.cards", "x-speakeasy-name-override": "getAll"})},
            "/b": {"get": operation(CARD, tags=["The Cards"], operationId="getOne")},
            "/c": {"get": operation(CARD, query("q", **{"x-speakeasy-name-override": "searchText"}), operationId="other")},
            "/d": {"get": operation(CARD, **{"x-speakeasy-group": "team"})},
        },
        components={"schemas": {"CardOut": {**CARD, "x-speakeasy-name-override": "Card"}}},
        **{"x-speakeasy-name-override": [{"operationId": "^get.*", "methodNameOverride": "retrieve"}]},
    )  # fmt: skip
    said = {key: entry.get("name") for key, entry in migration.methods.items()}
    assert said == {
        "GET /a": "team.cards.get_all",
        "GET /b": "the_cards.retrieve",
        "GET /c": None,
        "GET /d": "team.",
    }
    assert migration.methods["GET /c"]["rename"] == {"q": "search_text"}
    assert migration.names == {"CardOut": "Card"}
    assert not migration.notes


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        (
            paging("offsetLimit", [sent("page", "page"), sent("size", "limit")], results="$.data.rows", numPages="$.data.pages"),
            {"style": "page", "limit": "size", "page": "page", "items": "data.rows", "last_page": "data.pages"},
        ),
        (
            paging("offsetLimit", [sent("skip", "offset"), sent("size", "limit")], results="$.data.rows"),
            {"style": "offset", "limit": "size", "offset": "skip", "items": "data.rows"},
        ),
        (
            paging("cursor", [sent("page", "cursor")], results="$.data.rows", nextCursor="$.data.next"),
            {"style": "cursor", "limit": "size", "cursor": "page", "items": "data.rows", "next_cursor": "data.next"},
        ),
        (
            paging("cursor", [sent("page", "cursor", "requestBody")], results="$.data.rows", nextCursor="$.data.rows[-1].id"),
            {"style": "cursor", "limit": "size", "in": "body", "cursor": "page", "items": "data.rows", "next_row": "id"},
        ),
        (
            paging("url", [], results="$.data.rows", nextUrl="$.data.next"),
            {"style": "next_url", "items": "data.rows", "next": "data.next"},
        ),
    ],
    ids=["page", "offset", "cursor", "the last row's", "link"],
)  # fmt: skip
def test_lists_are_paged_as_inputs_and_outputs_say(said: dict[str, Any], facts: dict[str, Any]) -> None:
    numbers = [query(name, "integer") for name in ("skip", "size")]
    migration = taken({"/cards": {"get": operation(CARDS, query("page"), *numbers, **said)}})
    (found,) = migration.found.values()
    assert found.facts == facts
    assert not migration.notes


def test_a_path_that_no_dotted_path_is_is_said() -> None:
    said = paging("cursor", [sent("page", "cursor")], results="$.data.rows", nextCursor="$..next")
    migration = taken({"/cards": {"get": operation(CARDS, query("page"), **said)}})
    assert any("$..next is not a plain path" in why for why in migration.notes)


def test_retries_and_time_outs_of_the_whole_are_the_platforms() -> None:
    retries = {
        "strategy": "backoff",
        "backoff": {"initialInterval": 500, "maxInterval": 60000, "maxElapsedTime": 3600000, "exponent": 1.5},
        "statusCodes": ["5XX", 429],
        "retryConnectionErrors": False,
    }
    migration = taken({}, **{"x-speakeasy-retries": retries, "x-speakeasy-timeout": 2500})
    assert migration.platform == {
        "retry": "veneer.RetryPolicy(max_retries=1_000, base=0.5, cap=60.0, max_elapsed=3600.0, factor=1.5, "
        "statuses=frozenset([429, 500, 502, 503, 504]), connection_errors=False)",
        "timeouts": "veneer.Timeouts(read=2.5, write=2.5, pool=2.5)",
    }
    off = taken({}, **{"x-speakeasy-retries": {"strategy": "none"}})
    assert off.platform == {"retry": "veneer.RetryPolicy(max_retries=0)"}


def test_a_sentinel_is_said_of_the_stream_and_an_ignored_operation_is_left_out() -> None:
    media = {"text/event-stream": {"schema": CARD, "x-speakeasy-sse-sentinel": "[DONE]"}}
    stream = {"responses": {"200": {"description": "", "content": media}}}
    migration = taken(
        {"/s": {"post": stream}, "/x": {"get": operation(CARD, **{"x-speakeasy-ignore": True})}}
    )
    assert [(one.path, one.facts) for one in migration.found.values()] == [("/s", {"terminator": "[DONE]"})]
    assert migration.without == ["GET /x"]
    assert not migration.notes


@pytest.mark.parametrize(
    ("where", "extension", "value", "why"),
    [
        ("operation", "retries", {"strategy": "none"}, "with_options(retry="),
        ("operation", "usage-example", True, "examples are made from the contract"),
        ("operation", "deprecation-message", "Old.", "the message is not shown"),
        ("operation", "errors", {"statusCodes": ["200"]}, "strict="),
        ("schema", "entity", "Card", "of Terraform"),
        ("schema", "param-force-new", True, "of Terraform"),
        ("schema", "enums", {"a": "A"}, "literals"),
        ("schema", "unknown-values", "disallow", "strict="),
        ("schema", "unheard-of", 1, "no counterpart"),
    ],
)
def test_what_has_no_counterpart_is_said_by_name_with_its_place(
    where: str, extension: str, value: Any, why: str
) -> None:
    more = {f"x-speakeasy-{extension}": value}
    migration = taken(
        {"/a": {"get": operation(CARD, **(more if where == "operation" else {}))}},
        components={"schemas": {"Card": {**CARD, **(more if where == "schema" else {})}}},
    )
    place = "#/paths/~1a/get" if where == "operation" else "#/components/schemas/Card"
    assert why in notes(migration)[f"x-speakeasy-{extension} at {place}"]


def test_what_is_done_anyway_is_not_said() -> None:
    errors = {"x-speakeasy-errors": {"statusCodes": ["4XX", "500"]}}
    schemas = {"Card": {**CARD, "x-speakeasy-unknown-values": "allow"}}
    assert not taken({"/a": {"get": operation(CARD, **errors)}}, components={"schemas": schemas}).notes
    assert taken({"/a": {"get": operation(CARD)}}) == Migration()


# -- clients whose namespaces hold namespaces --------------------------------------------------------------------------

NESTED = contract(
    {
        "/a": {"get": operation(CARD, **{"x-speakeasy-group": "team.cards", "x-speakeasy-name-override": "get"})},
        "/b": {"get": operation(CARD, **{"x-speakeasy-group": "team", "x-speakeasy-name-override": "read"})},
    },
    servers=[{"url": "https://eu.acme.test", "x-speakeasy-server-id": "eu"}, {"url": "https://us.acme.test", "x-speakeasy-server-id": "us"}],
)  # fmt: skip


GEN = """\
configVersion: 2.0.0
generation: {sdkClassName: AcmeSDK, maintainOpenAPIOrder: true}
python: {version: 0.1.0, envVarPrefix: ACME}
typescript: {version: 0.1.0}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("speakeasy")
    (home / "openapi.json").write_text(json.dumps(NESTED), encoding="utf-8")
    (home / "gen.yaml").write_text(GEN, encoding="utf-8")
    project.new("speakeasy-acme", "", home / "made", source=home / "gen.yaml")
    return home / "made"


@pytest.fixture(scope="module")
def package(folder: Path) -> Iterator[Any]:
    places = [str(folder / part) for part in ("overlay", "generated")]
    sys.path[:0] = places
    yield importlib.import_module("speakeasy_acme")
    for place in places:
        sys.path.remove(place)


def test_a_group_with_a_dot_is_a_namespace_in_a_namespace(package: Any) -> None:
    wire = Wire(reply(json={"id": "1"}))
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    client = package.AcmeSDK(package.ENVIRONMENTS["us"], api_key=KEY, http_client=engine)
    client.team.cards.get()
    client.team.read()
    assert [str(request.url) for request in wire.requests] == [
        "https://us.acme.test/a",
        "https://us.acme.test/b",
    ]


def test_gen_yaml_names_the_client_and_its_address_and_the_rest_is_said(folder: Path) -> None:
    assert 'env_base_url="ACME_SERVER_URL"' in (folder / "overlay/speakeasy_acme/_platform.py").read_text()
    page = (folder / "openapi/README.md").read_text(encoding="utf-8")
    for place in ("generation.maintainOpenAPIOrder", "python.version", "typescript"):
        assert f"`{place}`" in page


def test_with_one_request_for_each_method_namespaces_hold_namespaces_too(folder: Path, package: Any) -> None:
    facade = folder / "openapi/facades/speakeasy_acme.toml"
    facade.write_text(
        facade.read_text(encoding="utf-8").replace('name = "AcmeSDK"', 'name = "Acme"\nstyle = "request"'),
        encoding="utf-8",
    )
    root = folder.parent / "request"
    regenerate.regenerate(folder, destination=root / "generated")
    for name in [one for one in sys.modules if one.startswith("speakeasy_acme")]:
        del sys.modules[name]
    sys.path.insert(0, str(root / "generated"))
    try:
        made = importlib.import_module("speakeasy_acme_generated.speakeasy_acme.client")
        wire = Wire(reply(json={"id": "1"}))
        engines = [
            kind(transport=httpx.MockTransport(wire), trust_env=False)
            for kind in (httpx.Client, httpx.AsyncClient)
        ]
        acme = made.Acme(KEY, client=engines[0], async_client=engines[1])
        assert acme.team.cards.get() == asyncio.run(acme.team.cards.get_async())
        assert [request.url.path for request in wire.requests] == ["/a", "/a"]
    finally:
        sys.path.remove(str(root / "generated"))
