# Derived from tests/core/_async/test_credentials.py by scripts/unasync.py: edit that file, not this one.
"""Credentials go where the contract says, are asked for anew where they are functions, and renewed once for all who need it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from core.kit import BASE, KEY, Ticks, Wire, endpoint, reply, together, wired

from veneer import (
    AuthenticationError,
    Client,
    ConfigurationError,
    DeadlineExceededError,
    Outcome,
    Platform,
    Scheme,
    _io,
    api_key_cookie,
    api_key_header,
    api_key_query,
)
from veneer._core.auth import BASIC, BEARER
from veneer._core.call import from_endpoint
from veneer._core.redact import Secret

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
TWO = Platform(name="two", schemes={"apiKey": api_key_header("X-Key"), "bearer": BEARER})
# As servers' contracts have them: several names for one place.
MANY = Platform(
    name="many",
    schemes={
        "token": BEARER,
        "oauth2": BEARER,
        "user": BEARER,
        "key": api_key_header("X-Key"),
        "query": api_key_query("sig"),
    },
)
EXPIRING = Platform(name="expiring", refreshable_codes=frozenset({"TOKEN_EXPIRED"}))
CODE = {"error": {"code": "TOKEN_EXPIRED", "message": "expired"}}


def accepts(token: str) -> Any:
    """A server that takes this token only."""

    def answer(request: httpx.Request) -> httpx.Response:
        good = request.headers.get("authorization") == f"Bearer {token}"
        return reply(200) if good else reply(401, json=CODE)

    return answer


@pytest.mark.parametrize(
    ("security", "header", "value"),
    [
        (None, "x-key", "one"),
        (["apiKey"], "x-key", "one"),
        (["bearer"], "authorization", "Bearer two"),
        (["other", "bearer"], "authorization", "Bearer two"),
    ],
    ids=str,
)
def test_the_contracts_scheme_decides_which_credential_goes(
    security: list[str] | None, header: str, value: str
) -> None:
    wire = Wire()
    client = wired(wire, platform=TWO, api_key="one", credentials={"bearer": "two"})
    client.call(endpoint("get", security=security))
    sent = {name: wire.requests[0].headers.get(name) for name in ("x-key", "authorization")}
    assert sent == {"x-key": None, "authorization": None, header: value}


def test_an_open_operation_gets_no_credential() -> None:
    wire = Wire()
    wired(wire).call(endpoint("get", security=[]))
    assert wire.sent("authorization") == [None]


@pytest.mark.parametrize(
    ("security", "sent"),
    [
        (["token"], "Bearer one"),
        (["oauth2"], "Bearer one"),
        (["oauth2", "token"], "Bearer one"),
        (["key", "oauth2"], "Bearer one"),
        (["user"], "Bearer two"),
    ],
    ids=str,
)
def test_a_key_serves_each_scheme_that_puts_it_into_the_same_place(security: list[str], sent: str) -> None:
    """A credential that is given for a scheme by name comes first there, and serves no other."""
    wire = Wire()
    client = wired(wire, platform=MANY, api_key="one", credentials={"user": "two"})
    client.call(endpoint("get", security=security))
    assert wire.sent("authorization") == [sent]


@pytest.mark.parametrize(
    ("security", "words"),
    [
        (["key"], "key (header `X-Key: …`); pass credentials={'key': …}"),
        (
            ["token", "key"],
            "token (header `Authorization: Bearer …`) or key (header `X-Key: …`); pass api_key= or",
        ),
        (
            [("user", "key")],
            "user (header `Authorization: Bearer …`) and key (header `X-Key: …`); pass credentials={'u",
        ),
        (["oauth2"], "oauth2 (header `Authorization: Bearer …`); pass api_key="),
        (["query"], "query (query `sig`); pass credentials={'query': …}"),
    ],
    ids=str,
)
def test_an_operation_for_which_nothing_fits_is_an_error_before_anything_is_sent(
    security: list[Any], words: str
) -> None:
    wire = Wire()
    client = wired(wire, platform=MANY, api_key=None, credentials={"user": "two"})
    with pytest.raises(ConfigurationError) as caught:
        client.call(endpoint("get", security=security))
    assert f"get_item needs a credential that this client does not hold: {words}" in str(caught.value)
    assert (wire.requests, caught.value.operation, caught.value.outcome) == ([], "get_item", Outcome.NOT_SENT)


def test_schemes_that_go_together_are_all_sent() -> None:
    wire = Wire()
    client = wired(wire, platform=MANY, api_key="one", credentials={"key": "two"})
    client.call(endpoint("get", security=[["oauth2", "key"]]))
    assert (wire.sent("authorization"), wire.sent("x-key")) == (["Bearer one"], ["two"])


@pytest.mark.parametrize(
    ("security", "sent"), [(["token", []], "Bearer one"), ([[], "token"], "Bearer one"), (["key", []], None)]
)
def test_an_operation_that_takes_none_as_well_gets_what_fits(security: Any, sent: str | None) -> None:
    wire = Wire()
    wired(wire, platform=MANY, api_key="one").call(endpoint("get", security=security))
    assert wire.sent("authorization") == [sent]


def test_a_client_without_any_credential_sends_none() -> None:
    """Servers may run without, whatever their contract says."""
    wire = Wire()
    wired(wire, platform=MANY, api_key=None).call(endpoint("get", security=["token"]))
    assert wire.sent("authorization") == [None]


@pytest.mark.parametrize(
    "options",
    [{"headers": {"X-Key": "mine"}}, {"headers": {"x-key": None}}, {"query": {"key": "mine"}}],
    ids=["header", "header that is never sent", "query"],
)
def test_a_credential_that_the_caller_gives_otherwise_counts(options: dict[str, Any]) -> None:
    wire = Wire()
    security = ["key"] if "headers" in options else ["query"]
    platform = Platform(name="own", schemes={**MANY.schemes, "query": api_key_query("key")})
    client = wired(wire, platform=platform, api_key=None, credentials={"user": "two"})
    client.with_options(**options).call(endpoint("get", security=security))
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "own", [{"auth": ("me", "pw")}, {"headers": {"X-Key": "mine"}}], ids=["auth", "header"]
)
@pytest.mark.parametrize("required", [True, False], ids=["key required", "no key required"])
def test_a_credential_of_the_callers_own_http_client_counts(own: dict[str, Any], required: bool) -> None:
    wire = Wire()
    platform = Platform(name="own", schemes={"key": api_key_header("X-Key")}, key_required=required)
    with httpx.Client(transport=httpx.MockTransport(wire), **own) as engine:
        client = Client(BASE, platform=platform, http_client=engine)
        client.call(endpoint("get", security=["key"]))
    assert len(wire.requests) == 1


def test_a_platform_that_requires_a_key_gets_no_call_without_one() -> None:
    platform = Platform(name="own", schemes={"key": api_key_header("X-Key")}, key_required=True)
    with pytest.raises(ConfigurationError, match="no API key: pass api_key="):
        Client(BASE, platform=platform)
    wire = Wire()
    engine = httpx.Client(transport=httpx.MockTransport(wire), headers={"X-Key": "mine"})
    client = Client(BASE, platform=platform, http_client=engine)
    del engine.headers["X-Key"]
    with pytest.raises(ConfigurationError, match=r"pass api_key=$"):
        client.call(endpoint("get", security=["key"]))
    assert wire.requests == []


def test_schemes_that_nobody_knows_get_the_clients_first_credential() -> None:
    """A package that was generated elsewhere has names of its own."""
    wire = Wire()
    wired(wire).call(endpoint("get", security=["HTTPBearer"]))
    assert wire.sent("authorization") == [f"Bearer {KEY}"]


def test_two_credentials_for_one_scheme_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="api_key= is the credential of 'apiKey', and so is"):
        wired(Wire(), platform=TWO, api_key="one", credentials={"apiKey": "two"})


def test_a_credential_by_name_comes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_KEY", "environment")
    wire = Wire()
    platform = Platform(name="own", env_api_key="OWN_KEY")
    wired(wire, platform=platform, api_key=None, credentials={"bearer": "named"}).call(GET)
    assert wire.sent("authorization") == ["Bearer named"]


# -- where a credential goes -----------------------------------------------------------------------------------------


def one(scheme: Scheme) -> Platform:
    return Platform(name="one", schemes={"key": scheme})


def test_a_key_in_the_query_is_added_to_what_is_there() -> None:
    wire = Wire()
    client = wired(wire, platform=one(api_key_query("sig")), api_key="a/b c")
    client.call(GET, q="1")
    client.request("GET", "items?x=1")
    client.with_options(query={"sig": "mine"}).call(GET)
    assert [str(request.url).partition("?")[2] for request in wire.requests] == [
        "q=1&sig=a%2Fb+c",
        "x=1&sig=a%2Fb+c",
        "sig=mine",
    ]


def test_a_key_in_the_query_goes_to_no_other_origin() -> None:
    wire = Wire(reply(302, headers={"location": "https://elsewhere.test/"}), 200)
    wired(wire, platform=one(api_key_query("sig"))).call(GET)
    assert [KEY in str(request.url) for request in wire.requests] == [True, False]


def test_a_key_in_a_cookie_goes_with_the_cookies_of_the_call_and_of_the_options() -> None:
    wire = Wire()
    client = wired(wire, platform=one(api_key_cookie("sid")), api_key="key")
    call = from_endpoint(GET)._replace(cookies={"theme": "dark"})
    client._session.exchange(call, client.options)
    client.with_options(headers={"Cookie": "a=1"}).call(GET)
    client.with_options(headers={"Cookie": "sid=mine"}).call(GET)
    assert [set(str(cookies).split("; ")) for cookies in wire.sent("cookie")] == [
        {"theme=dark", "sid=key"},
        {"a=1", "sid=key"},
        {"sid=mine"},
    ]


def test_a_cookie_cannot_add_another() -> None:
    wire = Wire()
    client = wired(wire, platform=one(api_key_cookie("sid")), api_key="a; admin=1")
    with pytest.raises(ConfigurationError, match="cannot have a semicolon"):
        client.with_options(headers={"Cookie": "a=1"}).call(GET)
    assert wire.requests == []


@pytest.mark.parametrize("key", ["me:pass word", "bWU6cGFzcyB3b3Jk"], ids=["as two words", "encoded"])
def test_basic_takes_user_and_password_or_what_they_encode_to(key: str) -> None:
    wire = Wire()
    wired(wire, platform=one(BASIC), api_key=key).call(GET)
    assert wire.sent("authorization") == ["Basic bWU6cGFzcyB3b3Jk"]


@pytest.mark.parametrize("scheme", [api_key_query("sig"), api_key_cookie("sid"), BASIC], ids=str)
def test_a_key_is_renewed_wherever_it_goes(scheme: Scheme) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        good = scheme.value(Secret("me:new"))
        return reply(200 if good in f"{request.url.params.get('sig')} {request.headers.raw!r}" else 401)

    wire = Wire(answer)
    wired(wire, platform=one(scheme), api_key="me:old", refresh_token=lambda: "me:new").call(GET)
    assert len(wire.requests) == 2


def test_a_callers_own_header_comes_first() -> None:
    wire = Wire()
    client = wired(wire)
    client.with_options(headers={"Authorization": "Basic mine"}).call(GET)
    client.with_options(headers={"Authorization": None}).call(GET)
    assert wire.sent("authorization") == ["Basic mine", None]


def test_a_key_function_is_asked_for_each_attempt() -> None:
    keys = iter("abcdef")
    wire = Wire(503, 200, 200)
    client = wired(wire, api_key=lambda: next(keys))
    client.call(GET)
    client.call(GET)
    assert wire.sent("authorization") == ["Bearer a", "Bearer b", "Bearer c"]


def test_a_key_function_can_be_slow_in_its_own_way() -> None:
    def key() -> str:
        return KEY

    wire = Wire()
    wired(wire, api_key=key).call(GET)
    assert wire.sent("authorization") == [f"Bearer {KEY}"]


@pytest.mark.parametrize("key", ["", "  ", "a\nb"])
def test_a_key_function_that_gives_junk_is_an_error_before_anything_is_sent(key: str) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError):
        wired(wire, api_key=lambda: key).call(GET)
    assert wire.requests == []


def test_an_expired_token_is_renewed_once_and_the_call_repeated_even_a_write() -> None:
    wire = Wire(accepts("new"))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new")
    done = client.call_raw(POST, body={"a": 1})
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"]
    assert [attempt.reason for attempt in done.attempts] == ["credential renewed", ""]
    client.call(GET)
    assert len(wire.requests) == 3


def test_a_renewal_is_not_a_retry() -> None:
    wire = Wire(accepts("new"))
    wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new", max_retries=0).call(GET)
    assert len(wire.requests) == 2


def test_a_token_that_is_refused_again_is_not_renewed_again() -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return f"wrong{len(renewals)}"

    wire = Wire(accepts("new"))
    with pytest.raises(AuthenticationError) as caught:
        wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh).call(GET)
    assert (len(renewals), len(wire.requests), len(caught.value.attempts)) == (1, 2, 2)


def test_another_401_is_not_an_expiry() -> None:
    wire = Wire(reply(401, json={"error": {"code": "UNAUTHORIZED", "message": "no"}}))
    with pytest.raises(AuthenticationError):
        wired(wire, platform=EXPIRING, refresh_token=lambda: "new").call(GET)
    assert len(wire.requests) == 1


def test_a_body_that_can_be_read_only_once_is_not_sent_again() -> None:
    def parts() -> Any:
        yield b"one"

    renewals: list[int] = []
    wire = Wire(accepts("new"))

    def refresh() -> str:
        renewals.append(1)
        return "new"

    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    with pytest.raises(AuthenticationError):
        client.request("POST", "x", content=parts())
    assert (len(wire.requests), renewals) == (1, [])


def test_a_file_is_rewound_before_the_call_is_repeated() -> None:
    import io

    wire = Wire(accepts("new"))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new")
    client.request("POST", "x", content=io.BytesIO(b"body"))
    assert wire.bodies == [b"body", b"body"]


@pytest.mark.parametrize("count", [16, 64])
def test_calls_that_fail_together_share_one_renewal(count: int) -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        while len(wire.requests) < count:
            _io.sleep(0.001)  # noqa: TID251  # between two looks
        return "new"

    wire = Wire(accepts("new"))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    results = together(count, lambda _: client.call(GET))
    assert (results, len(renewals)) == ([{}] * count, 1)


def test_calls_that_wait_for_a_renewal_that_fails_do_not_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class OwnError(Exception):
        pass

    renewals: list[int] = []
    waiting: list[int] = []
    enter = _io.Lock.__enter__

    def entering(lock: _io.Lock) -> None:
        waiting.append(1)
        enter(lock)

    def refresh() -> str:
        renewals.append(1)
        while len(waiting) < 16:
            _io.sleep(0.001)  # noqa: TID251  # between two looks
        raise OwnError

    monkeypatch.setattr(_io.Lock, enter.__name__, entering)
    wire = Wire(lambda _: reply(401, json=CODE))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    results = together(16, lambda _: client.call(GET))
    assert len(renewals) == 1
    assert sorted(type(result).__name__ for result in results) == ["AuthenticationError"] * 15 + ["OwnError"]


def test_a_renewal_that_needs_renewing_fails_and_does_not_hang() -> None:
    wire = Wire(accepts("never"))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "unused")

    def refresh() -> str:
        client.call(GET)
        return "new"

    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    with pytest.raises(AuthenticationError):
        client.call(GET)


def test_a_renewal_ends_by_the_calls_deadline() -> None:
    ticks = Ticks()

    def late() -> str:
        ticks.advance(20.0)
        raise _io.OutOfTimeError

    wire = Wire(accepts("new"))
    client = wired(wire, ticks, platform=EXPIRING, api_key="old", refresh_token=late, deadline=10)
    with pytest.raises(DeadlineExceededError, match="deadline of 10 s"):
        client.call(GET)
    assert len(wire.requests) == 1


def test_each_key_of_a_function_is_sent_once_and_none_is_lost() -> None:
    """They may be good for one request each; what is asked for after a 401 is what is sent next."""
    given: list[str] = []

    def key() -> str:
        given.append(f"k{len(given)}")
        return given[-1]

    wire = Wire(401, 503, 200, 200)
    client = wired(wire, api_key=key)
    client.call(GET)
    client.call(GET)
    assert wire.sent("authorization") == [f"Bearer {one}" for one in given]
    assert len(given) == 4


def test_a_401_to_a_header_of_the_callers_own_renews_nothing() -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    wire = Wire(401)
    client = wired(wire, refresh_token=refresh, headers={"Authorization": "Bearer mine"})
    with pytest.raises(AuthenticationError):
        client.call(POST)
    assert (len(wire.requests), renewals) == (1, [])


def test_a_refresh_renews_the_key_and_no_credential_of_another_scheme() -> None:
    wire = Wire(401)
    client = wired(
        wire, platform=TWO, api_key="one", credentials={"bearer": "two"}, refresh_token=lambda: "new"
    )
    with pytest.raises(AuthenticationError):
        client.call(endpoint("get", security=["bearer"]))
    with pytest.raises(AuthenticationError):
        client.call(endpoint("get", security=["apiKey"]))
    assert [
        (request.headers.get("x-key"), request.headers.get("authorization")) for request in wire.requests
    ] == [
        (None, "Bearer two"),
        ("one", None),
        ("new", None),
    ]


def test_what_a_refresh_gives_is_sent_next_where_the_key_is_a_function_too() -> None:
    """And one that comes late with the old key does not renew again."""
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    wire = Wire(accepts("new"))
    client = wired(wire, platform=EXPIRING, api_key=lambda: "old", refresh_token=refresh)
    client.call(GET)
    client.call(GET)
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"] * 2
    assert len(renewals) == 1


def test_a_key_function_that_has_a_new_key_is_a_renewal() -> None:
    keys = iter(["old", "new"])
    wire = Wire(accepts("new"))
    wired(wire, platform=EXPIRING, api_key=lambda: next(keys)).call(GET)
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"]


def test_a_key_function_with_the_same_key_is_no_renewal() -> None:
    wire = Wire(accepts("new"))
    with pytest.raises(AuthenticationError):
        wired(wire, platform=EXPIRING, api_key=lambda: "old").call(GET)
    assert len(wire.requests) == 1


def test_a_scheme_that_the_platform_lacks_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no security scheme is called 'oauth'"):
        wired(Wire(), credentials={"oauth": KEY})
