"""Velerian's governed invocations, their evidence and its exports."""

from __future__ import annotations

import hashlib
from typing import Final

from veneer.sandbox import files
from veneer.sandbox.check import mapping, opt, shape, text
from veneer.sandbox.store import Doc, dump, iso, parse_iso
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import audit, moment

EXPORT_LIFETIME_S: Final = 900

routes = Routes()


@routes("POST", "/api/v2/abps/{abp_id}/invoke", body=shape(payload=mapping()), scope="runs:write")
def invoke_abp(ask: Ask) -> Answer:
    """Run a deployed ABP under its governance."""
    abp = _abp(ask)
    if abp["status"] != "deployed":
        raise Refuse(409, "conflict", f"ABP is not deployed (status: {abp['status']})")
    prompt = str(ask.data["payload"].get("prompt", "")).lower()
    blocked, held, broken = "forbidden" in prompt, "review" in prompt, "model error" in prompt
    invocation_id = ask.store.new_id("inv_")
    result: Doc = {
        "invocation_id": invocation_id,
        "outcome": "blocked" if blocked else "held" if held else "error" if broken else "allowed",
        "is_allowed": not (blocked or held),
        "requires_human": held and not blocked,
        "withheld": blocked or held,
        "constraint_count": 2 if blocked or held else 0,
        "aggregated_conditions": ["human review"] if held else [],
    }
    ask.effect(f"invocation.created {invocation_id}")
    if result["requires_human"]:
        result["approval_id"] = _approval(ask, invocation_id)["id"]
    if broken:
        result["model_error"] = "The model did not answer"
    elif result["is_allowed"]:
        result["output"] = {"text": f"processed: {ask.data['payload'].get('prompt', '')}"}
    result |= _evidence(ask, abp["id"], invocation_id, result)
    ask.store.put("velerian.invocation", invocation_id, {**result, "abp_id": abp["id"]})
    audit(ask, "abp.invoke", "abp", abp["id"], invocation_id=invocation_id, outcome=result["outcome"])
    return Answer(result)


def _abp(ask: Ask) -> Doc:
    abp = ask.store.get("velerian.abp", ask.params["abp_id"])
    if abp is None:
        raise Refuse(404, "not_found", "ABP not found")
    return abp


def _approval(ask: Ask, invocation_id: str) -> Doc:
    approval = {"id": ask.store.new_id("appr_"), "status": "pending", "invocation_id": invocation_id}
    return ask.store.put("velerian.approval", approval["id"], {**approval, "created_at": ask.now()})


def _evidence(ask: Ask, abp_id: str, invocation_id: str, content: Doc) -> Doc:
    """Seal an evidence pack; each one's hash covers the one before."""
    before = ask.store.get("velerian.chain", "last") or {"hash": "0" * 64}
    chain = hashlib.sha256((before["hash"] + dump(content)).encode()).hexdigest()
    ask.store.put("velerian.chain", "last", {"hash": chain})
    pack_id = ask.store.new_id("evp_")
    key = f"evidence/tenant_sandbox/{pack_id}.json"
    pack = {
        "id": pack_id,
        "abp_id": abp_id,
        "invocation_id": invocation_id,
        "created_at": ask.now(),
        "chain_hash": chain,
    }
    ask.store.put("velerian.evidence", pack_id, pack)
    ask.store.put_blob(key, dump({**pack, "invocation": content}).encode())
    return {"evidence_pack_id": pack_id, "evidence_pack_s3_key": key, "evidence_pack_chain_hash": chain}


# Exports

FORMATS: Final = {"json": "application/json", "jsonl": "application/x-ndjson", "txt": "text/plain"}


@routes(
    "GET", "/api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence",
    query={"format": opt(text())}, scope="evidence:read",
)  # fmt: skip
def get_invocation_evidence(ask: Ask) -> Answer:
    """One invocation's evidence, behind a presigned URL on another origin."""
    abp = _abp(ask)
    invocation = ask.store.get("velerian.invocation", ask.params["invocation_id"])
    if invocation is None or invocation["abp_id"] != abp["id"]:
        raise Refuse(404, "not_found", "Invocation not found")
    content = ask.store.get_blob(invocation["evidence_pack_s3_key"]) or b""
    return _export(ask, "evidence_pack", content, "presigned")


@routes(
    "GET", "/api/v2/abps/{abp_id}/evidence-package",
    query={"since": text(), "format": opt(text())}, scope="evidence:read",
)  # fmt: skip
def get_evidence_package(ask: Ask) -> Answer:
    """All evidence of an ABP since a moment, streamed from the API itself."""
    abp, since = _abp(ask), moment(ask, "since") or 0.0
    packs = ask.store.rows("velerian.evidence", {"abp_id": abp["id"]})
    lines = [dump(pack) for pack in packs if parse_iso(pack["created_at"]) >= since]
    return _export(ask, "evidence_package", ("\n".join(lines) + "\n").encode(), "stream")


def _export(ask: Ask, kind: str, content: bytes, delivery: str) -> Answer:
    export_id = ask.store.new_id("exp_")
    form = ask.args["format"] or "json"
    key = f"exports/tenant_sandbox/{export_id}.{hashlib.sha256(form.encode()).hexdigest()[:8]}"
    ask.store.put_blob(key, content)
    ask.store.put("file", key, {"contentType": FORMATS.get(form, "application/octet-stream")})
    ask.store.put("velerian.export", export_id, {"s3_key": key})
    url, expires = files.presign(ask, "GET", key, EXPORT_LIFETIME_S)
    if delivery == "stream":
        url = f"{ask.base}/api/v2/exports/{export_id}/content"
    ask.effect(f"export.created {export_id}")
    audit(ask, "evidence.export", "export", export_id, artifact_kind=kind)
    answer = {
        "export_id": export_id,
        "artifact_kind": kind,
        "format": form,
        "s3_key": key,
        "download_url": url,
    }
    return Answer({**answer, "expires_at": iso(expires), "delivery": delivery})


@routes("GET", "/api/v2/exports/{export_id}/content", scope="evidence:read")
def get_export_content(ask: Ask) -> Answer:
    """An export's bytes; ranges and ETags work."""
    export = ask.store.get("velerian.export", ask.params["export_id"])
    if export is None:
        raise Refuse(404, "not_found", "Export not found")
    content = ask.store.get_blob(export["s3_key"]) or b""
    return files.ranged(ask, content, "application/octet-stream")
