"""The conformance table of security: addresses, header values, redirects, limits."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.kit import KEY, Wire, case, endpoint, reply, wired
from veneer import Client, ConfigurationError, RedirectError, api_key_header
from veneer._core.auth import credential
from veneer._core.call import generic
from veneer._core.options import check_header
from veneer._core.platform import Platform
from veneer._core.redirects import redirected
from veneer._core.urls import expand
from veneer._http import tls

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "security_cases.json").read_text(encoding="utf-8")
)
PATHS: dict[str, Any] = TABLE["path_params"]


@pytest.mark.parametrize("row", PATHS["encode"], ids=lambda row: case(row, "template", "params"))
def test_path_parameters_are_encoded_whole(row: Mapping[str, Any]) -> None:
    assert expand(row["template"], row["params"]) == row["path"]


@pytest.mark.parametrize("row", PATHS["encode"], ids=lambda row: case(row, "template", "params"))
def test_the_engine_sends_the_path_as_it_was_encoded(row: Mapping[str, Any]) -> None:
    wire = Wire(200)
    wired(wire).request("GET", row["template"], path_params=row["params"])
    assert wire.requests[0].url.raw_path.decode() == f"/v1{row['path']}"


@pytest.mark.parametrize("row", PATHS["reject"], ids=lambda row: case(row, "template", "params"))
def test_path_parameters_that_would_retarget_the_request_are_refused(row: Mapping[str, Any]) -> None:
    wire = Wire(200)
    with pytest.raises(ValueError, match="path parameter"):
        wired(wire).request("GET", row["template"], path_params=row["params"])
    assert wire.requests == []


@pytest.mark.parametrize("value", [".", "..", "", None], ids=repr)
@pytest.mark.parametrize("by", ["position", "keyword"])
def test_generated_endpoints_refuse_them_too(value: object, by: str) -> None:
    wire = Wire(200)
    get = endpoint("get", "/projects/{projectId}/keys")
    with pytest.raises(ConfigurationError):
        wired(wire).call(get, value) if by == "position" else wired(wire).call(get, item=value)
    assert wire.requests == []


@pytest.mark.parametrize("row", TABLE["query_params"], ids=lambda row: str(row["params"]))
def test_query_values_are_encoded(row: Mapping[str, Any]) -> None:
    wire = Wire(200)
    wired(wire).request("GET", "x", params=row["params"])
    sent = wire.requests[0].url.query.decode()
    assert sent in row.get("query_any", [row.get("query")])


def test_a_query_value_cannot_add_parameters() -> None:
    wire = Wire(200)
    wired(wire, query={"k": "a&b=1"}).call(endpoint("get"), action="a&limit=9#f", none=None)
    assert parse_qs(urlsplit(str(wire.requests[0].url)).query) == {"k": ["a&b=1"], "action": ["a&limit=9#f"]}


OWN = Platform(name="own", schemes={"own": api_key_header("X-My-Own-Name")})
REDIRECTS: dict[str, Any] = TABLE["redirect_credentials"]
SECRET_HEADERS = {
    "authorization": "Bearer " + KEY,
    "x-api-key": KEY,
    "api-key": KEY,
    "cookie": f"s={KEY}",
    "proxy-authorization": f"Basic {KEY}",
    "idempotency-key": KEY,
    "x-my-own-name": KEY,
}


def follow(base: str, location: str, status: int, method: str = "GET") -> tuple[Wire, Exception | None]:
    """Ask for `base`, be redirected to `location`, and see what goes there."""
    wire = Wire(reply(status, headers={"location": location}), 200)
    parts = urlsplit(base)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # plain http with a key: its own test below
        client = Client(
            f"{parts.scheme}://{parts.netloc}",
            api_key=KEY,
            platform=OWN,
            headers=SECRET_HEADERS,
            http_client=httpx.Client(transport=httpx.MockTransport(wire)),
        )
    try:
        client.request(method, parts.path)
    except RedirectError as error:
        return wire, error
    return wire, None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("row", REDIRECTS["cases"], ids=lambda row: case(row, "from", "location"))
def test_credentials_stay_with_their_origin_across_redirects(row: Mapping[str, Any], status: int) -> None:
    """From http to https on the default ports the table keeps the key and we do not: another scheme is another origin (RFC 6454)."""
    upgraded = row["from"].startswith("http://") and row["location"].startswith("https://")
    wire, error = follow(row["from"], row["location"], status)
    arrived = wire.requests[1:]
    holds = [name for request in arrived for name in SECRET_HEADERS if KEY in request.headers.get(name, "")]
    if row["credentials_kept"] and not upgraded:
        assert (error, sorted(holds)) == (None, sorted(SECRET_HEADERS))
    else:
        assert holds == []
        assert arrived or error is not None


def test_a_redirect_from_https_to_http_is_refused() -> None:
    wire, error = follow("https://origin.test/start", "http://origin.test/final", 302)
    assert (len(wire.requests), isinstance(error, RedirectError)) == (1, True)


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_does_not_follow_a_redirect_to_another_origin(status: int) -> None:
    wire, error = follow("https://origin.test/start", "https://other.test/final", status, "POST")
    assert (len(wire.requests), isinstance(error, RedirectError)) == (1, True)


def test_a_credential_lost_on_the_way_does_not_come_back() -> None:
    chain: dict[str, Any] = REDIRECTS["chain"]
    answers = [reply(302, headers={"location": location}) for location in chain["locations"]]
    wire = Wire(*answers, 200)
    client = Client(
        "https://origin.test", api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(wire))
    )
    client.request("GET", "/start")
    held = ["yes" if "authorization" in request.headers else "no" for request in wire.requests]
    assert held == chain["key_on_each_hop"]


def test_a_redirect_loop_ends() -> None:
    wire, error = follow("https://origin.test/a", "/a", 302)
    assert error is None
    loop = Wire(reply(302, headers={"location": "/again"}))
    with pytest.raises(RedirectError) as caught:
        wired(loop).request("GET", "x")
    assert (len(wire.requests), len(loop.requests), caught.value.raw_response is not None) == (2, 10, True)


@pytest.mark.parametrize(
    ("location", "cause"),
    [
        (None, "it has no Location"),
        ("", "it has no Location"),
        ("https://[bad", "its Location is not an address"),
        ("ftp://origin.test/x", "its Location is not an http(s) address"),
        ("https://a\x00b/", "its Location is not an address"),
        ("https://a b/", "its Location is not an address"),
        ("https://x:99999/", "its Location is not an address"),
        ("https://\u2603-./", "its Location is not an address"),
        ("http://origin.test/x", "it leads from https to plain http"),
    ],
)
def test_a_location_that_leads_nowhere_is_not_followed_and_the_cause_is_named(
    location: str | None, cause: str
) -> None:
    request = httpx.Request("GET", "https://origin.test/x")
    response = httpx.Response(302, headers={} if location is None else [(b"location", location.encode())])
    assert redirected(request, response, replayable=True) == (None, cause, False)


@pytest.mark.parametrize("row", TABLE["absolute_url_argument"], ids=lambda row: str(row["arg"]))
def test_an_absolute_url_elsewhere_is_refused(row: Mapping[str, Any]) -> None:
    wire = Wire(200)
    with pytest.raises(ConfigurationError):
        wired(wire).request("GET", row["arg"])
    assert wire.requests == []


@pytest.mark.parametrize("target", ["https://api.test/v1/x", "HTTPS://API.test:443/v1/x"])
def test_an_absolute_url_of_the_own_origin_is_sent_with_the_credential(target: str) -> None:
    wire = Wire(200)
    wired(wire).request("GET", target)
    assert wire.sent("authorization") == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    "row", [row for row in TABLE["header_values"] if "value" in row], ids=lambda row: repr(row["value"])
)
def test_header_values_that_http_forbids_are_refused_without_being_shown(row: Mapping[str, Any]) -> None:
    wire = Wire(200)
    post = endpoint("post", "/items")
    for attempt in (
        lambda: check_header("x-a", row["value"]),
        lambda: wired(wire, headers={"x-a": row["value"]}),
        lambda: wired(wire).with_options(headers={"x-a": row["value"]}),
        lambda: wired(wire).with_options(idempotency_key=row["value"]).call(post),
        lambda: wired(wire).request("GET", "x", headers={"x-a": row["value"]}),
    ):
        with pytest.raises(ConfigurationError) as caught:
            attempt()
        assert row["value"] not in str(caught.value)
    assert wire.requests == []


def test_latin_letters_in_a_header_arrive_as_they_are() -> None:
    wire = Wire(200)
    wired(wire).request("GET", "x", headers={"x-name": "Grüße"})
    assert dict(wire.requests[0].headers.raw)[b"x-name"] == "Grüße".encode("latin-1")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "é", "a\x00"])
def test_header_names_that_http_forbids_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError):
        wired(Wire(), headers={name: "x"})


@pytest.mark.parametrize(
    "row", [row for row in TABLE["header_values"] if "api_key" in row], ids=lambda row: repr(row["api_key"])
)
def test_keys_are_stripped_and_empty_ones_refused(row: Mapping[str, Any]) -> None:
    key = row["api_key"]
    if key.strip():
        wire = Wire(200)
        wired(wire, api_key=key).request("GET", "x")
        assert wire.sent("authorization") == [f"Bearer {key.strip()}"]
    else:
        with pytest.raises(ConfigurationError, match="api_key is empty"):
            wired(Wire(), api_key=key)


@pytest.mark.parametrize("key", ["SECRET\nEVIL", "SECR€T", "SEC\x7fRET", "SEC\x00RET"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        credential(key)
    assert "SEC" not in f"{caught.value!r}"


def test_certificates_are_verified_and_no_environment_variable_changes_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PYTHONHTTPSVERIFY", "CURL_INSECURE", "SSL_VERIFY", "HTTPX_VERIFY"):
        monkeypatch.setenv(name, "0")
    tls._making.cache_clear()
    context = tls.context()
    assert (context.check_hostname, context.verify_mode.name) == (True, "CERT_REQUIRED")


@pytest.mark.parametrize(
    ("base", "warned"),
    [
        ("http://api.example", True),
        ("https://api.example", False),
        ("http://127.0.0.1:1", False),
        ("http://[::1]:1", False),
        ("http://localhost:1", False),
        ("http://127.evil.example", True),
    ],
)
def test_a_key_over_plain_http_to_another_machine_warns(base: str, warned: bool) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Client(base, api_key=KEY)
    assert [KEY in str(one.message) for one in caught] == [False] * warned


@pytest.mark.parametrize(
    ("options", "changes", "warned"),
    [
        ({"api_key": KEY}, {"base_url": "http://api.example"}, True),
        ({"api_key": KEY}, {"base_url": "http://127.0.0.1:1"}, False),
        ({"api_key": KEY}, {"base_url": "https://other.example"}, False),
        ({}, {"base_url": "http://api.example"}, False),
        ({}, {"base_url": "http://api.example", "headers": {"Authorization": f"Bearer {KEY}"}}, True),
        ({"headers": {"X-API-Key": KEY}}, {"base_url": "http://api.example"}, True),
        ({"headers": {"X-My-Own-Name": KEY}}, {"base_url": "http://api.example"}, True),
        ({"headers": {"X-API-Key": None, "accept": "*/*"}}, {"base_url": "http://api.example"}, False),
        ({"api_key": KEY}, {"deadline": 5.0}, False),
    ],
    ids=str,
)
def test_a_view_warns_of_a_key_over_plain_http_as_a_client_does(
    options: dict[str, Any], changes: Any, warned: bool
) -> None:
    client = Client("https://api.example", platform=OWN, **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client.with_options(**changes)
    assert [(KEY in str(one.message), one.filename) for one in caught] == [(False, __file__)] * warned


@pytest.mark.parametrize(
    ("headers", "warned"),
    [
        ({"authorization": f"Bearer {KEY}"}, True),
        ({"Cookie": f"sid={KEY}"}, True),
        ({"x-my-own-name": KEY}, True),
        ({"accept": "*/*"}, False),
        ({"authorization": None}, False),
    ],
    ids=str,
)
def test_a_credential_that_is_given_as_a_header_over_plain_http_warns(
    headers: dict[str, str | None], warned: bool
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Client("http://api.example", platform=OWN, headers=headers)
    assert [KEY in str(one.message) for one in caught] == [False] * warned


@pytest.mark.parametrize(
    "base",
    [
        "",
        "api.example",
        "ftp://x",
        "https://",
        "https://u:p@x",
        "https://x/?a=1",
        "https://x/#f",
        "https://x:99999",
        "https://x:a",
        "https://[::1",
        "https://a b/",
        "//x",
    ],
)
def test_a_base_url_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ConfigurationError):
        Client(base or "relative")


def test_netrc_credentials_are_never_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text(f"machine api.test login me password {KEY}\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    wire = Wire(200)
    wired(wire, api_key=None).request("GET", "x")
    assert wire.sent("authorization") == [None]


def test_the_repr_of_a_call_shows_no_argument() -> None:
    call = generic("POST", "auth/token", json={"password": KEY}, params={"k": KEY}, headers={"x": KEY})
    assert KEY not in repr(call)
