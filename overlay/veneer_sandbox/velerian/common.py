"""Share key digests, audit entries, pages and times between Velerian's routes."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from veneer_sandbox.operations import OperationHandlers
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc
from veneer_sandbox.web import Request

operation = OperationHandlers("velerian")
SCOPES: Final = ("runs:read", "runs:write", "evidence:read", "audit:read", "read", "write")
PAGE, PAGE_CAP = 50, 200


def bad(loc: str, message: str) -> Refusal:
    return Refusal(422, "value_error", message, {"loc": ["body", loc]})


def digest(secret: str) -> str:
    """Return a key's hash, which is all that is stored, as on the platform."""
    return hashlib.sha256(secret.encode()).hexdigest()


def audit(request: Request, action: str, kind: str, resource: str, **details: Any) -> None:
    entry: Doc = {
        "id": request.store.new_id("aud_"),
        "created_at": request.now(),
        "action": action,
        "resource_kind": kind,
    }
    entry |= {
        "resource_id": resource,
        "actor_user_id": request.who.get("user", "user_sandbox"),
        "details": details,
    }
    request.store.put("velerian.audit", entry["id"], entry)


def page(request: Request, kind: str, where: dict[str, Any] | None = None) -> Response:
    """Return a page with the `limit` that was used: the server caps it at 200."""
    limit, offset = min(request.args["limit"] or PAGE, PAGE_CAP), request.args["offset"]
    items = request.store.rows(kind, where, limit, offset)
    return Response(
        {"items": items, "limit": limit, "offset": offset, "total": request.store.count(kind, where)}
    )
