"""What all of hybriDB's routes share: the envelope, audit entries, idempotency."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import Any

from veneer.sandbox.store import Doc, dump, parse_iso
from veneer.sandbox.web import Answer, Ask, Handler, Refuse


def ok(data: Any) -> Answer:
    """A success in the envelope."""
    return Answer({"success": True, "data": data})


def wrong(refusal: Refuse) -> Answer:
    error = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        error["details"] = refusal.details
    return Answer({"success": False, "error": error}, refusal.status)


def audit_entry(entry_id: str, actor: str, action: str, outcome: str, at: str, **fields: Any) -> Doc:
    """An audit entry with all its fields: the published client stops at one that is missing, though null will do."""
    empty = dict.fromkeys(("resourceType", "resourceId", "decisionId", "sessionId", "metadata"))
    entry = {"id": entry_id, "actorId": actor, "action": action, "outcome": outcome, "createdAt": at}
    return {**entry, **empty, **fields}


def audit(ask: Ask, action: str, outcome: str = "success", **fields: Any) -> None:
    entry = audit_entry(
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
                answer = wrong(refusal)
            ask.store.put(
                "hybridb.once", where, {"digest": digest, "status": answer.status, "content": answer.content}
            )
            return answer
        if first["digest"] != digest:
            raise Refuse(409, "IDEMPOTENCY_CONFLICT", "This idempotencyKey was used with another body")
        ask.effects.append(f"replayed {key}")
        return Answer(first["content"], first["status"])

    return wrapped


def moment(value: str | None, field: str) -> float | None:
    if value is None:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        raise Refuse(400, "VALIDATION_ERROR", f"{field} is not an ISO 8601 time") from None
