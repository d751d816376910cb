"""A Stainless configuration gives a project its names, pages and settings; what has no counterpart is said."""

from __future__ import annotations

import asyncio
import copy
import importlib
import importlib.util
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner

from core.kit import KEY, Wire, reply
from veneer.stainless import raw
from veneer_cli.app import application
from veneer_codegen import documents, drift
from veneer_codegen.errors import ContractError
from veneer_codegen.scaffold import stainless
from veneer_codegen.scaffold.migration import Migration, client_name, millis, pascal_name, snake_name

WORD, NUMBER = {"type": "string"}, {"type": "integer"}


def operation(answer: Any, *sent: dict[str, Any], body: Any = None, **more: Any) -> dict[str, Any]:
    taken = (
        {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}} if body else {}
    )
    responses = {"200": {"description": "", "content": {"application/json": {"schema": answer}}}}
    return {"parameters": list(sent), "responses": responses, **taken, **more}


def query(name: str, schema: Any = WORD) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": WORD}


def about(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def rows(row: Any, **more: Any) -> dict[str, Any]:
    return {**about(data={"type": "array", "items": row}, **more), "required": ["data"]}


PROMPT = {"oneOf": [WORD, {"type": "array", "items": {"$ref": "#/components/schemas/ChatChunk"}}]}
CARD = {"$ref": "#/components/schemas/CardObject"}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "servers": [{"url": "https://old.acme.test"}],
    "paths": {
        "/status": {"get": operation(about(ok={"type": "boolean"}))},
        "/cards": {
            "get": operation(rows(CARD, has_more={"type": "boolean"}, next_page=WORD), query("after"), query("limit", NUMBER), query("tags", {"type": "array", "items": WORD})),
            "post": operation(about(data=CARD), body=about(type=WORD, note=WORD, kind={"const": "card"}) | {"required": ["type", "kind"]}),
        },
        "/cards/{card_id}": {"get": operation(CARD, path("card_id")), "delete": operation(CARD, path("card_id"))},
        "/cards/{card_id}/transactions/{transaction_id}": {"get": operation(about(id=WORD), path("card_id"), path("transaction_id"))},
        "/chat": {"post": operation(about(text=WORD), body=about(stream={"type": "boolean"}, prompt=PROMPT))},
        "/internal": {"get": operation(about(id=WORD))},
        "/forgotten": {"get": operation(about(id=WORD))},
        "/ruby": {"get": operation(about(id=WORD))},
    },
    "components": {
        "schemas": {
            "CardObject": about(id=WORD, type=WORD),
            "ChatChunk": about(delta=WORD),
            "Other": about(card=CARD) | {"x-stainless-skip": True},
        },
        "securitySchemes": {
            "ApiKeyAuth": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "AdminAuth": {"type": "apiKey", "in": "header", "name": "X-Admin"},
        },
    },
    "security": [{"ApiKeyAuth": []}],
}  # fmt: skip
CONFIG: dict[str, Any] = {
    "organization": {"name": "acme-sdk", "docs": "https://docs.acme.test"},
    "targets": {"python": {"package_name": "acme"}, "go": {"package_name": "acme-go"}},
    "environments": {"production": "https://api.acme.test", "sandbox": "https://sandbox.acme.test"},
    "settings": {"license": "Apache-2.0", "unwrap_response_fields": ["data"], "unheard_of": True},
    "query_settings": {"array_format": "comma", "nested_format": "brackets"},
    "client_settings": {
        "default_env_prefix": "ACME",
        "default_timeout": "PT1M30S",
        "default_retries": {"max_retries": 5, "initial_delay_seconds": 0.25, "max_delay_seconds": 4},
        "default_headers": {"Acme-Version": "2026-01-01", "Acme-Bad": "a\nb", "Acme-Odd": {"const": 1}},
        "idempotency": {"header": "Idempotency-Key"},
        "opts": {
            "auth_token": {"type": "string", "read_env": "ACME_TOKEN", "auth": {"security_scheme": "ApiKeyAuth"}},
            "admin_key": {"type": "string", "read_env": "ACME_ADMIN", "auth": {"security_scheme": "AdminAuth"}},
            "team": {"type": "string", "send_in_header": "X-Team", "read_env": "ACME_TEAM"},
            "webhook_secret": {"type": "string", "read_env": "ACME_HOOKS"},
        },
    },
    "pagination": [
        {
            "name": "cards_page",
            "type": "cursor",
            "request": {"after": {"type": "string", "x-stainless-pagination-property": {"purpose": "next_cursor_param"}}, "limit": {"type": "integer"}},
            "response": {"data": {"type": "array", "items": {}}, "has_more": {"type": "boolean"}, "next_page": {"type": "string", "x-stainless-pagination-property": {"purpose": "next_cursor_field"}}},
        }
    ],
    "streaming": {"on_event": [{"data_starts_with": "[DONE]", "handle": "done"}, {"event_type": "error", "handle": "error"}]},
    "openapi": {
        "transforms": [
            {"command": "merge", "reason": "Cards have a colour", "args": {"target": "$.components.schemas.CardObject.properties", "value": {"colour": {"type": "string"}}}},
            {"command": "remove", "reason": "Long gone", "args": {"target": "$.components.schemas.Gone"}},
            {"command": "oneOfToAnyOf", "reason": "For a mock"},
        ]
    },
    "resources": {
        "$client": {"methods": {"status": "get /status"}},
        "cards": {
            "models": {"card": "CardObject"},
            "methods": {
                "list": "get /cards",
                "create": "post /cards",
                "retrieve": {"endpoint": "get /cards/{card_id}", "terraform": {"method": "read"}},
                "fetch": {"type": "alias", "to": "retrieve"},
                "delete": {"endpoint": "delete /cards/{card_id}", "deprecated": "Cards stay."},
                "stale": "get /cards/gone",
            },
            "subresources": {
                "transactions": {"methods": {"retrieve": "get /cards/{card_id}/transactions/{transaction_id}"}},
            },
        },
        "chat": {
            "models": {"chunk": "#/components/schemas/ChatChunk"},
            "subresources": {
                "completions": {"methods": {"create": {"endpoint": "post /chat", "streaming": {"param_discriminator": "stream", "stream_event_model": "chat.chunk"}}}},
            },
        },
        "wallet": {"methods": {"read": "get /cards/{card_id}"}},
        "ruby-only": {"methods": {"get": {"endpoint": "get /ruby", "only": ["ruby"]}}},
    },
    "unspecified_endpoints": ["get /internal"],
    "readme": {"example_requests": {"default": {"type": "request", "endpoint": "get /status", "params": {}}}},
}  # fmt: skip


def taken(**changes: Any) -> tuple[Migration, dict[str, Any]]:
    return stainless.take(CONFIG | changes, "stainless.yml", copy.deepcopy(CONTRACT), Migration())


def notes(migration: Migration) -> dict[str, str]:
    return {place: why for why, places in migration.notes.items() for place in places}


# -- what is read ------------------------------------------------------------------------------------------------------


def test_methods_are_called_as_the_configuration_says_by_method_and_path() -> None:
    migration, _ = taken()
    assert {key: entry["name"] for key, entry in migration.methods.items()} == {
        "GET /status": "status",
        "GET /cards": "cards.list",
        "POST /cards": "cards.create",
        "GET /cards/{card_id}": "cards.retrieve",
        "DELETE /cards/{card_id}": "cards.delete",
        "GET /cards/{card_id}/transactions/{transaction_id}": "cards.transactions.retrieve",
        "POST /chat": "chat.completions.create",
    }
    assert migration.methods["GET /cards/{card_id}"]["also"] == ["cards.fetch"]
    assert migration.also == {
        "wallet.read": {
            "operation": "GET /cards/{card_id}",
            "reason": "stainless.yml: resources.wallet.methods.read",
        }
    }
    assert (migration.called, migration.names) == ("AcmeSDK", {"CardObject": "Card", "ChatChunk": "Chunk"})


def test_the_last_argument_of_a_path_is_the_one_by_position() -> None:
    key = "GET /cards/{card_id}/transactions/{transaction_id}"
    assert taken()[0].methods[key]["by_name"] == ["card_id"]
    settings = CONFIG["settings"] | {"positional_params": False}
    assert taken(settings=settings)[0].methods[key]["by_name"] == ["card_id", "transaction_id"]


def test_an_envelope_with_one_member_is_unwrapped_and_one_with_more_is_not() -> None:
    migration, _ = taken()
    assert migration.methods["POST /cards"]["unwrap"] == "data"
    assert "unwrap" not in migration.methods["GET /cards"]


def test_a_list_is_paged_where_the_configuration_has_a_scheme_for_it_and_only_there() -> None:
    migration, content = taken()
    paged = [one for one in migration.findings(content) if one.extension == "x-veneer-pagination"]
    assert [(one.method, one.path, one.facts, one.reason) for one in paged] == [
        (
            "get",
            "/cards",
            {"style": "cursor", "limit": "limit", "cursor": "after", "next_cursor": "next_page", "items": "data", "more": "has_more"},
            "stainless.yml: resources.cards.methods.list",
        )
    ]  # fmt: skip
    migration, content = taken(pagination=[])
    assert not [one for one in migration.findings(content) if one.extension == "x-veneer-pagination"]
    assert (
        "none of its schemes fits what look like paginated lists: GET /cards"
        in notes(migration)["pagination"]
    )


def purpose(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"type": kind, "x-stainless-pagination-property": {"purpose": name, **more}}


ROWS = {"type": "array", "items": about(id=WORD)}
SCHEMES = [
    (
        "offset",
        {"skip": purpose("offset_count_param", "integer"), "take": NUMBER},
        {"things": purpose("items", "array") | ROWS, "all": purpose("offset_total_count_field", "integer")},
        {"style": "offset", "limit": "take", "offset": "skip", "items": "things", "total": "all"},
    ),
    (
        "page_number",
        {"page": NUMBER, "size": NUMBER},
        {"items": ROWS, "pages": purpose("total_page_count_field", "integer"), "at": purpose("current_page_number_field", "integer")},
        {"style": "page", "limit": "size", "page": "page", "items": "items", "last_page": "pages", "reported_page": "at"},
    ),
    (
        "cursor",
        {"cursor": WORD},
        {"data": ROWS, "meta": about(next=purpose("next_cursor_field"))},
        {"style": "cursor", "cursor": "cursor", "items": "data", "next_cursor": "meta.next"},
    ),
    (
        "cursor_id",
        {"starting_after": purpose("next_cursor_id_param"), "limit": NUMBER},
        {"data": {"type": "array", "items": about(key=purpose("cursor_item_id"))}, "has_more": purpose("has_next_page", "boolean")},
        {"style": "cursor", "limit": "limit", "cursor": "starting_after", "items": "data", "more": "has_more", "next_row": "key"},
    ),
    (
        "cursor_url",
        {},
        {"data": ROWS, "next": purpose("cursor_url_field")},
        {"style": "next_url", "items": "data", "next": "next"},
    ),
    (
        "cursor",
        {"token": purpose("next_cursor_param")},
        {
            "rows": {"type": "array", "items": about(id=WORD), "x-stainless-pagination-property": {"purpose": "items", "is_top_level_array": True}},
            "after": purpose("next_cursor_field", from_header="X-Next"),
        },
        {"style": "cursor", "cursor": "token", "items": "", "next_header": "X-Next"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "request_", "response", "facts"), SCHEMES, ids=[f"{one[0]}-{one[3]['style']}-{len(one[1])}" for one in SCHEMES]
)  # fmt: skip
def test_each_kind_of_scheme_is_what_its_purposes_and_names_say(
    kind: str, request_: dict[str, Any], response: dict[str, Any], facts: dict[str, Any]
) -> None:
    whole = next((node for node in response.values() if "is_top_level_array" in str(node)), None)
    answer = whole or {"type": "object", "properties": response}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/things": {"get": operation(answer, *(query(name, node) for name, node in request_.items()))}
        },
    }
    config = {
        "resources": {"things": {"methods": {"list": {"endpoint": "get /things", "paginated": "mine"}}}},
        "pagination": [{"name": "mine", "type": kind, "request": request_, "response": response}],
    }
    migration, content = stainless.take(config, "s.yml", document, Migration())
    found = {one.extension: one.facts for one in migration.findings(content)}
    assert found["x-veneer-pagination"] == facts
    assert not [place for place in notes(migration) if not place.startswith("x-stainless-")]
    assert migration.called == ""


def test_a_scheme_that_fits_no_answer_is_said_and_the_list_is_returned_whole() -> None:
    methods = {"list": {"endpoint": "get /status", "paginated": True}}
    migration, content = taken(resources={"cards": {"methods": methods}})
    assert notes(migration)["resources.cards.methods.list.paginated"].startswith("no pagination scheme fits")
    assert not [one for one in migration.findings(content) if one.extension == "x-veneer-pagination"]


def test_a_stream_is_added_to_the_contract_that_does_not_say_it() -> None:
    migration, content = taken()
    answer = content["paths"]["/chat"]["post"]["responses"]["200"]["content"]
    assert answer["text/event-stream"] == {"schema": {"$ref": "#/components/schemas/ChatChunk"}}
    facts = {one.extension: one.facts for one in migration.findings(content) if one.path == "/chat"}
    assert facts["x-veneer-stream"] == {"request": {"stream": True}, "sentinel": "[DONE]"}


def test_settings_of_the_client_are_facts_of_the_platform() -> None:
    migration, content = taken()
    assert migration.platform == {
        "timeouts": "veneer.Timeouts(read=90.0, write=90.0, pool=90.0)",
        "retry": "veneer.RetryPolicy(max_retries=5, base=0.25, cap=4)",
        "headers": "{'Acme-Version': '2026-01-01'}",
    }
    assert (migration.env_base_url, migration.env_webhook_secret) == ("ACME_BASE_URL", "ACME_HOOKS")
    assert migration.env_key("ApiKeyAuth") == "ACME_TOKEN"
    assert [one["url"] for one in content["servers"]] == list(CONFIG["environments"].values())
    keyed = [one for one in migration.findings(content) if one.extension == "x-veneer-idempotency"]
    assert {(one.method, one.path) for one in keyed} == {("post", "/cards"), ("post", "/chat")}


def test_lists_in_the_query_are_written_as_the_configuration_says() -> None:
    _, content = taken()
    (tags,) = (one for one in content["paths"]["/cards"]["get"]["parameters"] if one["name"] == "tags")
    assert tags["explode"] is False
    _, content = taken(query_settings={"array_format": "repeat"})
    assert "explode" not in str(content["paths"]["/cards"]["get"])


def test_what_the_configuration_does_not_name_is_left_out_and_said() -> None:
    migration, _ = taken()
    assert migration.without == ["GET /ruby", "GET /internal", "GET /forgotten"]
    said = notes(migration)
    assert "GET /forgotten" in said
    assert not {"GET /internal", "GET /ruby"} & said.keys()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("resources.cards.methods.stale", "its endpoint is not in the contract"),
        ("resources.cards.methods.retrieve.terraform", "concerns other languages"),
        ("resources.cards.methods.delete.deprecated", "its message is not shown"),
        ("openapi.transforms[1]", "matches nothing"),
        ("openapi.transforms[2] (oneOfToAnyOf)", "write it as a patch"),
        ("streaming.on_event (event_type: error, handle: error)", "an event rule"),
        ("client_settings.opts.team", "headers={'X-Team': …}"),
        ("settings.unheard_of", "no counterpart"),
        ("client_settings.default_headers.Acme-Bad", "has a control character or line break"),
        ("client_settings.default_headers.Acme-Odd", "values of headers are text"),
        ("environments", "ENVIRONMENTS"),
        ("targets.go", "concerns other languages"),
        ("x-stainless-skip at #/components/schemas/Other", "an extension of the contract that is not read"),
        ("readme", "made from the contract"),
    ],
)
def test_what_has_no_counterpart_is_a_note_with_its_place(place: str, why: str) -> None:
    assert why in notes(taken()[0])[place]


def test_names_of_configurations_become_pythons() -> None:
    assert [snake_name(one) for one in ("tripDetails", "trip-details", "HTTPServer", "2fa")] == [
        "trip_details",
        "trip_details",
        "http_server",
        "n2fa",
    ]
    assert [pascal_name(one) for one in ("acme-sdk", "stop_ids", "api")] == ["AcmeSDK", "StopIDs", "API"]
    assert [client_name(one) for one in ("acme-sdk", "AcmeSDK", "none", "any", "2fa")] == [
        "AcmeSDK",
        "AcmeSDK",
        "NoneClient",
        "AnyClient",
        "N2fa",
    ]
    assert pascal_name("lumaai", {"lumaai": {"pascal": "LumaAI"}}) == "LumaAI"
    assert [millis(one) for one in (1500, "PT2M", "PT0.5S", 0, True, "soon")] == [
        1.5,
        120.0,
        0.5,
        None,
        None,
        None,
    ]


# -- the project -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stainless")
    (home / "stainless.yml").write_text(yaml.safe_dump(CONFIG, sort_keys=False), encoding="utf-8")
    (home / "openapi.yml").write_text(yaml.safe_dump(CONTRACT, sort_keys=False), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def made(folder: Path) -> Any:
    command = [
        "new",
        "stainless-acme",
        "--from",
        str(folder / "stainless.yml"),
        "--into",
        str(folder / "made"),
    ]
    return CliRunner().invoke(application(), command)


@pytest.fixture(scope="module")
def package(folder: Path, made: Any) -> Iterator[Any]:
    assert made.exit_code == 0, made.output
    places = [str(folder / "made" / part) for part in ("overlay", "generated")]
    sys.path[:0] = places
    yield importlib.import_module("stainless_acme")
    for place in places:
        sys.path.remove(place)


def client(package: Any, *answers: Any, **settings: Any) -> tuple[Any, Wire]:
    wire = Wire(*(answers or (reply(json={"id": "1"}),)))
    engine = httpx.Client(transport=httpx.MockTransport(wire), trust_env=False)
    return package.AcmeSDK(api_key=KEY, http_client=engine, **settings), wire


def test_the_terminal_and_a_page_say_what_has_no_counterpart(folder: Path, made: Any) -> None:
    assert made.exit_code == 0, made.output
    page = (folder / "made/openapi/README.md").read_text(encoding="utf-8")
    assert "## From stainless.yml" in page
    for place in ("settings.unheard_of", "resources.cards.methods.stale", "openapi.transforms[1]"):
        assert f"not expressed: {place}" in made.output
        assert f"`{place}`" in page


def test_methods_are_where_the_configuration_puts_them_in_both_flavours(package: Any) -> None:
    made, wire = client(package)
    engine = httpx.AsyncClient(transport=httpx.MockTransport(wire), trust_env=False)
    tasks = package.AsyncAcmeSDK(api_key=KEY, http_client=engine)
    one = made.cards.transactions.retrieve("t/1", card_id="c 1")
    other = asyncio.run(tasks.cards.transactions.retrieve("t/1", card_id="c 1"))
    assert one == other
    assert [request.url.raw_path for request in wire.requests] == [b"/cards/c%201/transactions/t%2F1"] * 2
    parameters = inspect.signature(made.cards.transactions.retrieve).parameters
    assert [one.kind for one in parameters.values()] == [
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    ]
    made.wallet.read("1")
    made.cards.fetch("1")
    made.status()
    assert [request.url.path for request in wire.requests[2:]] == ["/cards/1", "/cards/1", "/status"]


def test_namespaces_in_namespaces_are_groups_in_groups_of_the_command_line(
    package: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["cards", "transactions", "retrieve", "c1", "t1", "--dry-run", "--json"]
    monkeypatch.setattr(sys, "argv", ["stainless-acme", *words])
    assert importlib.import_module("stainless_acme.__main__").main() == 0
    assert json.loads(capfd.readouterr().out)["url"] == "https://api.acme.test/cards/c1/transactions/t1"


def test_requests_have_the_configured_address_headers_and_names(package: Any) -> None:
    made, wire = client(package, reply(json={"data": {"id": "1", "type": "gold"}}))
    card = made.cards.create(type="gold")
    assert (type(card).__name__, card.id) == ("Card", "1")
    made.cards.create(type="gold", kind="card")  # its only value, which Stainless's callers give
    assert wire.bodies[0] == wire.bodies[1] == b'{"type":"gold","kind":"card"}'
    request = wire.requests[0]
    assert request.url.host == "api.acme.test"
    assert request.headers["acme-version"] == "2026-01-01"
    assert request.headers["idempotency-key"]
    assert client(package, headers={"acme-version": "2"})[0].options.headers["acme-version"] == "2"
    assert CONFIG["environments"] == package.ENVIRONMENTS


def test_a_list_of_mappings_is_taken_beside_text(package: Any) -> None:
    made, wire = client(package, reply(json={"text": ""}))
    for prompt in ("Hello", [{"delta": "Hello"}], ({"delta": "Hello"},)):
        made.chat.completions.create(prompt=prompt)
    many = {"prompt": [{"delta": "Hello"}]}
    assert [json.loads(body) for body in wire.bodies] == [{"prompt": "Hello"}, many, many]


def test_lists_are_paged_as_the_scheme_says(package: Any) -> None:
    first = {"data": [{"id": "1"}], "has_more": True, "next_page": "n"}
    made, wire = client(package, reply(json=first), reply(json={"data": [{"id": "2"}], "has_more": False}))
    assert [card.id for card in made.cards.iter()] == ["1", "2"]
    assert [request.url.params.get("after") for request in wire.requests] == [None, "n"]


def test_a_method_gives_its_response_beside_its_result(package: Any) -> None:
    made, _ = client(package, reply(503), reply(json={"id": "1"}, headers={"etag": "x"}))
    response = made.with_options(retry=made.options.retry).cards.with_raw_response.retrieve("1")
    assert (response.parse().id, response.headers["etag"], response.status_code) == ("1", "x", 200)
    assert (response.retries_taken, response.is_closed, response.http_request.method) == (1, True, "GET")
    assert made.with_raw_response.cards.transactions.retrieve("t", card_id="c").parse().id == "1"
    assert raw(made.cards.retrieve)("1").parse().id == "1"
    assert dir(made.cards.with_raw_response)[-1] == "with_raw_response"
    with pytest.raises(TypeError, match="takes a method of a client"):
        raw(len)


def test_an_async_method_gives_its_response_too(package: Any) -> None:
    wire = Wire(reply(json={"id": "1"}))
    engine = httpx.AsyncClient(transport=httpx.MockTransport(wire), trust_env=False)
    tasks = package.AsyncAcmeSDK(api_key=KEY, http_client=engine)

    async def run() -> Any:
        response = await tasks.cards.with_raw_response.retrieve("1")
        return (await response.parse()).id, response.status_code, repr(response)

    assert asyncio.run(run()) == ("1", 200, "AsyncRawResponse(Heard([200]))")


def test_the_project_follows_from_its_sources(folder: Path, package: Any) -> None:
    assert drift.main(["--root", str(folder / "made")]) == 0


# -- mistakes ----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_configuration_is_refused_in_one_line(tmp_path: Path) -> None:
    source = tmp_path / "x.yml"
    source.write_text("openapi: 3.1.0\n")
    command = ["new", "acme", "--from", str(source), "--into", str(tmp_path / "made")]
    done = CliRunner().invoke(application(), command)
    assert done.exit_code == 1
    assert "is not a Stainless configuration: it has no `resources` with methods" in done.output
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"settings": 4}, "settings: is not a mapping"),
        ({"security": {"ApiKeyAuth": []}}, "security: is not a list"),
        ({"pagination": "cursor"}, "pagination: is not a mapping or a list"),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused_with_its_place(
    tmp_path: Path, part: dict[str, Any], why: str
) -> None:
    source = tmp_path / "stainless.yml"
    source.write_text(yaml.safe_dump(CONFIG | part))
    with pytest.raises(ContractError, match=why):
        stainless.read(documents.load_plain(source), source)


def test_without_a_contract_beside_it_a_configuration_asks_for_one(tmp_path: Path) -> None:
    source = tmp_path / "stainless.yml"
    with pytest.raises(ContractError, match="no contract beside it: choose one with --contract"):
        stainless.contract_beside(source)
    for name in ("openapi.yml", "openapi.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ContractError, match=r"has openapi\.yml and openapi\.json beside it"):
        stainless.contract_beside(source)
    (tmp_path / "workspace.json").write_text(json.dumps({"openapi_spec": "openapi.json"}))
    assert stainless.contract_beside(source) == str(tmp_path / "openapi.json")


def test_a_configuration_of_another_contract_is_refused() -> None:
    with pytest.raises(ContractError, match="none of its methods is in the contract"):
        taken(resources={"things": {"methods": {"list": "get /things"}}})


# -- the measurement of `make stainless` -------------------------------------------------------------------------------

PUBLISHED = {
    "_client.py": """
class Acme(SyncAPIClient):
    def copy(self): ...

    @cached_property
    def cards(self) -> CardsResource: ...

    @cached_property
    def with_raw_response(self) -> AcmeWithRawResponse: ...


class AsyncAcme(AsyncAPIClient): ...
""",
    "resources/cards.py": """
class CardsResource(SyncAPIResource):
    @cached_property
    def transactions(self) -> TransactionsResource: ...

    def create(self, *, type: str, colour: str = omit, extra_headers: Headers | None = None): ...

    def retrieve(self, card_id: str, *, timeout: float = not_given): ...


class TransactionsResource(SyncAPIResource):
    def retrieve(self, transaction_id: str, *, card_id: str): ...
""",
}


def test_methods_of_a_published_client_are_compared_by_name_and_arguments(
    package: Any, tmp_path: Path
) -> None:
    source = Path(__file__).resolve().parents[2] / "scripts/stainless_tests.py"
    spec = importlib.util.spec_from_file_location("stainless_tests", source)
    assert spec is not None
    assert spec.loader is not None
    measure = importlib.util.module_from_spec(spec)
    sys.modules["stainless_tests"] = measure
    spec.loader.exec_module(measure)
    (tmp_path / "resources").mkdir()
    for name, text in PUBLISHED.items():
        (tmp_path / name).write_text(text)
    methods = measure.published(tmp_path)
    made, _ = client(package)
    assert {path: measure.problem(made, path, arguments) for path, arguments in methods.items()} == {
        "cards.create": "does not take colour",
        "cards.retrieve": "",
        "cards.transactions.retrieve": "",
    }
    (create, *_) = methods.values()
    assert measure.problem(made, "cards.gone", create) == "is not there"
    moved = methods["cards.transactions.retrieve"]
    assert measure.misfit(moved, made.cards.retrieve) == "does not take transaction_id"
    assert measure.misfit(moved, lambda card_id, transaction_id: None).startswith(
        "takes card_id, transaction_id by"
    )
