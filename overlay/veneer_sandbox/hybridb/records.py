"""hybriDB's events and its audit trail."""

from __future__ import annotations

from veneer_sandbox.check import choice, mapping, opt, query_integer, shape, text
from veneer_sandbox.responses import Response
from veneer_sandbox.store import parse_iso
from veneer_sandbox.web import Request, Routes

from .common import audit, ok, once, parse_datetime

routes = Routes()


EVENT = shape(
    eventType=text(), sourceApp=text(), actorId=text(), payload=mapping(),
    correlationId=opt(text()), idempotencyKey=opt(text()),
)  # fmt: skip


@routes("POST", "/api/v1/events/publish", body=EVENT)
@once
def publish_event(request: Request) -> Response:
    """Publish an event."""
    event = {"eventId": request.store.new_id("evt_"), "publishedAt": request.now()}
    event |= {name: request.data[name] for name in ("eventType", "sourceApp", "actorId", "payload")}
    if request.data["correlationId"] is not None:
        event["correlationId"] = request.data["correlationId"]
    request.store.put("hybridb.event", event["eventId"], event)
    request.effect(f"event.published {event['eventId']}")
    audit(request, "event.publish", resourceType="event", resourceId=event["eventId"])
    return ok(event)


AUDIT = {
    "actorId": opt(text()), "action": opt(text()), "outcome": opt(choice("success", "failure", "blocked")),
    "decisionId": opt(text()), "sessionId": opt(text()), "from": opt(text()), "to": opt(text()),
    "page": opt(query_integer(1), 1), "limit": opt(query_integer(1, 200), 50),
}  # fmt: skip


@routes("GET", "/api/v1/audit/actions", query=AUDIT)
def list_audit_actions(request: Request) -> Response:
    """The audit trail, oldest first, so that a page stays what it was while more is written."""
    where = {name: request.args[name] for name in ("actorId", "action", "outcome", "decisionId", "sessionId")}
    since, until = parse_datetime(request.args["from"], "from"), parse_datetime(request.args["to"], "to")
    page, limit = request.args["page"], request.args["limit"]
    if since is None and until is None:
        total = request.store.count("hybridb.audit", where)
        rows = request.store.rows("hybridb.audit", where, limit, (page - 1) * limit)
    else:
        late = float("inf") if until is None else until
        found = [
            row
            for row in request.store.rows("hybridb.audit", where)
            if (since or 0) <= parse_iso(row["createdAt"]) <= late
        ]
        total, rows = len(found), found[(page - 1) * limit : page * limit]
    return ok({"data": rows, "total": total, "page": page, "limit": limit, "hasMore": page * limit < total})
