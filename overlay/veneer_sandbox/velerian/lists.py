"""Velerian's lists: ABPs, agent runs, approvals, the audit log, plans, usage, API keys."""

from __future__ import annotations

from veneer_sandbox.check import array, choice, opt, query_integer, shape, text
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import parse_iso
from veneer_sandbox.web import Request, Routes

from .common import PAGE, PAGE_CAP, SCOPES, audit, digest, page, parse_datetime

routes = Routes()


@routes("GET", "/api/v2/abps", query=PAGE, scope="read")
def list_abps(request: Request) -> Response:
    """All ABPs."""
    return page(request, "velerian.abp")


@routes("GET", "/api/v2/agent_runs", query=PAGE, scope="runs:read")
def list_agent_runs(request: Request) -> Response:
    """All runs of agents."""
    return page(request, "velerian.agent_run")


@routes("GET", "/api/v2/approvals", query={**PAGE, "status": opt(text())}, scope="read")
def list_approvals(request: Request) -> Response:
    """What waits, or waited, for a human."""
    return page(request, "velerian.approval", {"status": request.args["status"]})


AUDIT = {
    **PAGE, "action": opt(text()), "resource_kind": opt(text()), "resource_id": opt(text()),
    "actor_user_id": opt(text()), "since": opt(text()), "until": opt(text()),
}  # fmt: skip


@routes("GET", "/api/v2/audit-log", query=AUDIT, scope="audit:read")
def list_audit_log(request: Request) -> Response:
    """The audit log, oldest first, so that pages stay put while more is written."""
    where = {name: request.args[name] for name in ("action", "resource_kind", "resource_id", "actor_user_id")}
    since, until = parse_datetime(request, "since"), parse_datetime(request, "until")
    if since is None and until is None:
        return page(request, "velerian.audit", where)
    late = float("inf") if until is None else until
    rows = [
        row
        for row in request.store.rows("velerian.audit", where)
        if (since or 0) <= parse_iso(row["created_at"]) <= late
    ]
    limit, offset = min(request.args["limit"], PAGE_CAP), request.args["offset"]
    return Response(
        {"items": rows[offset : offset + limit], "limit": limit, "offset": offset, "total": len(rows)}
    )


@routes("GET", "/api/v2/plans", scope="read")
def list_plans(request: Request) -> Response:
    """The plans there are."""
    return Response(request.store.rows("velerian.plan"))


@routes(
    "GET", "/api/v2/usage/summary",
    query={"evidence_limit": opt(query_integer(1), 50), "evidence_offset": opt(query_integer(0), 0)}, scope="read",
)  # fmt: skip
def get_usage_summary(request: Request) -> Response:
    """What the tenant used; its evidence packs come in pages."""
    limit, offset = min(request.args["evidence_limit"], PAGE_CAP), request.args["evidence_offset"]
    return Response(
        {
            "tenant_id": "tenant_sandbox",
            "as_of": request.now(),
            "governed_runs": {
                "total": request.store.count("velerian.invocation"),
                "billed": request.store.count("velerian.run"),
            },
            "evidence_packs": request.store.rows("velerian.evidence", None, limit, offset),
            "adoption": {"abps_deployed": request.store.count("velerian.abp", {"status": "deployed"})},
        }
    )


# API keys


@routes("POST", "/api/v2/api-keys", body=shape(name=text(), scopes=array(choice(*SCOPES))))
def create_api_key(request: Request) -> Response:
    """Make a key; only an interactive session may, and the secret is shown once."""
    if not request.who.get("session"):
        raise Refusal(403, "forbidden", "API keys are made in an interactive session")
    key_id, secret = request.store.new_id("key_"), request.store.new_id("vk_live_", 16)
    key = {
        "id": key_id,
        "name": request.data["name"],
        "scopes": request.data["scopes"],
        "created_at": request.now(),
    }
    request.store.put("velerian.api_key", key_id, key)
    request.store.put("velerian.key", digest(secret), {"scopes": request.data["scopes"], "key_id": key_id})
    request.effect(f"api_key.created {key_id}")
    audit(request, "api_key.create", "api_key", key_id)
    return Response({**key, "secret": secret})


@routes("GET", "/api/v2/api-keys", query=PAGE, scope="read")
def list_api_keys(request: Request) -> Response:
    """Keys without their secrets."""
    return page(request, "velerian.api_key")


@routes("DELETE", "/api/v2/api-keys/{key_id}", scope="write")
def revoke_api_key(request: Request) -> Response:
    """End a key, this one included."""
    key_id = request.params["key_id"]
    if not request.store.remove("velerian.api_key", key_id):
        raise Refusal(404, "not_found", "API key not found")
    for kept, key in request.store.scan("velerian.key"):
        if key.get("key_id") == key_id:
            request.store.remove("velerian.key", kept)
    request.effect(f"api_key.revoked {key_id}")
    audit(request, "api_key.revoke", "api_key", key_id)
    return Response(status=204)
