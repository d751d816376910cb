"""hybriDB's events and its audit trail."""

from __future__ import annotations

from veneer.sandbox.check import choice, mapping, opt, query_integer, shape, text
from veneer.sandbox.store import parse_iso
from veneer.sandbox.web import Answer, Ask, Routes

from .common import audit, moment, ok, once

routes = Routes()


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
    audit(ask, "event.publish", resourceType="event", resourceId=event["eventId"])
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
    since, until = moment(ask.args["from"], "from"), moment(ask.args["to"], "to")
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
