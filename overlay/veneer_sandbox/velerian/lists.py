"""Emulate Velerian's lists: ABPs, agent runs, approvals, the audit log, plans, usage, API keys."""

from __future__ import annotations

from veneer_sandbox.operations import moment
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.web import Request

from .common import PAGE, PAGE_CAP, audit, digest, operation, page


@operation(scope="read")
def list_abps(request: Request) -> Response:
    """Return all ABPs."""
    return page(request, "velerian.abp")


@operation(scope="runs:read")
def list_agent_runs(request: Request) -> Response:
    """Return all runs of agents."""
    return page(request, "velerian.agent_run")


@operation(scope="read")
def list_approvals(request: Request) -> Response:
    """Return pending and past approvals by people."""
    return page(request, "velerian.approval", {"status": request.args["status"]})


@operation(scope="audit:read")
def list_audit_log(request: Request) -> Response:
    """Return the audit log, oldest first, so that pages do not shift while entries are added."""
    names = ("action", "resource_kind", "resource_id", "actor_user_id")
    times = {"created_at >=": moment(request.args, "since"), "created_at <=": moment(request.args, "until")}
    return page(request, "velerian.audit", {name: request.args[name] for name in names} | times)


@operation(scope="read")
def list_plans(request: Request) -> Response:
    """Return the plans."""
    return Response(request.store.rows("velerian.plan"))


@operation(scope="read")
def get_usage_summary(request: Request) -> Response:
    """Return the tenant's usage, with its evidence packs in pages."""
    limit = min(request.args["evidence_limit"] or PAGE, PAGE_CAP)
    return Response(
        {
            "tenant_id": "tenant_sandbox",
            "as_of": request.now(),
            "governed_runs": {
                "total": request.store.count("velerian.invocation"),
                "billed": request.store.count("velerian.run"),
            },
            "evidence_packs": request.store.rows(
                "velerian.evidence", None, limit, request.args["evidence_offset"]
            ),
            "adoption": {"abps_deployed": request.store.count("velerian.abp", {"status": "deployed"})},
        }
    )


# API keys


@operation
def create_api_key(request: Request) -> Response:
    """Create a key, in an interactive session only; the secret is shown once."""
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


@operation(scope="read")
def list_api_keys(request: Request) -> Response:
    """Return keys without their secrets."""
    return page(request, "velerian.api_key")


@operation(scope="write")
def revoke_api_key(request: Request) -> Response:
    """Revoke a key, which may be the caller's."""
    key_id = request.params["key_id"]
    if not request.store.remove("velerian.api_key", key_id):
        raise Refusal(404, "not_found", "API key not found")
    for kept, key in request.store.scan("velerian.key"):
        if key.get("key_id") == key_id:
            request.store.remove("velerian.key", kept)
    request.effect(f"api_key.revoked {key_id}")
    audit(request, "api_key.revoke", "api_key", key_id)
    return Response(status=204)
