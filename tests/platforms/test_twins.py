"""Every method of a facade is called, in threads and in tasks, on the same state of the sandbox: the answers are equal."""

from __future__ import annotations

import contextlib
import functools
import io
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import httpx
import pytest

from core.kit import Ticks, async_tick, tick
from veneer import AsyncClient, Client, VeneerError
from veneer._core.pages import PageValue
from veneer.hybridb import (
    ApiKeyInput,
    AsyncHybriDBClient,
    AuditQueryParams,
    CreateMappingInput,
    CreatePipelineInput,
    DecisionInput,
    HybriDBClient,
    InitiateReplayInput,
    InitiateRollbackInput,
    OrgMemberInput,
    PipelineStepInput,
    PublishEventInput,
    SetCircuitBreakerInput,
    TriggerByNameInput,
)
from veneer.sandbox import Sandbox
from veneer.velerian import AsyncVelerianClient, VelerianClient

Steps = Generator[Any, Any, None]

CONTRACTS = Path(__file__).resolve().parents[2] / "generated" / "veneer_generated" / "contracts"
# Made by a class, not a client: their own tests are with the platform's.
CONSTRUCTORS = {"from_login", "from_refresh_token"}


def hybridb(client: Any) -> Steps:
    yield client.health()
    decision = yield client.request_decision("payment.authorize", "payment.initiate", {"amount": 1}, "d-1")
    yield client.get_decision(decision.decision_id)
    execution = yield client.trigger_pipeline("payment.execute.standard", {"amount": 1}, decision.decision_id)
    yield client.rollback(execution.id, "user_request")
    yield client.decisions.request(
        "payment.authorize", "payment.initiate", {"amount": 99_999}, resource_id="r"
    )
    yield client.decisions.get("no-such-decision")
    pipelines, reversibility = client.pipelines, client.reversibility
    pipeline = yield pipelines.create(
        "p", [{"id": "a", "name": "A", "type": "action"}], description="one step"
    )
    execution = yield pipelines.execute("p", trigger_event="test")
    yield pipelines.get_execution(execution.id)
    started = yield pipelines.trigger(pipeline.id, {"amount": 2})
    yield pipelines.wait(started.id)
    yield pipelines.set_circuit_breaker(pipeline.id, "open", reason="test")
    yield pipelines.get_circuit_breaker(pipeline.id)
    yield pipelines.execute("p")
    points = yield reversibility.list_checkpoints(execution.id)
    yield reversibility.get_checkpoint(execution.id, points[0].id)
    yield reversibility.replay(execution.id, points[0].id, reason="again")
    yield reversibility.rollback(
        execution.id, rollback_type="selective", target_steps=["A"], metadata={"a": 1}
    )
    yield reversibility.get_rollback_log(execution.id)
    yield client.events.publish("paid", "shop", "service:shop", {"order": 1}, correlation_id="c")
    yield client.audit.list(outcome="success", limit=3)
    yield client.audit.get_page(outcome="success", limit=3)
    yield client.audit.iter(actor_id="user:alice", page_size=40)
    key = yield client.actors.create_api_key(
        "user:demo", ["decisions:write"], expires_at="2030-01-01T00:00:00Z"
    )
    yield client.actors.revoke_api_key("user:demo", key.key_id)
    yield client.actors.create_identity_mapping("user:demo", "okta", "00u1", "demo")
    yield client.orgs.add_member("org_sandbox", "user:alice", "member")
    yield client.orgs.update_member("org_sandbox", "user:alice", "admin")
    yield client.orgs.list_members("org_sandbox")
    yield client.orgs.remove_member("org_sandbox", "user:alice")
    tokens = yield client.auth.create_token("demo@stellrai.test", "sandbox-password")
    yield client.auth.refresh_token(tokens.refresh_token)
    yield client.auth.revoke_token()
    yield from hybridb_as_published(client)


def hybridb_as_published(client: Any) -> Steps:
    """Call what the published package's users call, with its objects for requests."""
    asked = DecisionInput("payment.authorize", "payment.initiate", {"amount": 2}, idempotency_key="d-2")
    decision = yield client.request_decision(asked)
    execution = yield client.trigger_pipeline_by_name(
        "payment.execute.standard", TriggerByNameInput({"amount": 2}, decision_id=decision.decision_id)
    )
    yield client.get_pipeline_execution(execution.id)
    step = PipelineStepInput("a", "A", "action")
    pipeline = yield client.pipelines.create(CreatePipelineInput("q", [step], description="one step"))
    yield client.trigger_pipeline(pipeline.id, TriggerByNameInput({"amount": 3}))
    reversibility = client.reversibility
    points = yield reversibility.get_checkpoints(execution.id)
    yield reversibility.replay(execution.id, InitiateReplayInput(points[0].id, reason="again"))
    yield reversibility.rollback(execution.id, InitiateRollbackInput("full", "user_request"))
    yield client.rollback(execution.id, InitiateRollbackInput(reason="user_request"))
    yield reversibility.set_circuit_breaker(pipeline.id, SetCircuitBreakerInput("open", reason="test"))
    yield reversibility.get_circuit_breaker(pipeline.id)
    yield client.publish_event(PublishEventInput("paid", "shop", "service:shop", {"order": 2}))
    yield client.query_audit_log(AuditQueryParams(actor_id="user:alice", limit=2))
    yield client.actors.create_api_key(
        "user:demo", ApiKeyInput(["decisions:write"], expires_at="2030-01-01T00:00:00Z")
    )
    yield client.actors.create_mapping("user:demo", CreateMappingInput("okta", "00u2", "demo", "user:demo"))
    yield client.orgs.add_member("org_sandbox", OrgMemberInput("user:alice", "member"))
    yield client.orgs.update_member_role("org_sandbox", "user:alice", "admin")
    yield client.orgs.revoke_member("org_sandbox", "user:alice")
    tokens = yield client.authenticate("demo@stellrai.test", "sandbox-password")
    yield client.refresh_token(tokens.refresh_token)
    yield client.revoke_session()


def velerian(client: Any) -> Steps:
    result = yield client.invoke_abp("abp_demo", payload={"prompt": "review"})
    yield client.invoke_abp("abp_draft", payload={})
    export = yield client.invocation_evidence("abp_demo", result.invocation_id)
    yield client.download_export(export, to=io.BytesIO())
    package = yield client.evidence_package("abp_demo", since="2026-01-01T00:00:00Z")
    yield client.download_export(package, to=io.BytesIO())
    yield client.export_content(package.export_id)
    attachment = yield client.attachments.upload(b"a,b", filename="a.csv")
    yield client.attachments.register("b.txt", "text/plain", 1)
    yield client.attachments.finalize("no-such-attachment")
    run = yield client.invoke_network("demo", prompt_text="x", attachment_ids=[attachment.attachment_id])
    yield client.networks.invoke("demo", prompt_text="x", metadata={"a": 1}, async_=True)
    yield client.get_run(run.run_id)
    yield client.await_run(run.run_id)
    yield client.invoke_network("no-such-network", prompt_text="x")
    yield client.usage_summary(evidence_limit=2)
    yield client.iter_evidence_packs()
    yield client.list_audit_log(action="abp.invoke", since="2025-12-03T00:00:00Z", limit=2)
    yield client.iter_audit_log(actor_user_id="user_ada", until="2025-12-03T00:00:00Z")
    yield client.iter_paginated("approvals", page_size=70)
    yield client.paginate("approvals", params={"limit": 70})
    yield client.list_plans()
    for listed in (client.abps, client.agent_runs, client.approvals, client.api_keys):
        yield listed.list(limit=3)
        yield listed.iter(page_size=90)
    yield client.api_keys.create("CI", ["read"])
    yield client.api_keys.revoke("key_sandbox")
    yield client.get("plans")
    yield client.request("GET", "abps", params={"limit": 1})
    yield client.post("abps/abp_demo/invoke", json={"payload": {}})
    yield client.delete("api-keys/no-such-key")


# The two clients, what is done with them, and the errors that this is meant to end in.
SCENARIOS: dict[str, tuple[Any, Any, Callable[[Any], Steps], list[str]]] = {
    "hybridb": (
        HybriDBClient,
        AsyncHybriDBClient,
        hybridb,
        ["HybriDBNotFoundError", "HybriDBServerError", "HybriDBConflictError"],
    ),
    "velerian": (
        functools.partial(VelerianClient, api_key="session_sandbox"),
        functools.partial(AsyncVelerianClient, api_key="session_sandbox"),
        velerian,
        ["VelerianConflictError", *["VelerianNotFoundError"] * 3],
    ),
}


class Failed(NamedTuple):
    """What two errors are compared by."""

    kind: str
    message: str
    detail: Any


class Called(Protocol):
    """Where the methods that are called are noted."""

    def add(self, method: str, /) -> None: ...


class Noting:
    """Stand for a client or a namespace: note which methods are called, and leave calling them to who drives the steps."""

    def __init__(self, value: Any, called: Called, prefix: str = "") -> None:
        self._value, self._called, self._prefix = value, called, prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._value, name)
        path = f"{self._prefix}{name}"
        if not callable(found):
            return Noting(found, self._called, f"{path}.")

        def later(*args: Any, **kwargs: Any) -> Callable[[], Any]:
            self._called.add(path)
            return functools.partial(found, *args, **kwargs)

        return later


def methods(client: Any) -> set[str]:
    """Give every public method that a facade adds to the client, those of its namespaces as `namespace.method`."""
    found: set[str] = set()
    for name in (
        {name for name in dir(client) if name[0] != "_"} - {*dir(Client), *dir(AsyncClient)} - CONSTRUCTORS
    ):
        value = getattr(client, name)
        found |= {name} if callable(value) else {f"{name}.{one}" for one in dir(value) if one[0] != "_"}
    return found


def shown(value: Any) -> Any:
    """Give what two answers are compared by."""
    if isinstance(value, httpx.Response):
        return value.status_code, value.json()
    if isinstance(value, VeneerError):
        return Failed(type(value).__name__, value.message, getattr(value, "detail", None))
    if isinstance(value, PageValue):
        return value.items, value.raw, value.next, value.problem
    return value


def in_threads(client: Any, steps: Callable[[Any], Steps], called: Called) -> list[Any]:
    tick(client, Ticks())
    walk, given, answers = steps(Noting(client, called)), None, []
    with client, contextlib.suppress(StopIteration):
        while True:
            call = walk.send(given)
            try:
                given = call()
                given = given.collect() if hasattr(given, "collect") else given
            except VeneerError as error:
                given = error
            answers.append(shown(given))
    return answers


async def in_tasks(client: Any, steps: Callable[[Any], Steps], called: Called) -> list[Any]:
    async_tick(client, Ticks())
    walk, given, answers = steps(Noting(client, called)), None, []
    async with client:
        with contextlib.suppress(StopIteration):
            while True:
                call = walk.send(given)
                try:
                    given = call()
                    given = await (given.collect() if hasattr(given, "collect") else given)
                except VeneerError as error:
                    given = error
                answers.append(shown(given))
    return answers


@pytest.mark.anyio
@pytest.mark.parametrize("platform", SCENARIOS)
async def test_threads_and_tasks_give_equal_answers_for_every_method_and_operation(
    platform: str, sandbox: Sandbox
) -> None:
    sync_kind, async_kind, steps, failures = SCENARIOS[platform]
    called, twins_called = set[str](), set[str]()
    answers = in_threads(sync_kind(), steps, called)
    reached = {entry["operation"] for entry in sandbox.journal(platform=platform)}
    sandbox.reset()
    twins = await in_tasks(async_kind(), steps, twins_called)
    assert answers == twins
    assert failures == [answer.kind for answer in answers if isinstance(answer, Failed)]
    assert called == twins_called
    assert set() == methods(sync_kind()) - called
    assert operations(platform) == len(reached)


def operations(platform: str) -> int:
    """Count the operations of a contract."""
    paths = json.loads((CONTRACTS / f"{platform}.json").read_text(encoding="utf-8"))["paths"]
    verbs = {"get", "put", "post", "patch", "delete", "head", "options"}
    return sum(verb in verbs for path in paths.values() for verb in path)
