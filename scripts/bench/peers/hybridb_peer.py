"""Drive hybridb-sdk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import worker

#: The users that the sandbox knows (docs/sandbox.md).
USER = ("demo@stellrai.test", "sandbox-password")


def connect(job: worker.Job) -> Any:
    sdk = import_module("hybridb")
    return sdk.HybriDBClient(job.base_url, api_key=job.key, timeout=job.limit)


def connect_tasks(job: worker.Job) -> Any:
    sdk = import_module("hybridb")
    return sdk.AsyncHybriDBClient(job.base_url, api_key=job.key, timeout=job.limit)


def decide(client: Any, amount: int = 100) -> Any:
    types = import_module("hybridb.types")
    wish = types.DecisionInput(
        "payment.authorize", "payment.initiate", {"actorId": "user:alice", "amount": amount}
    )
    return client.request_decision(wish)


class Settled:
    """An async client that waits for each call, so that it can run the same operations."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        self._client, self._runner = client, runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return Settled(found, self._runner)
        return lambda *arguments: self._runner.run(found(*arguments))

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


def operations(base_url: str, key: str) -> Iterator[worker.Operation]:
    """Yield every documented operation, through the sync client and then the async one."""
    sdk = import_module("hybridb")
    yield from through(sdk.HybriDBClient(base_url, api_key=key, timeout=10), account="00u1")
    async_client = Settled(sdk.AsyncHybriDBClient(base_url, api_key=key, timeout=10), asyncio.Runner())
    for name, call in through(async_client, account="00u2"):
        yield f"async {name}", call


def through(client: Any, *, account: str) -> Iterator[worker.Operation]:
    """Yield every documented operation, in an order in which each has what it needs."""
    types = import_module("hybridb.types")
    kept: dict[str, Any] = {}

    def keep(name: str, value: Any) -> Any:
        kept[name] = value
        return value

    def by_name(amount: int) -> Any:
        wish = types.TriggerByNameInput({"amount": amount, "to": "acct_1"}, decide(client, amount).decisionId)
        return client.trigger_pipeline_by_name("payment.execute.standard", wish)

    def switch(state: str) -> Any:
        wish = types.SetCircuitBreakerInput(state, "peer")
        return client.reversibility.set_circuit_breaker(kept["pipeline"].id, wish)

    step = types.PipelineStepInput("s1", "Validate", "transform")
    step_two = types.PipelineStepInput("s2", "Settle", "transform", dependsOn=["s1"])
    yield "health", client.health
    yield "authenticate", lambda: keep("tokens", client.authenticate(*USER))
    yield "refresh_token", lambda: client.refresh_token(kept["tokens"].refreshToken)
    yield "request_decision", lambda: keep("decision", decide(client))
    yield "get_decision", lambda: client.get_decision(kept["decision"].decisionId)
    yield (
        "pipelines.create",
        lambda: keep(
            "pipeline", client.pipelines.create(types.CreatePipelineInput("peer.demo", [step, step_two]))
        ),
    )
    yield (
        "trigger_pipeline",
        lambda: client.trigger_pipeline(
            kept["pipeline"].id, types.TriggerByNameInput({"amount": 1}, kept["decision"].decisionId)
        ),
    )
    yield "trigger_pipeline_by_name", lambda: keep("execution", by_name(100))
    yield "get_pipeline_execution", lambda: client.get_pipeline_execution(kept["execution"].id)
    reversibility = client.reversibility
    yield (
        "reversibility.get_checkpoints",
        lambda: keep("checkpoints", reversibility.get_checkpoints(kept["execution"].id)),
    )
    yield (
        "reversibility.get_checkpoint",
        lambda: reversibility.get_checkpoint(kept["execution"].id, kept["checkpoints"][0].id),
    )
    yield (
        "reversibility.replay",
        lambda: reversibility.replay(
            kept["execution"].id, types.InitiateReplayInput(kept["checkpoints"][0].id, reason="peer")
        ),
    )
    yield (
        "reversibility.rollback",
        lambda: reversibility.rollback(
            kept["execution"].id, types.InitiateRollbackInput(reason="user_request")
        ),
    )
    yield "reversibility.get_rollback_log", lambda: reversibility.get_rollback_log(kept["execution"].id)
    yield "reversibility.get_circuit_breaker", lambda: reversibility.get_circuit_breaker(kept["pipeline"].id)
    yield "reversibility.set_circuit_breaker open", lambda: switch("open")
    yield "reversibility.set_circuit_breaker closed", lambda: switch("closed")
    event = types.PublishEventInput("payment.settled", "peers", "service:payments-api", {"amount": 1})
    yield "publish_event", lambda: client.publish_event(event)
    yield "query_audit_log", lambda: client.query_audit_log(types.AuditQueryParams(limit=10)).data[0]
    yield (
        "actors.create_api_key",
        lambda: keep(
            "key", client.actors.create_api_key("user:alice", types.ApiKeyInput(["decisions:write"]))
        ),
    )
    yield "actors.revoke_api_key", lambda: client.actors.revoke_api_key("user:alice", key_id(kept["key"]))
    mapping = types.CreateMappingInput("okta", account, "alice", "user:alice")
    yield "actors.create_mapping", lambda: client.actors.create_mapping("user:alice", mapping)
    yield (
        "orgs.add_member",
        lambda: client.orgs.add_member("org_1", types.OrgMemberInput("user:bob", "member")),
    )
    yield "orgs.list_members", lambda: client.orgs.list_members("org_1")
    yield "orgs.update_member_role", lambda: client.orgs.update_member_role("org_1", "user:bob", "admin")
    yield "orgs.revoke_member", lambda: client.orgs.revoke_member("org_1", "user:bob")
    yield "revoke_session", client.revoke_session
    yield "close", client.close


def key_id(created: dict[str, Any]) -> str:
    """Return the id of a new API key: the published client returns the response unchanged."""
    return str(next(created[name] for name in ("keyId", "id") if name in created))


CALLS: dict[str, Callable[[Any, worker.Job], Any]] = {
    "read": lambda client, _: client.get_decision("dec_1"),
    "write": lambda client, _: decide(client),
}
SUBJECT = worker.Subject(
    distribution="hybridb-sdk",
    packages=("hybridb",),
    open=connect,
    close=lambda client: client.close(),
    calls={**CALLS, "escape": lambda client, job: client.get_decision(job.target)},
    operations=operations,
    open_tasks=connect_tasks,
    tasks=CALLS,
)

if __name__ == "__main__":
    worker.main(SUBJECT)
