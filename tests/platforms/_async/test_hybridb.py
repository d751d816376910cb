"""hybriDB: the envelope is unwrapped, keys keep calls from acting twice, people's tokens renew themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from core.kit import KEY, Ticks, Wire, async_tick, async_together, reply
from platforms.door_kit import async_on
from veneer import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    MissingMemberError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    RateLimitError,
    ResponseInvalidError,
    SchemaViolationWarning,
    ServerError,
    Timeouts,
    WaitTimeoutError,
)
from veneer.hybridb import (
    AsyncHybriDBClient,
    ErrorCode,
    HybriDBError,
    PipelineStep,
    Tokens,
    request_decision_async,
    rollback_async,
    trigger_pipeline_async,
)
from veneer.sandbox import Sandbox
from veneer.testing import AddFault

pytestmark = pytest.mark.anyio

USER, PASSWORD = "demo@stellrai.test", "sandbox-password"
PAYMENT = "payment.execute.standard"
DECISION = {"decisionId": "dec_1", "outcome": "approved"}


def data(value: Any) -> httpx.Response:
    return reply(json={"success": True, "data": value})


def failure(code: str, status: int = 200, **more: Any) -> httpx.Response:
    return reply(status, json={"success": False, "error": {"code": code, "message": "no", **more}})


def json_text(text: str) -> httpx.Response:
    return reply(content=text.encode(), headers={"content-type": "application/json"})


def sent(wire: Wire) -> list[dict[str, Any]]:
    return [json.loads(body) for body in wire.bodies]


# -- the main job --------------------------------------------------------------------------------------------------


async def test_a_payment_is_decided_executed_and_rolled_back(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        decision = await client.request_decision(
            decision_type="payment.authorize",
            action="payment.initiate",
            input_data={"actorId": "user:alice", "amount": 120},
            idempotency_key="decision-1",
        )
        execution = await client.trigger_pipeline(
            pipeline_name=PAYMENT,
            input_data={"amount": 120, "to": "acct_9k2x"},
            decision_id=decision.decision_id,
            idempotency_key="exec-1",
        )
        undone = await client.rollback(execution.id, reason="user_request")
        assert (decision.outcome, execution.status, undone.status) == ("approved", "completed", "rolled_back")
        with pytest.raises(HybriDBError) as caught:
            await client.rollback(execution.id)
    assert caught.value.code == ErrorCode.ROLLBACK_ALREADY_COMPLETED
    assert sandbox.effects("execution.rolled_back") == [f"execution.rolled_back {execution.id}"]


async def test_a_triggered_pipeline_is_waited_for(sandbox: Sandbox) -> None:
    seen: list[str] = []
    async with AsyncHybriDBClient() as client:
        async_tick(client, Ticks())
        step = PipelineStep("hold", "Hold", "action")
        pipeline = await client.pipelines.create("two", [step, {"id": "b", "name": "B", "type": "action"}])
        started = await client.pipelines.trigger(pipeline.id, {"amount": 1})
        ended = await client.pipelines.wait(started.id, progress=lambda run: seen.append(run.status))
    assert started.status == "pending"
    assert "completed" == ended.status == seen[-1]
    assert len(seen) > 1


async def test_waiting_for_an_execution_ends_with_an_error_that_holds_it(sandbox: Sandbox) -> None:
    running = data(
        {"id": "exec_1", "pipelineId": "p", "status": "running", "startedAt": "2026-01-01T00:00:00Z"}
    )
    client = async_on(AsyncHybriDBClient, Wire(running))
    with pytest.raises(WaitTimeoutError) as caught:
        await client.pipelines.wait("exec_1", timeout=10)
    assert isinstance(caught.value, HybriDBError)
    assert caught.value.last.data.id == "exec_1"


# -- settings ------------------------------------------------------------------------------------------------------


async def test_a_step_of_an_attempt_may_take_ten_seconds_by_default() -> None:
    assert Timeouts.of(10.0) == AsyncHybriDBClient("https://api.test", api_key="k").options.timeouts


async def test_a_missing_key_names_the_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HDB_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="HDB_API_KEY"):
        AsyncHybriDBClient()


async def test_an_argument_wins_over_the_environment(sandbox: Sandbox) -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(data(DECISION)))
    await client.get_decision("dec_1")
    assert [str(one.url) for one in wire.requests] == ["https://api.test/api/v1/decisions/dec_1"]
    assert [f"Bearer {KEY}"] == wire.sent("authorization")


async def test_no_repr_shows_a_key_a_secret_or_a_token(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        made = await client.actors.create_api_key("user:demo", ["decisions:write"], name="CI")
        tokens = await client.auth.create_token(USER, PASSWORD)
        shown = repr([client, client.actors, made, tokens])
    assert made.secret
    for secret in (sandbox.keys["hybridb"], made.secret, tokens.access_token, tokens.refresh_token):
        assert secret not in shown


async def test_a_view_of_the_client_keeps_its_namespaces() -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(data([])))
    await client.with_options(headers={"x-trace": "1"}).orgs.list_members("org:acme")
    assert wire.sent("x-trace") == ["1"]


# -- failures in the envelope --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (ErrorCode.UNAUTHORIZED, AuthenticationError),
        (ErrorCode.TOKEN_EXPIRED, AuthenticationError),
        (ErrorCode.FORBIDDEN, PermissionDeniedError),
        (ErrorCode.POLICY_DENIED, PermissionDeniedError),
        (ErrorCode.DECISION_NOT_FOUND, NotFoundError),
        (ErrorCode.DECISION_ALREADY_CONSUMED, ConflictError),
        (ErrorCode.DECISION_ESCALATED, APIError),
        (ErrorCode.PIPELINE_NOT_FOUND, NotFoundError),
        (ErrorCode.PIPELINE_STEP_FAILED, ServerError),
        (ErrorCode.CIRCUIT_BREAKER_OPEN, ServerError),
        (ErrorCode.EXECUTION_NOT_FOUND, NotFoundError),
        (ErrorCode.ROLLBACK_WINDOW_EXPIRED, ConflictError),
        (ErrorCode.ROLLBACK_ALREADY_COMPLETED, ConflictError),
        (ErrorCode.CHECKPOINT_NOT_FOUND, NotFoundError),
        (ErrorCode.REPLAY_NOT_AVAILABLE, ConflictError),
        (ErrorCode.VALIDATION_ERROR, BadRequestError),
        (ErrorCode.IDEMPOTENCY_CONFLICT, ConflictError),
        (ErrorCode.RATE_LIMITED, RateLimitError),
        (ErrorCode.NOT_FOUND, NotFoundError),
        (ErrorCode.INTERNAL_ERROR, ServerError),
        (ErrorCode.SERVICE_UNAVAILABLE, ServerError),
    ],
    ids=str,
)
async def test_a_failure_is_what_its_code_says_whatever_the_status(
    code: ErrorCode, kind: type[APIError]
) -> None:
    client = async_on(AsyncHybriDBClient, Wire(failure(code, details={"why": "because"})))
    with pytest.raises(HybriDBError) as caught:
        await client.get_decision("dec_1")
    error = caught.value
    assert isinstance(error, kind)
    assert (str(code), 200, {"why": "because"}) == (error.code, error.status, error.details)
    assert code == error.data.error.code


async def test_a_code_that_nobody_documented_is_kept_and_the_status_decides() -> None:
    client = async_on(AsyncHybriDBClient, Wire(failure("QUOTA_OF_THE_FUTURE", 403)))
    with pytest.raises(PermissionDeniedError) as caught:
        await client.get_decision("dec_1")
    assert caught.value.code == "QUOTA_OF_THE_FUTURE"
    assert isinstance(caught.value, HybriDBError)


async def test_an_escalated_decision_is_an_error_though_the_status_is_202(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        decision = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 20_000})
        with pytest.raises(HybriDBError) as caught:
            await client.pipelines.execute(PAYMENT, {"amount": 20_000}, decision.decision_id)
    assert (caught.value.code, caught.value.status) == (ErrorCode.DECISION_ESCALATED, 202)


async def test_an_answer_without_envelope_names_the_place_that_does_not_fit() -> None:
    client = async_on(AsyncHybriDBClient, Wire(reply(json={"data": DECISION})), strict=True)
    with pytest.raises(ResponseInvalidError) as caught:
        await client.get_decision("dec_1")
    assert caught.value.path == "$.success"
    assert isinstance(caught.value, HybriDBError)


@pytest.mark.parametrize(
    "answer", ["[{}]", '"approved"', "null", "7"], ids=["list", "text", "null", "number"]
)
async def test_an_answer_that_is_no_object_at_all_is_told_and_raises_an_error_of_ours(answer: str) -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(json_text(answer)))
    with (
        pytest.warns(SchemaViolationWarning, match=r"get_decision 200: \$ is"),
        pytest.raises(MissingMemberError, match=r"\$ is \w+, the contract says object") as caught,
    ):
        await client.get_decision("dec_1")
    assert (caught.value.path, caught.value.outcome, len(wire.requests)) == ("$", Outcome.ANSWERED, 1)


async def test_values_and_fields_of_the_future_are_kept(sandbox: Sandbox, fault: AddFault) -> None:
    fault("unknown-enum;extra-field", platform="hybridb")
    async with AsyncHybriDBClient() as client:
        decision = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1})
    assert decision.outcome == "sandbox_unknown"
    assert decision.additional_properties


# -- keys ----------------------------------------------------------------------------------------------------------


async def test_a_key_is_made_for_each_call_and_kept_for_all_its_attempts() -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(503, httpx.ReadError("cut"), data(DECISION)))
    await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1})
    await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1})
    keys = [body["idempotencyKey"] for body in sent(wire)]
    assert keys[0] == keys[1] == keys[2] != keys[3]


async def test_the_callers_key_is_never_replaced() -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(503, data(DECISION)))
    await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1}, "mine")
    assert [body["idempotencyKey"] for body in sent(wire)] == ["mine", "mine"]


async def test_a_lost_answer_does_not_execute_twice(sandbox: Sandbox, fault: AddFault) -> None:
    fault("reset=after;times=1", platform="hybridb", method="POST")
    async with AsyncHybriDBClient() as client:
        async_tick(client, Ticks())
        execution = await client.trigger_pipeline(PAYMENT, {"amount": 1})
        event = await client.events.publish("paid", "shop", "service:shop", {"order": 1})
        replay = await client.reversibility.replay(execution.id)
    assert [f"execution.created {execution.id}", f"execution.created {replay.child_execution_id}"] == (
        sandbox.effects("execution.created")
    )
    assert [f"event.published {event.event_id}"] == sandbox.effects("event.published")


async def test_the_same_key_gives_the_first_answer_and_refuses_another_body(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        first = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1}, "k")
        again = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1}, "k")
        assert first == again
        with pytest.raises(ConflictError) as caught:
            await client.request_decision("payment.authorize", "payment.initiate", {"amount": 2}, "k")
    assert caught.value.code == "IDEMPOTENCY_CONFLICT"


async def test_h5_a_post_without_a_key_is_not_repeated_when_it_may_have_run() -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(failure("SERVICE_UNAVAILABLE", 503), data({})))
    with pytest.raises(HybriDBError, match="SERVICE_UNAVAILABLE"):
        await client.rollback("exec_1", "user_request")
    assert sent(wire) == [{"reason": "user_request"}]


@pytest.mark.parametrize("status", [200, 500, 503])
@pytest.mark.parametrize("code", [ErrorCode.PIPELINE_STEP_FAILED, ErrorCode.CIRCUIT_BREAKER_OPEN])
async def test_a_verdict_on_an_execution_is_not_asked_for_again(code: ErrorCode, status: int) -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(failure(code, status)))
    with pytest.raises(ServerError) as caught:
        await client.pipelines.execute(PAYMENT, {"amount": 1})
    assert (len(wire.requests), caught.value.code) == (1, code)


async def test_a_limit_that_a_200_hides_is_waited_for() -> None:
    ticks = Ticks()
    client = async_on(AsyncHybriDBClient, wire := Wire(failure("RATE_LIMITED"), data({})), ticks)
    await client.request("POST", "/api/v1/anything", json={})
    assert (len(wire.requests), ticks.sleeps) == (2, [0.5])


async def test_h5_retry_after_is_heeded() -> None:
    ticks = Ticks()
    busy = reply(429, json={"success": False, "error": {}}, headers={"retry-after": "7"})
    await async_on(AsyncHybriDBClient, Wire(busy, data(DECISION)), ticks).get_decision("dec_1")
    assert ticks.sleeps == [7.0]


# -- the published client's other defects --------------------------------------------------------------------------


async def test_h1_query_and_path_values_cannot_add_parameters() -> None:
    page = {"data": [], "total": 0, "page": 1, "limit": 50, "hasMore": False}
    client = async_on(AsyncHybriDBClient, wire := Wire(data(page), data([])))
    await client.audit.list(actor_id="a&limit=99999&x=1")
    params = wire.requests[0].url.params
    assert (params["actorId"], params.get_list("limit"), params.get("x")) == (
        "a&limit=99999&x=1",
        [],
        None,
    )
    await client.orgs.list_members("a/b?c#d")
    assert wire.requests[1].url.raw_path == b"/api/v1/orgs/a%2Fb%3Fc%23d/memberships"


@pytest.mark.parametrize("value", ["..", ".", "", "%2e%2e"])
async def test_h1_a_path_value_cannot_retarget_the_request(value: str) -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(data(DECISION)))
    if value == "%2e%2e":  # encoded once more, it is a plain name
        await client.get_decision(value)
        assert wire.requests[0].url.raw_path == b"/api/v1/decisions/%252e%252e"
        return
    with pytest.raises(ConfigurationError):
        await client.get_decision(value)
    assert wire.requests == []


async def test_h3_an_html_page_of_a_gateway_is_repeated_and_then_a_typed_error() -> None:
    page = httpx.Response(502, text="<html>bad gateway</html>", headers={"content-type": "text/html"})
    client = async_on(AsyncHybriDBClient, Wire(page, data(DECISION)))
    assert (await client.get_decision("dec_1")).decision_id == "dec_1"
    with pytest.raises(HybriDBError) as caught:
        await async_on(AsyncHybriDBClient, Wire(page)).get_decision("dec_1")
    assert (caught.value.status, caught.value.code) == (502, None)


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_h4_so_many_retries_are_one_attempt_more(retries: int) -> None:
    client = async_on(AsyncHybriDBClient, wire := Wire(503), max_retries=retries)
    with pytest.raises(HybriDBError):
        await client.get_decision("dec_1")
    assert retries + 1 == len(wire.requests)


async def test_h6_a_refused_connection_is_typed() -> None:
    client = async_on(AsyncHybriDBClient, Wire(httpx.ConnectError("refused")))
    with pytest.raises(HybriDBError) as caught:
        await client.get_decision("dec_1")
    assert isinstance(caught.value, ConnectError)
    assert (caught.value.status, caught.value.code) == (None, None)


# -- people --------------------------------------------------------------------------------------------------------


async def test_a_person_signs_in_at_the_first_call_and_once_only(sandbox: Sandbox) -> None:
    heard: list[Tokens] = []
    async with AsyncHybriDBClient.from_login(USER, PASSWORD, on_tokens=heard.append) as client:
        assert sandbox.journal() == []
        found = await async_together(5, lambda _: client.audit.list(limit=1))
    assert len(found) == 5
    assert 1 == len(heard) == len(sandbox.effects("token.issued"))


async def test_an_expired_token_is_renewed_once_for_all_calls(sandbox: Sandbox) -> None:
    heard: list[Tokens] = []
    async with AsyncHybriDBClient.from_login(USER, PASSWORD, on_tokens=heard.append) as client:
        await client.audit.list(limit=1)
        sandbox.advance(3601)
        await async_together(5, lambda _: client.audit.list(limit=1))
        assert len(sandbox.journal(operation="create_token")) == 1
        assert len(sandbox.journal(operation="refresh_token")) == 1
    assert heard[0] != heard[1]


async def test_a_post_is_repeated_after_the_renewal_with_its_key(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient.from_login(USER, PASSWORD) as client:
        await client.audit.list(limit=1)
        sandbox.advance(3601)
        decision = await client.request_decision("payment.authorize", "payment.initiate", {"amount": 1})
    keys = {one["idempotency_key"] for one in sandbox.journal(operation="request_decision", status="200")}
    assert len(keys - {None}) == 1
    assert [f"decision.created {decision.decision_id}"] == sandbox.effects("decision.created")


async def test_a_refused_refresh_token_falls_back_to_the_password(sandbox: Sandbox) -> None:
    heard: list[Tokens] = []
    async with AsyncHybriDBClient.from_login(USER, PASSWORD, on_tokens=heard.append) as client:
        await client.audit.list(limit=1)
        await client.auth.refresh_token(heard[0].refresh_token)  # uses it up
        sandbox.advance(3601)
        await client.audit.list(limit=1)
    assert len(sandbox.journal(operation="create_token")) == 2


async def test_a_refresh_token_signs_in_and_without_a_password_its_refusal_is_final(sandbox: Sandbox) -> None:
    heard: list[Tokens] = []
    async with AsyncHybriDBClient() as client:
        first = await client.auth.create_token(USER, PASSWORD)
    async with AsyncHybriDBClient.from_refresh_token(first.refresh_token, on_tokens=heard.append) as client:
        await client.audit.list(limit=1)
        await client.auth.revoke_token()
        with pytest.raises(AuthenticationError):
            await client.audit.list(limit=1)
    assert first.refresh_token != heard[0].refresh_token
    client = AsyncHybriDBClient.from_refresh_token(first.refresh_token)
    with pytest.raises(HybriDBError, match="refresh token"):
        await client.audit.list(limit=1)
    await client.aclose()


async def test_a_key_that_is_refused_is_not_renewed() -> None:
    client = async_on(
        AsyncHybriDBClient, wire := Wire(failure("UNAUTHORIZED", 401)), refresh_token=lambda: "x"
    )
    with pytest.raises(AuthenticationError):
        await client.get_decision("dec_1")
    assert len(wire.requests) == 1


async def test_signing_in_and_health_send_no_credential(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        await client.health()
        await client.auth.create_token(USER, PASSWORD)
    assert ["authorization" in one["headers"] for one in sandbox.journal()] == [False, False]


# -- the audit trail -----------------------------------------------------------------------------------------------


async def test_every_entry_comes_once_across_pages(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        page = await client.audit.list(limit=100)
        entries = await client.audit.iter(page_size=100).collect()
    assert page.total == len(entries) == len({entry.id for entry in entries}) == 450
    assert page.items == entries[:100]


async def test_entries_are_filtered_by_moments_in_text_or_as_datetimes(sandbox: Sandbox) -> None:
    async with AsyncHybriDBClient() as client:
        begin = (await client.audit.list(limit=1)).items[0].created_at
        whole = await client.audit.iter(from_=begin, to=begin).collect()
        text = await client.audit.iter(
            from_=begin.isoformat(), to=begin.isoformat(), actor_id="user:alice"
        ).collect()
        with pytest.raises(ConfigurationError, match="ISO 8601"):
            await client.audit.list(from_="yesterday")
    assert [begin] == [entry.created_at for entry in whole] == [entry.created_at for entry in text]


async def test_a_naive_moment_is_local_time() -> None:
    page = {"data": [], "total": 0, "page": 1, "limit": 50, "hasMore": False}
    client = async_on(AsyncHybriDBClient, wire := Wire(data(page)))
    await client.audit.list(from_=datetime(2026, 1, 1), to=datetime(2026, 1, 2, tzinfo=UTC))  # noqa: DTZ001
    params = wire.requests[0].url.params
    assert datetime(2026, 1, 1).astimezone() == datetime.fromisoformat(params["from"])
    assert params["to"] == "2026-01-02T00:00:00+00:00"


# -- plain functions -----------------------------------------------------------------------------------------------


async def test_the_functions_give_plain_dicts_with_the_platforms_names(sandbox: Sandbox) -> None:
    decision = await request_decision_async("payment.authorize", "payment.initiate", {"amount": 1}, "d-1")
    execution = await trigger_pipeline_async(PAYMENT, {"amount": 1}, decision["decisionId"], "e-1")
    undone = await rollback_async(execution["id"], reason="user_request")
    assert (decision["outcome"], undone["status"]) == ("approved", "rolled_back")
    assert {"decisionId", "outcome", "rationale", "policyVersion", "decidedAt"} == decision.keys()


async def test_the_functions_read_the_environment_when_they_are_called(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await request_decision_async("payment.authorize", "payment.initiate", {"amount": 1})
    monkeypatch.setenv("HDB_API_KEY", "wrong")
    with pytest.raises(HybriDBError) as caught:
        await request_decision_async("payment.authorize", "payment.initiate", {"amount": 1})
    assert caught.value.code == "UNAUTHORIZED"


@pytest.mark.filterwarnings("ignore::veneer.SchemaViolationWarning")
async def test_no_member_of_a_request_object_is_lost() -> None:
    from veneer.hybridb import TriggerByNameInput

    client = async_on(AsyncHybriDBClient, wire := Wire(data({})))
    asked = TriggerByNameInput({"a": 1}, trigger_event="paid")
    asked.additional_properties["priority"] = "high"
    await client.trigger_pipeline("pipe_1", asked)
    sent = json.loads(wire.bodies[0])
    sent.pop("idempotencyKey", None)
    assert sent == {"input": {"a": 1}, "triggerEvent": "paid", "priority": "high", "pipelineId": "pipe_1"}


async def test_members_beside_a_request_object_are_refused_and_not_lost() -> None:
    from veneer.hybridb import InitiateRollbackInput

    client = async_on(AsyncHybriDBClient, wire := Wire())
    with pytest.raises(TypeError, match="or its members, not both"):
        await client.rollback("exec_1", InitiateRollbackInput(reason="r"), metadata={"a": 1})
    assert wire.bodies == []
