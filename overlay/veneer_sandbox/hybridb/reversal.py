"""Emulate hybriDB's rollback and replay of executions, and the checkpoints that they use."""

from __future__ import annotations

from typing import Final

from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, parse_iso
from veneer_sandbox.web import Request

from .common import audit, ok, once, operation
from .pipelines import execution_of, new_execution

ROLLBACK_WINDOW_S: Final = 30 * 60


@operation
def rollback_execution(request: Request) -> Response:
    """Undo a finished execution: once, and within 30 minutes of its end."""
    execution = execution_of(request)
    if execution["status"] == "compensated":
        raise Refusal(409, "ROLLBACK_ALREADY_COMPLETED", "This execution was rolled back before")
    if execution["status"] != "completed":
        raise Refusal(
            400, "VALIDATION_ERROR", f"An execution that is {execution['status']} cannot be rolled back"
        )
    if request.clock.now() - parse_iso(execution["completedAt"]) > ROLLBACK_WINDOW_S:
        raise Refusal(409, "ROLLBACK_WINDOW_EXPIRED", "An execution can be rolled back for 30 minutes")
    points, how = (
        request.store.rows(f"hybridb.checkpoint.{execution['id']}"),
        request.data["rollbackType"] or "full",
    )
    undone, restored = _to_undo(request, points)
    log = {"id": request.store.new_id("rb_"), "rollbackType": how, "initiatedBy": request.who["actorId"]}
    log |= {"outcome": "success", "stepsRolledBack": undone, "durationMs": 5 * len(undone)}
    log["createdAt"] = request.now()
    if request.data["reason"] is not None:
        log["reason"] = request.data["reason"]
    request.store.put(f"hybridb.rollback.{execution['id']}", log["id"], log)
    request.store.put("hybridb.execution", execution["id"], {**execution, "status": "compensated"})
    request.effect(f"execution.rolled_back {execution['id']}")
    audit(request, "execution.rollback", resourceType="execution", resourceId=execution["id"])
    result = {"executionId": execution["id"], "rollbackId": log["id"], "status": "rolled_back"}
    result |= {"outcome": "success", "stepsRolledBack": undone, "reversedAt": request.now()}
    return ok(result if restored is None else {**result, "checkpointRestored": restored})


def _to_undo(request: Request, points: list[Doc]) -> tuple[list[str], str | None]:
    """Return the names of the steps to undo, the last first, and the checkpoint to return to."""
    names = [point["stepName"] for point in reversed(points)]
    if request.data["rollbackType"] == "selective":
        targets = request.data["targetSteps"]
        if not targets:
            raise Refusal(400, "VALIDATION_ERROR", "A selective rollback names targetSteps")
        return [name for name in names if name in targets], None
    if request.data["rollbackType"] == "to_checkpoint":
        if request.data["checkpointId"] is None:
            raise Refusal(400, "VALIDATION_ERROR", "A rollback to_checkpoint names checkpointId")
        point = _point(points, request.data["checkpointId"])
        later = [one["stepName"] for one in reversed(points) if one["stepIndex"] > point["stepIndex"]]
        return later, point["id"]
    return names, None


def _point(points: list[Doc], checkpoint_id: str) -> Doc:
    for point in points:
        if point["id"] == checkpoint_id:
            return point
    raise Refusal(404, "CHECKPOINT_NOT_FOUND", f"This execution has no checkpoint {checkpoint_id}")


@operation
@once
def replay_execution(request: Request) -> Response:
    """Run again from a checkpoint (by default the first), as a child execution."""
    execution = execution_of(request)
    points = request.store.rows(f"hybridb.checkpoint.{execution['id']}")
    if execution["status"] not in ("completed", "failed", "compensated") or not points:
        raise Refusal(409, "REPLAY_NOT_AVAILABLE", "There is no checkpoint to replay from")
    point = _point(points, request.data["fromCheckpoint"]) if request.data["fromCheckpoint"] else points[0]
    child = new_execution(request, execution["pipelineId"], "replaying", execution["input"])
    request.store.put("hybridb.execution", child["id"], {**child, "parentExecutionId": execution["id"]})
    request.effect(f"execution.created {child['id']}")
    audit(request, "execution.replay", resourceType="execution", resourceId=child["id"])
    return ok(
        {"parentExecutionId": execution["id"], "childExecutionId": child["id"], "fromCheckpoint": point["id"]}
    )


@operation
def list_checkpoints(request: Request) -> Response:
    """Return checkpoints without their state."""
    points = request.store.rows(f"hybridb.checkpoint.{execution_of(request)['id']}")
    hidden = ("executionId", "stateSnapshot")
    return ok([{name: value for name, value in point.items() if name not in hidden} for point in points])


@operation
def get_checkpoint(request: Request) -> Response:
    """Return one checkpoint with its state."""
    points = request.store.rows(f"hybridb.checkpoint.{execution_of(request)['id']}")
    return ok(_point(points, request.params["checkpointId"]))


@operation
def get_rollback_log(request: Request) -> Response:
    """Return what was rolled back, when and by whom."""
    return ok(request.store.rows(f"hybridb.rollback.{execution_of(request)['id']}"))
