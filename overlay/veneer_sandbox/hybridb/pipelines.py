"""hybriDB's pipelines, their executions with checkpoints, and their circuit breakers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from veneer.sandbox.check import array, choice, integer, mapping, opt, shape, text
from veneer.sandbox.store import Doc, dump, parse_iso
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import audit, ok, once
from .decisions import usable

if TYPE_CHECKING:
    from veneer.sandbox.world import World

FAILURES_TO_OPEN: Final = 3
BREAKER_REST_S: Final = 60

routes = Routes()


STEP = shape(
    id=text(), name=text(), type=text(), config=opt(mapping()), dependsOn=opt(array(text())),
    compensationStep=opt(text()), timeout=opt(integer()), retryPolicy=opt(mapping()),
)  # fmt: skip
PIPELINE = shape(
    name=text(1), steps=array(STEP),
    description=opt(text()), inputSchema=opt(mapping()), outputSchema=opt(mapping()),
)  # fmt: skip


@routes("POST", "/api/v1/pipelines", body=PIPELINE)
def create_pipeline(ask: Ask) -> Answer:
    """Define a pipeline, or the next version of one."""
    known = {step["id"] for step in ask.data["steps"]}
    for step in ask.data["steps"]:
        if missing := set(step["dependsOn"] or ()) - known:
            raise Refuse(
                400,
                "VALIDATION_ERROR",
                f"Step {step['id']} depends on unknown steps",
                {"steps": sorted(missing)},
            )
    before = ask.store.get("hybridb.pipeline", ask.data["name"])
    pipeline = {
        "id": before["id"] if before else ask.store.new_id("pipe_"),
        "name": ask.data["name"],
        "version": before["version"] + 1 if before else 1,
        "isActive": True,
        "steps": [
            {name: value for name, value in step.items() if value is not None} for step in ask.data["steps"]
        ],
        "createdAt": ask.now(),
    }
    if ask.data["description"] is not None:
        pipeline["description"] = ask.data["description"]
    save_pipeline(ask.world, pipeline)
    ask.effect(f"pipeline.created {pipeline['id']}")
    audit(ask, "pipeline.create", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(pipeline)


def save_pipeline(world: World, pipeline: Doc) -> None:
    world.store.put("hybridb.pipeline", pipeline["name"], pipeline)
    world.store.put("hybridb.pipeline_id", pipeline["id"], {"name": pipeline["name"]})


def pipeline_of(ask: Ask, key: str) -> Doc:
    """By name or by id: the seed executes by name, the trigger names an id."""
    pointer = ask.store.get("hybridb.pipeline_id", key)
    pipeline = ask.store.get("hybridb.pipeline", pointer["name"] if pointer else key)
    if pipeline is None:
        raise Refuse(404, "PIPELINE_NOT_FOUND", f"There is no pipeline {key}")
    return pipeline


@routes(
    "POST", "/api/v1/pipelines/trigger",
    body=shape(
        pipelineId=text(), input=mapping(), decisionId=opt(text()), triggerEvent=opt(text()),
        idempotencyKey=opt(text()),
    ),
)  # fmt: skip
@once
def trigger_pipeline(ask: Ask) -> Answer:
    """Start an execution that goes on by itself: pending, then running, then at its end."""
    return _start(ask, ask.data["pipelineId"], finish=False)


@routes(
    "POST", "/api/v1/pipelines/{name}/execute",
    body=shape(
        input=opt(mapping()), decisionId=opt(text()), triggerEvent=opt(text()), idempotencyKey=opt(text()),
    ),
)  # fmt: skip
@once
def execute_pipeline(ask: Ask) -> Answer:
    """Run an execution to its end before answering."""
    return _start(ask, ask.params["name"], finish=True)


def _start(ask: Ask, key: str, *, finish: bool) -> Answer:
    pipeline = pipeline_of(ask, key)
    breaker = _breaker(ask, pipeline["id"])
    if breaker["state"] == "open":
        raise Refuse(503, "CIRCUIT_BREAKER_OPEN", breaker.get("reason") or "The circuit breaker is open")
    decision = usable(ask, ask.data["decisionId"])
    execution = {
        "id": ask.store.new_id("exec_"),
        "pipelineId": pipeline["id"],
        "actorId": ask.who["actorId"],
        "status": "pending",
        "input": ask.data["input"] or {},
        "startedAt": ask.now(),
    }
    if decision is not None:
        execution["decisionId"] = decision["decisionId"]
        ask.store.put("hybridb.decision", decision["decisionId"], {**decision, "usedBy": execution["id"]})
        ask.effect(f"decision.consumed {decision['decisionId']}")
    ask.effect(f"execution.created {execution['id']}")
    audit(
        ask, "pipeline.execute", resourceType="execution", resourceId=execution["id"],
        decisionId=execution.get("decisionId"),
    )  # fmt: skip
    if finish:
        execution = run_steps(ask, execution, pipeline["steps"])
    ask.store.put("hybridb.execution", execution["id"], execution)
    if execution["status"] == "failed":
        raise Refuse(500, "PIPELINE_STEP_FAILED", execution["error"], {"executionId": execution["id"]})
    return ok(execution)


def run_steps(ask: Ask, execution: Doc, steps: list[Doc], state: Doc | None = None) -> Doc:
    """Run the steps, with a checkpoint after each, until one fails."""
    state, done = dict(state or {"input": execution["input"]}), []
    for index, step in enumerate(steps):
        if (step.get("config") or {}).get("fail"):
            done.append({"id": step["id"], "name": step["name"], "status": "failed"})
            _count_failure(ask, execution["pipelineId"])
            return {**execution, "status": "failed", "steps": done, "error": f"Step {step['name']} failed"}
        state[step["id"]] = {"ok": True}
        done.append({"id": step["id"], "name": step["name"], "status": "completed"})
        _checkpoint(ask, execution["id"], index, step, state)
    ask.store.put("hybridb.failures", execution["pipelineId"], {"count": 0})
    _set_breaker(ask, execution["pipelineId"], "closed", None)
    output = {"steps": len(done), "input": execution["input"]}
    return {**execution, "status": "completed", "steps": done, "output": output, "completedAt": ask.now()}


def _checkpoint(ask: Ask, execution_id: str, index: int, step: Doc, state: Doc) -> None:
    point = {
        "id": ask.store.new_id("cp_"),
        "stepName": step["name"],
        "stepIndex": index,
        "checksum": hashlib.sha256(dump(state).encode()).hexdigest(),
        "createdAt": ask.now(),
        "executionId": execution_id,
        "stateSnapshot": dict(state),
    }
    ask.store.put(f"hybridb.checkpoint.{execution_id}", point["id"], point)


def execution_of(ask: Ask) -> Doc:
    """The execution in the path; asking moves a triggered one along, as time does."""
    execution = ask.store.get("hybridb.execution", ask.params["executionId"])
    if execution is None:
        raise Refuse(404, "EXECUTION_NOT_FOUND", f"There is no execution {ask.params['executionId']}")
    if execution["status"] == "pending":
        execution["status"] = "running"
    elif execution["status"] in ("running", "replaying"):
        steps = pipeline_of(ask, execution["pipelineId"])["steps"]
        execution = run_steps(ask, execution, steps)
    else:
        return execution
    return ask.store.put("hybridb.execution", execution["id"], execution)


@routes("GET", "/api/v1/pipelines/executions/{executionId}")
def get_execution(ask: Ask) -> Answer:
    """An execution as it stands."""
    return ok(execution_of(ask))


# The circuit breaker


def _breaker(ask: Ask, pipeline_id: str) -> Doc:
    breaker = ask.store.get("hybridb.breaker", pipeline_id) or {"pipelineId": pipeline_id, "state": "closed"}
    rested = breaker["state"] == "open" and ask.clock.now() - parse_iso(breaker["openedAt"]) >= BREAKER_REST_S
    return {**breaker, "state": "half_open"} if rested else breaker


def _set_breaker(ask: Ask, pipeline_id: str, state: str, reason: str | None) -> Doc:
    breaker: Doc = {"pipelineId": pipeline_id, "state": state}
    if state == "open":
        breaker["openedAt"] = ask.now()
    if reason is not None:
        breaker["reason"] = reason
    return ask.store.put("hybridb.breaker", pipeline_id, breaker)


def _count_failure(ask: Ask, pipeline_id: str) -> None:
    failures = (ask.store.get("hybridb.failures", pipeline_id) or {"count": 0})["count"] + 1
    ask.store.put("hybridb.failures", pipeline_id, {"count": failures})
    if failures >= FAILURES_TO_OPEN or _breaker(ask, pipeline_id)["state"] == "half_open":
        _set_breaker(ask, pipeline_id, "open", f"{failures} executions failed in a row")
        ask.effect(f"breaker.opened {pipeline_id}")


@routes("GET", "/api/v1/pipelines/{pipelineId}/circuit-breaker")
def get_circuit_breaker(ask: Ask) -> Answer:
    """The breaker's state."""
    return ok(_breaker(ask, pipeline_of(ask, ask.params["pipelineId"])["id"]))


@routes(
    "POST", "/api/v1/pipelines/{pipelineId}/circuit-breaker",
    body=shape(state=choice("open", "closed"), reason=opt(text())),
)  # fmt: skip
def set_circuit_breaker(ask: Ask) -> Answer:
    """Open or close the breaker by hand."""
    pipeline = pipeline_of(ask, ask.params["pipelineId"])
    breaker = _set_breaker(ask, pipeline["id"], ask.data["state"], ask.data["reason"])
    if ask.data["state"] == "closed":
        ask.store.put("hybridb.failures", pipeline["id"], {"count": 0})
    ask.effect(f"breaker.set {pipeline['id']} {ask.data['state']}")
    audit(ask, "circuit_breaker.set", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(breaker)
