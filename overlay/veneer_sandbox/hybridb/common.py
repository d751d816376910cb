"""Share the envelope, audit entries and idempotency between hybriDB's routes."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import Any

from veneer_sandbox.operations import OperationHandlers
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, dump
from veneer_sandbox.web import Handler, Request

operation = OperationHandlers("hybridb")


def ok(data: Any) -> Response:
    """Return a success in the envelope."""
    return Response({"success": True, "data": data})


def error_response(refusal: Refusal) -> Response:
    error = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        error["details"] = refusal.details
    return Response({"success": False, "error": error}, refusal.status)


def audit_entry(entry_id: str, actor: str, action: str, outcome: str, at: str, **fields: Any) -> Doc:
    """Return an audit entry with all its fields: the published client fails on a missing one, but accepts null."""
    empty = dict.fromkeys(("resourceType", "resourceId", "decisionId", "sessionId", "metadata"))
    entry = {"id": entry_id, "actorId": actor, "action": action, "outcome": outcome, "createdAt": at}
    return {**entry, **empty, **fields}


def audit(request: Request, action: str, outcome: str = "success", **fields: Any) -> None:
    entry_id, actor = request.store.new_id("aud_"), request.who.get("actorId", "anonymous")
    entry = audit_entry(entry_id, actor, action, outcome, request.now(), **fields)
    request.store.put("hybridb.audit", entry_id, entry)


def once(handler: Handler) -> Handler:
    """Repeat the first response for a known idempotencyKey; the same key with another body is a conflict."""

    @wraps(handler)
    def wrapped(request: Request) -> Response:
        key = request.data.get("idempotencyKey")
        if key is None:
            return handler(request)
        where = f"{request.who.get('actorId')}/{request.path}/{key}"
        digest = hashlib.sha256(dump(sorted(request.data.items())).encode()).hexdigest()
        first = request.store.get("hybridb.once", where)
        if first is None:
            try:
                response = handler(request)
            except Refusal as refusal:
                if not request.effects:
                    raise
                # A repeat gets the first outcome and has no effect.
                response = error_response(refusal)
            kept = {"digest": digest, "status": response.status, "content": response.content}
            request.store.put("hybridb.once", where, kept)
            return response
        if first["digest"] != digest:
            raise Refusal(409, "IDEMPOTENCY_CONFLICT", "This idempotencyKey was used with another body")
        request.effects.append(f"replayed {key}")
        return Response(first["content"], first["status"])

    return wrapped
