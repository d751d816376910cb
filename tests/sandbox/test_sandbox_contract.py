"""The sandbox of any contract: what was made is there, what the contract forbids is refused, and every answer fits it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import veneer
from veneer.sandbox import Sandbox, running

CONTRACT = Path(__file__).with_name("contracts") / "shop.yaml"
Connect = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def whole_shop() -> Iterator[Sandbox]:
    with running(contract=CONTRACT, name="shop") as sandbox:
        yield sandbox


@pytest.fixture
def shop_sandbox(whole_shop: Sandbox) -> Sandbox:
    whole_shop.reset()
    return whole_shop


@pytest.fixture(scope="module")
def shared_client(whole_shop: Sandbox) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {whole_shop.keys['shop']}"}
    with httpx.Client(base_url=whole_shop.base_urls["shop"], headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def client(shared_client: httpx.Client, shop_sandbox: Sandbox) -> httpx.Client:
    """A client of a fresh sandbox."""
    return shared_client


def made(response: httpx.Response, status: int = 201) -> Any:
    assert response.status_code == status, response.text
    return response.json()


# Things


def test_what_a_post_made_a_get_gives_and_a_list_has(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner", "size": 3}))
    assert shop["name"] == "Corner"
    assert shop["size"] == 3
    assert shop["status"] == "draft"
    assert shop["created_at"] == "2026-01-01T00:00:00.000Z"
    assert client.get(f"/shops/{shop['id']}").json() == shop
    assert client.get("/shops").json()["items"] == [shop]


def test_what_a_caller_may_give_and_did_not_is_not_made_up(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    assert not shop.keys() & {"note", "size", "address"}


def test_a_created_thing_says_where_it_is(client: httpx.Client) -> None:
    response = client.post("/shops", json={"name": "Corner"})
    assert client.get(response.headers["location"]).json() == response.json()


def test_an_id_has_the_form_of_its_example(client: httpx.Client) -> None:
    assert made(client.post("/shops", json={"name": "Corner"}))["id"].startswith("shop_")


def test_a_patch_changes_what_it_names_and_merges_objects(
    client: httpx.Client, shop_sandbox: Sandbox
) -> None:
    address = {"street": "Elm Street 1", "town": "Haven"}
    shop = made(client.post("/shops", json={"name": "Corner", "note": "new", "address": address}))
    shop_sandbox.advance(60)
    changed = client.patch(
        f"/shops/{shop['id']}", json={"size": 9, "note": None, "address": {"street": "Oak Lane 2"}}
    )
    assert changed.json() == shop | {
        "size": 9, "note": None, "address": {"street": "Oak Lane 2", "town": "Haven"},
        "updated_at": "2026-01-01T00:01:00.000Z",
    }  # fmt: skip
    assert client.get(f"/shops/{shop['id']}").json() == changed.json()


def test_a_put_replaces_what_callers_give_and_keeps_the_rest(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    things = f"/shops/{shop['id']}/things"
    thing = made(client.post(things, json={"title": "Chair", "price": 5}))["data"]
    replaced = client.put(f"{things}/{thing['number']}", json={"title": "Table"}).json()["data"]
    assert replaced == {"number": thing["number"], "title": "Table", "shop_id": shop["id"]}


def test_what_was_deleted_is_gone_with_all_that_lived_in_it(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    things = f"/shops/{shop['id']}/things"
    thing = made(client.post(things, json={"title": "Chair"}))["data"]
    assert client.delete(f"/shops/{shop['id']}").status_code == 204
    for path in (f"/shops/{shop['id']}", things, f"{things}/{thing['number']}"):
        assert client.get(path).status_code == 404
    assert client.get("/shops").json()["items"] == []


def test_a_thing_of_a_parent_that_is_not_there_cannot_be_made(client: httpx.Client) -> None:
    response = client.post("/shops/none/things", json={"title": "Chair"})
    assert response.status_code == 404
    assert response.json()["error"]["message"] == "There is no shop none"


def test_numbers_are_ids_where_the_contract_wants_them(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    things = f"/shops/{shop['id']}/things"
    numbers = [made(client.post(things, json={"title": "Chair"}))["data"]["number"] for _ in range(2)]
    assert numbers == [1, 2]
    assert client.get(f"{things}/2").json()["data"]["shop_id"] == shop["id"]


def test_an_action_answers_with_the_thing_that_it_is_about(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    assert client.post(f"/shops/{shop['id']}/close").json() == shop
    assert client.post("/shops/none/close").status_code == 404


def test_a_put_makes_what_has_an_id_of_the_callers(client: httpx.Client) -> None:
    assert client.get("/labels/new").status_code == 404
    assert made(client.put("/labels/new", json={"color": "red"})) == {"key": "new", "color": "red"}
    assert made(client.put("/labels/new", json={"color": "green"}), 200)["color"] == "green"
    assert client.get("/labels/new").json() == {"key": "new", "color": "green"}


def test_what_there_is_one_of_is_there_and_can_be_changed(client: httpx.Client) -> None:
    assert client.get("/settings").json() == {"language": "en", "theme": "light"}
    client.patch("/settings", json={"theme": "dark"})
    assert client.get("/settings").json() == {"language": "en", "theme": "dark"}


def test_what_can_only_be_listed_is_there_from_the_start(client: httpx.Client) -> None:
    plans = client.get("/plans").json()
    assert len(plans) == 3
    assert [client.get(f"/plans/{plan['code']}").json() for plan in plans] == plans
    assert client.get("/plans/none").status_code == 404


# Lists


@pytest.fixture
def five(client: httpx.Client) -> list[Any]:
    return [made(client.post("/shops", json={"name": name})) for name in "cabed"]


def test_a_list_goes_by_the_contracts_cursor(client: httpx.Client, five: list[Any]) -> None:
    seen, cursor = [], None
    while True:
        page = client.get("/shops", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert page["total"] == 5
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == five


def test_a_cursor_that_no_page_gave_is_refused(client: httpx.Client, five: list[Any]) -> None:
    response = client.get("/shops", params={"cursor": "elsewhere"})
    assert response.status_code == 422
    assert response.json()["error"]["fields"] == [{"field": "cursor", "message": "No page has this cursor"}]


def test_a_list_goes_by_page_numbers_and_links(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    things = f"/shops/{shop['id']}/things"
    for _ in range(5):
        client.post(things, json={"title": "Chair"})
    first = client.get(things, params={"per_page": 2})
    assert first.headers["x-total-count"] == "5"
    numbers, page = [row["number"] for row in first.json()], first
    while "next" in page.links:
        page = client.get(page.links["next"]["url"])
        numbers += [row["number"] for row in page.json()]
    assert numbers == [1, 2, 3, 4, 5]


def test_a_parameter_called_as_a_member_filters(client: httpx.Client, five: list[Any]) -> None:
    assert len(client.get("/shops", params={"status": "draft"}).json()["items"]) == 5
    assert client.get("/shops", params={"status": "live"}).json()["items"] == []
    assert len(client.get("/shops", params={"status": "all"}).json()["items"]) == 5


def test_a_list_is_sorted_by_the_member_that_is_named(client: httpx.Client, five: list[Any]) -> None:
    def names(sort: str) -> str:
        return "".join(one["name"] for one in client.get("/shops", params={"sort": sort}).json()["items"])

    assert (names("name"), names("-name")) == ("abcde", "edcba")


# Refusals


def test_a_bad_request_is_refused_in_the_contracts_error_model(client: httpx.Client) -> None:
    response = client.post("/shops", json={"size": "big"})
    assert response.status_code == 422
    fields = {one["field"]: one["message"] for one in response.json()["error"]["fields"]}
    assert fields == {"size": "Input should be a valid integer", "name": "Field required"}


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [(b"{", "application/json", 422), (b"x", "text/plain", 415), (b"", "application/json", 422)],
    ids=["no JSON", "another media type", "nothing"],
)
def test_a_body_that_is_none_is_refused(
    client: httpx.Client, content: bytes, media_type: str, status: int
) -> None:
    response = client.post("/shops", content=content, headers={"content-type": media_type})
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_what_is_unique_by_the_contract_is_refused_the_second_time(client: httpx.Client) -> None:
    shop = made(client.post("/shops", json={"name": "Corner"}))
    assert client.post("/shops", json={"name": "Corner"}).status_code == 409
    assert client.patch(f"/shops/{shop['id']}", json={"name": "Corner"}).status_code == 200


def test_a_method_that_a_path_does_not_have_says_which_it_has(client: httpx.Client) -> None:
    response = client.put("/shops")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


# Idempotency and conditions


def test_an_idempotency_key_makes_something_once(client: httpx.Client, shop_sandbox: Sandbox) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/shops", json={"name": "Corner"}, headers=headers)
    again = client.post("/shops", json={"name": "Corner"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(shop_sandbox.effects("shops.created")) == 1
    other = client.post("/shops", json={"name": "Other"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_conditions_hold_where_the_contract_names_them(client: httpx.Client) -> None:
    path = f"/shops/{made(client.post('/shops', json={'name': 'Corner'}))['id']}"
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    assert client.patch(path, json={"size": 1}, headers={"if-match": tag}).status_code == 200
    assert client.patch(path, json={"size": 2}, headers={"if-match": tag}).status_code == 412
    assert client.get(path).json()["size"] == 1


# Keys


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer shop_sandbox"},
        {"authorization": "Bearer shop_bearer_sandbox"},
        {"x-key": "shop_header_sandbox"},
        {"authorization": "Basic " + base64.b64encode(b"me:shop_sandbox").decode()},
    ],
    ids=["the key of all", "the scheme's own", "in a header", "basic"],
)
def test_a_key_of_one_of_the_schemes_lets_in(shop_sandbox: Sandbox, headers: dict[str, str]) -> None:
    assert httpx.get(f"{shop_sandbox.base_urls['shop']}/plans", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer shop_header_sandbox"},
        {"x-key": "wrong"},
    ],
    ids=["none", "wrong", "another scheme's", "wrong header"],
)
def test_no_other_key_does(shop_sandbox: Sandbox, headers: dict[str, str]) -> None:
    response = httpx.get(f"{shop_sandbox.base_urls['shop']}/plans", headers=headers)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "UNAUTHORIZED"


def test_an_operation_without_security_asks_for_no_key(shop_sandbox: Sandbox) -> None:
    assert httpx.get(f"{shop_sandbox.base_urls['shop']}/status").json() == {"ok": True}


def test_a_token_has_the_scopes_that_were_asked_for_until_it_ends(
    shop_sandbox: Sandbox, client: httpx.Client
) -> None:
    def report(token: str) -> int:
        headers = {"authorization": f"Bearer {token}"}
        return client.get("/reports", params={"month": "2026-01-01"}, headers=headers).status_code

    def token(scope: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": "me", "scope": scope}
        return client.post(
            "/oauth/token", data=form | {"client_secret": shop_sandbox.keys["shop_oauth"]}
        ).json()

    issued = token("reports:read")
    assert issued["expires_in"] == 3600
    assert report(issued["access_token"]) == 200
    assert report(token("reports:write")["access_token"]) == 403
    assert report(shop_sandbox.keys["shop_noscope"]) == 403
    shop_sandbox.advance(3601)
    assert report(issued["access_token"]) == 401


# Content and streams


def test_what_was_uploaded_is_downloaded_by_parts_too(client: httpx.Client) -> None:
    content = bytes(range(256))
    file = made(client.post("/files", files={"file": ("all.bin", content)}, data={"purpose": "test"}))
    assert {name: file[name] for name in ("filename", "size", "purpose")} == {
        "filename": "all.bin", "size": 256, "purpose": "test",
    }  # fmt: skip
    path = f"/files/{file['id']}/content"
    whole = client.get(path)
    assert whole.content == content
    part = client.get(path, headers={"range": "bytes=10-19", "if-range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, content[10:20])


RANGES = {
    "audio/*": "audio/mpeg",
    "image/*": "image/png",
    "video/*": "video/mp4",
    "text/*": "text/plain",
    "application/*": "application/json",
    "*/*": "application/json",
}


@pytest.fixture(scope="module")
def ranges() -> Iterator[httpx.Client]:
    """A client of a contract whose answers and one upload are declared by ranges of media types."""
    paths: dict[str, Any] = {
        f"/{kind.partition('/')[0].replace('*', 'any')}": {
            "get": {
                "responses": {
                    "200": {"description": "It.", "content": {kind: {"schema": {"type": "string"}}}}
                }
            }
        }
        for kind in RANGES
    }
    thing = {"type": "object", "properties": {"id": {"type": "string"}}}
    paths["/sounds"] = {
        "post": {
            "requestBody": {"required": True, "content": {"audio/*": {}}},
            "responses": {"201": {"description": "It.", "content": {"application/json": {"schema": thing}}}},
        }
    }
    paths["/sounds/{id}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"responses": {"200": {"description": "It.", "content": {"audio/*": {}}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "Ranges", "version": "1"}, "paths": paths}
    with running(contract=document) as sandbox, httpx.Client(base_url=sandbox.base_urls["acme"]) as client:
        yield client


@pytest.mark.parametrize(("declared", "answered"), RANGES.items())
def test_a_range_of_media_types_is_answered_with_one_of_them(
    ranges: httpx.Client, declared: str, answered: str
) -> None:
    answer = ranges.get(f"/{declared.partition('/')[0].replace('*', 'any')}")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, answered)


def test_of_a_range_the_caller_gets_the_media_type_that_it_takes(ranges: httpx.Client) -> None:
    answer = ranges.get("/audio", headers={"accept": "image/png, audio/wav"})
    assert answer.headers["content-type"] == "audio/wav"


def test_an_upload_of_a_range_keeps_its_media_type(ranges: httpx.Client) -> None:
    sound = made(ranges.post("/sounds", content=b"RIFF", headers={"content-type": "audio/wav"}))
    answer = ranges.get(f"/sounds/{sound['id']}")
    assert (answer.content, answer.headers["content-type"]) == (b"RIFF", "audio/wav")


def test_a_stream_comes_when_the_body_asks_for_it_and_ends_as_the_contract_says(client: httpx.Client) -> None:
    assert client.post("/answers", json={"prompt": "Is it?"}).json() == {"text": "It is so."}
    response = client.post("/answers", json={"prompt": "Is it?", "stream": True})
    assert response.headers["content-type"] == "text/event-stream"
    *events, last = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    assert last == "[DONE]"
    assert all(json.loads(event).keys() == {"part"} for event in events)


def test_json_lines_are_values_of_the_schema(client: httpx.Client) -> None:
    response = client.get("/log")
    assert response.headers["content-type"] == "application/x-ndjson"
    assert all(json.loads(line).keys() == {"line"} for line in response.text.splitlines())


# Webhooks


class _Receiver(BaseHTTPRequestHandler):
    """Keeps what is sent to it, and answers 202."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((dict(self.headers), body))  # type: ignore[attr-defined]  # set where it is made
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Any]]]:
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    server.received = []  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks", server.received  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_sent_when_it_is_asked_for_and_verifies(
    shop_sandbox: Sandbox, receiver: tuple[str, list[Any]]
) -> None:
    url, received = receiver
    answer = httpx.post(f"{shop_sandbox.url}/_sandbox/webhooks/shopClosed", json={"url": url})
    assert answer.json() == {"sent": "shopClosed", "status": 202}
    assert shop_sandbox.send_webhook("shopClosed", url, {"type": "shop.closed", "shop": "s1"}) == 202
    webhooks: veneer.Webhooks[object] = veneer.Webhooks(
        shop_sandbox.keys["shop_webhook"], clock=shop_sandbox.now
    )
    events = [webhooks.unwrap(body, headers) for headers, body in received]
    assert events[1] == veneer.UnknownEvent("shop.closed", {"type": "shop.closed", "shop": "s1"})
    assert isinstance(events[0], veneer.UnknownEvent)
    assert events[0].data.keys() == {"type", "shop"}


@pytest.mark.parametrize(
    ("name", "command", "message"),
    [
        (
            "shopOpened",
            {"url": "http://127.0.0.1:9"},
            "shop has no webhook 'shopOpened'; the webhooks are shopClosed",
        ),
        (
            "shopClosed",
            {},
            'send {"url": "http://127.0.0.1:8000/hooks", "payload"?: {…}, "platform"?: "acme"}',
        ),
        ("shopClosed", {"url": "nowhere"}, "nowhere did not take the webhook: "),
    ],
    ids=["unknown", "no address", "a bad address"],
)
def test_a_webhook_that_cannot_be_sent_says_why(
    shop_sandbox: Sandbox, name: str, command: dict[str, str], message: str
) -> None:
    answer = httpx.post(f"{shop_sandbox.url}/_sandbox/webhooks/{name}", json=command)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(message)


# The same again


def test_the_same_seed_and_calls_give_the_same_answers() -> None:
    def story(seed: int) -> list[Any]:
        with running(contract=CONTRACT, seed=seed) as sandbox:
            headers = {"authorization": f"Bearer {sandbox.keys['acme']}"}
            with httpx.Client(base_url=sandbox.base_urls["acme"], headers=headers) as client:
                shop = client.post("/shops", json={"name": "Corner"}).json()
                return [
                    shop,
                    client.get("/plans").json(),
                    client.post("/answers", json={"prompt": "?"}).json(),
                ]

    assert story(1) == story(1)
    assert story(1)[0]["id"] != story(2)[0]["id"]


def test_faults_journal_clock_and_snapshots_are_those_of_the_sandbox(
    client: httpx.Client, shop_sandbox: Sandbox
) -> None:
    shop_sandbox.snapshot("empty")
    shop_sandbox.fault("status=503;applied", platform="shop", method="POST", path="/shops")
    response = client.post("/shops", json={"name": "Corner"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert len(client.get("/shops").json()["items"]) == 1
    (entry,) = shop_sandbox.journal(operation="createShop")
    assert (entry["status"], entry["effects"][0].partition(" ")[0]) == (503, "shops.created")
    shop_sandbox.restore("empty")
    assert client.get("/shops").json()["items"] == []


def test_the_contract_is_published_where_clients_look_for_it(client: httpx.Client) -> None:
    assert client.get("/openapi.json").json() == yaml.safe_load(CONTRACT.read_text())


# Another style: forms, names in another case, `.json`, POST as the change, links as the way on


LEDGER = CONTRACT.with_name("ledger.yaml")


@pytest.fixture(scope="module")
def ledger() -> Iterator[httpx.Client]:
    with running(contract=LEDGER, name="ledger") as sandbox:
        headers = {"x-app": sandbox.keys["ledger"], "cookie": f"session={sandbox.keys['ledger']}"}
        with httpx.Client(base_url=sandbox.base_urls["ledger"], headers=headers) as client:
            yield client


def test_a_form_makes_and_changes_what_is_called_in_another_case(ledger: httpx.Client) -> None:
    account = made(
        ledger.post("/Accounts.json", data={"FriendlyName": "Home", "Limit": "5", "Secret": "s"}), 200
    )
    assert {name: account[name] for name in ("friendly_name", "limit", "kind")} == {
        "friendly_name": "Home",
        "limit": 5,
        "kind": "open",
    }
    assert "secret" not in account
    path = f"/Accounts/{account['sid']}.json"
    changed = made(ledger.post(path, data={"FriendlyName": "Away", "Tags": ["a", "b"]}), 200)
    assert changed == account | {"friendly_name": "Away", "tags": ["a", "b"]}
    assert ledger.get(path).json() == changed
    assert ledger.delete(path).json() == changed
    refused = ledger.get(path)
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    assert refused.json() == {
        "title": f"There is no Account {account['sid']}",
        "status": 404,
        "detail": f"There is no Account {account['sid']}",
    }


def test_a_list_goes_by_links_to_the_next_page(ledger: httpx.Client) -> None:
    for name in "abc":
        ledger.post("/Accounts.json", data={"FriendlyName": name})
    page = ledger.get("/Accounts.json", params={"Kind": "open,closed"}).json()
    assert (page["page"], page["page_size"], len(page["accounts"])) == (0, 2, 2)
    last = ledger.get(page["next_page_uri"]).json()
    assert (last["page"], len(last["accounts"]), last["next_page_uri"]) == (1, 1, None)


def test_what_nothing_makes_or_lists_is_there_for_whoever_asks_until_it_is_deleted(
    ledger: httpx.Client,
) -> None:
    book = ledger.get("/owners/ada/books/notes").json()
    assert (book["owner"], book["name"]) == ("ada", "notes")
    patch = [
        {"op": "test", "path": "/title", "value": book["title"]},
        {"op": "replace", "path": "/title", "value": "T"},
    ]
    headers = {"content-type": "application/json-patch+json"}
    changed = ledger.patch("/owners/ada/books/notes", content=json.dumps(patch), headers=headers)
    assert changed.json() == book | {"title": "T"}
    again = ledger.patch("/owners/ada/books/notes", content=json.dumps(patch), headers=headers)
    assert (again.status_code, "does not apply" in again.json()["title"]) == (400, True)
    assert ledger.delete("/owners/ada/books/notes").status_code == 204
    assert ledger.get("/owners/ada/books/notes").status_code == 404
    assert ledger.get("/owners/ada/books/plans").status_code == 200


def test_keys_that_are_required_together_are_all_asked_for(ledger: httpx.Client) -> None:
    path = httpx.URL(str(ledger.base_url)).join("Accounts.json")
    cookie, header = {"cookie": "session=ledger_token_sandbox"}, {"x-app": "ledger_app_sandbox"}
    statuses = [httpx.get(path, headers=headers).status_code for headers in (cookie, header, cookie | header)]
    assert statuses == [401, 401, 200]


def test_a_key_in_the_query_is_not_in_the_journal_whatever_it_is_called(ledger: httpx.Client) -> None:
    assert httpx.get(f"{ledger.base_url}Accounts.json?who=ledger_query_sandbox&Page=0").status_code == 200
    journal = httpx.get(ledger.base_url.copy_with(path="/_sandbox/journal")).json()["entries"]
    assert journal[-1]["query"] == "who=***&Page=0"
