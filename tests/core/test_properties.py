"""What holds for every input: delays, deadlines, attempts, repeats, keys, secrets."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.kit import BASE, Ticks, Wire, chain, endpoint, wired
from veneer import (
    APIError,
    Client,
    ConfigurationError,
    DeadlineExceededError,
    Outcome,
    RetryBudget,
    RetryPolicy,
    TransportError,
    VeneerError,
)
from veneer._core.call import from_endpoint
from veneer._core.deadline import Deadline
from veneer._core.reading import read_as
from veneer._core.redact import mask_url
from veneer._core.retry import Failure, retry_after, server_delay, should_retry
from veneer._core.urls import RedirectRefusedError, expand, join, origin, redirect_target, same_origin

GET = endpoint("get")
POST = endpoint("post", "/items")
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})

seconds = st.floats(0, 1e4)
policies = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 8),
    base=seconds,
    factor=st.floats(1, 1e3),
    cap=seconds,
    jitter=st.floats(0, 1),
    max_elapsed=st.none() | st.floats(0.001, 1e4),
    max_server_delay=seconds,
)
failures = st.builds(
    Failure,
    outcome=st.sampled_from(Outcome),
    status=st.none() | st.integers(100, 599),
    server_delay=st.none() | st.floats(0, math.inf),
    should_retry=st.none() | st.booleans(),
    retry_after=st.booleans(),
)
# What may come back from one attempt: how long it took, and a status with its headers, or a broken connection.
header_values = st.text(
    st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30
) | st.sampled_from(
    ["0", "1", "5.5", "3600", "inf", "1e9", "-1", '"a";r=0;t=1', "Fri, 29 Sep 2023 16:26:57 GMT", "9" * 400]
)
broken = st.sampled_from(
    [
        httpx.ConnectError("c"),
        httpx.ReadError("r"),
        httpx.ReadTimeout("t"),
        httpx.RemoteProtocolError("p"),
        httpx.PoolTimeout("q"),
    ]
)
answers = st.tuples(
    st.floats(0, 40),
    st.integers(200, 599) | broken,
    st.dictionaries(
        st.sampled_from(
            [
                "retry-after",
                "retry-after-ms",
                "x-should-retry",
                "ratelimit",
                "ratelimit-remaining",
                "ratelimit-reset",
            ]
        ),
        header_values,
        max_size=3,
    ),
)
scripts = st.lists(answers, min_size=1, max_size=8)


def failure_of(client: Client, operation: Any) -> VeneerError | None:
    """What a call raises, if it is ours; anything else is a failure of the test."""
    try:
        client.call(operation)
    except VeneerError as error:
        return error
    return None


def play(
    operation: Any, script: list[Any], policy: RetryPolicy, deadline: float | None
) -> tuple[Wire, Ticks, VeneerError | None]:
    """Make one call against a script, on a clock of its own."""
    ticks = Ticks(random=0.7)
    steps = iter(script)

    def answer(_: httpx.Request) -> httpx.Response:
        took, what, headers = next(steps, script[-1])
        ticks.advance(took)
        if isinstance(what, Exception):
            raise what
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Response(what, headers=encoded, json={})

    wire = Wire(answer)
    client = wired(wire, ticks, retry=policy, deadline=deadline, retry_budget=RetryBudget(1000))
    return wire, ticks, failure_of(client, operation)


@given(policy=policies, retries=st.integers(0, 2000), random=st.floats(0, 1))
def test_no_backoff_is_above_its_cap_or_below_nothing(
    policy: RetryPolicy, retries: int, random: float
) -> None:
    assert 0 <= policy.backoff(retries, random) <= policy.cap


@given(
    policy=policies, failure=failures, retries=st.integers(0, 9), safe=st.booleans(), replayable=st.booleans(),
    elapsed=seconds, now=seconds, left=st.none() | seconds, random=st.floats(0, 1),
)  # fmt: skip
def test_every_decision_keeps_every_promise(
    policy: RetryPolicy,
    failure: Failure,
    retries: int,
    safe: bool,
    replayable: bool,
    elapsed: float,
    now: float,
    left: float | None,
    random: float,
) -> None:
    deadline = Deadline.after(left, now)
    decision = policy.decide(
        failure,
        retries=retries,
        safe=safe,
        replayable=replayable,
        elapsed=elapsed,
        now=now,
        deadline=deadline,
        random=random,
    )
    assert decision.reason
    if decision.delay is None:
        return
    assert retries < policy.max_retries
    assert replayable
    assert 0 <= decision.delay <= max(policy.cap, policy.max_server_delay)
    assert failure.server_delay is None or decision.delay == failure.server_delay <= policy.max_server_delay
    assert now + decision.delay < deadline.at
    assert policy.max_elapsed is None or elapsed + decision.delay <= policy.max_elapsed
    assert failure.should_retry is not False or failure.status is None
    if failure.outcome is Outcome.UNKNOWN and not safe and failure.should_retry is None:
        # 408 and its like are the server's word that it did not act, whatever a gateway makes of them.
        assert failure.status in {408, 425, 429} or (failure.status == 503 and failure.retry_after)


@given(
    script=scripts,
    policy=policies,
    deadline=st.none() | st.floats(0.1, 100),
    operation=st.sampled_from([GET, POST, KEYED]),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_call_keeps_its_promises_whatever_the_server_does(
    script: list[Any], policy: RetryPolicy, deadline: float | None, operation: Any
) -> None:
    wire, ticks, error = play(operation, script, policy, deadline)
    assert 1 <= len(wire.requests) <= policy.max_retries + 1
    # Nothing is slept beyond the deadline; only an attempt that the script lets run over can be late.
    over = max((took for took, _, _ in script), default=0)
    assert deadline is None or ticks.now - 1_000 <= deadline + over + 1e-6
    assert all(pause <= max(policy.cap, policy.max_server_delay) for pause in ticks.sleeps)
    assert len({str(request.url) for request in wire.requests}) == 1
    assert len(set(wire.bodies)) == 1
    if operation is KEYED:
        assert len(set(wire.sent("idempotency-key"))) == 1
    if error is not None:
        assert len(error.attempts) == len(wire.requests)
        assert len(ticks.sleeps) == len(wire.requests) - 1
        assert isinstance(error, (APIError, TransportError, DeadlineExceededError))
        assert error.explain()


@given(script=scripts, policy=policies)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_write_that_may_have_run_is_never_repeated(script: list[Any], policy: RetryPolicy) -> None:
    wire, _, _ = play(POST, script, policy, None)
    for _, what, headers in script[: len(wire.requests) - 1]:
        if isinstance(what, Exception):
            assert isinstance(what, (httpx.ConnectError, httpx.PoolTimeout))
        else:
            asked = should_retry(headers)
            refused = what in {408, 425, 429} or (
                what == 503 and retry_after(headers, wall=1_700_000_000.0) is not None
            )
            assert asked is True or (refused and asked is None)


@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["retry-after", "retry-after-ms", "ratelimit-reset", "x-ratelimit-reset", "ratelimit-remaining"]
        ),
        st.text(max_size=40) | header_values,
    ),
    wall=st.floats(0, 4e9),
)
def test_a_servers_wish_is_a_finite_time_or_nothing(headers: dict[str, str], wall: float) -> None:
    wish = server_delay(headers, wall=wall)
    assert wish is None or 0 <= wish < math.inf


@given(calls=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=200), capacity=st.floats(0, 50))
def test_a_budget_never_grows_beyond_its_capacity_nor_below_nothing(
    calls: list[tuple[int, bool]], capacity: float
) -> None:
    budget = RetryBudget(capacity)
    granted = succeeded = 0
    for retries, success in calls:
        taken = sum(budget.take() for _ in range(retries))
        granted += taken
        if success:
            succeeded += 1
            budget.succeeded(retried=taken > 0)
        assert 0 <= budget.tokens <= capacity
    # Retries beyond the capacity are paid for by successes: a tenth of one each.
    assert granted <= capacity + succeeded / 10 + 1e-9


@given(rest=st.lists(st.tuples(st.just(503), st.just({})), max_size=3), dead=st.integers(1, 300))
@settings(max_examples=20)
def test_a_dead_server_sees_at_most_ten_requests_more_than_calls(rest: list[Any], dead: int) -> None:
    wire = Wire(503)
    client = wired(wire)
    for _ in range(dead):
        with pytest.raises(APIError):
            client.call(GET)
    assert dead <= len(wire.requests) <= dead + 10


# -- addresses -------------------------------------------------------------------------------------------------------


@given(value=st.text(min_size=1))
def test_a_path_parameter_is_one_segment_or_refused(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair cannot be sent at all
        with pytest.raises(ConfigurationError):
            expand("/v1/{id}/x", {"id": value})
        return
    if value in {".", ".."}:
        with pytest.raises(ConfigurationError):
            expand("/v1/{id}/x", {"id": value})
        return
    sent = httpx.URL(join(BASE, expand("/v1/{id}/x", {"id": value})))
    segments = sent.raw_path.decode().split("/")
    assert (len(segments), sent.query, sent.fragment, sent.path.endswith("/x")) == (5, b"", "", True)


@given(
    target=st.text()
    | st.builds(
        "{}//{}/{}".format,
        st.sampled_from(["", "http:", "https:", "HTTPS:", "javascript:"]),
        st.text(),
        st.text(),
    )
)
def test_no_target_leaves_the_origin(target: str) -> None:
    try:
        joined = join("https://api.test/v1", target)
        url = httpx.URL(joined)
    except (ConfigurationError, httpx.InvalidURL):
        return
    assert (url.scheme, url.host, url.port) == ("https", "api.test", None)


@given(
    location=st.text()
    | st.builds("{}//{}/{}".format, st.sampled_from(["", "http:", "https:", "ftp:"]), st.text(), st.text())
)
def test_a_redirect_never_leaves_https_and_never_crashes(location: str) -> None:
    with contextlib.suppress(RedirectRefusedError):
        assert origin(redirect_target("https://api.test/x", location))[0] == "https"


@given(one=st.text(), other=st.text())
def test_comparing_origins_never_crashes(one: str, other: str) -> None:
    assert same_origin(one, other) in {True, False}


# -- secrets ---------------------------------------------------------------------------------------------------------

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40).filter(
    lambda text: not text.isalnum() or sum(map(str.isdigit, text)) > 3
)


@given(
    secret=secrets,
    noise=st.text(max_size=700),
    where=st.sampled_from(["message", "detail", "text", "code", "error", "engine"]),
    status=st.sampled_from([400, 401, 404, 429, 500, 502]),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_key_that_a_server_repeats_is_masked_wherever_it_stands(
    secret: str, noise: str, where: str, status: int
) -> None:
    said = f"{noise}{secret}{noise}"
    answer: Any = httpx.ReadError(said)
    if where != "engine":
        body = said.encode("utf-8", "replace") if where == "text" else json.dumps({where: said}).encode()
        answer = httpx.Response(status, content=body)
    client = wired(Wire(answer), api_key=secret, max_retries=0)
    with pytest.raises(VeneerError) as caught:
        client.call(GET)
    shown = [f"{one} {one!r} {one.args!r}" for one in chain(caught.value)]
    assert not [text for text in [*shown, caught.value.explain(), repr(client)] if secret in text]


@given(query=st.dictionaries(st.text(st.characters(categories=["L", "N"]), min_size=1), secrets, min_size=1))
def test_no_value_of_a_query_is_shown(query: dict[str, str]) -> None:
    assume(not any(value in name for value in query.values() for name in query))  # names are shown
    shown = mask_url(str(httpx.URL("https://files.test/a").copy_merge_params(query)))
    assert not [value for value in query.values() if value in shown]


@given(url=st.text())
def test_masking_any_text_never_crashes(url: str) -> None:
    mask_url(url)


# -- documents -------------------------------------------------------------------------------------------------------

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(payload=documents, status=st.integers(200, 599))
def test_any_document_with_any_status_is_a_value_or_a_typed_error(payload: Any, status: int) -> None:
    from veneer_generated.velerian.api.audit import list_audit_log

    error = failure_of(
        wired(Wire(httpx.Response(status, json=payload)), max_retries=0, strict=True), list_audit_log
    )
    assert error is None or error.explain()


@given(
    body=st.binary(max_size=300),
    status=st.integers(200, 599),
    kind=st.sampled_from(["application/json", "text/html; charset=x", "", "a/b;;;"]),
)
def test_any_bytes_with_any_status_are_a_value_or_a_typed_error(body: bytes, status: int, kind: str) -> None:
    from veneer_generated.velerian.api.audit import list_audit_log

    answer = httpx.Response(status, content=body, headers={"content-type": kind})
    error = failure_of(wired(Wire(answer), max_retries=0, strict=True), list_audit_log)
    assert error is None or error.explain()


@given(payload=documents)
def test_a_document_that_does_not_fit_is_read_with_each_place_named(payload: Any) -> None:
    from veneer_generated.velerian.models import AuditPage

    fits = True
    try:
        AuditPage.from_dict(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        fits = False
    value, found = read_as(AuditPage, payload)
    assert fits == (not found)
    assert all(one.path.startswith("$") for one in found)
    if isinstance(payload, dict):
        assert value.to_dict() == payload
    else:
        assert value == payload


@given(value=st.none() | st.text() | st.integers() | st.booleans())
def test_any_argument_makes_a_call_or_is_refused(value: object) -> None:
    try:
        call = from_endpoint(GET, value)
    except (ConfigurationError, UnicodeEncodeError):
        return
    assert call.target.count("/") == 2
