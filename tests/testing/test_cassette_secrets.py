"""No secret is ever in a cassette: whatever it is, wherever it goes, and however it comes back."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kit import endpoint
from testing.kit import KEY, playing, recording
from veneer import Client, OAuth2, Platform, Scheme
from veneer._core.redact import MASK, spellings
from veneer_testing.bodies import Messages, events_of, kept_body, read_body, request_body
from veneer_testing.cassette import request_key
from veneer_testing.redaction import Redactor

URL = "https://api.example.com"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
SECRETS = st.text(string.ascii_letters + string.digits + '-_.+/=ü"', min_size=12, max_size=40)


def answering(answer: Any, **options: Any) -> Client:
    """Make a client whose server is a function of the request."""
    engine = httpx.Client(transport=httpx.MockTransport(answer), trust_env=False)
    return Client(URL, **{"api_key": KEY, "http_client": engine, **options})


def echo(request: httpx.Request) -> httpx.Response:
    """Give back everything that came, in JSON."""
    content = request.read().decode("utf-8", "replace")
    seen = {"url": str(request.url), "headers": dict(request.headers), "body": content}
    return httpx.Response(
        200, json=seen, headers={"set-cookie": f"sid={KEY}", "x-echo": KEY, "link": f"<{request.url}>"}
    )


def found(secret: str, text: str) -> list[str]:
    """Return the forms of a secret that are in a text, percent-encoded twice too."""
    return [form for one in (secret, quote(secret, safe="")) for form in spellings(one) if form in text]


@pytest.mark.parametrize(
    "scheme",
    [
        Scheme("Authorization", "Bearer "),
        Scheme("X-Key"),
        Scheme("key", place="query"),
        Scheme("sid", place="cookie"),
    ],
    ids=["bearer", "header", "query", "cookie"],
)
def test_a_clients_key_is_nowhere_even_where_the_server_echoes_it(tmp_path: Path, scheme: Scheme) -> None:
    path = tmp_path / "c.json"
    platform = Platform(name="acme", schemes={"main": scheme})

    def use() -> Any:
        with answering(echo, platform=platform) as client:
            answer = client.request("POST", f"users/{quote(KEY, safe='')}", json={"note": f"my key is {KEY}"})
            return client.request("GET", "again", params={"of": answer.json()["url"]}).json()

    with recording(path):
        use()
    text = path.read_text(encoding="utf-8")
    assert found(KEY, text) == []
    assert "my key is ***" in text
    with playing(path) as tape:
        use()
        assert tape.cassette.unplayed == 0


def test_a_password_of_basic_is_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    platform = Platform(name="acme", schemes={"main": Scheme("Authorization", "Basic ")})
    with recording(path), answering(echo, platform=platform, api_key="ada:correct-horse") as client:
        client.request("GET", "things")
    text = path.read_text(encoding="utf-8")
    assert "correct-horse" not in text
    assert base64.b64encode(b"ada:correct-horse").decode() not in text


def test_a_key_that_is_split_between_the_pieces_of_a_stream_is_found(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    event = f"data: the key {KEY} of yours\n\n".encode()

    def answer(_: httpx.Request) -> httpx.Response:
        pieces = (event[start : start + 5] for start in range(0, len(event), 5))
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=pieces)

    with recording(path), answering(answer) as client, client.stream("events") as stream:
        assert [one.data for one in stream] == [f"the key {KEY} of yours"]
    text = path.read_text(encoding="utf-8")
    assert found(KEY, text) == []
    assert "the key *** of yours" in text


def test_a_token_that_an_answer_gives_is_nowhere_and_the_calls_that_carry_it_replay(tmp_path: Path) -> None:
    path, token = tmp_path / "c.json", "tok-4f9c2e7ab1"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/session":
            return httpx.Response(200, json={"session": {"refresh_token": token, "expires_in": 3600}})
        return httpx.Response(200, json={"path": request.url.path, "said": f"you are {token}"})

    def use() -> Any:
        with answering(answer) as client:
            held = client.request("POST", "session", json={"password": "correct-horse"}).json()["session"]
            later = client.request("DELETE", "session/{token}", path_params={"token": held["refresh_token"]})
            return held["expires_in"], later.json()["said"]

    with recording(path):
        assert use() == (3600, f"you are {token}")
    text = path.read_text(encoding="utf-8")
    assert found(token, text) == found("correct-horse", text) == []
    with playing(path):
        assert use() == (3600, f"you are {MASK}")


def test_a_secret_that_is_told_late_is_not_in_what_came_before_either(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    def answer(request: httpx.Request) -> httpx.Response:
        name = "note" if request.url.path == "/first" else "token"
        return httpx.Response(200, json={name: "tok-4f9c2e7ab1"})

    with recording(path), answering(answer) as client:
        client.request("GET", "first")
        client.request("GET", "second")
    assert "tok-4f9c2e7ab1" not in path.read_text(encoding="utf-8")


def test_a_key_of_digits_is_found_in_numbers_too() -> None:
    messages = Messages(Redactor(known={"123456789012"}), {}, "GET", URL)
    assert kept_body(b'{"a":1234567890123,"b":5}', messages)["json"] == {"a": 0, "b": 5}
    assert kept_body(b"123456789012", messages)["json"] == 0


def test_the_tokens_of_oauth_and_what_they_are_got_with_are_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            given = {
                "access_token": "at-4f9c2e7ab1",
                "token_type": "bearer",
                "expires_in": 3600,
                "scope": "read",
            }
            return httpx.Response(200, json=given)
        return httpx.Response(200, json={"ok": "at-4f9c2e7ab1" in request.headers["authorization"]})

    def use(secret: str) -> Any:
        flow = OAuth2(token_url=f"{URL}/token", client_id="me", client_secret=secret)
        with answering(answer, api_key=flow) as client:
            return client.request("GET", "things").json()

    with recording(path):
        assert use("cs-correct-horse") == {"ok": True}
    text = path.read_text(encoding="utf-8")
    assert found("cs-correct-horse", text) == found("at-4f9c2e7ab1", text) == []
    assert "grant_type" in text
    with playing(path):
        assert use("another-secret") == {"ok": True}


def test_the_signature_of_a_presigned_address_is_nowhere_and_the_hop_to_it_replays(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    signed = "https://store.example.com/a.zip?X-Amz-Credential=AKIA4f9c2e&X-Amz-Signature=4f9c2e7ab1d3&part=1"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "store.example.com":
            return httpx.Response(200, content=b"\x00zip")
        return httpx.Response(302, headers={"location": signed})

    def use() -> bytes:
        with answering(answer) as client:
            return client.request("GET", "export").content

    with recording(path):
        use()
    text = path.read_text(encoding="utf-8")
    assert "4f9c2e" not in text
    assert "X-Amz-Signature=***&part=1" in text
    with playing(path):
        assert use() == b"\x00zip"


def test_members_that_a_contract_calls_secret_are_masked_by_a_value_of_their_type(tmp_path: Path) -> None:
    """The sandbox's contracts have such: a new key is shown once, and never again."""
    path = tmp_path / "c.json"
    plain = "vk_live_4f9c2e7ab1"

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(201, json={"id": "key_1", "api_key": plain, "name": "ci", "pin": 1234})

    with recording(path), answering(answer) as client:
        client.request("POST", "keys", json={"name": "ci"})
    kept = json.loads(path.read_text())["interactions"][0]["response"]["body"]["json"]
    assert kept == {"id": "key_1", "api_key": MASK, "name": "ci", "pin": 0}


def test_an_address_that_is_secret_stays_one_that_can_be_followed() -> None:
    redactor = Redactor()
    messages = Messages(redactor, {}, "GET", URL)
    presigned = "https://store.example.com/files/evidence.json?code=4f9c2e7ab1d3&n=1"
    hook = "https://hooks.example.com/T000/4f9c2e7ab1d3xyz"
    own = f"{URL}/exports/1/content"
    body = {"auth_token": presigned, "secret": hook, "otp": own}
    assert kept_body(json.dumps(body).encode(), messages)["json"] == {
        "otp": own,
        "auth_token": "https://store.example.com/files/evidence.json?code=***&n=***",
        "secret": "https://hooks.example.com/***",
    }
    assert redactor.text(f"sent to {hook}") == "sent to https://hooks.example.com/***"


def test_x_veneer_secret_of_a_contract_is_obeyed() -> None:
    schema = {
        "type": "object",
        "properties": {"motto": {"type": "string", "x-veneer-secret": True}, "a": {"type": "string"}},
    }
    media = {"content": {"application/json": {"schema": schema}}}
    contract: Mapping[str, Any] = {
        "paths": {"/things": {"post": {"requestBody": media, "responses": {"201": media}}}},
    }
    messages = Messages(Redactor(), contract, "POST", f"{URL}/things")
    value = {"motto": "sesame-open", "a": "b"}
    content = json.dumps(value).encode()
    assert request_body(content, "application/json", messages) == {"json": {"motto": MASK, "a": "b"}}
    assert kept_body(content, messages)["json"] == {"motto": MASK, "a": "b"}


def test_a_random_idempotency_key_does_not_keep_a_request_from_its_answer(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    execute = endpoint("post", "/runs", idempotency={"in": "body", "name": "idempotencyKey"})

    def use() -> Any:
        with answering(echo) as client:
            return client.call(execute, body={"pipeline": "p"})

    with recording(path):
        use()
    with playing(path):
        assert use()["url"] == f"{URL}/runs"


def test_page_tokens_are_places_and_stay() -> None:
    messages = Messages(Redactor(), {}, "GET", URL)
    body = b'{"next_page_token":"abc-def-ghi","token":"abc-def-ghi-jkl"}'
    assert kept_body(body, messages)["json"] == {"next_page_token": "abc-def-ghi", "token": MASK}


def test_what_is_shown_on_request_stays(tmp_path: Path) -> None:
    path = tmp_path / "c.json"

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"signature": "4f9c2e7ab1"}, headers={"x-team": "a", "x-other": "b"})

    with recording(path, shown=("signature", "x-team")), answering(answer) as client:
        client.request("GET", "things")
    answered = json.loads(path.read_text())["interactions"][0]["response"]
    assert answered["body"]["json"] == {"signature": "4f9c2e7ab1"}
    assert "x-team" in answered["headers"]
    assert "x-other" not in answered["headers"]


def test_a_text_that_is_no_whole_json_has_its_secret_members_masked() -> None:
    messages = Messages(Redactor(), {}, "GET", URL)
    kept = kept_body(b'{"id":1,"password":"correct-horse","twice":1,"twice":2,"secret":"batt', messages)
    assert "correct-horse" not in str(kept)
    assert "batt" not in str(kept)
    assert '"twice":2' in read_body(kept).decode()


@settings(max_examples=40)
@given(secret=SECRETS, before=TEXT, after=TEXT, cut=st.integers(1, 60))
def test_no_form_of_a_known_secret_survives_in_any_kind_of_body(
    secret: str, before: str, after: str, cut: int
) -> None:
    redactor = Redactor(known={secret})
    messages = Messages(redactor, {}, "POST", URL)
    texts = [
        before + form + after
        for form in (secret, quote(secret, safe=""), base64.b64encode(f"u:{secret}".encode()).decode())
    ]
    for text in texts:
        bodies = [
            (text.encode(), "text/plain"),
            (json.dumps({"note": text}).encode(), "application/json"),
            (json.dumps({"note": text}, ensure_ascii=False)[:-1].encode(), "application/json"),
            (b"\xff\x00" + text.encode(), "application/octet-stream"),
            (urlencode({"note": text}).encode(), "application/x-www-form-urlencoded"),
        ]
        for content, media in bodies:
            kept = kept_body(content, messages)
            assert found(secret, read_body(kept).decode("utf-8", "replace")) == []
            assert found(secret, json.dumps(request_body(content, media, messages), ensure_ascii=False)) == []
        stream = f"data: {json.dumps({'note': text})}\n\n".encode()
        chunks = [(0.0, stream[start : start + cut]) for start in range(0, len(stream), cut)]
        whole = b"".join(event for _, event in events_of(chunks, "text/event-stream", messages))
        assert found(secret, whole.decode()) == []


@given(name=st.sampled_from(["password", "accessToken", "client_secret", "api_key", "pin"]), value=SECRETS, place=st.sampled_from(["json", "form", "url", "event", "field"]))  # fmt: skip
def test_what_stands_under_a_secrets_name_is_masked_and_learnt(name: str, value: str, place: str) -> None:
    redactor = Redactor()
    messages = Messages(redactor, {}, "POST", URL)
    body = json.dumps({"deep": [{name: value}]}).encode()
    kept: Any = {
        "json": lambda: kept_body(body, messages),
        "form": lambda: request_body(
            urlencode({name: value}).encode(), "application/x-www-form-urlencoded", messages
        ),
        "url": lambda: redactor.url(f"{URL}/?{urlencode({name: value})}"),
        "event": lambda: [
            event.decode()
            for _, event in events_of([(0, b"data: " + body + b"\n\n")], "text/event-stream", messages)
        ],
        "field": lambda: request_body(_multipart(name, value), "multipart/form-data; boundary=b", messages),
    }[place]()
    text = json.dumps(kept, ensure_ascii=False)
    assert found(value, text) == []
    assert MASK in text
    if place != "url":
        assert redactor.text(f"a {value} b") == f"a {MASK} b"


def _multipart(name: str, value: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b--\r\n'.encode()


@given(content=st.one_of(st.binary(max_size=200), TEXT.map(str.encode), st.recursive(st.none() | st.booleans() | st.integers() | TEXT, st.lists).map(lambda one: json.dumps(one).encode())))  # fmt: skip
def test_a_body_without_a_secret_is_read_back_byte_for_byte(content: bytes) -> None:
    kept = kept_body(content, Messages(Redactor(), {}, "GET", URL))
    if b"://" not in content:
        assert read_body(json.loads(json.dumps(kept))) == content


@given(events=st.lists(st.text('abc :{}"\n\r', max_size=12)), cut=st.integers(1, 7))
def test_a_stream_is_cut_into_events_and_nothing_is_lost(events: list[str], cut: int) -> None:
    whole = "".join(f"{event}\n\n" for event in events).encode()
    chunks = [(0.5, whole[start : start + cut]) for start in range(0, len(whole), cut)]
    pieces = list(events_of(chunks, "text/event-stream", Messages(Redactor(), {}, "GET", URL)))
    assert b"".join(piece for _, piece in pieces) == whole
    assert sum(after for after, _ in pieces) == pytest.approx(0.5 * len(chunks))


def test_masking_a_request_twice_changes_nothing() -> None:
    redactor = Redactor(known={KEY})
    messages = Messages(redactor, {}, "POST", URL)
    body = request_body(
        json.dumps({"token": "a-secret-token", "note": KEY}).encode(), "application/json", messages
    )
    again = request_body(json.dumps(body["json"]).encode(), "application/json", messages)
    url = redactor.url(f"{URL}/x?sig=4f9c2e7ab1&n=1")
    assert again == body
    assert request_key({"method": "POST", "url": url}, ["query"]) == request_key(
        {"method": "POST", "url": url.replace("***", "%2A%2A%2A")}, ["query"]
    )
