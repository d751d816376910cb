"""Emulate hybriDB's pipelines, their executions with checkpoints, and their circuit breakers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, dump, parse_iso
from veneer_sandbox.web import Request

from .common import audit, ok, once, operation
from .decisions import usable

if TYPE_CHECKING:
    from veneer_sandbox.state import State

FAILURES_TO_OPEN: Final = 3
BREAKER_REST_S: Final = 60


@operation
def create_pipeline(request: Request) -> Response:
    """Define a pipeline, or the next version of one."""
    known = {step["id"] for step in request.data["steps"]}
    for step in request.data["steps"]:
        if missing := set(step.get("dependsOn", ())) - known:
            message = f"Step {step['id']} depends on unknown steps"
            raise Refusal(400, "VALIDATION_ERROR", message, {"steps": sorted(missing)})
    before = request.store.get("hybridb.pipeline", request.data["name"])
    pipeline = {
        "id": before["id"] if before else request.store.new_id("pipe_"),
        "name": request.data["name"],
        "version": before["version"] + 1 if before else 1,
        "isActive": True,
        "steps": request.data["steps"],
        "createdAt": request.now(),
    }
    if request.data["description"] is not None:
        pipeline["description"] = request.data["description"]
    save_pipeline(request.state, pipeline)
    request.effect(f"pipeline.created {pipeline['id']}")
    audit(request, "pipeline.create", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(pipeline)


def save_pipeline(state: State, pipeline: Doc) -> None:
    state.store.put("hybridb.pipeline", pipeline["name"], pipeline)
    state.store.put("hybridb.pipeline_id", pipeline["id"], {"name": pipeline["name"]})


def pipeline_of(request: Request, key: str) -> Doc:
    """Return a pipeline by name or id: executing uses the name, triggering the id."""
    pointer = request.store.get("hybridb.pipeline_id", key)
    name = pointer["name"] if pointer else key
    return request.kept("hybridb.pipeline", name, "PIPELINE_NOT_FOUND", f"There is no pipeline {key}")


@operation
@once
def trigger_pipeline(request: Request) -> Response:
    """Start an execution that continues by itself: pending, then running, then ended."""
    return _start(request, request.data["pipelineId"], finish=False)


@operation
@once
def execute_pipeline(request: Request) -> Response:
    """Run an execution to its end before responding."""
    return _start(request, request.params["name"], finish=True)


def _start(request: Request, key: str, *, finish: bool) -> Response:
    pipeline = pipeline_of(request, key)
    breaker = _breaker(request, pipeline["id"])
    if breaker["state"] == "open":
        raise Refusal(503, "CIRCUIT_BREAKER_OPEN", breaker.get("reason") or "The circuit breaker is open")
    decision = usable(request, request.data["decisionId"])
    execution = new_execution(request, pipeline["id"], "pending", request.data["input"] or {})
    if decision is not None:
        execution["decisionId"] = decision["decisionId"]
        request.store.put("hybridb.decision", decision["decisionId"], {**decision, "usedBy": execution["id"]})
        request.effect(f"decision.consumed {decision['decisionId']}")
    request.effect(f"execution.created {execution['id']}")
    audit(
        request, "pipeline.execute", resourceType="execution", resourceId=execution["id"],
        decisionId=execution.get("decisionId"),
    )  # fmt: skip
    if finish:
        execution = run_steps(request, execution, pipeline["steps"])
    request.store.put("hybridb.execution", execution["id"], execution)
    if execution["status"] == "failed":
        raise Refusal(500, "PIPELINE_STEP_FAILED", execution["error"], {"executionId": execution["id"]})
    return ok(execution)


def new_execution(request: Request, pipeline_id: str, status: str, given: Doc) -> Doc:
    execution = {"id": request.store.new_id("exec_"), "pipelineId": pipeline_id, "status": status}
    return {**execution, "actorId": request.who["actorId"], "input": given, "startedAt": request.now()}


def run_steps(request: Request, execution: Doc, steps: list[Doc], state: Doc | None = None) -> Doc:
    """Run the steps, with a checkpoint after each, until one fails."""
    state, done = dict(state or {"input": execution["input"]}), []
    for index, step in enumerate(steps):
        if (step.get("config") or {}).get("fail"):
            done.append({"id": step["id"], "name": step["name"], "status": "failed"})
            _count_failure(request, execution["pipelineId"])
            return {**execution, "status": "failed", "steps": done, "error": f"Step {step['name']} failed"}
        state[step["id"]] = {"ok": True}
        done.append({"id": step["id"], "name": step["name"], "status": "completed"})
        _checkpoint(request, execution["id"], index, step, state)
    request.store.put("hybridb.failures", execution["pipelineId"], {"count": 0})
    _set_breaker(request, execution["pipelineId"], "closed", None)
    output = {"steps": len(done), "input": execution["input"]}
    return {**execution, "status": "completed", "steps": done, "output": output, "completedAt": request.now()}


def _checkpoint(request: Request, execution_id: str, index: int, step: Doc, state: Doc) -> None:
    point = {"id": request.store.new_id("cp_"), "stepName": step["name"], "stepIndex": index}
    point |= {"checksum": hashlib.sha256(dump(state).encode()).hexdigest(), "createdAt": request.now()}
    point |= {"executionId": execution_id, "stateSnapshot": dict(state)}
    request.store.put(f"hybridb.checkpoint.{execution_id}", point["id"], point)


def execution_of(request: Request) -> Doc:
    """Return the execution in the path; polling advances a triggered one."""
    execution_id = request.params["executionId"]
    missing = f"There is no execution {execution_id}"
    execution = request.kept("hybridb.execution", execution_id, "EXECUTION_NOT_FOUND", missing)
    if execution["status"] == "pending":
        execution["status"] = "running"
    elif execution["status"] in ("running", "replaying"):
        steps = pipeline_of(request, execution["pipelineId"])["steps"]
        execution = run_steps(request, execution, steps)
    else:
        return execution
    return request.store.put("hybridb.execution", execution["id"], execution)


@operation
def get_execution(request: Request) -> Response:
    """Return an execution."""
    return ok(execution_of(request))


# The circuit breaker


def _breaker(request: Request, pipeline_id: str) -> Doc:
    closed = {"pipelineId": pipeline_id, "state": "closed"}
    breaker = request.store.get("hybridb.breaker", pipeline_id) or closed
    if breaker["state"] == "open" and request.clock.now() - parse_iso(breaker["openedAt"]) >= BREAKER_REST_S:
        return {**breaker, "state": "half_open"}
    return breaker


def _set_breaker(request: Request, pipeline_id: str, state: str, reason: str | None) -> Doc:
    breaker: Doc = {"pipelineId": pipeline_id, "state": state}
    if state == "open":
        breaker["openedAt"] = request.now()
    if reason is not None:
        breaker["reason"] = reason
    return request.store.put("hybridb.breaker", pipeline_id, breaker)


def _count_failure(request: Request, pipeline_id: str) -> None:
    failures = (request.store.get("hybridb.failures", pipeline_id) or {"count": 0})["count"] + 1
    request.store.put("hybridb.failures", pipeline_id, {"count": failures})
    if failures >= FAILURES_TO_OPEN or _breaker(request, pipeline_id)["state"] == "half_open":
        _set_breaker(request, pipeline_id, "open", f"{failures} executions failed in a row")
        request.effect(f"breaker.opened {pipeline_id}")


@operation
def get_circuit_breaker(request: Request) -> Response:
    """Return the breaker's state."""
    return ok(_breaker(request, pipeline_of(request, request.params["pipelineId"])["id"]))


@operation
def set_circuit_breaker(request: Request) -> Response:
    """Open or close the breaker by hand."""
    pipeline = pipeline_of(request, request.params["pipelineId"])
    breaker = _set_breaker(request, pipeline["id"], request.data["state"], request.data["reason"])
    if request.data["state"] == "closed":
        request.store.put("hybridb.failures", pipeline["id"], {"count": 0})
    request.effect(f"breaker.set {pipeline['id']} {request.data['state']}")
    audit(request, "circuit_breaker.set", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(breaker)
