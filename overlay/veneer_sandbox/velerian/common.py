"""What all of Velerian's routes share: key digests, audit entries, pages, times."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from veneer.sandbox.check import opt, query_integer
from veneer.sandbox.store import Doc, parse_iso
from veneer.sandbox.web import Answer, Ask, Refuse

SCOPES: Final = ("runs:read", "runs:write", "evidence:read", "audit:read", "read", "write")
PAGE_CAP: Final = 200
PAGE = {"limit": opt(query_integer(1), 50), "offset": opt(query_integer(0), 0)}


def bad(loc: str, message: str) -> Refuse:
    return Refuse(422, "value_error", message, {"loc": ["body", loc]})


def digest(secret: str) -> str:
    """Only a key's hash is stored, as on the platform."""
    return hashlib.sha256(secret.encode()).hexdigest()


def audit(ask: Ask, action: str, kind: str, resource: str, **details: Any) -> None:
    entry: Doc = {
        "id": ask.store.new_id("aud_"),
        "created_at": ask.now(),
        "action": action,
        "resource_kind": kind,
    }
    entry |= {
        "resource_id": resource,
        "actor_user_id": ask.who.get("user", "user_sandbox"),
        "details": details,
    }
    ask.store.put("velerian.audit", entry["id"], entry)


def page(ask: Ask, kind: str, where: dict[str, Any] | None = None) -> Answer:
    """A page whose `limit` is the one used: the server caps it at 200."""
    limit, offset = min(ask.args["limit"], PAGE_CAP), ask.args["offset"]
    items = ask.store.rows(kind, where, limit, offset)
    return Answer({"items": items, "limit": limit, "offset": offset, "total": ask.store.count(kind, where)})


def moment(ask: Ask, name: str) -> float | None:
    value = ask.args.get(name)
    if value is None:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        raise Refuse(
            422, "datetime_from_date_parsing", f"{name} should be a valid datetime", {"loc": ["query", name]}
        ) from None
