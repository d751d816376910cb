"""Emulate hybriDB's decisions: a small policy, and each decision good for one execution."""

from __future__ import annotations

from typing import Any, Final

from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc
from veneer_sandbox.web import Request

from .common import audit, ok, once, operation

ESCALATED_ABOVE: Final = 10_000
BLOCKED_ABOVE: Final = 50_000
BLOCKED_ACTORS: Final = frozenset({"user:mallory"})


def judge(actor: str, amount: Any) -> tuple[str, str | None]:
    """Return the policy's outcome and rationale."""
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


@operation
@once
def request_decision(request: Request) -> Response:
    """Store the policy's decision, which can be used once."""
    given = request.data["inputData"]
    actor = given.get("actorId") if isinstance(given.get("actorId"), str) else request.who["actorId"]
    outcome, rationale = judge(actor, given.get("amount"))
    decision: Doc = {"decisionId": request.store.new_id("dec_"), "outcome": outcome, "rationale": rationale}
    decision |= {"policyVersion": 1, "decidedAt": request.now()}
    request.store.put("hybridb.decision", decision["decisionId"], decision)
    request.effect(f"decision.created {decision['decisionId']}")
    audit(
        request, request.data["action"], "blocked" if outcome == "blocked" else "success",
        decisionId=decision["decisionId"], resourceType=request.data["resourceType"], resourceId=request.data["resourceId"],
    )  # fmt: skip
    return ok(decision)


@operation
def get_decision(request: Request) -> Response:
    """Return a decision."""
    decision = _decision(request, request.params["decisionId"])
    return ok({name: value for name, value in decision.items() if name != "usedBy"})


def _decision(request: Request, decision_id: str) -> Doc:
    missing = f"There is no decision {decision_id}"
    return request.kept("hybridb.decision", decision_id, "DECISION_NOT_FOUND", missing)


def usable(request: Request, decision_id: str | None) -> Doc | None:
    """Return the decision for an execution. Raises Refusal if it may not be used."""
    if decision_id is None:
        return None
    decision = _decision(request, decision_id)
    if decision.get("usedBy"):
        used = {"by": decision["usedBy"]}
        raise Refusal(409, "DECISION_ALREADY_CONSUMED", "A decision is good for one execution", used)
    if decision["outcome"] == "escalated":
        # A failure with a 2xx status: the envelope decides.
        raise Refusal(202, "DECISION_ESCALATED", "The decision waits for a human")
    if decision["outcome"] == "blocked":
        raise Refusal(403, "POLICY_DENIED", decision["rationale"] or "The decision was blocked")
    return decision
