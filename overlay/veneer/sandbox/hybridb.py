"""hybriDB: decisions under a policy, pipelines with checkpoints and rollback, an audit trail of everything.

The policy: an amount of up to 10,000 is approved, of up to 50,000 escalated, beyond that blocked; `user:mallory`
is blocked whatever the amount. A decision is good for one execution. A step fails when its `config` says
`{"fail": true}`; three failures in a row open the pipeline's circuit breaker for a minute.
"""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from .check import Problem, array, choice, integer, mapping, opt, query_integer, shape, text
from .store import Doc, dump, iso, parse_iso
from .web import Answer, Ask, Handler, Platform, Refuse, Route, Routes

if TYPE_CHECKING:
    from .world import World

ESCALATED_ABOVE: Final = 10_000
BLOCKED_ABOVE: Final = 50_000
BLOCKED_ACTORS: Final = frozenset({"user:mallory"})
ROLLBACK_WINDOW_S: Final = 30 * 60
TOKEN_LIFETIME_S: Final = 3600
FAILURES_TO_OPEN: Final = 3
BREAKER_REST_S: Final = 60
# The user whose password the sandbox knows.
USER: Final = {"email": "demo@stellrai.test", "password": "sandbox-password"}

routes = Routes()


# The envelope


def ok(data: Any) -> Answer:
    """A success in the envelope."""
    return Answer({"success": True, "data": data})


def _wrong(refusal: Refuse) -> Answer:
    error = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        error["details"] = refusal.details
    return Answer({"success": False, "error": error}, refusal.status)


def _invalid(problems: list[Problem]) -> Answer:
    fields = [{"field": ".".join(map(str, one.loc)), "message": one.msg} for one in problems]
    return _wrong(Refuse(400, "VALIDATION_ERROR", "The request is not valid", {"fields": fields}))


# Who asks


def _guard(ask: Ask, route: Route) -> None:
    if route.open:
        return
    token = ask.bearer() or ""
    known = ask.store.get("hybridb.key", token)
    if known is None or known.get("revoked"):
        raise Refuse(401, "UNAUTHORIZED", "The API key or token is missing or not valid")
    if known.get("expires") is not None and known["expires"] <= ask.clock.now():
        raise Refuse(401, "TOKEN_EXPIRED", "The token has expired: refresh it")
    ask.world.meter(token)
    ask.who = known


def _entry(entry_id: str, actor: str, action: str, outcome: str, at: str, **fields: Any) -> Doc:
    """An audit entry with all its fields: the published client stops at one that is missing, though null will do."""
    empty = dict.fromkeys(("resourceType", "resourceId", "decisionId", "sessionId", "metadata"))
    entry = {"id": entry_id, "actorId": actor, "action": action, "outcome": outcome, "createdAt": at}
    return {**entry, **empty, **fields}


def _audit(ask: Ask, action: str, outcome: str = "success", **fields: Any) -> None:
    entry = _entry(
        ask.store.new_id("aud_"), ask.who.get("actorId", "anonymous"), action, outcome, ask.now(), **fields
    )
    ask.store.put("hybridb.audit", entry["id"], entry)


def once(handler: Handler) -> Handler:
    """Repeat the first answer for a known idempotencyKey; the same key with another body is a conflict."""

    @wraps(handler)
    def wrapped(ask: Ask) -> Answer:
        key = ask.data.get("idempotencyKey")
        if key is None:
            return handler(ask)
        where = f"{ask.who.get('actorId')}/{ask.path}/{key}"
        digest = hashlib.sha256(dump(sorted(ask.data.items())).encode()).hexdigest()
        first = ask.store.get("hybridb.once", where)
        if first is None:
            try:
                answer = handler(ask)
            except Refuse as refusal:
                if not ask.effects:
                    raise
                # What was done stays done: a repeat learns how it ended and does not do it again.
                answer = _wrong(refusal)
            ask.store.put(
                "hybridb.once", where, {"digest": digest, "status": answer.status, "content": answer.content}
            )
            return answer
        if first["digest"] != digest:
            raise Refuse(409, "IDEMPOTENCY_CONFLICT", "This idempotencyKey was used with another body")
        ask.effects.append(f"replayed {key}")
        return Answer(first["content"], first["status"])

    return wrapped


# Tokens and keys


def _token_pair(ask: Ask, actor: str) -> Answer:
    access, refresh = ask.store.new_id("hdbt_", 16), ask.store.new_id("hdbr_", 16)
    expires = ask.clock.now() + TOKEN_LIFETIME_S
    ask.store.put("hybridb.key", access, {"actorId": actor, "expires": expires, "refresh": refresh})
    ask.store.put("hybridb.refresh", refresh, {"actorId": actor})
    ask.effect("token.issued")
    return ok({"accessToken": access, "refreshToken": refresh, "expiresIn": TOKEN_LIFETIME_S})


@routes("POST", "/api/v1/auth/token", body=shape(email=text(), password=text(), orgId=opt(text())), open=True)
def create_token(ask: Ask) -> Answer:
    """Exchange the demo user's password for a token pair."""
    if (ask.data["email"], ask.data["password"]) != (USER["email"], USER["password"]):
        raise Refuse(401, "UNAUTHORIZED", "Wrong email or password")
    return _token_pair(ask, "user:demo")


@routes("POST", "/api/v1/auth/refresh", body=shape(refreshToken=text()), open=True)
def refresh_token(ask: Ask) -> Answer:
    """A refresh token is good for one new pair."""
    known = ask.store.get("hybridb.refresh", ask.data["refreshToken"])
    if known is None:
        raise Refuse(401, "UNAUTHORIZED", "The refresh token is not valid or was used")
    ask.store.remove("hybridb.refresh", ask.data["refreshToken"])
    return _token_pair(ask, known["actorId"])


@routes("DELETE", "/api/v1/auth/token")
def revoke_token(ask: Ask) -> Answer:
    """End this token and its refresh token; an API key is not a token and stays."""
    token = ask.bearer() or ""
    if "refresh" in ask.who:
        ask.store.put("hybridb.key", token, {**ask.who, "revoked": True})
        ask.store.remove("hybridb.refresh", ask.who["refresh"])
        ask.effect("token.revoked")
    return Answer(status=204)


@routes(
    "POST", "/api/v1/actors/{actorId}/api-keys",
    body=shape(scopes=array(text()), name=opt(text()), expiresAt=opt(text())),
)  # fmt: skip
def create_api_key(ask: Ask) -> Answer:
    """Issue a key for an actor; its secret is shown once."""
    expires = _moment(ask.data["expiresAt"], "expiresAt")
    key_id, secret = ask.store.new_id("key_"), ask.store.new_id("hdb_live_", 16)
    actor = ask.params["actorId"]
    ask.store.put("hybridb.key", secret, {"actorId": actor, "expires": expires, "keyId": key_id})
    ask.store.put("hybridb.apikey", f"{actor}/{key_id}", {"secret": secret})
    ask.effect(f"api_key.created {key_id}")
    _audit(ask, "api_key.create", resourceType="api_key", resourceId=key_id)
    data = {"keyId": key_id, "secret": secret, "scopes": ask.data["scopes"], "name": ask.data["name"]}
    return ok({**data, "expiresAt": None if expires is None else iso(expires)})


@routes("DELETE", "/api/v1/actors/{actorId}/api-keys/{keyId}")
def revoke_api_key(ask: Ask) -> Answer:
    """End a key."""
    where = f"{ask.params['actorId']}/{ask.params['keyId']}"
    known = ask.store.get("hybridb.apikey", where)
    if known is None:
        raise Refuse(404, "NOT_FOUND", "This actor has no such key")
    ask.store.remove("hybridb.apikey", where)
    ask.store.remove("hybridb.key", known["secret"])
    ask.effect(f"api_key.revoked {ask.params['keyId']}")
    _audit(ask, "api_key.revoke", resourceType="api_key", resourceId=ask.params["keyId"])
    return Answer(status=204)


def _moment(value: str | None, field: str) -> float | None:
    if value is None:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        raise Refuse(400, "VALIDATION_ERROR", f"{field} is not an ISO 8601 time") from None


# Decisions


def judge(actor: str, amount: Any) -> tuple[str, str | None]:
    """The policy: outcome and rationale."""
    if actor in BLOCKED_ACTORS:
        return "blocked", f"{actor} may not act"
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return "approved", None
    if amount < 0:
        return "blocked", "an amount is not negative"
    if amount > BLOCKED_ABOVE:
        return "blocked", f"amount {amount} is over the limit of {BLOCKED_ABOVE}"
    if amount > ESCALATED_ABOVE:
        return "escalated", f"amount {amount} is over {ESCALATED_ABOVE} and needs a human"
    return "approved", f"amount {amount} is within the limit of {ESCALATED_ABOVE}"


DECISION = shape(
    decisionType=text(), action=text(), inputData=mapping(),
    resourceType=opt(text()), resourceId=opt(text()), idempotencyKey=opt(text()),
)  # fmt: skip


@routes("POST", "/api/v1/decisions", body=DECISION)
@once
def request_decision(ask: Ask) -> Answer:
    """Ask the policy; the answer is kept and can be used once."""
    given = ask.data["inputData"]
    actor = given.get("actorId") if isinstance(given.get("actorId"), str) else ask.who["actorId"]
    outcome, rationale = judge(actor, given.get("amount"))
    decision: Doc = {"decisionId": ask.store.new_id("dec_"), "outcome": outcome, "rationale": rationale}
    decision |= {"policyVersion": 1, "decidedAt": ask.now()}
    ask.store.put("hybridb.decision", decision["decisionId"], decision)
    ask.effect(f"decision.created {decision['decisionId']}")
    _audit(
        ask, ask.data["action"], "blocked" if outcome == "blocked" else "success",
        decisionId=decision["decisionId"], resourceType=ask.data["resourceType"], resourceId=ask.data["resourceId"],
    )  # fmt: skip
    return ok(decision)


@routes("GET", "/api/v1/decisions/{decisionId}")
def get_decision(ask: Ask) -> Answer:
    """A decision as it was made."""
    decision = _decision(ask, ask.params["decisionId"])
    return ok({name: value for name, value in decision.items() if name != "usedBy"})


def _decision(ask: Ask, decision_id: str) -> Doc:
    decision = ask.store.get("hybridb.decision", decision_id)
    if decision is None:
        raise Refuse(404, "DECISION_NOT_FOUND", f"There is no decision {decision_id}")
    return decision


def _usable(ask: Ask, decision_id: str | None) -> Doc | None:
    """The decision that an execution rests on, if it may."""
    if decision_id is None:
        return None
    decision = _decision(ask, decision_id)
    if decision.get("usedBy"):
        raise Refuse(
            409,
            "DECISION_ALREADY_CONSUMED",
            "A decision is good for one execution",
            {"by": decision["usedBy"]},
        )
    if decision["outcome"] == "escalated":
        # A failure with a 2xx status: the envelope decides.
        raise Refuse(202, "DECISION_ESCALATED", "The decision waits for a human")
    if decision["outcome"] == "blocked":
        raise Refuse(403, "POLICY_DENIED", decision["rationale"] or "The decision was blocked")
    return decision


# Pipelines

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
    _save_pipeline(ask.world, pipeline)
    ask.effect(f"pipeline.created {pipeline['id']}")
    _audit(ask, "pipeline.create", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(pipeline)


def _save_pipeline(world: World, pipeline: Doc) -> None:
    world.store.put("hybridb.pipeline", pipeline["name"], pipeline)
    world.store.put("hybridb.pipeline_id", pipeline["id"], {"name": pipeline["name"]})


def _pipeline(ask: Ask, key: str) -> Doc:
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
    pipeline = _pipeline(ask, key)
    breaker = _breaker(ask, pipeline["id"])
    if breaker["state"] == "open":
        raise Refuse(503, "CIRCUIT_BREAKER_OPEN", breaker.get("reason") or "The circuit breaker is open")
    decision = _usable(ask, ask.data["decisionId"])
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
    _audit(
        ask, "pipeline.execute", resourceType="execution", resourceId=execution["id"],
        decisionId=execution.get("decisionId"),
    )  # fmt: skip
    if finish:
        execution = _run(ask, execution, pipeline["steps"])
    ask.store.put("hybridb.execution", execution["id"], execution)
    if execution["status"] == "failed":
        raise Refuse(500, "PIPELINE_STEP_FAILED", execution["error"], {"executionId": execution["id"]})
    return ok(execution)


def _run(ask: Ask, execution: Doc, steps: list[Doc], state: Doc | None = None) -> Doc:
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


def _execution(ask: Ask) -> Doc:
    """The execution in the path; asking moves a triggered one along, as time does."""
    execution = ask.store.get("hybridb.execution", ask.params["executionId"])
    if execution is None:
        raise Refuse(404, "EXECUTION_NOT_FOUND", f"There is no execution {ask.params['executionId']}")
    if execution["status"] == "pending":
        execution["status"] = "running"
    elif execution["status"] in ("running", "replaying"):
        steps = _pipeline(ask, execution["pipelineId"])["steps"]
        execution = _run(ask, execution, steps)
    else:
        return execution
    return ask.store.put("hybridb.execution", execution["id"], execution)


@routes("GET", "/api/v1/pipelines/executions/{executionId}")
def get_execution(ask: Ask) -> Answer:
    """An execution as it stands."""
    return ok(_execution(ask))


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
    return ok(_breaker(ask, _pipeline(ask, ask.params["pipelineId"])["id"]))


@routes(
    "POST", "/api/v1/pipelines/{pipelineId}/circuit-breaker",
    body=shape(state=choice("open", "closed"), reason=opt(text())),
)  # fmt: skip
def set_circuit_breaker(ask: Ask) -> Answer:
    """Open or close the breaker by hand."""
    pipeline = _pipeline(ask, ask.params["pipelineId"])
    breaker = _set_breaker(ask, pipeline["id"], ask.data["state"], ask.data["reason"])
    if ask.data["state"] == "closed":
        ask.store.put("hybridb.failures", pipeline["id"], {"count": 0})
    ask.effect(f"breaker.set {pipeline['id']} {ask.data['state']}")
    _audit(ask, "circuit_breaker.set", resourceType="pipeline", resourceId=pipeline["id"])
    return ok(breaker)


# Rollback, replay, checkpoints

ROLLBACK = shape(
    reason=opt(text()), rollbackType=opt(choice("full", "selective", "to_checkpoint"), "full"),
    targetSteps=opt(array(text())), checkpointId=opt(text()), metadata=opt(mapping()),
)  # fmt: skip


@routes("POST", "/api/v1/executions/{executionId}/rollback", body=ROLLBACK)
def rollback_execution(ask: Ask) -> Answer:
    """Undo a finished execution: once, and within 30 minutes of its end."""
    execution = _execution(ask)
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
    _audit(ask, "execution.rollback", resourceType="execution", resourceId=execution["id"])
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
    execution = _execution(ask)
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
    _audit(ask, "execution.replay", resourceType="execution", resourceId=child["id"])
    return ok(
        {"parentExecutionId": execution["id"], "childExecutionId": child["id"], "fromCheckpoint": point["id"]}
    )


@routes("GET", "/api/v1/executions/{executionId}/checkpoints")
def list_checkpoints(ask: Ask) -> Answer:
    """Checkpoints without their state."""
    points = ask.store.rows(f"hybridb.checkpoint.{_execution(ask)['id']}")
    hidden = ("executionId", "stateSnapshot")
    return ok([{name: value for name, value in point.items() if name not in hidden} for point in points])


@routes("GET", "/api/v1/executions/{executionId}/checkpoints/{checkpointId}")
def get_checkpoint(ask: Ask) -> Answer:
    """One checkpoint with its state."""
    points = ask.store.rows(f"hybridb.checkpoint.{_execution(ask)['id']}")
    return ok(_point(points, ask.params["checkpointId"]))


@routes("GET", "/api/v1/executions/{executionId}/rollback-log")
def get_rollback_log(ask: Ask) -> Answer:
    """What was rolled back, when and by whom."""
    return ok(ask.store.rows(f"hybridb.rollback.{_execution(ask)['id']}"))


# Events and audit

EVENT = shape(
    eventType=text(), sourceApp=text(), actorId=text(), payload=mapping(),
    correlationId=opt(text()), idempotencyKey=opt(text()),
)  # fmt: skip


@routes("POST", "/api/v1/events/publish", body=EVENT)
@once
def publish_event(ask: Ask) -> Answer:
    """Publish an event."""
    event = {"eventId": ask.store.new_id("evt_"), "publishedAt": ask.now()}
    event |= {name: ask.data[name] for name in ("eventType", "sourceApp", "actorId", "payload")}
    if ask.data["correlationId"] is not None:
        event["correlationId"] = ask.data["correlationId"]
    ask.store.put("hybridb.event", event["eventId"], event)
    ask.effect(f"event.published {event['eventId']}")
    _audit(ask, "event.publish", resourceType="event", resourceId=event["eventId"])
    return ok(event)


AUDIT = {
    "actorId": opt(text()), "action": opt(text()), "outcome": opt(choice("success", "failure", "blocked")),
    "decisionId": opt(text()), "sessionId": opt(text()), "from": opt(text()), "to": opt(text()),
    "page": opt(query_integer(1), 1), "limit": opt(query_integer(1, 200), 50),
}  # fmt: skip


@routes("GET", "/api/v1/audit/actions", query=AUDIT)
def list_audit_actions(ask: Ask) -> Answer:
    """The audit trail, oldest first, so that a page stays what it was while more is written."""
    where = {name: ask.args[name] for name in ("actorId", "action", "outcome", "decisionId", "sessionId")}
    since, until = _moment(ask.args["from"], "from"), _moment(ask.args["to"], "to")
    page, limit = ask.args["page"], ask.args["limit"]
    if since is None and until is None:
        total = ask.store.count("hybridb.audit", where)
        rows = ask.store.rows("hybridb.audit", where, limit, (page - 1) * limit)
    else:
        late = float("inf") if until is None else until
        found = [
            row
            for row in ask.store.rows("hybridb.audit", where)
            if (since or 0) <= parse_iso(row["createdAt"]) <= late
        ]
        total, rows = len(found), found[(page - 1) * limit : page * limit]
    return ok({"data": rows, "total": total, "page": page, "limit": limit, "hasMore": page * limit < total})


# Identities and memberships


@routes(
    "POST", "/api/v1/actors/{actorId}/identity-mappings",
    body=shape(providerId=text(), externalId=text(), userId=text(), actorId=text()),
)  # fmt: skip
def create_identity_mapping(ask: Ask) -> Answer:
    """Tie an actor to an account elsewhere; one account belongs to one actor."""
    where = f"{ask.data['providerId']}\n{ask.data['externalId']}"
    if ask.store.get("hybridb.identity", where) is not None:
        raise Refuse(409, "VALIDATION_ERROR", "This account is mapped already")
    found = {"id": ask.store.new_id("map_"), "providerId": ask.data["providerId"], "createdAt": ask.now()}
    found |= {"externalId": ask.data["externalId"], "actorId": ask.data["actorId"]}
    ask.store.put("hybridb.identity", where, found)
    ask.effect(f"identity.mapped {found['id']}")
    _audit(ask, "identity.map", resourceType="actor", resourceId=ask.data["actorId"])
    return ok(found)


@routes("GET", "/api/v1/orgs/{orgId}/memberships")
def list_memberships(ask: Ask) -> Answer:
    """The members of an organisation."""
    return ok(ask.store.rows(f"hybridb.member.{ask.params['orgId']}"))


@routes("POST", "/api/v1/orgs/{orgId}/memberships", body=shape(actorId=text(), role=text()))
def add_membership(ask: Ask) -> Answer:
    """Add a member."""
    if ask.store.get(f"hybridb.member.{ask.params['orgId']}", ask.data["actorId"]) is not None:
        raise Refuse(409, "VALIDATION_ERROR", "This actor is a member already")
    member = {"orgId": ask.params["orgId"], "actorId": ask.data["actorId"], "role": ask.data["role"]}
    return _save_member(ask, {**member, "joinedAt": ask.now()}, "membership.add")


@routes("PATCH", "/api/v1/orgs/{orgId}/memberships/{actorId}", body=shape(role=text()))
def update_membership(ask: Ask) -> Answer:
    """Change a member's role."""
    return _save_member(ask, {**_member(ask), "role": ask.data["role"]}, "membership.update")


@routes("DELETE", "/api/v1/orgs/{orgId}/memberships/{actorId}")
def remove_membership(ask: Ask) -> Answer:
    """Remove a member."""
    member = _member(ask)
    ask.store.remove(f"hybridb.member.{member['orgId']}", member["actorId"])
    ask.effect(f"membership.remove {member['actorId']}")
    _audit(ask, "membership.remove", resourceType="org", resourceId=member["orgId"])
    return Answer(status=204)


def _member(ask: Ask) -> Doc:
    member = ask.store.get(f"hybridb.member.{ask.params['orgId']}", ask.params["actorId"])
    if member is None:
        raise Refuse(404, "NOT_FOUND", "This organisation has no such member")
    return member


def _save_member(ask: Ask, member: Doc, action: str) -> Answer:
    ask.store.put(f"hybridb.member.{member['orgId']}", member["actorId"], member)
    ask.effect(f"{action} {member['actorId']}")
    _audit(ask, action, resourceType="org", resourceId=member["orgId"])
    return ok(member)


@routes("GET", "/health", open=True)
def get_health(_ask: Ask) -> Answer:
    """Alive."""
    return ok({"status": "ok", "version": "1.0.0"})


# A fresh platform


def _step(name: str, kind: str, **more: Any) -> Doc:
    return {"id": name, "name": name, "type": kind, **more}


def _seed(world: World) -> None:
    started = world.clock.now() - 86_400
    world.store.put("hybridb.key", "hdb_sandbox", {"actorId": "service:sandbox"})
    pipelines = {
        "payment.execute.standard": [
            _step("reserve_funds", "action", compensationStep="release_funds"),
            _step("charge", "action", dependsOn=["reserve_funds"], compensationStep="refund"),
            _step("notify", "event", dependsOn=["charge"]),
        ],
        "payment.execute.failing": [
            _step("reserve_funds", "action"),
            _step("charge", "action", config={"fail": True}),
        ],
    }
    for name, steps in pipelines.items():
        pipeline = {"id": world.store.new_id("pipe_"), "name": name, "version": 1, "isActive": True}
        _save_pipeline(world, {**pipeline, "steps": steps, "createdAt": iso(started)})
    outcomes = ("success", "success", "success", "failure", "blocked")
    entries = {}
    for n in range(450):
        who = f"user:{('alice', 'bob', 'carol')[n % 3]}"
        action = ("payment.initiate", "pipeline.execute")[n % 2]
        entry = _entry(world.store.new_id("aud_"), who, action, outcomes[n % 5], iso(started + n * 60))
        entries[entry["id"]] = entry
    world.store.load("hybridb.audit", entries)
    member = {"orgId": "org_sandbox", "actorId": "user:demo", "role": "owner", "joinedAt": iso(started)}
    world.store.put("hybridb.member.org_sandbox", "user:demo", member)


PLATFORM: Final = Platform("hybridb", "hybridb", routes, _guard, _wrong, _invalid, _seed)
