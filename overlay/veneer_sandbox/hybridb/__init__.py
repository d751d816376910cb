"""Emulate hybriDB: decisions under a policy, pipelines with checkpoints and rollback, and an audit trail.

The policy approves an amount up to 10,000, escalates one up to 50,000, and blocks more. It always blocks
`user:mallory`. A decision is good for one execution. A step fails if its `config` is `{"fail": true}`; three failures
in a row open the pipeline's circuit breaker for a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from veneer_sandbox.responses import Refusal, Response, fields_of
from veneer_sandbox.store import Doc, iso
from veneer_sandbox.web import Platform, Request, Route

from . import access, decisions, records, reversal  # noqa: F401 - they register the handlers
from .common import audit_entry, error_response, ok, operation
from .pipelines import save_pipeline

if TYPE_CHECKING:
    from veneer_sandbox.state import State


def _guard(request: Request, route: Route) -> None:
    if not route.options["schemes"]:
        return
    token = request.bearer() or ""
    known = request.store.get("hybridb.key", token)
    if known is None or known.get("revoked"):
        raise Refusal(401, "UNAUTHORIZED", "The API key or token is missing or not valid")
    if known.get("expires") is not None and known["expires"] <= request.clock.now():
        raise Refusal(401, "TOKEN_EXPIRED", "The token has expired: refresh it")
    request.state.meter(token)
    request.who = known


@operation
def get_health(_ask: Request) -> Response:
    """Alive."""
    return ok({"status": "ok", "version": "1.0.0"})


# A fresh platform


def _step(name: str, kind: str, **more: Any) -> Doc:
    return {"id": name, "name": name, "type": kind, **more}


def _seed(state: State) -> None:
    started = state.clock.now() - 86_400
    state.store.put("hybridb.key", "hdb_sandbox", {"actorId": "service:sandbox"})
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
        pipeline = {"id": state.store.new_id("pipe_"), "name": name, "version": 1, "isActive": True}
        save_pipeline(state, {**pipeline, "steps": steps, "createdAt": iso(started)})
    outcomes = ("success", "success", "success", "failure", "blocked")
    entries = {}
    for n in range(450):
        who = f"user:{('alice', 'bob', 'carol')[n % 3]}"
        action = ("payment.initiate", "pipeline.execute")[n % 2]
        entry = audit_entry(state.store.new_id("aud_"), who, action, outcomes[n % 5], iso(started + n * 60))
        entries[entry["id"]] = entry
    state.store.load("hybridb.audit", entries)
    member = {"orgId": "org_sandbox", "actorId": "user:demo", "role": "owner", "joinedAt": iso(started)}
    state.store.put("hybridb.member.org_sandbox", "user:demo", member)


PLATFORM: Final = Platform(
    "hybridb", "hybridb", operation.complete(), _guard, error_response,
    lambda problems: error_response(fields_of(problems)), _seed, operation.document.content,
)  # fmt: skip
