"""`veneer hybridb`: decide, execute, roll back, read the audit trail."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated

import click
from click.exceptions import Exit

from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object
from veneer_cli.parameters import argument, option
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import add_contract_commands, command, group

if TYPE_CHECKING:
    from veneer.hybridb import Execution, HybriDBClient

__all__ = ["app"]

app = group("hybridb", service=PLATFORMS["hybridb"])
add_contract_commands(app)

Input = Annotated[
    str | None, option("--input", "-i", metavar="JSON|@FILE|-", help="The input, a JSON object.")
]
Key = Annotated[str | None, option("--idempotency-key", help="Default: a new key.")]
ExecutionId = Annotated[str, argument(help="The id that `execute` printed.")]
Reason = Annotated[str | None, option("--reason", help="Goes into the audit trail.")]
Wait = Annotated[bool, option("--wait", help="Wait until it ends; exit 1 unless it completed.")]
Timeout = Annotated[
    float, option("--timeout", min=0.001, metavar="SECONDS", help="With --wait: the longest wait.")
]


def _client(ctx: click.Context) -> HybriDBClient:
    from veneer.hybridb import HybriDBClient
    from veneer_cli.connect import connection

    return HybriDBClient(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "decide")
def decide(
    ctx: click.Context,
    decision_type: Annotated[str, argument(help="Such as payment.authorize.")],
    action: Annotated[str, argument(help="Such as payment.initiate.")],
    given: Input = None,
    resource_type: Annotated[str | None, option("--resource-type")] = None,
    resource_id: Annotated[str | None, option("--resource-id")] = None,
    idempotency_key: Key = None,
) -> None:
    """Request a decision on an action; exit 1 unless it is approved."""
    flags = flags_of(ctx)
    data = json_object(given, flags, "--input")
    with _client(ctx) as client:
        decision = client.request_decision(
            decision_type, action, data, idempotency_key, resource_type=resource_type, resource_id=resource_id
        )
    output_of(ctx).value(decision)
    if decision.outcome != "approved":
        raise Exit(1)


@command(app, "execute")
def execute(
    ctx: click.Context,
    pipeline: Annotated[str, argument(help="The pipeline's name.")],
    given: Input = None,
    decision: Annotated[str | None, option("--decision", help="The decision that it runs under.")] = None,
    idempotency_key: Key = None,
    wait: Wait = False,
    timeout: Timeout = 600.0,
) -> None:
    """Execute a pipeline."""
    data = json_object(given, flags_of(ctx), "--input")
    with _client(ctx) as client:
        started = client.trigger_pipeline(pipeline, data, decision, idempotency_key)
        _finish(ctx, client, started, timeout if wait else None)


@command(app, "execution")
def execution(
    ctx: click.Context, execution_id: ExecutionId, wait: Wait = False, timeout: Timeout = 600.0
) -> None:
    """Show the state of an execution."""
    with _client(ctx) as client:
        _finish(ctx, client, client.pipelines.get_execution(execution_id), timeout if wait else None)


def _finish(ctx: click.Context, client: HybriDBClient, execution: Execution, timeout: float | None) -> None:
    """Print an execution; with `timeout` (seconds), wait until it ends."""
    out = output_of(ctx)
    if timeout is not None:
        with out.waiting(execution.id) as tell:
            execution = client.pipelines.wait(
                execution.id, timeout=timeout, progress=lambda one: tell(one.status)
            )
    out.value(execution)
    if execution.status in {"failed", "compensated"}:
        raise Exit(1)


@command(app, "rollback")
def rollback(ctx: click.Context, execution_id: ExecutionId, reason: Reason = None) -> None:
    """Undo a completed execution, once and within 30 minutes."""
    with _client(ctx) as client:
        output_of(ctx).value(client.rollback(execution_id, reason))


@command(app, "replay")
def replay(
    ctx: click.Context,
    execution_id: ExecutionId,
    checkpoint: Annotated[str | None, option("--from-checkpoint")] = None,
    reason: Reason = None,
    idempotency_key: Key = None,
) -> None:
    """Run an execution again from a checkpoint."""
    with _client(ctx) as client:
        done = client.reversibility.replay(
            execution_id, checkpoint, reason=reason, idempotency_key=idempotency_key
        )
    output_of(ctx).value(done)


@command(app, "checkpoints")
def checkpoints(ctx: click.Context, execution_id: ExecutionId) -> None:
    """List an execution's checkpoints."""
    with _client(ctx) as client:
        rows = client.reversibility.list_checkpoints(execution_id)
    output_of(ctx).rows(rows, ("id", "stepIndex", "stepName", "createdAt", "checksum"))


@command(app, "audit")
def audit(
    ctx: click.Context,
    actor: Annotated[str | None, option("--actor", help="Such as user:alice.")] = None,
    action: Annotated[str | None, option("--action")] = None,
    outcome: Annotated[str | None, option("--outcome", help="success, failure or blocked.")] = None,
    decision: Annotated[str | None, option("--decision")] = None,
    session: Annotated[str | None, option("--session")] = None,
    since: Annotated[str | None, option("--from", metavar="MOMENT", help="ISO 8601.")] = None,
    until: Annotated[str | None, option("--to", metavar="MOMENT", help="ISO 8601.")] = None,
    limit: Annotated[int, option("--limit", "-n", min=1, help="At most this many.")] = 50,
    every: Annotated[bool, option("--all", help="List all.")] = False,
) -> None:
    """List entries of the audit trail, oldest first."""
    out = output_of(ctx)
    columns = ("createdAt", "actorId", "action", "outcome", "resourceType", "resourceId", "decisionId")
    with _client(ctx) as client:
        entries = client.audit.iter(
            actor_id=actor, action=action, outcome=outcome, decision_id=decision, session_id=session,
            from_=since, to=until, page_size=200 if every else min(limit, 200),
        )  # fmt: skip
        out.rows(out.counted(itertools.islice(entries, None if every else limit), "audit entries"), columns)


@command(app, "health")
def health(ctx: click.Context) -> None:
    """Check that the platform responds."""
    with _client(ctx) as client:
        output_of(ctx).value(client.health())
