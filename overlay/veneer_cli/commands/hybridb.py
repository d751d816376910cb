"""`veneer hybridb`: decide, execute, roll back, read the audit trail."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated

import typer

from veneer_cli.call import add_contract_commands
from veneer_cli.connect import connection
from veneer_cli.flags import flags_of, output_of, service_of
from veneer_cli.inputs import json_object
from veneer_cli.options import command, group
from veneer_cli.service import PLATFORMS

if TYPE_CHECKING:
    from veneer.hybridb import Execution, HybriDBClient

__all__ = ["app"]

app = group("hybridb", "hybriDB: decide, execute, roll back, read the audit trail.", PLATFORMS["hybridb"])
add_contract_commands(app)

Input = Annotated[
    str | None, typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="The input, an object.")
]
Key = Annotated[str | None, typer.Option("--idempotency-key", help="Default: a new one.")]
ExecutionId = Annotated[str, typer.Argument(help="As `execute` gave it.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Goes into the audit trail.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it has ended; exit 1 unless it completed.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=0.001, metavar="SECONDS", help="With --wait: at most.")
]


def _client(ctx: typer.Context) -> HybriDBClient:
    from veneer.hybridb import HybriDBClient

    return HybriDBClient(**connection(service_of(ctx), flags_of(ctx)).arguments())


@command(app, "decide")
def decide(
    ctx: typer.Context,
    decision_type: Annotated[str, typer.Argument(help="For instance payment.authorize.")],
    action: Annotated[str, typer.Argument(help="For instance payment.initiate.")],
    given: Input = None,
    resource_type: Annotated[str | None, typer.Option("--resource-type")] = None,
    resource_id: Annotated[str | None, typer.Option("--resource-id")] = None,
    idempotency_key: Key = None,
) -> None:
    """Ask whether an action may be done; exit 1 unless it is approved."""
    flags = flags_of(ctx)
    data = json_object(given, flags, "--input")
    with _client(ctx) as client:
        decision = client.request_decision(
            decision_type, action, data, idempotency_key, resource_type=resource_type, resource_id=resource_id
        )
    output_of(ctx).value(decision)
    if decision.outcome != "approved":
        raise typer.Exit(1)


@command(app, "execute")
def execute(
    ctx: typer.Context,
    pipeline: Annotated[str, typer.Argument(help="The pipeline's name.")],
    given: Input = None,
    decision: Annotated[
        str | None, typer.Option("--decision", help="The decision that it runs under.")
    ] = None,
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
    ctx: typer.Context, execution_id: ExecutionId, wait: Wait = False, timeout: Timeout = 600.0
) -> None:
    """Show how an execution stands."""
    with _client(ctx) as client:
        _finish(ctx, client, client.pipelines.get_execution(execution_id), timeout if wait else None)


def _finish(ctx: typer.Context, client: HybriDBClient, execution: Execution, timeout: float | None) -> None:
    """Print an execution, with `timeout` (seconds) when it has ended."""
    out = output_of(ctx)
    if timeout is not None:
        with out.waiting(execution.id) as tell:
            execution = client.pipelines.wait(
                execution.id, timeout=timeout, progress=lambda one: tell(one.status)
            )
    out.value(execution)
    if execution.status in {"failed", "compensated"}:
        raise typer.Exit(1)


@command(app, "rollback")
def rollback(ctx: typer.Context, execution_id: ExecutionId, reason: Reason = None) -> None:
    """Undo a completed execution, once and within 30 minutes."""
    with _client(ctx) as client:
        output_of(ctx).value(client.rollback(execution_id, reason))


@command(app, "replay")
def replay(
    ctx: typer.Context,
    execution_id: ExecutionId,
    checkpoint: Annotated[str | None, typer.Option("--from-checkpoint")] = None,
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
def checkpoints(ctx: typer.Context, execution_id: ExecutionId) -> None:
    """List an execution's checkpoints."""
    with _client(ctx) as client:
        rows = client.reversibility.list_checkpoints(execution_id)
    output_of(ctx).rows(rows, ("id", "stepIndex", "stepName", "createdAt", "checksum"))


@command(app, "audit")
def audit(
    ctx: typer.Context,
    actor: Annotated[str | None, typer.Option("--actor", help="Such as user:alice.")] = None,
    action: Annotated[str | None, typer.Option("--action")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="success, failure or blocked.")] = None,
    decision: Annotated[str | None, typer.Option("--decision")] = None,
    session: Annotated[str | None, typer.Option("--session")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="MOMENT", help="ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="ISO 8601.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
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
def health(ctx: typer.Context) -> None:
    """Check that the platform answers."""
    with _client(ctx) as client:
        output_of(ctx).value(client.health())
