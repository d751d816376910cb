# Derived from tests/core/_async/test_retries.py by scripts/unasync.py: edit that file, not this one.
"""A failed call is repeated when that can do no harm, with the same key and body, and says what happened."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from core.kit import BASE, Ticks, Wire, endpoint, reply, together, wired

from veneer import (
    APIError,
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    Outcome,
    RateLimitError,
    RetryBudget,
    RetryPolicy,
    ServerError,
    TransportError,
)

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
READING_POST = endpoint("post", "/items", safe=True)
KEYED_POST = endpoint("post", "/items", idempotency={"in": "body", "name": "idempotencyKey"})
HEADER_POST = endpoint("post", "/items", idempotency={"in": "header", "name": "X-Once"})
LOST = httpx.ReadError("cut")


@pytest.mark.parametrize("failure", [500, 502, 503, 504, LOST], ids=str)
def test_a_read_is_repeated_after_any_failure_that_may_pass(failure: int | Exception) -> None:
    wire = Wire(failure, failure, reply(json={"id": 1}))
    assert wired(wire).call(GET) == {"id": 1}
    assert len(wire.requests) == 3


@pytest.mark.parametrize("failure", [500, 502, 503, 504, LOST, httpx.ReadTimeout("late")], ids=str)
def test_a_write_without_a_key_is_not_repeated_when_it_may_have_run(failure: int | Exception) -> None:
    wire = Wire(failure, 200)
    with pytest.raises((APIError, TransportError)) as caught:
        wired(wire).call(POST)
    assert len(wire.requests) == 1
    assert caught.value.outcome is not Outcome.NOT_SENT


@pytest.mark.parametrize("failure", [408, 425, 429, reply(503, headers={"retry-after": "1"})], ids=str)
def test_a_write_is_repeated_when_the_server_says_that_it_did_not_act(
    failure: int | httpx.Response,
) -> None:
    wire = Wire(failure, 200)
    wired(wire).call(POST)
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")]
)
def test_a_write_that_was_never_sent_is_repeated(failure: Exception) -> None:
    wire = Wire(failure, 200)
    done = wired(wire).call_raw(POST)
    assert [attempt.outcome for attempt in done.attempts] == [Outcome.NOT_SENT, Outcome.ANSWERED]


@pytest.mark.parametrize(
    "operation", [READING_POST, KEYED_POST, HEADER_POST], ids=["reads only", "key in body", "key in header"]
)
def test_a_write_is_repeated_when_its_contract_makes_that_harmless(operation: Any) -> None:
    wire = Wire(LOST, 504, 200)
    wired(wire).call(operation, body={"a": 1})
    assert len(wire.requests) == 3


def test_every_attempt_carries_the_same_key_and_body_and_every_call_its_own() -> None:
    wire = Wire(503, 503, 200, 503, 200)
    client = wired(wire)
    for _ in range(2):
        client.call(KEYED_POST, body={"a": 1})
    first, second = set(wire.bodies[:3]), set(wire.bodies[3:])
    assert (len(first), len(second), first.isdisjoint(second)) == (1, 1, True)


def test_a_key_in_a_header_is_made_once() -> None:
    wire = Wire(503, 200, 200)
    client = wired(wire)
    client.call(HEADER_POST)
    client.call(HEADER_POST)
    one, again, other = wire.sent("x-once")
    assert one is not None
    assert one == again != other


def test_the_callers_own_key_in_the_body_is_never_replaced() -> None:
    wire = Wire(503, 200)
    (wired(wire).with_options(idempotency_key="other").call(KEYED_POST, body={"idempotencyKey": "mine"}))
    assert {b'{"idempotencyKey":"mine"}'} == set(wire.bodies)


@pytest.mark.parametrize("name", ["X-Once", "x-once"])
def test_the_callers_own_key_in_an_option_header_is_never_replaced(name: str) -> None:
    wire = Wire(503, 200)
    wired(wire, headers={name: "mine"}).call(HEADER_POST)
    assert wire.sent("x-once") == ["mine", "mine"]


def test_a_key_that_the_caller_sets_makes_a_write_repeatable() -> None:
    wire = Wire(504, 200)
    wired(wire).with_options(idempotency_key="k1").call(POST)
    assert wire.sent("idempotency-key") == ["k1", "k1"]


def test_an_idempotency_header_in_the_options_makes_a_write_repeatable() -> None:
    wire = Wire(504, 200)
    wired(wire, headers={"Idempotency-Key": "k1"}).call(POST)
    assert wire.sent("idempotency-key") == ["k1", "k1"]


@pytest.mark.parametrize("operation", [POST, HEADER_POST], ids=["no place for one", "a header"])
def test_a_key_that_is_never_sent_makes_no_write_repeatable(operation: Any) -> None:
    wire = Wire(504, 200)
    client = wired(wire, headers={"Idempotency-Key": None, "X-Once": None})
    with pytest.raises(ServerError):
        client.call(operation)
    assert (len(wire.requests), wire.sent("x-once")) == (1, [None])


def test_a_read_carries_no_key() -> None:
    wire = Wire(200)
    wired(wire).with_options(idempotency_key="k1").call(GET)
    assert wire.sent("idempotency-key") == [None]


def test_no_key_is_invented_where_the_contract_has_no_place_for_one() -> None:
    wire = Wire(200)
    wired(wire).call(POST, body={"a": 1})
    assert (wire.bodies[0], wire.sent("idempotency-key")) == (b'{"a":1}', [None])


def test_attempts_are_counted_in_a_header() -> None:
    wire = Wire(503, 503, 200)
    wired(wire).call(GET)
    assert wire.sent("x-retry-count") == ["0", "1", "2"]


def test_the_attempt_header_can_be_set_and_left_out() -> None:
    wire = Wire(200)
    client = wired(wire)
    client.with_options(headers={"x-retry-count": "7"}).call(GET)
    client.with_options(headers={"X-Retry-Count": None}).call(GET)
    assert wire.sent("x-retry-count") == ["7", None]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_max_retries_counts_the_repeats(retries: int) -> None:
    wire = Wire(500)
    with pytest.raises(ServerError) as caught:
        wired(wire, max_retries=retries).call(GET)
    assert retries + 1 == len(wire.requests) == len(caught.value.attempts)


def test_backoff_doubles_up_to_the_cap() -> None:
    ticks = Ticks(random=1.0)
    policy = RetryPolicy(max_retries=6, base=0.5, cap=4.0)
    with pytest.raises(ServerError):
        wired(Wire(500), ticks, retry=policy).call(GET)
    assert ticks.sleeps == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_the_servers_wish_is_slept_as_it_stands() -> None:
    ticks = Ticks()
    wired(Wire(reply(429, headers={"retry-after": "7.5"}), 200), ticks).call(GET)
    assert ticks.sleeps == [7.5]


def test_a_wish_beyond_the_cap_is_refused_and_told() -> None:
    ticks = Ticks()
    wire = Wire(reply(429, headers={"retry-after": "3600"}))
    with pytest.raises(RateLimitError, match="over the cap of 60 s") as caught:
        wired(wire, ticks).call(GET)
    assert (caught.value.retry_after, ticks.sleeps, len(wire.requests)) == (3600.0, [], 1)


def test_a_sleep_that_would_overrun_the_deadline_is_refused_and_told() -> None:
    ticks = Ticks()
    wire = Wire(reply(503, headers={"retry-after": "30"}))
    with pytest.raises(ServerError, match="would pass the deadline of 10 s") as caught:
        wired(wire, ticks, deadline=10).call(GET)
    assert (ticks.sleeps, caught.value.retry_after) == ([], 30.0)


@pytest.mark.parametrize(("word", "requests"), [("true", 2), ("false", 1)])
def test_the_servers_own_word_wins(word: str, requests: int) -> None:
    failure = reply(501 if word == "true" else 503, headers={"x-should-retry": word})
    wire = Wire(failure, 200)
    client = wired(wire)
    if word == "true":
        client.call(GET)
    else:
        with pytest.raises(ServerError, match="the server says not to"):
            client.call(GET)
    assert requests == len(wire.requests)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 501, 505, 520])
def test_other_errors_are_raised_at_once(status: int) -> None:
    wire = Wire(status)
    with pytest.raises(APIError) as caught:
        wired(wire).call(GET)
    assert (status, 1) == (caught.value.status_code, len(wire.requests))


def test_a_dead_server_sees_few_more_requests_than_calls() -> None:
    wire = Wire(503)
    client = wired(wire)
    results = together(100, lambda _: client.call(GET))
    assert all(isinstance(result, ServerError) for result in results)
    assert len(wire.requests) == 110


def test_a_call_refused_by_the_budget_raises_its_own_error_and_says_why() -> None:
    budget = RetryBudget(1.0, initial=0.0)
    with pytest.raises(ServerError, match="retry budget is used up"):
        wired(Wire(503), retry_budget=budget).call(GET)


def test_views_share_the_budget() -> None:
    wire = Wire(503)
    client = wired(wire, retry_budget=RetryBudget(2.0))
    for view in (client.with_options(deadline=5), client.with_options(deadline=6), client):
        with pytest.raises(ServerError):
            view.call(GET)
    assert len(wire.requests) == 5


def test_a_success_tells_its_attempts() -> None:
    wire = Wire(503, LOST, reply(json={"id": 1}))
    done = wired(wire, Ticks(random=0.5)).call_raw(GET)
    assert (done.value, done.response.status_code) == ({"id": 1}, 200)
    assert [str(attempt) for attempt in done.attempts] == [
        "503, waited 0.25 s (backoff)",
        "TransportError, waited 0.5 s (backoff)",
        "200",
    ]


def test_an_error_explains_itself_on_one_line() -> None:
    wire = Wire(httpx.ConnectError("refused"), 404)
    with pytest.raises(APIError) as caught:
        wired(wire, Ticks(random=0.5)).call(GET, "a b", q="secret")
    text = caught.value.explain()
    assert "\n" not in text
    assert text.startswith(f"get_item [GET {BASE}/items/a%20b?q=***]: NotFoundError: 404 Not Found")
    assert "2 attempt(s): ConnectError, waited 0.25 s (backoff) → 404" in text


def test_a_file_is_rewound_to_where_it_stood() -> None:
    wire = Wire(429, 200)
    file = io.BytesIO(b"head-body")
    file.seek(5)
    wired(wire).request("POST", "upload", content=file)
    assert wire.bodies == [b"body", b"body"]


def test_a_multipart_file_is_sent_whole_again() -> None:
    wire = Wire(429, 200)
    wired(wire).request("POST", "upload", files={"file": ("a.txt", io.BytesIO(b"content"))})
    assert [body.count(b"content\r\n") for body in wire.bodies] == [1, 1]


def test_a_body_that_can_be_read_only_once_is_not_repeated() -> None:
    def parts() -> Iterator[bytes]:
        yield b"one"

    wire = Wire(429, 200)
    with pytest.raises(RateLimitError, match="the body cannot be sent twice"):
        wired(wire).request("POST", "upload", content=parts())
    assert wire.bodies == [b"one"]


@pytest.mark.parametrize(
    "body", [b"ab", "ab", bytearray(b"ab"), memoryview(b"ab")], ids=lambda body: type(body).__name__
)
def test_bytes_of_any_kind_are_repeated(body: object) -> None:
    wire = Wire(429, 200)
    wired(wire).request("POST", "upload", content=body)
    assert wire.bodies == [b"ab", b"ab"]


def test_the_deadline_spans_all_attempts() -> None:
    ticks = Ticks()

    def slow(_: httpx.Request) -> httpx.Response:
        ticks.advance(4.0)
        return reply(500)

    with pytest.raises(ServerError) as caught:
        wired(Wire(slow), ticks, deadline=10, retry=RetryPolicy(max_retries=9)).call(GET)
    # 4 s, a wait of 0.5 s, 4 s; the next wait of 1 s would end at 9.5 s, the one after the third attempt too late.
    assert [attempt.delay for attempt in caught.value.attempts] == [0.5, 1.0, None]


def test_a_time_out_of_the_engine_at_the_deadline_is_the_deadline() -> None:
    ticks = Ticks()

    def late(_: httpx.Request) -> httpx.Response:
        ticks.advance(11.0)
        raise httpx.ReadTimeout("late")

    with pytest.raises(DeadlineExceededError, match="deadline of 10 s") as caught:
        wired(Wire(late), ticks, deadline=10).call(GET)
    assert isinstance(caught.value, TimeoutError)


def test_nothing_is_sent_for_arguments_that_cannot_work() -> None:
    wire = Wire()
    client = wired(wire)
    for wrong in ({"json": float("nan")}, {"json": {"a": {1, 2}}}, {"headers": {"x": "a\r\nb"}}):
        with pytest.raises(ConfigurationError):
            client.request("POST", "x", **wrong)
    assert wire.requests == []


def test_connection_errors_can_be_left_alone() -> None:
    wire = Wire(httpx.ConnectError("no"))
    with pytest.raises(ConnectError, match="not repeated by this policy"):
        wired(wire, retry=RetryPolicy(connection_errors=False)).call(GET)
    assert len(wire.requests) == 1


# -- what proves that a server did not act ---------------------------------------------------------------------------

RESETS = {
    "RateLimit-Reset": {"ratelimit-remaining": "0", "ratelimit-reset": "0"},
    "X-RateLimit-Reset": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0"},
    "RateLimit": {"ratelimit": '"default";r=0;t=0'},
}


@pytest.mark.parametrize("headers", RESETS.values(), ids=RESETS)
def test_a_503_with_a_rate_limits_reset_does_not_say_that_nothing_was_done(
    headers: dict[str, str],
) -> None:
    wire = Wire(reply(503, headers=headers), 200)
    with pytest.raises(ServerError):
        wired(wire).call(POST)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("headers", [{"retry-after": "0"}, {"retry-after-ms": "0"}], ids=str)
def test_a_503_that_asks_to_come_back_does(headers: dict[str, str]) -> None:
    wire = Wire(reply(503, headers=headers), 200)
    wired(wire).call(POST)
    assert len(wire.requests) == 2


def test_a_wait_goes_by_the_reset_of_a_rate_limit() -> None:
    ticks = Ticks()
    headers = {"ratelimit": '"minute";r=7;t=40, "second";r=0;t=3', "ratelimit-policy": '"second";q=5;w=9'}
    wired(Wire(reply(429, headers=headers), 200), ticks).call(POST)
    assert ticks.sleeps == [3.0]


# -- the outcome of a call is that of all its attempts ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        (LOST, Outcome.UNKNOWN),
        (504, Outcome.UNKNOWN),
        (500, Outcome.ANSWERED),
        (httpx.ConnectError("no"), Outcome.NOT_SENT),
    ],
    ids=str,
)
def test_what_an_earlier_attempt_may_have_done_is_not_forgotten(first: Any, outcome: Outcome) -> None:
    wire = Wire(first, httpx.ConnectError("refused"))
    with pytest.raises(ConnectError) as caught:
        wired(wire).with_options(idempotency_key="k").call(POST)
    assert caught.value.outcome is outcome
    assert caught.value.attempts[-1].outcome is Outcome.NOT_SENT


def test_a_key_function_that_fails_later_does_not_unsay_what_was_sent() -> None:
    keys = iter(["good", ""])
    wire = Wire(LOST)
    with pytest.raises(ConfigurationError, match="api_key is empty") as caught:
        wired(wire, api_key=lambda: next(keys)).with_options(idempotency_key="k").call(POST)
    assert (caught.value.outcome, len(caught.value.attempts)) == (Outcome.UNKNOWN, 2)


# -- the budget ------------------------------------------------------------------------------------------------------


def requests_of(wire: Wire, calls: int, **options: Any) -> tuple[int, int]:
    """How many requests so many reads make, and how many of them succeed."""
    client = wired(wire, **options)
    good = 0
    for _ in range(calls):
        with contextlib.suppress(APIError):
            client.call(GET)
            good += 1
    return len(wire.requests), good


def every(count: int, failure: httpx.Response, *, of: int) -> Wire:
    """A server that fails so many of each `of` requests, and the rest are fine."""
    turn = iter(range(10_000))
    return Wire(lambda _: failure if next(turn) % of < count else reply(200))


@pytest.mark.parametrize("count", [1, 2, 3], ids="{} of 4 requests fail".format)
def test_a_server_in_steady_trouble_sees_ten_requests_more_than_calls_and_a_tenth_of_the_good_ones(
    count: int,
) -> None:
    requests, good = requests_of(every(count, reply(503), of=4), 400)
    assert 400 + 10 <= requests <= 400 + 10 + good / 10


def test_every_second_answer_a_503_is_about_a_tenth_more() -> None:
    requests, good = requests_of(every(1, reply(503), of=2), 100)
    assert (requests, good) == (115, 57)


def test_trouble_that_is_rare_costs_no_call() -> None:
    assert requests_of(every(1, reply(503), of=20), 200) == (211, 200)


@pytest.mark.parametrize(
    "asking",
    [{"retry-after": "0"}, {"ratelimit": '"a";r=0;t=0'}, {"x-should-retry": "true"}],
    ids=str,
)
def test_repeats_that_the_server_asks_for_and_answers_are_not_rationed(asking: dict[str, str]) -> None:
    """A rate limit is no trouble: whoever works up to it is told to wait again and again."""
    assert requests_of(every(2, reply(429, headers=asking), of=3), 100) == (300, 100)


def test_a_dead_server_that_asks_to_come_back_sees_no_more_than_another() -> None:
    assert requests_of(Wire(reply(503, headers={"retry-after": "0"})), 100) == (110, 0)


# -- a key belongs to one request ------------------------------------------------------------------------------------


def test_a_key_that_was_given_to_one_request_is_refused_to_another() -> None:
    wire = Wire(200)
    view = wired(wire).with_options(idempotency_key="secret-k1")
    view.request("POST", "orders", json={"a": 1})
    others = [
        lambda: view.request("POST", "orders", json={"a": 2}),
        lambda: view.request("POST", "others", json={"a": 1}),
        lambda: view.request("PATCH", "orders", json={"a": 1}),
        lambda: view.request("POST", "orders", json={"a": 1}, params={"b": 1}),
        lambda: view.call(KEYED_POST, body={"a": 1}),
    ]
    for other in others:
        with pytest.raises(ConfigurationError, match="was given to another request already") as caught:
            other()
        assert "secret-k1" not in str(caught.value)
    assert len(wire.requests) == 1


def test_a_key_goes_with_the_same_request_again() -> None:
    """After a crash, that is what it is for."""
    wire = Wire(200)
    client = wired(wire)
    for _ in range(2):
        client.with_options(idempotency_key="k1").request("POST", "orders", json={"a": 1})
    assert wire.sent("idempotency-key") == ["k1", "k1"]


def test_a_key_in_a_header_of_all_calls_is_refused_to_the_second() -> None:
    wire = Wire(200)
    client = wired(wire, headers={"Idempotency-Key": "k1"})
    client.call(GET)
    client.request("POST", "orders", json={"a": 1})
    with pytest.raises(ConfigurationError, match="was given to another request already"):
        client.request("POST", "orders", json={"a": 2})
    assert len(wire.requests) == 2


def test_keys_that_the_caller_writes_into_each_request_are_the_servers_to_judge() -> None:
    wire = Wire(200)
    client = wired(wire)
    for number in range(2):
        client.request("POST", "orders", json={"a": number}, headers={"Idempotency-Key": "k1"})
        client.call(KEYED_POST, body={"idempotencyKey": "k1", "a": number})
    assert len(wire.requests) == 4


def test_a_post_that_only_reads_carries_no_key() -> None:
    wire = Wire(200)
    view = wired(wire).with_options(idempotency_key="k1")
    for number in range(2):
        view.call(READING_POST, body={"page": number})
    assert wire.sent("idempotency-key") == [None, None]


# -- closing ---------------------------------------------------------------------------------------------------------


def test_a_call_under_way_when_its_client_is_closed_ends_but_is_not_repeated() -> None:
    client = wired(Wire(200))

    def closing(_: httpx.Request) -> None:
        client.close()

    client._session.on_request = (closing,)
    client.call(GET)
    with pytest.raises(ConfigurationError, match="is closed"):
        client.call(GET)


@pytest.mark.parametrize("failure", [LOST, 503, httpx.ConnectError("refused")], ids=str)
def test_a_call_that_waits_for_its_repeat_when_its_client_is_closed_says_what_happened_to_it(
    failure: Any,
) -> None:
    wire = Wire(failure)
    client = wired(wire)

    def closing(_: float) -> None:
        client.close()

    client._session.sleep = closing
    with pytest.raises((ServerError, TransportError), match="the client was closed meanwhile") as caught:
        client.call(GET)
    assert (len(wire.requests), len(caught.value.attempts)) == (1, 1)


def test_a_call_whose_client_is_closed_while_its_key_is_fetched_sends_nothing() -> None:
    wire = Wire(200)

    def key() -> str:
        client.close()
        return "key"

    client = wired(wire, api_key=key)
    with pytest.raises(ConfigurationError, match="was closed before the request was sent") as caught:
        client.call(GET)
    assert (wire.requests, caught.value.outcome) == ([], Outcome.NOT_SENT)


def test_a_credential_is_not_renewed_for_a_client_that_was_closed() -> None:
    renewals: list[int] = []

    def answered(_: httpx.Response) -> None:
        client.close()

    def refresh() -> str:
        renewals.append(1)
        return "new"

    wire = Wire(401)
    client = wired(wire, on_response=[answered], refresh_token=refresh)
    with pytest.raises(APIError):
        client.call(GET)
    assert (len(wire.requests), renewals) == (1, [])
