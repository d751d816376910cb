"""Velerian's lists: ABPs, agent runs, approvals, the audit log, plans, usage, API keys."""

from __future__ import annotations

from veneer.sandbox.check import array, choice, opt, query_integer, shape, text
from veneer.sandbox.store import parse_iso
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import PAGE, PAGE_CAP, SCOPES, audit, digest, moment, page

routes = Routes()


@routes("GET", "/api/v2/abps", query=PAGE, scope="read")
def list_abps(ask: Ask) -> Answer:
    """All ABPs."""
    return page(ask, "velerian.abp")


@routes("GET", "/api/v2/agent_runs", query=PAGE, scope="runs:read")
def list_agent_runs(ask: Ask) -> Answer:
    """All runs of agents."""
    return page(ask, "velerian.agent_run")


@routes("GET", "/api/v2/approvals", query={**PAGE, "status": opt(text())}, scope="read")
def list_approvals(ask: Ask) -> Answer:
    """What waits, or waited, for a human."""
    return page(ask, "velerian.approval", {"status": ask.args["status"]})


AUDIT = {
    **PAGE, "action": opt(text()), "resource_kind": opt(text()), "resource_id": opt(text()),
    "actor_user_id": opt(text()), "since": opt(text()), "until": opt(text()),
}  # fmt: skip


@routes("GET", "/api/v2/audit-log", query=AUDIT, scope="audit:read")
def list_audit_log(ask: Ask) -> Answer:
    """The audit log, oldest first, so that pages stay put while more is written."""
    where = {name: ask.args[name] for name in ("action", "resource_kind", "resource_id", "actor_user_id")}
    since, until = moment(ask, "since"), moment(ask, "until")
    if since is None and until is None:
        return page(ask, "velerian.audit", where)
    late = float("inf") if until is None else until
    rows = [
        row
        for row in ask.store.rows("velerian.audit", where)
        if (since or 0) <= parse_iso(row["created_at"]) <= late
    ]
    limit, offset = min(ask.args["limit"], PAGE_CAP), ask.args["offset"]
    return Answer(
        {"items": rows[offset : offset + limit], "limit": limit, "offset": offset, "total": len(rows)}
    )


@routes("GET", "/api/v2/plans", scope="read")
def list_plans(ask: Ask) -> Answer:
    """The plans there are."""
    return Answer(ask.store.rows("velerian.plan"))


@routes(
    "GET", "/api/v2/usage/summary",
    query={"evidence_limit": opt(query_integer(1), 50), "evidence_offset": opt(query_integer(0), 0)}, scope="read",
)  # fmt: skip
def get_usage_summary(ask: Ask) -> Answer:
    """What the tenant used; its evidence packs come in pages."""
    limit, offset = min(ask.args["evidence_limit"], PAGE_CAP), ask.args["evidence_offset"]
    return Answer(
        {
            "tenant_id": "tenant_sandbox",
            "as_of": ask.now(),
            "governed_runs": {
                "total": ask.store.count("velerian.invocation"),
                "billed": ask.store.count("velerian.run"),
            },
            "evidence_packs": ask.store.rows("velerian.evidence", None, limit, offset),
            "adoption": {"abps_deployed": ask.store.count("velerian.abp", {"status": "deployed"})},
        }
    )


# API keys


@routes("POST", "/api/v2/api-keys", body=shape(name=text(), scopes=array(choice(*SCOPES))))
def create_api_key(ask: Ask) -> Answer:
    """Make a key; only an interactive session may, and the secret is shown once."""
    if not ask.who.get("session"):
        raise Refuse(403, "forbidden", "API keys are made in an interactive session")
    key_id, secret = ask.store.new_id("key_"), ask.store.new_id("vk_live_", 16)
    key = {"id": key_id, "name": ask.data["name"], "scopes": ask.data["scopes"], "created_at": ask.now()}
    ask.store.put("velerian.api_key", key_id, key)
    ask.store.put("velerian.key", digest(secret), {"scopes": ask.data["scopes"], "key_id": key_id})
    ask.effect(f"api_key.created {key_id}")
    audit(ask, "api_key.create", "api_key", key_id)
    return Answer({**key, "secret": secret})


@routes("GET", "/api/v2/api-keys", query=PAGE, scope="read")
def list_api_keys(ask: Ask) -> Answer:
    """Keys without their secrets."""
    return page(ask, "velerian.api_key")


@routes("DELETE", "/api/v2/api-keys/{key_id}", scope="write")
def revoke_api_key(ask: Ask) -> Answer:
    """End a key, this one included."""
    key_id = ask.params["key_id"]
    if not ask.store.remove("velerian.api_key", key_id):
        raise Refuse(404, "not_found", "API key not found")
    for kept, key in ask.store.scan("velerian.key"):
        if key.get("key_id") == key_id:
            ask.store.remove("velerian.key", kept)
    ask.effect(f"api_key.revoked {key_id}")
    audit(ask, "api_key.revoke", "api_key", key_id)
    return Answer(status=204)
