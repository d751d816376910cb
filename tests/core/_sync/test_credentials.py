# Derived from tests/core/_async/test_credentials.py by scripts/unasync.py: edit that file, not this one.
"""Credentials go where the contract says, are asked for anew where they are functions, and renewed once for all who need it."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from core.kit import KEY, Ticks, Wire, endpoint, reply, together, wired

from veneer import (
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    Platform,
    _io,
    api_key_header,
)
from veneer._core.auth import BEARER

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
TWO = Platform(name="two", schemes={"apiKey": api_key_header("X-Key"), "bearer": BEARER})
EXPIRING = Platform(name="expiring", expired=frozenset({"TOKEN_EXPIRED"}))
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


def test_an_operation_whose_scheme_this_client_lacks_gets_no_other() -> None:
    wire = Wire()
    wired(wire, platform=TWO, api_key="one").call(endpoint("get", security=["bearer"]))
    assert (wire.sent("authorization"), wire.sent("x-key")) == ([None], [None])


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
        _io.sleep(0.02)
        return "new"

    wire = Wire(accepts("new"))
    client = wired(wire, platform=EXPIRING, api_key="old", refresh_token=refresh)
    results = together(count, lambda _: client.call(GET))
    assert (results, len(renewals)) == ([{}] * count, 1)


def test_calls_that_wait_for_a_renewal_that_fails_do_not_ask_again() -> None:
    class OwnError(Exception):
        pass

    renewals: list[int] = []
    arrived = threading.Semaphore(0)

    def refresh() -> str:
        renewals.append(1)
        _io.sleep(0.1)
        raise OwnError

    def refused(_request: httpx.Request) -> httpx.Response:
        arrived.release()
        return reply(401, json=CODE)

    client = wired(Wire(refused), platform=EXPIRING, api_key="old", refresh_token=refresh)
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


def test_a_key_function_that_has_a_new_key_is_a_renewal() -> None:
    keys = iter(["old", "new", "new", "new"])
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
