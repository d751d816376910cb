"""Credentials go where the contract says, are asked for anew where they are functions, and renewed once for all who need it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from core.kit import BASE, KEY, Ticks, Wire, async_together, async_wired, endpoint, reply
from veneer import (
    AsyncClient,
    AuthenticationError,
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
async def test_the_contracts_scheme_decides_which_credential_goes(
    security: list[str] | None, header: str, value: str
) -> None:
    wire = Wire()
    client = async_wired(wire, platform=TWO, api_key="one", credentials={"bearer": "two"})
    await client.call(endpoint("get", security=security))
    sent = {name: wire.requests[0].headers.get(name) for name in ("x-key", "authorization")}
    assert sent == {"x-key": None, "authorization": None, header: value}


async def test_an_open_operation_gets_no_credential() -> None:
    wire = Wire()
    await async_wired(wire).call(endpoint("get", security=[]))
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
async def test_a_key_serves_each_scheme_that_puts_it_into_the_same_place(
    security: list[str], sent: str
) -> None:
    """A credential that is given for a scheme by name comes first there, and serves no other."""
    wire = Wire()
    client = async_wired(wire, platform=MANY, api_key="one", credentials={"user": "two"})
    await client.call(endpoint("get", security=security))
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
async def test_an_operation_for_which_nothing_fits_is_an_error_before_anything_is_sent(
    security: list[Any], words: str
) -> None:
    wire = Wire()
    client = async_wired(wire, platform=MANY, api_key=None, credentials={"user": "two"})
    with pytest.raises(ConfigurationError) as caught:
        await client.call(endpoint("get", security=security))
    assert f"get_item needs a credential that this client does not hold: {words}" in str(caught.value)
    assert (wire.requests, caught.value.operation, caught.value.outcome) == ([], "get_item", Outcome.NOT_SENT)


async def test_schemes_that_go_together_are_all_sent() -> None:
    wire = Wire()
    client = async_wired(wire, platform=MANY, api_key="one", credentials={"key": "two"})
    await client.call(endpoint("get", security=[["oauth2", "key"]]))
    assert (wire.sent("authorization"), wire.sent("x-key")) == (["Bearer one"], ["two"])


@pytest.mark.parametrize(
    ("security", "sent"), [(["token", []], "Bearer one"), ([[], "token"], "Bearer one"), (["key", []], None)]
)
async def test_an_operation_that_takes_none_as_well_gets_what_fits(security: Any, sent: str | None) -> None:
    wire = Wire()
    await async_wired(wire, platform=MANY, api_key="one").call(endpoint("get", security=security))
    assert wire.sent("authorization") == [sent]


async def test_a_client_without_any_credential_sends_none() -> None:
    """Servers may run without, whatever their contract says."""
    wire = Wire()
    await async_wired(wire, platform=MANY, api_key=None).call(endpoint("get", security=["token"]))
    assert wire.sent("authorization") == [None]


@pytest.mark.parametrize(
    "options",
    [{"headers": {"X-Key": "mine"}}, {"headers": {"x-key": None}}, {"query": {"key": "mine"}}],
    ids=["header", "header that is never sent", "query"],
)
async def test_a_credential_that_the_caller_gives_otherwise_counts(options: dict[str, Any]) -> None:
    wire = Wire()
    security = ["key"] if "headers" in options else ["query"]
    platform = Platform(name="own", schemes={**MANY.schemes, "query": api_key_query("key")})
    client = async_wired(wire, platform=platform, api_key=None, credentials={"user": "two"})
    await client.with_options(**options).call(endpoint("get", security=security))
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "own", [{"auth": ("me", "pw")}, {"headers": {"X-Key": "mine"}}], ids=["auth", "header"]
)
@pytest.mark.parametrize("required", [True, False], ids=["key required", "no key required"])
async def test_a_credential_of_the_callers_own_http_client_counts(
    own: dict[str, Any], required: bool
) -> None:
    wire = Wire()
    platform = Platform(name="own", schemes={"key": api_key_header("X-Key")}, key_required=required)
    async with httpx.AsyncClient(transport=httpx.MockTransport(wire), **own) as engine:
        client = AsyncClient(BASE, platform=platform, http_client=engine)
        await client.call(endpoint("get", security=["key"]))
    assert len(wire.requests) == 1


async def test_a_platform_that_requires_a_key_gets_no_call_without_one() -> None:
    platform = Platform(name="own", schemes={"key": api_key_header("X-Key")}, key_required=True)
    with pytest.raises(ConfigurationError, match="no API key: pass api_key="):
        AsyncClient(BASE, platform=platform)
    wire = Wire()
    engine = httpx.AsyncClient(transport=httpx.MockTransport(wire), headers={"X-Key": "mine"})
    client = AsyncClient(BASE, platform=platform, http_client=engine)
    del engine.headers["X-Key"]
    with pytest.raises(ConfigurationError, match=r"pass api_key=$"):
        await client.call(endpoint("get", security=["key"]))
    assert wire.requests == []


async def test_schemes_that_nobody_knows_get_the_clients_first_credential() -> None:
    """A package that was generated elsewhere has names of its own."""
    wire = Wire()
    await async_wired(wire).call(endpoint("get", security=["HTTPBearer"]))
    assert wire.sent("authorization") == [f"Bearer {KEY}"]


async def test_two_credentials_for_one_scheme_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="api_key= is the credential of 'apiKey', and so is"):
        async_wired(Wire(), platform=TWO, api_key="one", credentials={"apiKey": "two"})


async def test_a_credential_by_name_comes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_KEY", "environment")
    wire = Wire()
    platform = Platform(name="own", env_api_key="OWN_KEY")
    await async_wired(wire, platform=platform, api_key=None, credentials={"bearer": "named"}).call(GET)
    assert wire.sent("authorization") == ["Bearer named"]


# -- where a credential goes -----------------------------------------------------------------------------------------


def one(scheme: Scheme) -> Platform:
    return Platform(name="one", schemes={"key": scheme})


async def test_a_key_in_the_query_is_added_to_what_is_there() -> None:
    wire = Wire()
    client = async_wired(wire, platform=one(api_key_query("sig")), api_key="a/b c")
    await client.call(GET, q="1")
    await client.request("GET", "items?x=1")
    await client.with_options(query={"sig": "mine"}).call(GET)
    assert [str(request.url).partition("?")[2] for request in wire.requests] == [
        "q=1&sig=a%2Fb+c",
        "x=1&sig=a%2Fb+c",
        "sig=mine",
    ]


async def test_a_key_in_the_query_goes_to_no_other_origin() -> None:
    wire = Wire(reply(302, headers={"location": "https://elsewhere.test/"}), 200)
    await async_wired(wire, platform=one(api_key_query("sig"))).call(GET)
    assert [KEY in str(request.url) for request in wire.requests] == [True, False]


async def test_a_key_in_a_cookie_goes_with_the_cookies_of_the_call_and_of_the_options() -> None:
    wire = Wire()
    client = async_wired(wire, platform=one(api_key_cookie("sid")), api_key="key")
    call = from_endpoint(GET)._replace(cookies={"theme": "dark"})
    await client._session.exchange(call, client.options)
    await client.with_options(headers={"Cookie": "a=1"}).call(GET)
    await client.with_options(headers={"Cookie": "sid=mine"}).call(GET)
    assert [set(str(cookies).split("; ")) for cookies in wire.sent("cookie")] == [
        {"theme=dark", "sid=key"},
        {"a=1", "sid=key"},
        {"sid=mine"},
    ]


async def test_a_cookie_cannot_add_another() -> None:
    wire = Wire()
    client = async_wired(wire, platform=one(api_key_cookie("sid")), api_key="a; admin=1")
    with pytest.raises(ConfigurationError, match="cannot have a semicolon"):
        await client.with_options(headers={"Cookie": "a=1"}).call(GET)
    assert wire.requests == []


@pytest.mark.parametrize("key", ["me:pass word", "bWU6cGFzcyB3b3Jk"], ids=["as two words", "encoded"])
async def test_basic_takes_user_and_password_or_what_they_encode_to(key: str) -> None:
    wire = Wire()
    await async_wired(wire, platform=one(BASIC), api_key=key).call(GET)
    assert wire.sent("authorization") == ["Basic bWU6cGFzcyB3b3Jk"]


@pytest.mark.parametrize("scheme", [api_key_query("sig"), api_key_cookie("sid"), BASIC], ids=str)
async def test_a_key_is_renewed_wherever_it_goes(scheme: Scheme) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        good = scheme.value(Secret("me:new"))
        return reply(200 if good in f"{request.url.params.get('sig')} {request.headers.raw!r}" else 401)

    wire = Wire(answer)
    await async_wired(wire, platform=one(scheme), api_key="me:old", refresh_token=lambda: "me:new").call(GET)
    assert len(wire.requests) == 2


async def test_a_callers_own_header_comes_first() -> None:
    wire = Wire()
    client = async_wired(wire)
    await client.with_options(headers={"Authorization": "Basic mine"}).call(GET)
    await client.with_options(headers={"Authorization": None}).call(GET)
    assert wire.sent("authorization") == ["Basic mine", None]


async def test_a_key_function_is_asked_for_each_attempt() -> None:
    keys = iter("abcdef")
    wire = Wire(503, 200, 200)
    client = async_wired(wire, api_key=lambda: next(keys))
    await client.call(GET)
    await client.call(GET)
    assert wire.sent("authorization") == ["Bearer a", "Bearer b", "Bearer c"]


async def test_a_key_function_can_be_slow_in_its_own_way() -> None:
    async def key() -> str:
        return KEY

    wire = Wire()
    await async_wired(wire, api_key=key).call(GET)
    assert wire.sent("authorization") == [f"Bearer {KEY}"]


@pytest.mark.parametrize("key", ["", "  ", "a\nb"])
async def test_a_key_function_that_gives_junk_is_an_error_before_anything_is_sent(key: str) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError):
        await async_wired(wire, api_key=lambda: key).call(GET)
    assert wire.requests == []


async def test_an_expired_token_is_renewed_once_and_the_call_repeated_even_a_write() -> None:
    wire = Wire(accepts("new"))
    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new")
    done = await client.call_raw(POST, body={"a": 1})
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"]
    assert [attempt.reason for attempt in done.attempts] == ["credential renewed", ""]
    await client.call(GET)
    assert len(wire.requests) == 3


async def test_a_renewal_is_not_a_retry() -> None:
    wire = Wire(accepts("new"))
    await async_wired(
        wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new", max_retries=0
    ).call(GET)
    assert len(wire.requests) == 2


async def test_a_token_that_is_refused_again_is_not_renewed_again() -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return f"wrong{len(renewals)}"

    wire = Wire(accepts("new"))
    with pytest.raises(AuthenticationError) as caught:
        await async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh).call(GET)
    assert (len(renewals), len(wire.requests), len(caught.value.attempts)) == (1, 2, 2)


async def test_another_401_is_not_an_expiry() -> None:
    wire = Wire(reply(401, json={"error": {"code": "UNAUTHORIZED", "message": "no"}}))
    with pytest.raises(AuthenticationError):
        await async_wired(wire, platform=EXPIRING, refresh_token=lambda: "new").call(GET)
    assert len(wire.requests) == 1


async def test_a_body_that_can_be_read_only_once_is_not_sent_again() -> None:
    def parts() -> Any:
        yield b"one"

    renewals: list[int] = []
    wire = Wire(accepts("new"))

    def refresh() -> str:
        renewals.append(1)
        return "new"

    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    with pytest.raises(AuthenticationError):
        await client.request("POST", "x", content=parts())
    assert (len(wire.requests), renewals) == (1, [])


async def test_a_file_is_rewound_before_the_call_is_repeated() -> None:
    import io

    wire = Wire(accepts("new"))
    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "new")
    await client.request("POST", "x", content=io.BytesIO(b"body"))
    assert wire.bodies == [b"body", b"body"]


@pytest.mark.parametrize("count", [16, 64])
async def test_calls_that_fail_together_share_one_renewal(count: int) -> None:
    renewals: list[int] = []

    async def refresh() -> str:
        renewals.append(1)
        while len(wire.requests) < count:
            await _io.async_sleep(0.001)  # noqa: TID251  # between two looks
        return "new"

    wire = Wire(accepts("new"))
    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    results = await async_together(count, lambda _: client.call(GET))
    assert (results, len(renewals)) == ([{}] * count, 1)


async def test_calls_that_wait_for_a_renewal_that_fails_do_not_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class OwnError(Exception):
        pass

    renewals: list[int] = []
    waiting: list[int] = []
    enter = _io.AsyncLock.__aenter__

    async def entering(lock: _io.AsyncLock) -> None:
        waiting.append(1)
        await enter(lock)

    async def refresh() -> str:
        renewals.append(1)
        while len(waiting) < 16:
            await _io.async_sleep(0.001)  # noqa: TID251  # between two looks
        raise OwnError

    monkeypatch.setattr(_io.AsyncLock, enter.__name__, entering)
    wire = Wire(lambda _: reply(401, json=CODE))
    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    results = await async_together(16, lambda _: client.call(GET))
    assert len(renewals) == 1
    assert sorted(type(result).__name__ for result in results) == ["AuthenticationError"] * 15 + ["OwnError"]


async def test_a_renewal_that_needs_renewing_fails_and_does_not_hang() -> None:
    wire = Wire(accepts("never"))
    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=lambda: "unused")

    async def refresh() -> str:
        await client.call(GET)
        return "new"

    client = async_wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    with pytest.raises(AuthenticationError):
        await client.call(GET)


async def test_a_renewal_ends_by_the_calls_deadline() -> None:
    ticks = Ticks()

    async def late() -> str:
        ticks.advance(20.0)
        raise _io.OutOfTimeError

    wire = Wire(accepts("new"))
    client = async_wired(wire, ticks, platform=EXPIRING, api_key="old", refresh_token=late, deadline=10)
    with pytest.raises(DeadlineExceededError, match="deadline of 10 s"):
        await client.call(GET)
    assert len(wire.requests) == 1


async def test_each_key_of_a_function_is_sent_once_and_none_is_lost() -> None:
    """They may be good for one request each; what is asked for after a 401 is what is sent next."""
    given: list[str] = []

    def key() -> str:
        given.append(f"k{len(given)}")
        return given[-1]

    wire = Wire(401, 503, 200, 200)
    client = async_wired(wire, api_key=key)
    await client.call(GET)
    await client.call(GET)
    assert wire.sent("authorization") == [f"Bearer {one}" for one in given]
    assert len(given) == 4


async def test_a_401_to_a_header_of_the_callers_own_renews_nothing() -> None:
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    wire = Wire(401)
    client = async_wired(wire, refresh_token=refresh, headers={"Authorization": "Bearer mine"})
    with pytest.raises(AuthenticationError):
        await client.call(POST)
    assert (len(wire.requests), renewals) == (1, [])


async def test_a_refresh_renews_the_key_and_no_credential_of_another_scheme() -> None:
    wire = Wire(401)
    client = async_wired(
        wire, platform=TWO, api_key="one", credentials={"bearer": "two"}, refresh_token=lambda: "new"
    )
    with pytest.raises(AuthenticationError):
        await client.call(endpoint("get", security=["bearer"]))
    with pytest.raises(AuthenticationError):
        await client.call(endpoint("get", security=["apiKey"]))
    assert [
        (request.headers.get("x-key"), request.headers.get("authorization")) for request in wire.requests
    ] == [
        (None, "Bearer two"),
        ("one", None),
        ("new", None),
    ]


async def test_what_a_refresh_gives_is_sent_next_where_the_key_is_a_function_too() -> None:
    """And one that comes late with the old key does not renew again."""
    renewals: list[int] = []

    def refresh() -> str:
        renewals.append(1)
        return "new"

    wire = Wire(accepts("new"))
    client = async_wired(wire, platform=EXPIRING, api_key=lambda: "old", refresh_token=refresh)
    await client.call(GET)
    await client.call(GET)
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"] * 2
    assert len(renewals) == 1


async def test_a_key_function_that_has_a_new_key_is_a_renewal() -> None:
    keys = iter(["old", "new"])
    wire = Wire(accepts("new"))
    await async_wired(wire, platform=EXPIRING, api_key=lambda: next(keys)).call(GET)
    assert wire.sent("authorization") == ["Bearer old", "Bearer new"]


async def test_a_key_function_with_the_same_key_is_no_renewal() -> None:
    wire = Wire(accepts("new"))
    with pytest.raises(AuthenticationError):
        await async_wired(wire, platform=EXPIRING, api_key=lambda: "old").call(GET)
    assert len(wire.requests) == 1


async def test_a_scheme_that_the_platform_lacks_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no security scheme is called 'oauth'"):
        async_wired(Wire(), credentials={"oauth": KEY})
