"""HestiaOS: runs, their streams and traces, five namespaces; none of the known defects of its published client."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from core.kit import KEY, Ticks, Wire, async_watchdog, reply
from platforms.door_kit import async_on
from veneer import (
    ConfigurationError,
    ConnectError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    ResponseInvalidError,
    SchemaViolationWarning,
    ServerError,
    StreamProtocolError,
    StreamTimeoutError,
    StreamTruncatedError,
    UnprocessableError,
    __version__,
)
from veneer.hestiaos import (
    AsyncClient,
    GovernanceBlock,
    HestiaError,
    InvalidInput,
    NotFound,
    StreamEvent,
    StreamLimits,
)
from veneer.sandbox import Sandbox
from veneer.testing import AddFault

pytestmark = pytest.mark.anyio

RUN = {"result": "ok", "output": "ok", "mode": "ALLOW", "budget": 1.0, "trace_id": "t", "latency_ms": 1.5}
SSE = {"content-type": "text/event-stream"}


def event(kind: str, **data: Any) -> str:
    return json.dumps({"type": kind, "data": data, "trace_id": "t", "timestamp": "2026-11-02T09:00:00Z"})


def stream(*blocks: str) -> httpx.Response:
    return reply(content="".join(blocks).encode(), headers=SSE)


def data(text: str) -> str:
    return f"data: {text}\n\n"


async def async_drain(events: AsyncIterator[StreamEvent], into: list[StreamEvent]) -> None:
    async for one in events:
        into.append(one)  # noqa: PERF401  # what came before a failure counts


WHOLE = [data(event("start")), data(event("token", text="a")), data(event("final")), data(event("done"))]


# -- the main job --------------------------------------------------------------------------------------------------


async def test_a_run_is_answered_with_its_trace(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        result = await client.run_async("create a report", session_id="s1", mode_hint="fast")
        trace = await client.trace_async(result.trace_id)
    assert (result.result, result.mode) == ("processed: create a report", "ALLOW")
    assert (trace.trace_id, trace.decision, trace.violations) == (result.trace_id, "ALLOW", [])


async def test_only_what_was_given_is_sent() -> None:
    wire = Wire(reply(json=RUN))
    client = async_on(AsyncClient, wire)
    await client.run_async("a")
    await client.run_async("a", session_id="s", agent_id="g", mode_hint="deep", timeout_ms=500)
    assert json.loads(wire.bodies[0]) == {"input": "a"}
    assert json.loads(wire.bodies[1]) == {
        "input": "a",
        "context": {"session_id": "s", "agent_id": "g", "mode_hint": "deep"},
        "options": {"timeout_ms": 500},
    }


async def test_a_run_streams_its_events_in_order(sandbox: Sandbox) -> None:
    async with AsyncClient() as client, client.run_stream("use tool create a report", strict=True) as events:
        kinds = [event.type async for event in events]
    assert kinds == ["start", "tool_call", *["token"] * 5, "token", "final", "done"]


async def test_iterating_needs_no_block(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        texts = [event.data["text"] async for event in client.run_stream("a b") if event.is_token()]
    assert "".join(texts) == "processed: a b"


async def test_the_server_is_asked_for_a_stream() -> None:
    wire = Wire(stream(*WHOLE))
    async with async_on(AsyncClient, wire).run_stream("a") as events:
        assert [event.type async for event in events] == ["start", "token", "final", "done"]
    assert json.loads(wire.bodies[0]) == {"input": "a", "options": {"stream": True}}
    assert wire.sent("accept")[0].startswith("text/event-stream")  # type: ignore[union-attr]  # it was sent


async def test_the_five_namespaces_answer(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        assert (await client.health_async()).status == "healthy"
        assert (await client.system.status_async()).ollama is True
        assert "governance" in await client.system.config_async()
        assert (await client.system.metrics_async()).metrics["cpu_percent"] == 12.5  # type: ignore[index]  # always there
        reply_1 = await client.chat.run_async("Hello!")
        reply_2 = await client.chat.run_async("Again!", session_id=reply_1.session_id)
        assert (reply_2.session_id, "message 2" in str(reply_2.result)) == (reply_1.session_id, True)
        assert (
            await client.agents.run_async("agent-1", "analyze data", {"deep": True})
        ).status == "COMPLETED"
        await client.secrets.set_async("k", "v")
        assert await client.secrets.get_async("k") == "v"
        await client.secrets.delete_async("k")
        explained = await client.governance.explain_async("WRITE", {"path": "/srv"})
        assert explained["decision"] == "ALLOW"
        assert (await client.governance.status_async())["status"] == "stable"
        assert (await client.governance.trace_async("abc-123-def") or {})["decision"] == "ALLOW"


# -- settings ------------------------------------------------------------------------------------------------------


async def test_every_request_carries_the_documented_user_agent_and_time_out() -> None:
    wire = Wire(reply(json=RUN))
    client = async_on(AsyncClient, wire)
    await client.run_async("a")
    assert wire.sent("user-agent") == [f"hestiaos-sdk/{__version__}"]
    assert wire.requests[0].extensions["timeout"] == {"connect": 30, "read": 30, "write": 30, "pool": 30}


async def test_the_key_is_a_bearer_token_and_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HESTIA_API_KEY", raising=False)
    wire = Wire(reply(json=RUN))
    await async_on(AsyncClient, wire).run_async("a")
    await async_on(AsyncClient, wire, api_key=None).run_async("a")
    assert wire.sent("authorization") == [f"Bearer {KEY}", None]


async def test_without_an_address_it_is_the_local_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HESTIA_BASE_URL", raising=False)
    assert AsyncClient().options.base_url == "http://localhost:8000"


async def test_a_run_with_more_time_than_the_client_is_waited_for() -> None:
    wire = Wire(reply(json=RUN), stream(*WHOLE))
    client = async_on(AsyncClient, wire)
    await client.run_async("a", timeout_ms=120_000)
    async with client.run_stream("a", timeout_ms=120_000) as events:
        assert len([event async for event in events]) == 4
    assert [request.extensions["timeout"]["read"] for request in wire.requests] == [125, 125]
    assert client.options.timeouts.read == 30


async def test_the_documented_time_out_argument_bounds_each_step() -> None:
    wire = Wire(reply(json=RUN))
    await async_on(AsyncClient, wire, timeout=1.5).run_async("a")
    await async_on(AsyncClient, wire, timeouts=2.5).run_async("a")
    limits = [request.extensions["timeout"] for request in wire.requests]
    assert limits == [dict.fromkeys(("connect", "read", "write", "pool"), seconds) for seconds in (1.5, 2.5)]


async def test_a_time_out_is_hestias_and_pythons(sandbox: Sandbox, fault: AddFault) -> None:
    fault("blackhole", platform="hestiaos")
    async with AsyncClient(timeout=0.1, retries=0) as client:
        with pytest.raises(TimeoutError) as caught:
            await client.health_async()
    assert isinstance(caught.value, HestiaError)


async def test_secrets_and_tasks_are_sent_as_documented() -> None:
    wire = Wire(reply(json={"agent_id": "a"}))
    client = async_on(AsyncClient, wire)
    await client.secrets.set_async("k", "v")
    await client.secrets.set_async("k", "v", provider="vault", allowed_tools=["mail"])
    await client.agents.run_async("a", "t")
    await client.agents.run_async("a", "t", {"depth": 2})
    assert [json.loads(body) for body in wire.bodies] == [
        {"credential_ref": "k", "secret": "v", "provider": "custom", "allowed_tools": ["*"]},
        {"credential_ref": "k", "secret": "v", "provider": "vault", "allowed_tools": ["mail"]},
        {"agent_id": "a", "task": "t"},
        {"agent_id": "a", "task": "t", "config": {"depth": 2}},
    ]


# -- events --------------------------------------------------------------------------------------------------------


async def test_each_guard_is_true_for_its_type_alone() -> None:
    kinds = ("start", "token", "delta", "tool_call", "final", "error", "done")
    for kind in (*kinds, "progress"):
        one = StreamEvent.from_dict(json.loads(event(kind)))
        true = [name for name in kinds if getattr(one, f"is_{name}")()]
        assert true == [name for name in kinds if name == kind]


async def test_an_error_event_is_an_event(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        events = [event async for event in client.run_stream("fail", strict=True)]
    assert [event.data["code"] for event in events if event.is_error()] == ["run_failed"]


async def test_types_and_fields_of_the_future_are_kept() -> None:
    later = event("progress", percent=50).replace("{", '{"shard": 7, ', 1)
    wire = Wire(stream(WHOLE[0], data(later), *WHOLE[1:]))
    events = [event async for event in async_on(AsyncClient, wire).run_stream("a", strict=True)]
    assert (events[1].type, events[1].data["percent"]) == ("progress", 50)
    assert events[1].additional_properties == {"shard": 7}


async def test_the_sentinel_may_follow_done_or_not() -> None:
    wire = Wire(stream(*WHOLE), stream(*WHOLE, data("[DONE]")))
    client = async_on(AsyncClient, wire)
    first = [event.type async for event in client.run_stream("a")]
    assert first == [event.type async for event in client.run_stream("a")]


async def test_heartbeats_are_not_events() -> None:
    wire = Wire(stream(": ping\n\n", "\n\n", WHOLE[0], ":\n", ": data: no\n\n", *WHOLE[1:]))
    assert len([event async for event in async_on(AsyncClient, wire).run_stream("a")]) == 4


async def test_strict_refuses_events_out_of_their_documented_order() -> None:
    wire = Wire(stream(WHOLE[0], WHOLE[2], WHOLE[1], WHOLE[3]))
    client = async_on(AsyncClient, wire)
    assert len([event async for event in client.run_stream("a")]) == 4
    with pytest.raises(StreamProtocolError, match="'token' out of order"):
        [event async for event in client.run_stream("a", strict=True)]


async def test_an_event_that_does_not_fit_is_handed_over_and_says_where() -> None:
    done = '{"type": "done", "data": {}, "trace_id": "t", "timestamp": ""}'
    wire = Wire(stream(data('{"type": "start", "data": {}, "timestamp": ""}'), data(done)))
    with pytest.warns(SchemaViolationWarning, match=r"run_stream: \$\.trace_id is missing"):
        first, *_ = [event async for event in async_on(AsyncClient, wire).run_stream("a")]
    assert first.is_start()
    with pytest.raises(ResponseInvalidError) as caught:
        first.trace_id  # noqa: B018  # asking is what raises
    assert caught.value.path == "$.trace_id"


async def test_a_silent_stream_ends_with_an_error(sandbox: Sandbox, fault: AddFault) -> None:
    fault("pace=30", platform="hestiaos")
    async with AsyncClient() as client:
        with pytest.raises(StreamTimeoutError, match=r"silent for 0\.1 s"):
            [event async for event in client.run_stream("a", limits=StreamLimits(idle=0.1))]


# -- errors --------------------------------------------------------------------------------------------------------


async def test_a_block_is_raised_with_its_trace(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        with pytest.raises(GovernanceBlock, match="Blocked by governance") as caught:
            await client.run_async("rm -rf everything")
        trace = await client.trace_async(caught.value.trace_id or "")
    assert isinstance(caught.value, PermissionDeniedError)
    assert (trace.decision, caught.value.status_code) == ("BLOCK", 403)


async def test_a_soft_block_is_an_answer_without_output(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        result = await client.run_async("something restricted")
    assert (result.result, result.output) == ("BLOCK", None)


async def test_a_blocked_stream_raises_before_its_first_event(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        with pytest.raises(GovernanceBlock):
            async with client.run_stream("drop table users"):
                pytest.fail("a blocked run has no events")


async def test_an_invalid_request_names_the_place_and_not_what_was_sent() -> None:
    problem = {"loc": ["body", "secret"], "msg": "Too short", "type": "too_short", "input": "hunter2"}
    wire = Wire(reply(422, json={"detail": [problem]}))
    with pytest.raises(InvalidInput) as caught:
        await async_on(AsyncClient, wire).secrets.set_async("k", "hunter2")
    assert isinstance(caught.value, UnprocessableError)
    assert "body.secret: Too short" in str(caught.value)
    assert "hunter2" not in str(caught.value) + repr(caught.value) + caught.value.explain()
    assert caught.value.data.detail[0].loc == ["body", "secret"]


async def test_other_failures_are_hestias_and_the_librarys() -> None:
    client = async_on(AsyncClient, Wire(reply(500, json={"code": "X", "message": "no", "trace_id": "t9"})))
    with pytest.raises(HestiaError) as caught:
        await client.run_async("a")
    assert isinstance(caught.value, ServerError)
    assert (caught.value.code, caught.value.trace_id, caught.value.status_code) == ("X", "t9", 500)


async def test_an_error_without_a_trace_has_none() -> None:
    with pytest.raises(HestiaError) as caught:
        await async_on(AsyncClient, Wire(reply(500, content=b"<html>", json=None))).run_async("a")
    assert caught.value.trace_id is None


# -- answers that servers word differently -------------------------------------------------------------------------


async def test_a_chats_text_is_its_result_wherever_the_server_put_it() -> None:
    wire = Wire(
        reply(json={"session_id": "s", "response": "hi"}), reply(json={"session_id": "s", "result": "ho"})
    )
    client = async_on(AsyncClient, wire)
    assert [(await client.chat.run_async("a")).result, (await client.chat.run_async("b")).result] == [
        "hi",
        "ho",
    ]


async def test_figures_are_all_in_metrics_wherever_the_server_put_them() -> None:
    flat = {"cpu_percent": 1.5, "gpu_percent": None, "fans": 3}
    wire = Wire(reply(json=flat), reply(json={"metrics": {"cpu_percent": 2.5}}))
    client = async_on(AsyncClient, wire)
    first, second = await client.system.metrics_async(), await client.system.metrics_async()
    assert (first.metrics, first.cpu_percent) == ({"cpu_percent": 1.5, "fans": 3}, 1.5)
    assert second.metrics == {"cpu_percent": 2.5}


# -- what users of the published client lived with (defects E1 … E14) ----------------------------------------------


async def test_e1_every_call_of_a_client_succeeds_and_reaches_the_server_once(sandbox: Sandbox) -> None:
    client = AsyncClient()
    results = [await client.run_async(f"run {number}") for number in range(8)]
    await client.aclose()
    assert len({result.trace_id for result in results}) == 8
    assert len(sandbox.journal(path="/api/v1/run")) == 8


async def test_e2_retries_are_used_and_counted_from_the_first_attempt() -> None:
    ticks, wire = Ticks(), Wire(503, 503, reply(json={"status": "ok", "version": "1", "uptime_seconds": 1}))
    health = await async_on(AsyncClient, wire, ticks, retries=2).health_async()
    assert (health.status, len(wire.requests), len(ticks.sleeps)) == ("ok", 3, 2)
    once = Wire(503)
    with pytest.raises(HestiaError):
        await async_on(AsyncClient, once, retries=0).health_async()
    assert len(once.requests) == 1


async def test_e2_a_run_that_may_have_happened_is_not_repeated() -> None:
    wire = Wire(httpx.ReadError("cut"))
    with pytest.raises(HestiaError) as caught:
        await async_on(AsyncClient, wire).run_async("pay")
    assert (len(wire.requests), caught.value.outcome) == (1, Outcome.UNKNOWN)


async def test_e3_odd_but_valid_framing_is_read_by_the_standard() -> None:
    spread = "".join(
        f"data: {line}\n"
        for line in json.dumps(json.loads(event("token", text="data: x")), indent=1).split("\n")
    )
    separator = data(event("delta", text="a\u2028b"))
    wire = Wire(
        stream(
            "id: data: 7\n", WHOLE[0], ": data: {}\n\n", spread + "\n", separator, *WHOLE[2:], data("[DONE]")
        )
    )
    events = [event async for event in async_on(AsyncClient, wire).run_stream("a", strict=True)]
    assert [event.type for event in events] == ["start", "token", "delta", "final", "done"]
    assert [event.data["text"] for event in events[1:3]] == ["data: x", "a\u2028b"]


@pytest.mark.parametrize("answer", [500, httpx.ConnectError("refused")], ids=["500", "refused"])
async def test_e7_a_stream_that_fails_to_open_raises(answer: int | Exception) -> None:
    with pytest.raises(HestiaError):
        [event async for event in async_on(AsyncClient, Wire(answer), retries=0).run_stream("a")]


async def test_e7_a_cut_stream_raises_after_its_events(sandbox: Sandbox, fault: AddFault) -> None:
    fault("cut-sse=3;clean", platform="hestiaos")
    seen: list[StreamEvent] = []
    async with AsyncClient() as client:
        with pytest.raises(StreamTruncatedError) as caught:
            await async_drain(client.run_stream("a b c d"), seen)
    assert isinstance(caught.value, HestiaError)
    assert (seen[0].type, caught.value.events) == ("start", len(seen))


async def test_e9_leaving_an_idle_stream_is_quick_and_leaves_no_thread(
    sandbox: Sandbox, fault: AddFault
) -> None:
    fault("pace=1000", platform="hestiaos")
    before = threading.active_count()
    async with AsyncClient(timeouts=None) as client:
        async with async_watchdog("leaving waits for the stream's end"), client.run_stream("a") as events:
            assert (await anext(events)).is_start()
        assert threading.active_count() <= before


async def test_e10_closing_one_of_two_streams_leaves_the_other_whole(sandbox: Sandbox) -> None:
    async with AsyncClient() as client, client.run_stream("a b c") as kept:
        async with client.run_stream("a b c") as left:
            await anext(left)
            await anext(kept)
        kinds = [event.type async for event in kept]
    assert kinds == [*["token"] * 4, "final", "done"]


async def test_e11_new_fields_of_an_answer_are_kept(sandbox: Sandbox, fault: AddFault) -> None:
    fault("extra-field", platform="hestiaos")
    async with AsyncClient() as client:
        result = await client.run_async("a")
        assert result.additional_keys
        assert (await client.chat.run_async("a")).additional_keys
        assert (await client.system.status_async()).additional_keys


@pytest.mark.parametrize(("status", "kind"), [(401, HestiaError), (404, NotFound), (422, InvalidInput)])
async def test_e12_documented_statuses_raise_documented_classes(status: int, kind: type[HestiaError]) -> None:
    with pytest.raises(kind) as caught:
        await async_on(AsyncClient, Wire(status)).run_async("a")
    assert getattr(caught.value, "status_code", None) == status


async def test_e12_only_a_404_means_that_there_is_no_trace(sandbox: Sandbox) -> None:
    async with AsyncClient() as client:
        assert await client.governance.trace_async("nobody") is None
        with pytest.raises(NotFoundError):
            await client.trace_async("nobody")
    with pytest.raises(ServerError):
        await async_on(AsyncClient, Wire(500), retries=0).governance.trace_async("t")
    with pytest.raises(ConnectError):
        await async_on(AsyncClient, Wire(httpx.ConnectError("refused")), retries=0).governance.trace_async(
            "t"
        )


@pytest.mark.parametrize("key", ["../admin/keys", "a?force=true", "a#frag", "a/b", "ключ", "a b%2F"])
async def test_e14_a_secrets_name_is_one_segment_of_the_path(sandbox: Sandbox, key: str) -> None:
    async with AsyncClient() as client:
        await client.secrets.set_async(key, "v")
        assert await client.secrets.get_async(key) == "v"
        await client.secrets.delete_async(key)
        with pytest.raises(NotFound):
            await client.secrets.get_async(key)
    assert {entry["path"].split("/")[1] for entry in sandbox.journal()} <= {"hestiaos", "api"}


@pytest.mark.parametrize("key", ["", ".", ".."])
async def test_e14_a_name_that_no_path_can_carry_is_refused(key: str) -> None:
    wire = Wire(200)
    with pytest.raises(ConfigurationError):
        await async_on(AsyncClient, wire).secrets.delete_async(key)
    assert wire.requests == []
