"""The conformance table of retries: what servers ask for, backoff, quotas, and what may be repeated."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import KEY, Ticks, Wire, case, endpoint, reply, together, wired
from veneer import APIError, Client, ConfigurationError, RetryBudget, RetryPolicy, VeneerError
from veneer._core.retry import SAFE_METHODS, server_delay

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "retry_cases.json").read_text(encoding="utf-8")
)
GET = endpoint("get")
POST = endpoint("post", "/items")

# Where the table leaves a choice, or gives one project's reading.
CHOICES = {
    "1.0": 1.0,  # fractions are accepted: servers send them, and RFC 9110 §10.2.3 only says what they should send
    "Fri, 29 Sep 2023 16:26:57": 20,  # a date without a zone is UTC
}


@pytest.mark.parametrize("row", TABLE["retry_after_parse"], ids=lambda row: case(row, "header", "value"))
def test_what_a_server_asks_for_is_read_as_the_table_says(row: Mapping[str, Any]) -> None:
    expected = CHOICES.get(row["value"], row["seconds"])
    assert server_delay({row["header"]: row["value"]}, wall=row["now"]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ('"default";r=0;t=1', 1),
        ('"default";r=0;t=30;pk=:cHsdsRa894==:', 30),
        ('"default";t=30;r=0', 30),
        ('"100-in-1min"; r=0; t=58', 58),
        ("default;r=0;t=4", 4),
        ('"a";r=5;t=9', None),
        ('"a";r=5;t=9, "b";r=0;t=3', 3),
        ('"a";r=0;t=3,"b";r=0;t=7', 7),
        ('"a,b;r=0;t=1";r=1;t=3', None),
        ('"q\\"z";r=0;t=2', 2),
        ('"a";r=0', None),
        ('"a";r=0;t=-1', None),
        ('"a";r=0;t=1.5', None),
        ('"a";r="0";t=2', None),
        ('"a";r=0;t=1,', None),
        ('"a;r=0;t=1', None),
        ('"a" r=0;t=1', None),
        ('"p";q=100;w=60', None),
        ("limit=10, remaining=0, reset=5", 5),
        ("limit=10, remaining=2, reset=5", None),
        ("", None),
    ],
)
def test_the_ratelimit_field_is_read(field: str, seconds: float | None) -> None:
    """Draft 11 of the field, and the dictionary of drafts before 8; a policy says nothing of now."""
    assert server_delay({"ratelimit": field, "ratelimit-policy": '"a";q=1;w=9'}, wall=0.0) == seconds


def test_of_several_words_on_when_to_come_back_the_first_is_taken() -> None:
    headers = {
        "retry-after-ms": "1000",
        "retry-after": "2",
        "ratelimit": '"a";r=0;t=3',
        "ratelimit-remaining": "0",
        "ratelimit-reset": "4",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "5",
    }
    found = []
    for name in ["retry-after-ms", "retry-after", "ratelimit", "ratelimit-reset", "x-ratelimit-reset"]:
        found.append(server_delay(headers, wall=0.0))
        del headers[name]
    assert found == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE["retry_after_parse"] if "openai_should_retry_429" in row],
    ids=lambda row: case(row, "header", "value"),
)
def test_a_wish_within_the_cap_is_granted_and_one_beyond_it_refused(row: Mapping[str, Any]) -> None:
    """The table's cap is 120 s; ours is `max_server_delay`."""
    ticks = Ticks()
    ticks.wall = row["now"]
    wire = Wire(reply(429, headers={row["header"]: row["value"]}), 200)
    client = wired(wire, ticks, retry=RetryPolicy(max_server_delay=120))
    if row["openai_should_retry_429"]:
        client.call(GET)
        assert ticks.sleeps == [row["seconds"]]
    else:
        with pytest.raises(APIError) as caught:
            client.call(GET)
        assert (caught.value.retry_after, ticks.sleeps) == (row["seconds"], [])


# The share of each delay that is random: ours is one number where others name algorithms.
JITTER = {
    "full": 1.0,
    "none": 0.0,
    None: 0.0,
    "subtract up to 25%": 0.25,
    "x in [0.5,1], never below base": 0.5,
}


@pytest.mark.parametrize("row", TABLE["backoff"], ids=lambda row: str(row["name"]))
def test_backoff_follows_the_tables(row: Mapping[str, Any]) -> None:
    if "backoff_factor" in row:
        # urllib3 and azure-core: the first repeat comes at once, the n-th after factor × 2ⁿ. Ours always waits before the first, so the tables agree from the second on.
        policy = RetryPolicy(base=row["backoff_factor"] * 2, cap=row["cap"], jitter=0.0)
        delays = row.get("delays") or {int(n): delay for n, delay in row["delays_after_n"].items()}
        pairs = delays.items() if isinstance(delays, dict) else enumerate(delays, start=1)
        offset = 2
        expected = {n: delay for n, delay in pairs if n >= offset}
        got = {n: policy.backoff(n - offset, 1.0) for n in expected}
        assert got == pytest.approx(expected)
        return
    policy = RetryPolicy(
        base=row["base"], factor=row["factor"], cap=row["cap"], jitter=JITTER[row.get("jitter")]
    )
    assert [policy.backoff(n, 1.0) for n in range(len(row["delays"]))] == pytest.approx(row["delays"])


def test_backoff_of_a_huge_count_is_the_cap_and_no_overflow() -> None:
    assert RetryPolicy(factor=10.0).backoff(10**9, 1.0) == 8.0


@pytest.mark.parametrize(
    "row", TABLE["smithy_backoff_random_0_5"], ids=lambda row: case(row, "jitter", "scale", "cap")
)
def test_backoff_follows_smithys_tables_with_random_at_one_half(row: Mapping[str, Any]) -> None:
    if row["jitter"] == "decorrelated":
        # Not offered: it needs the last delay as state, and full jitter does as well with none (the article that RetryPolicy names compares them).
        with pytest.raises(ConfigurationError, match="jitter takes a share from 0 to 1, not str"):
            RetryPolicy(jitter="decorrelated")  # type: ignore[arg-type]  # what a caller may try
        return
    share = {"none": 0.0, "full": 1.0, "equal": 0.5}[row["jitter"]]
    policy = RetryPolicy(base=row["scale"], cap=row["cap"], jitter=share)
    first, *delays = row["delays_by_retry_attempt"]
    assert first == 0  # the table counts the first attempt, which waits for nothing
    assert [policy.backoff(n, 0.5) for n in range(len(delays))] == pytest.approx(delays)


QUOTA: dict[str, Any] = TABLE["quota"]
CONSTANTS: dict[str, Any] = QUOTA["constants_2026"]


def quota_client(row: Mapping[str, Any], wire: Wire, ticks: Ticks) -> tuple[Client, RetryBudget]:
    budget = RetryBudget(
        row.get("max_capacity", 500),
        initial=row["initial_capacity"],
        cost=CONSTANTS["retry_cost"],
        refill=CONSTANTS["no_retry_increment"],
        refund=CONSTANTS["retry_cost"],
    )
    policy = RetryPolicy(
        max_retries=row["max_attempts"] - 1,
        base=CONSTANTS["backoff_base"],
        cap=row.get("cap_delay", CONSTANTS["cap"]),
    )
    return wired(wire, ticks, retry=policy, retry_budget=budget), budget


REASONS = {"max_attempts_exceeded": "gave up after", "quota_exceeded": "retry budget is used up"}


@pytest.mark.parametrize(
    "row", [row for row in QUOTA["cases"] if "steps" in row], ids=lambda row: row["name"]
)
def test_the_retry_budget_follows_the_aws_quota(row: Mapping[str, Any]) -> None:
    for number, steps in enumerate([row["steps"], row.get("then", [])]):
        if not steps:
            continue
        ticks, seen = Ticks(), list[float]()
        statuses = [step["response"] for step in steps]
        start = row["initial_capacity"] if number == 0 else row["steps"][-1]["quota"]
        wire = Wire(*statuses)
        client, budget = quota_client({**row, "initial_capacity": start}, wire, ticks)
        sleep = client._session.sleep

        def watched(
            seconds: float, sleep: Any = sleep, budget: RetryBudget = budget, seen: Any = seen
        ) -> None:
            seen.append(budget.tokens)
            sleep(seconds)

        client._session.sleep = watched
        last = steps[-1]
        if last["outcome"] == "success":
            client.call(GET)
        else:
            with pytest.raises(APIError, match=REASONS[last["outcome"]]) as caught:
                client.call(GET)
            assert caught.value.status_code == last["response"]
        assert [*seen, budget.tokens] == [step["quota"] for step in steps]
        assert ticks.sleeps == pytest.approx([step["delay"] for step in steps if step["outcome"] == "retry"])


@pytest.mark.parametrize(
    "row", [row for row in QUOTA["cases"] if "calls" in row], ids=lambda row: row["name"]
)
def test_the_budget_is_shared_by_the_calls_of_a_client(row: Mapping[str, Any]) -> None:
    scripts = {
        str(index): iter([httpx.ReadTimeout("late") if step == "timeout" else step for step in steps])
        for index, steps in enumerate(row["calls"])
    }

    def answer(request: httpx.Request) -> httpx.Response:
        step = next(scripts[request.url.path.rpartition("/")[2]])
        if isinstance(step, Exception):
            raise step
        return reply(step)

    client, budget = quota_client(row, Wire(answer), Ticks())
    together(len(scripts), lambda index: client.call(GET, str(index)))
    assert budget.tokens == row["final_quota"]


@pytest.mark.parametrize("row", QUOTA["retry_after_ms_aws"], ids=lambda row: str(row["x-amz-retry-after"]))
def test_a_vendors_own_header_is_not_read(row: Mapping[str, Any]) -> None:
    """`x-amz-retry-after` means something else at AWS (a hint, clamped to five seconds above the backoff): it is left to AWS's SDKs."""
    assert server_delay({"x-amz-retry-after": row["x-amz-retry-after"]}, wall=0.0) is None


def test_grpcs_budget_is_another_algorithm_and_stops_as_early() -> None:
    """gRPC A6 counts every failure and stops at half; ours (AWS) counts retries and stops at nothing: with the same ten tokens both allow five repeats or more, and never more than ten."""
    for row in QUOTA["grpc_A6"]["cases"]:
        budget = RetryBudget(row["maxTokens"], refill=row["tokenRatio"])
        for event in row["events"]:
            if event == "fail":
                assert budget.take()
            else:
                budget.succeeded(retried=False)
    drained = RetryBudget(10.0)
    assert [drained.take() for _ in range(12)] == [True] * 10 + [False] * 2


DECISION: dict[str, Any] = TABLE["decision"]
# Our column, for a GET. 409 and 5xx beyond these four are answers, not weather: repeating them does not help.
OURS = {408, 425, 429, 500, 502, 503, 504}


@pytest.mark.parametrize("status", DECISION["status"], ids=str)
def test_our_column_of_the_decision_matrix(status: str) -> None:
    wire = Wire(int(status), 200)
    client = wired(wire)
    if int(status) in OURS:
        client.call(GET)
    elif int(status) >= 400:
        with pytest.raises(APIError):
            client.call(GET)
    else:
        client.call(GET)
    assert len(wire.requests) == (2 if int(status) in OURS else 1)


@pytest.mark.parametrize("status", sorted(OURS), ids=str)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_write_without_a_key_is_repeated_only_where_the_server_says_that_it_did_not_act(
    method: str, status: int
) -> None:
    wire = Wire(status, 200)
    client = wired(wire)
    if status in {408, 425, 429}:
        client.request(method, "items")
    else:
        with pytest.raises(APIError):
            client.request(method, "items")
    assert len(wire.requests) == (2 if status in {408, 425, 429} else 1)


@pytest.mark.parametrize("method", sorted(SAFE_METHODS - {"HEAD"}))
def test_the_idempotent_methods_are_repeated(method: str) -> None:
    wire = Wire(504, 200)
    wired(wire).request(method, "items")
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("word", "repeated"), [("true", True), ("false", False), ("maybe", True), ("TRUE", True)]
)
def test_x_should_retry_wins_over_the_status_and_other_words_say_nothing(word: str, repeated: bool) -> None:
    wire = Wire(reply(503 if word != "true" else 400, headers={"x-should-retry": word}), 200)
    client = wired(wire)
    if repeated:
        client.call(GET)
    else:
        with pytest.raises(APIError, match="the server says not to"):
            client.call(GET)
    assert len(wire.requests) == 1 + repeated


@pytest.mark.parametrize("name", ["stripe-should-retry", "grpc-retry-pushback-ms"])
def test_other_vendors_override_headers_are_not_read(name: str) -> None:
    wire = Wire(reply(503, headers={name: "-1"}), 200)
    wired(wire).call(GET)
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "row", DECISION["aws_error_tables"]["throttled"] + DECISION["aws_error_tables"]["transient"]
)
def test_codes_in_a_body_do_not_decide(row: list[Any]) -> None:
    """AWS's error codes are AWS's: the status alone decides here, `x-should-retry` is how any platform can say otherwise."""
    status, code, _ = row
    failure: Any = httpx.ReadError("cut") if status is None else reply(status, json={"code": code})
    wire = Wire(failure, 200)
    client = wired(wire)
    repeated = status is None or status in OURS
    if repeated or status == 200:
        client.call(GET)
    else:
        with pytest.raises(APIError) as caught:
            client.call(GET)
        assert caught.value.code == code
    assert len(wire.requests) == 1 + repeated


MATRIX: dict[str, Any] = DECISION["failure_injection_matrix"]


@pytest.mark.parametrize("failures", MATRIX["failures_before_success"], ids=str)
@pytest.mark.parametrize("mode", MATRIX["mode"])
def test_retries_taken_are_counted_and_sent(failures: int, mode: str) -> None:
    failure: Any = 500 if mode == "status 500" else httpx.ReadError("cut")
    wire = Wire(*[failure] * failures, 200)
    done = wired(wire, max_retries=MATRIX["max_retries"]).call_raw(GET)
    assert (len(done.attempts) - 1, wire.requests[-1].headers["x-retry-count"]) == (failures, str(failures))


@pytest.mark.parametrize("wrong", [None, True, 1.5, "3"], ids=repr)
def test_max_retries_is_a_number(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"a whole number, 0 \(never\) or more"):
        RetryPolicy(max_retries=wrong)


@pytest.mark.parametrize("wish", ["99999999", "9" * 400, "inf", "1e999"])
def test_no_wish_is_slept_beyond_the_cap_or_overflows(wish: str) -> None:
    ticks = Ticks()
    wire = Wire(reply(429, headers={"retry-after": wish}))
    with pytest.raises(VeneerError):
        wired(wire, ticks, max_retries=1).call(GET)
    assert all(seconds <= 60 for seconds in ticks.sleeps)


IDEMPOTENCY: list[str] = TABLE["idempotency"]["client_tests"]
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})


def test_three_attempts_of_one_write_carry_one_key_and_one_body() -> None:
    assert IDEMPOTENCY[0].startswith("503,503,200 on POST")
    wire = Wire(503, 503, 200)
    wired(wire).call(KEYED, body={"a": 1})
    assert (len(set(wire.sent("idempotency-key"))), set(wire.bodies)) == (1, {b'{"a":1}'})


def test_two_equal_writes_carry_two_keys() -> None:
    wire = Wire(200)
    client = wired(wire)
    client.call(KEYED, body={"a": 1})
    client.call(KEYED, body={"a": 1})
    assert len(set(wire.sent("idempotency-key"))) == 2


def test_a_callers_key_is_sent_as_it_is() -> None:
    wire = Wire(503, 200)
    wired(wire).with_options(idempotency_key="mine 1").call(KEYED)
    assert wire.sent("idempotency-key") == ["mine 1", "mine 1"]


def test_a_conflict_of_keys_is_a_typed_error_and_not_repeated() -> None:
    wire = Wire(reply(409, json={"error": {"code": "IDEMPOTENCY_CONFLICT", "message": "another body"}}))
    with pytest.raises(APIError) as caught:
        wired(wire).call(KEYED)
    assert (caught.value.code, len(wire.requests)) == ("IDEMPOTENCY_CONFLICT", 1)


def test_the_key_is_not_in_what_the_error_says() -> None:
    with pytest.raises(APIError) as caught:
        wired(Wire(reply(401, json={"detail": f"bad key {KEY}"}))).call(GET)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.explain()}"


@pytest.mark.parametrize(
    ("field", "least", "below"),
    [("max_retries", 0, -1), ("base", 0.0, -0.1), ("factor", 1.0, 0.9), ("jitter", 0.0, -0.1), ("max_server_delay", 0.0, -0.1)],
)  # fmt: skip
def test_the_least_value_of_a_policys_field_is_taken_and_one_below_it_refused(
    field: str, least: float, below: float
) -> None:
    assert getattr(RetryPolicy(**{field: least}), field) == least  # type: ignore[arg-type]  # by name
    with pytest.raises(ValueError, match=rf"^{field} takes .*, not {below}$"):
        RetryPolicy(**{field: below})  # type: ignore[arg-type]  # by name


def test_jitter_is_a_share() -> None:
    assert RetryPolicy(jitter=1.0).jitter == 1.0
    with pytest.raises(ValueError, match=r"^jitter takes a share from 0 to 1, not 1.1$"):
        RetryPolicy(jitter=1.1)


@given(digits=st.binary(min_size=16, max_size=16))
def test_a_new_key_is_the_uuid_that_the_standard_library_makes_of_the_same_bytes(digits: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.urandom", lambda size: digits[:size])
        wire = Wire()
        wired(wire).call(KEYED)
    assert wire.sent("idempotency-key") == [str(uuid.UUID(bytes=digits, version=4))]
