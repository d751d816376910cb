"""Emulate Velerian's governed invocations, their evidence and its exports."""

from __future__ import annotations

import hashlib
from typing import Final

from veneer_sandbox import files
from veneer_sandbox.operations import moment
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, dump, iso
from veneer_sandbox.web import Request

from .common import audit, operation

EXPORT_LIFETIME_S: Final = 900


@operation(scope="runs:write")
def invoke_abp(request: Request) -> Response:
    """Run a deployed ABP under its governance."""
    abp = _abp(request)
    if abp["status"] != "deployed":
        raise Refusal(409, "conflict", f"ABP is not deployed (status: {abp['status']})")
    prompt = str(request.data["payload"].get("prompt", "")).lower()
    blocked, held, broken = "forbidden" in prompt, "review" in prompt, "model error" in prompt
    invocation_id = request.store.new_id("inv_")
    result: Doc = {
        "invocation_id": invocation_id,
        "outcome": "blocked" if blocked else "held" if held else "error" if broken else "allowed",
        "is_allowed": not (blocked or held),
        "requires_human": held and not blocked,
        "withheld": blocked or held,
        "constraint_count": 2 if blocked or held else 0,
        "aggregated_conditions": ["human review"] if held else [],
    }
    request.effect(f"invocation.created {invocation_id}")
    if result["requires_human"]:
        result["approval_id"] = _approval(request, invocation_id)["id"]
    if broken:
        result["model_error"] = "The model did not answer"
    elif result["is_allowed"]:
        result["output"] = {"text": f"processed: {request.data['payload'].get('prompt', '')}"}
    result |= _evidence(request, abp["id"], invocation_id, result)
    request.store.put("velerian.invocation", invocation_id, {**result, "abp_id": abp["id"]})
    audit(request, "abp.invoke", "abp", abp["id"], invocation_id=invocation_id, outcome=result["outcome"])
    return Response(result)


def _abp(request: Request) -> Doc:
    return request.kept("velerian.abp", request.params["abp_id"], "not_found", "ABP not found")


def _approval(request: Request, invocation_id: str) -> Doc:
    approval = {"id": request.store.new_id("appr_"), "status": "pending", "invocation_id": invocation_id}
    return request.store.put("velerian.approval", approval["id"], {**approval, "created_at": request.now()})


def _evidence(request: Request, abp_id: str, invocation_id: str, content: Doc) -> Doc:
    """Seal an evidence pack, whose hash covers the previous one."""
    before = request.store.get("velerian.chain", "last") or {"hash": "0" * 64}
    chain = hashlib.sha256((before["hash"] + dump(content)).encode()).hexdigest()
    request.store.put("velerian.chain", "last", {"hash": chain})
    pack_id = request.store.new_id("evp_")
    key = f"evidence/tenant_sandbox/{pack_id}.json"
    pack = {"id": pack_id, "abp_id": abp_id, "invocation_id": invocation_id, "created_at": request.now()}
    pack["chain_hash"] = chain
    request.store.put("velerian.evidence", pack_id, pack)
    request.store.put_blob(key, dump({**pack, "invocation": content}).encode())
    return {"evidence_pack_id": pack_id, "evidence_pack_s3_key": key, "evidence_pack_chain_hash": chain}


# Exports

FORMATS: Final = {"json": "application/json", "jsonl": "application/x-ndjson", "txt": "text/plain"}


@operation(scope="evidence:read")
def get_invocation_evidence(request: Request) -> Response:
    """Export one invocation's evidence to a presigned URL on another origin."""
    abp = _abp(request)
    invocation_id = request.params["invocation_id"]
    invocation = request.kept("velerian.invocation", invocation_id, "not_found", "Invocation not found")
    if invocation["abp_id"] != abp["id"]:
        raise Refusal(404, "not_found", "Invocation not found")
    content = request.store.get_blob(invocation["evidence_pack_s3_key"]) or b""
    return _export(request, "evidence_pack", content, "presigned")


@operation(scope="evidence:read")
def get_evidence_package(request: Request) -> Response:
    """Export all evidence of an ABP since a time, streamed from the API itself."""
    where = {"abp_id": _abp(request)["id"], "created_at >=": moment(request.args, "since")}
    lines = [dump(pack) for pack in request.store.rows("velerian.evidence", where)]
    return _export(request, "evidence_package", ("\n".join(lines) + "\n").encode(), "stream")


def _export(request: Request, kind: str, content: bytes, delivery: str) -> Response:
    export_id = request.store.new_id("exp_")
    form = request.args["format"] or "json"
    key = f"exports/tenant_sandbox/{export_id}.{hashlib.sha256(form.encode()).hexdigest()[:8]}"
    request.store.put_blob(key, content)
    request.store.put("file", key, {"contentType": FORMATS.get(form, "application/octet-stream")})
    request.store.put("velerian.export", export_id, {"s3_key": key})
    url, expires = files.presign(request, "GET", key, EXPORT_LIFETIME_S)
    if delivery == "stream":
        url = f"{request.base}/api/v2/exports/{export_id}/content"
    request.effect(f"export.created {export_id}")
    audit(request, "evidence.export", "export", export_id, artifact_kind=kind)
    export = {"export_id": export_id, "artifact_kind": kind, "format": form, "s3_key": key}
    return Response({**export, "download_url": url, "expires_at": iso(expires), "delivery": delivery})


@operation(scope="evidence:read")
def get_export_content(request: Request) -> Response:
    """Return an export's bytes, with ranges and ETags."""
    export = request.kept("velerian.export", request.params["export_id"], "not_found", "Export not found")
    content = request.store.get_blob(export["s3_key"]) or b""
    return files.ranged(request, content, "application/octet-stream")
