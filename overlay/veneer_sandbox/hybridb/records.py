"""Emulate hybriDB's events and its audit trail."""

from __future__ import annotations

from veneer_sandbox.operations import moment
from veneer_sandbox.responses import Response
from veneer_sandbox.web import Request

from .common import audit, ok, once, operation


@operation
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


@operation
def list_audit_actions(request: Request) -> Response:
    """Return the audit trail, oldest first, so that pages do not shift while entries are added."""
    where = {name: request.args[name] for name in ("actorId", "action", "outcome", "decisionId", "sessionId")}
    where |= {"createdAt >=": moment(request.args, "from"), "createdAt <=": moment(request.args, "to")}
    page, limit = request.args["page"], request.args["limit"]
    total = request.store.count("hybridb.audit", where)
    rows = request.store.rows("hybridb.audit", where, limit, (page - 1) * limit)
    return ok({"data": rows, "total": total, "page": page, "limit": limit, "hasMore": page * limit < total})
