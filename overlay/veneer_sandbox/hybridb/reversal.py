"""hybriDB's way back: rollback, replay, and the checkpoints that they use."""

from __future__ import annotations

from typing import Final

from veneer.sandbox.check import array, choice, mapping, opt, shape, text
from veneer.sandbox.store import Doc, parse_iso
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import audit, ok, once
from .pipelines import execution_of

ROLLBACK_WINDOW_S: Final = 30 * 60

routes = Routes()


ROLLBACK = shape(
    reason=opt(text()), rollbackType=opt(choice("full", "selective", "to_checkpoint"), "full"),
    targetSteps=opt(array(text())), checkpointId=opt(text()), metadata=opt(mapping()),
)  # fmt: skip


@routes("POST", "/api/v1/executions/{executionId}/rollback", body=ROLLBACK)
def rollback_execution(ask: Ask) -> Answer:
    """Undo a finished execution: once, and within 30 minutes of its end."""
    execution = execution_of(ask)
    if execution["status"] == "compensated":
        raise Refuse(409, "ROLLBACK_ALREADY_COMPLETED", "This execution was rolled back before")
    if execution["status"] != "completed":
        raise Refuse(
            400, "VALIDATION_ERROR", f"An execution that is {execution['status']} cannot be rolled back"
        )
    if ask.clock.now() - parse_iso(execution["completedAt"]) > ROLLBACK_WINDOW_S:
        raise Refuse(409, "ROLLBACK_WINDOW_EXPIRED", "An execution can be rolled back for 30 minutes")
    points = ask.store.rows(f"hybridb.checkpoint.{execution['id']}")
    undone, restored = _to_undo(ask, points)
    log = {
        "id": ask.store.new_id("rb_"),
        "rollbackType": ask.data["rollbackType"],
        "initiatedBy": ask.who["actorId"],
        "outcome": "success",
        "stepsRolledBack": undone,
        "createdAt": ask.now(),
        "durationMs": 5 * len(undone),
    }
    if ask.data["reason"] is not None:
        log["reason"] = ask.data["reason"]
    ask.store.put(f"hybridb.rollback.{execution['id']}", log["id"], log)
    ask.store.put("hybridb.execution", execution["id"], {**execution, "status": "compensated"})
    ask.effect(f"execution.rolled_back {execution['id']}")
    audit(ask, "execution.rollback", resourceType="execution", resourceId=execution["id"])
    result = {
        "executionId": execution["id"],
        "rollbackId": log["id"],
        "status": "rolled_back",
        "outcome": "success",
    }
    result |= {"stepsRolledBack": undone, "reversedAt": ask.now()}
    return ok(result if restored is None else {**result, "checkpointRestored": restored})


def _to_undo(ask: Ask, points: list[Doc]) -> tuple[list[str], str | None]:
    """Names of the steps to undo, the last first, and the checkpoint to return to."""
    names = [point["stepName"] for point in reversed(points)]
    if ask.data["rollbackType"] == "selective":
        targets = ask.data["targetSteps"]
        if not targets:
            raise Refuse(400, "VALIDATION_ERROR", "A selective rollback names targetSteps")
        return [name for name in names if name in targets], None
    if ask.data["rollbackType"] == "to_checkpoint":
        if ask.data["checkpointId"] is None:
            raise Refuse(400, "VALIDATION_ERROR", "A rollback to_checkpoint names checkpointId")
        point = _point(points, ask.data["checkpointId"])
        return [one["stepName"] for one in reversed(points) if one["stepIndex"] > point["stepIndex"]], point[
            "id"
        ]
    return names, None


def _point(points: list[Doc], checkpoint_id: str) -> Doc:
    for point in points:
        if point["id"] == checkpoint_id:
            return point
    raise Refuse(404, "CHECKPOINT_NOT_FOUND", f"This execution has no checkpoint {checkpoint_id}")


@routes(
    "POST", "/api/v1/executions/{executionId}/replay",
    body=shape(fromCheckpoint=opt(text()), reason=opt(text()), idempotencyKey=opt(text())),
)  # fmt: skip
@once
def replay_execution(ask: Ask) -> Answer:
    """Run again from a checkpoint (the first, when none is named), as a child execution."""
    execution = execution_of(ask)
    points = ask.store.rows(f"hybridb.checkpoint.{execution['id']}")
    if execution["status"] not in ("completed", "failed", "compensated") or not points:
        raise Refuse(409, "REPLAY_NOT_AVAILABLE", "There is no checkpoint to replay from")
    point = _point(points, ask.data["fromCheckpoint"]) if ask.data["fromCheckpoint"] else points[0]
    child = {
        "id": ask.store.new_id("exec_"),
        "pipelineId": execution["pipelineId"],
        "actorId": ask.who["actorId"],
        "status": "replaying",
        "input": execution["input"],
        "startedAt": ask.now(),
        "parentExecutionId": execution["id"],
    }
    ask.store.put("hybridb.execution", child["id"], child)
    ask.effect(f"execution.created {child['id']}")
    audit(ask, "execution.replay", resourceType="execution", resourceId=child["id"])
    return ok(
        {"parentExecutionId": execution["id"], "childExecutionId": child["id"], "fromCheckpoint": point["id"]}
    )


@routes("GET", "/api/v1/executions/{executionId}/checkpoints")
def list_checkpoints(ask: Ask) -> Answer:
    """Checkpoints without their state."""
    points = ask.store.rows(f"hybridb.checkpoint.{execution_of(ask)['id']}")
    hidden = ("executionId", "stateSnapshot")
    return ok([{name: value for name, value in point.items() if name not in hidden} for point in points])


@routes("GET", "/api/v1/executions/{executionId}/checkpoints/{checkpointId}")
def get_checkpoint(ask: Ask) -> Answer:
    """One checkpoint with its state."""
    points = ask.store.rows(f"hybridb.checkpoint.{execution_of(ask)['id']}")
    return ok(_point(points, ask.params["checkpointId"]))


@routes("GET", "/api/v1/executions/{executionId}/rollback-log")
def get_rollback_log(ask: Ask) -> Answer:
    """What was rolled back, when and by whom."""
    return ok(ask.store.rows(f"hybridb.rollback.{execution_of(ask)['id']}"))
