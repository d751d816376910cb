"""Velerian: governed invocations with evidence, scopes, queued network runs, attachments, long lists.

`abp_demo` is deployed, `abp_draft` a draft and `abp_retired` retired (409). The prompt in the payload steers the
outcome: `forbidden` is blocked and withheld, `review` waits for a human, `model error` fails at the model.
A queued run moves one step each time it is asked for (queued, running, its end), unless its metadata says
`{"duration_s": 60}`: then it takes that long by the sandbox's clock. `fail` and `forbidden` in its prompt make it
end as failed and blocked. The synchronous form answers 504 while the run goes on, as the platform's gateway does.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from . import files
from .check import Problem, array, choice, integer, mapping, opt, query_boolean, query_integer, shape, text
from .store import Doc, dump, iso, parse_iso
from .web import Answer, Ask, Platform, Refuse, Route, Routes

if TYPE_CHECKING:
    from .world import World

SCOPES: Final = ("runs:read", "runs:write", "evidence:read", "audit:read", "read", "write")
PAGE_CAP: Final = 200
EXPORT_LIFETIME_S: Final = 900
UPLOAD_LIFETIME_S: Final = 900

# The keys of a fresh sandbox and what each may do; the session may also make keys.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "vk_live_sandbox": SCOPES,
    "vk_live_readonly": ("runs:read", "evidence:read", "audit:read", "read"),
    "vk_live_noscope": (),
    "session_sandbox": SCOPES,
}

routes = Routes()


# Refusals, keys, scopes


def _wrong(refusal: Refuse) -> Answer:
    if refusal.status == 422:
        loc = tuple((refusal.details or {}).get("loc", ("body",)))
        return _invalid([Problem(loc, refusal.message, refusal.code)])
    return Answer({"detail": refusal.message}, refusal.status)


def _invalid(problems: list[Problem]) -> Answer:
    return Answer(
        {"detail": [{"loc": list(one.loc), "msg": one.msg, "type": one.type} for one in problems]}, 422
    )


def _bad(loc: str, message: str) -> Refuse:
    return Refuse(422, "value_error", message, {"loc": ["body", loc]})


def _guard(ask: Ask, route: Route) -> None:
    token = ask.bearer() or ""
    known = ask.store.get("velerian.key", _digest(token))
    if known is None:
        raise Refuse(
            401,
            "unauthorized",
            "Missing, invalid, expired or revoked API key",
            headers={"www-authenticate": "Bearer"},
        )
    ask.world.meter(token)
    need = route.options.get("scope")
    if need is not None and need not in known["scopes"]:
        # `read` and `write` are coarse: each covers the finer scopes of its kind.
        coarse = "write" if need.endswith("write") else "read"
        if coarse not in known["scopes"]:
            raise Refuse(403, "forbidden", f"Missing scope: {need}")
    ask.who = known


def _digest(secret: str) -> str:
    """Only a key's hash is stored, as on the platform."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _audit(ask: Ask, action: str, kind: str, resource: str, **details: Any) -> None:
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


# Pages

PAGE = {"limit": opt(query_integer(1), 50), "offset": opt(query_integer(0), 0)}


def _page(ask: Ask, kind: str, where: dict[str, Any] | None = None) -> Answer:
    """A page whose `limit` is the one used: the server caps it at 200."""
    limit, offset = min(ask.args["limit"], PAGE_CAP), ask.args["offset"]
    items = ask.store.rows(kind, where, limit, offset)
    return Answer({"items": items, "limit": limit, "offset": offset, "total": ask.store.count(kind, where)})


@routes("GET", "/api/v2/abps", query=PAGE, scope="read")
def list_abps(ask: Ask) -> Answer:
    """All ABPs."""
    return _page(ask, "velerian.abp")


@routes("GET", "/api/v2/agent_runs", query=PAGE, scope="runs:read")
def list_agent_runs(ask: Ask) -> Answer:
    """All runs of agents."""
    return _page(ask, "velerian.agent_run")


@routes("GET", "/api/v2/approvals", query={**PAGE, "status": opt(text())}, scope="read")
def list_approvals(ask: Ask) -> Answer:
    """What waits, or waited, for a human."""
    return _page(ask, "velerian.approval", {"status": ask.args["status"]})


AUDIT = {
    **PAGE, "action": opt(text()), "resource_kind": opt(text()), "resource_id": opt(text()),
    "actor_user_id": opt(text()), "since": opt(text()), "until": opt(text()),
}  # fmt: skip


@routes("GET", "/api/v2/audit-log", query=AUDIT, scope="audit:read")
def list_audit_log(ask: Ask) -> Answer:
    """The audit log, oldest first, so that pages stay put while more is written."""
    where = {name: ask.args[name] for name in ("action", "resource_kind", "resource_id", "actor_user_id")}
    since, until = _moment(ask, "since"), _moment(ask, "until")
    if since is None and until is None:
        return _page(ask, "velerian.audit", where)
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


def _moment(ask: Ask, name: str) -> float | None:
    value = ask.args.get(name)
    if value is None:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        raise Refuse(
            422, "datetime_from_date_parsing", f"{name} should be a valid datetime", {"loc": ["query", name]}
        ) from None


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


# Invocations


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
    _audit(ask, "abp.invoke", "abp", abp["id"], invocation_id=invocation_id, outcome=result["outcome"])
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
    abp, since = _abp(ask), _moment(ask, "since") or 0.0
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
    _audit(ask, "evidence.export", "export", export_id, artifact_kind=kind)
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


# API keys


@routes("POST", "/api/v2/api-keys", body=shape(name=text(), scopes=array(choice(*SCOPES))))
def create_api_key(ask: Ask) -> Answer:
    """Make a key; only an interactive session may, and the secret is shown once."""
    if not ask.who.get("session"):
        raise Refuse(403, "forbidden", "API keys are made in an interactive session")
    key_id, secret = ask.store.new_id("key_"), ask.store.new_id("vk_live_", 16)
    key = {"id": key_id, "name": ask.data["name"], "scopes": ask.data["scopes"], "created_at": ask.now()}
    ask.store.put("velerian.api_key", key_id, key)
    ask.store.put("velerian.key", _digest(secret), {"scopes": ask.data["scopes"], "key_id": key_id})
    ask.effect(f"api_key.created {key_id}")
    _audit(ask, "api_key.create", "api_key", key_id)
    return Answer({**key, "secret": secret})


@routes("GET", "/api/v2/api-keys", query=PAGE, scope="read")
def list_api_keys(ask: Ask) -> Answer:
    """Keys without their secrets."""
    return _page(ask, "velerian.api_key")


@routes("DELETE", "/api/v2/api-keys/{key_id}", scope="write")
def revoke_api_key(ask: Ask) -> Answer:
    """End a key, this one included."""
    key_id = ask.params["key_id"]
    if not ask.store.remove("velerian.api_key", key_id):
        raise Refuse(404, "not_found", "API key not found")
    for digest, key in ask.store.scan("velerian.key"):
        if key.get("key_id") == key_id:
            ask.store.remove("velerian.key", digest)
    ask.effect(f"api_key.revoked {key_id}")
    _audit(ask, "api_key.revoke", "api_key", key_id)
    return Answer(status=204)


# Attachments and queued runs


@routes(
    "POST", "/api/v2/run-attachments",
    body=shape(filename=text(), content_type=text(), size_bytes=integer(0)), scope="runs:write",
)  # fmt: skip
def create_run_attachment(ask: Ask) -> Answer:
    """Announce a file; its bytes go to a presigned URL on another origin."""
    attachment_id = ask.store.new_id("att_")
    key = f"uploads/{attachment_id}"
    attachment = {"attachment_id": attachment_id, "status": "pending"}
    attachment |= {name: ask.data[name] for name in ("filename", "content_type", "size_bytes")}
    ask.store.put("velerian.attachment", attachment_id, attachment)
    url, _ = files.presign(ask, "PUT", key, UPLOAD_LIFETIME_S)
    ask.effect(f"attachment.created {attachment_id}")
    return Answer({"attachment_id": attachment_id, "upload_url": url})


@routes("POST", "/api/v2/run-attachments/{attachment_id}/finalize", scope="runs:write")
def finalize_run_attachment(ask: Ask) -> Answer:
    """Say that the upload is complete; it must have the announced size."""
    attachment = ask.store.get("velerian.attachment", ask.params["attachment_id"])
    if attachment is None:
        raise Refuse(404, "not_found", "Attachment not found")
    content = ask.store.get_blob(f"uploads/{attachment['attachment_id']}")
    if content is None:
        raise _bad("attachment_id", "Nothing was uploaded for this attachment")
    if len(content) != attachment["size_bytes"]:
        raise _bad("size_bytes", f"{len(content)} bytes were uploaded, {attachment['size_bytes']} announced")
    ask.effect(f"attachment.finalized {attachment['attachment_id']}")
    return Answer(
        ask.store.put("velerian.attachment", attachment["attachment_id"], {**attachment, "status": "ready"})
    )


@routes(
    "POST", "/api/agenticx/networks/{slug}/invoke", query={"async": opt(query_boolean(), default=False)},
    body=shape(
        prompt_text=text(), metadata=opt(mapping(), null=True), attachment_ids=opt(array(text()), null=True)
    ),
    scope="runs:write",
)  # fmt: skip
def invoke_network(ask: Ask) -> Answer:
    """Queue a run of a network."""
    if ask.store.get("velerian.network", ask.params["slug"]) is None:
        raise Refuse(404, "not_found", "Network not found")
    for attachment_id in ask.data["attachment_ids"] or ():
        attachment = ask.store.get("velerian.attachment", attachment_id)
        if attachment is None or attachment["status"] != "ready":
            raise _bad("attachment_ids", f"Attachment {attachment_id} is not there or not finalized")
    duration = (ask.data["metadata"] or {}).get("duration_s")
    run = {
        "id": ask.store.new_id("run_"),
        "status": "queued",
        "prompt": ask.data["prompt_text"],
        "started": ask.clock.now(),
        "duration_s": duration
        if isinstance(duration, int | float) and not isinstance(duration, bool)
        else None,
        "governance_reasons": [],
    }
    ask.store.put("velerian.run", run["id"], run)
    ask.effect(f"run.queued {run['id']}")
    _audit(ask, "network.invoke", "network", ask.params["slug"], run_id=run["id"])
    if not ask.args["async"]:
        raise Refuse(504, "gateway_timeout", "The gateway gave up after 180 s; the run goes on")
    answer = {"run_id": run["id"], "run_url": f"{ask.base}/api/v2/pack-runs/{run['id']}", "status": "queued"}
    return Answer(answer, 202)


@routes("GET", "/api/v2/pack-runs/{run_id}", scope="runs:read")
def get_pack_run(ask: Ask) -> Answer:
    """A run as it stands; asking moves it along unless it has a duration."""
    run = ask.store.get("velerian.run", ask.params["run_id"])
    if run is None:
        raise Refuse(404, "not_found", "Run not found")
    if run["status"] not in ("queued", "running"):
        return Answer(_shown(run))
    later = ask.store.put("velerian.run", run["id"], _advance(ask, run))
    # Without a duration it is asking that moves a run, so this answer still shows what was.
    return Answer(_shown(run if run["duration_s"] is None else later))


def _shown(run: Doc) -> Doc:
    return {name: value for name, value in run.items() if name not in ("prompt", "started", "duration_s")}


def _advance(ask: Ask, run: Doc) -> Doc:
    """The run's next state."""
    if run["duration_s"] is not None:
        elapsed = ask.clock.now() - run["started"]
        if elapsed < run["duration_s"]:
            return {**run, "status": "queued" if elapsed * 4 < run["duration_s"] else "running"}
    elif run["status"] == "queued":
        return {**run, "status": "running"}
    prompt = run["prompt"].lower()
    done = {**run, "model_id": "sandbox-1", "governance_pass": "forbidden" not in prompt}
    if "forbidden" in prompt:
        return {**done, "status": "blocked", "governance_reasons": ["the prompt says 'forbidden'"]}
    if "fail" in prompt:
        return {**done, "status": "failed"}
    content = dump({"run_id": run["id"], "prompt": run["prompt"]}).encode()
    key = f"exports/tenant_sandbox/{run['id']}"
    ask.store.put_blob(key, content)
    url, _ = files.presign(ask, "GET", key, EXPORT_LIFETIME_S)
    ask.effect(f"run.finished {run['id']}")
    text_out = f"processed: {run['prompt']}"
    return {**done, "status": "succeeded", "output_text": text_out, "evidence_download_url": url}


# A fresh platform


def _seed(world: World) -> None:
    store, begin = world.store, world.clock.now() - 30 * 86_400
    for secret, scopes in KEYS.items():
        store.put(
            "velerian.key", _digest(secret), {"scopes": scopes, "session": secret.startswith("session_")}
        )
    key = {"id": "key_sandbox", "name": "sandbox", "scopes": list(SCOPES), "created_at": iso(begin)}
    store.put("velerian.api_key", "key_sandbox", key)
    for name, status in (("demo", "deployed"), ("draft", "draft"), ("retired", "retired")):
        abp = {"id": f"abp_{name}", "name": f"Sandbox {name}", "status": status, "created_at": iso(begin)}
        store.put("velerian.abp", abp["id"], abp)
    for slug in ("demo", "research"):
        store.put("velerian.network", slug, {"slug": slug})
    for plan, runs in (("starter", 1_000), ("team", 20_000), ("enterprise", 500_000)):
        store.put("velerian.plan", plan, {"id": f"plan_{plan}", "name": plan.title(), "governed_runs": runs})
    store.load("velerian.audit", _many(store, "aud_", 2500, lambda n: _audit_row(n, begin)))
    store.load("velerian.agent_run", _many(store, "arun_", 450, lambda n: _run_row(n, begin)))
    store.load("velerian.approval", _many(store, "appr_", 150, lambda n: _approval_row(n, begin)))
    store.load("velerian.evidence", _many(store, "evp_", 130, lambda n: _evidence_row(n, begin)))


def _many(store: Any, prefix: str, count: int, row: Any) -> dict[str, Doc]:
    docs = ({"id": store.new_id(prefix), **row(n)} for n in range(count))
    return {doc["id"]: doc for doc in docs}


def _audit_row(n: int, begin: float) -> Doc:
    action, kind = (("abp.invoke", "abp"), ("evidence.export", "export"), ("api_key.create", "api_key"))[
        n % 3
    ]
    who = f"user_{('ada', 'grace', 'alan')[n % 3]}"
    row = {"created_at": iso(begin + 600 * n), "action": action, "resource_kind": kind, "actor_user_id": who}
    return {**row, "resource_id": "abp_demo" if kind == "abp" else f"{kind}_{n}", "details": {"n": n}}


def _run_row(n: int, begin: float) -> Doc:
    status = ("succeeded", "failed", "blocked")[n % 3]
    return {"status": status, "created_at": iso(begin + 3600 * n), "agent": f"agent_{n % 7}"}


def _approval_row(n: int, begin: float) -> Doc:
    status = ("pending", "approved", "rejected")[n % 3]
    return {"status": status, "created_at": iso(begin + 7200 * n), "invocation_id": f"inv_{n}"}


def _evidence_row(n: int, begin: float) -> Doc:
    chain = hashlib.sha256(f"seed {n}".encode()).hexdigest()
    row = {"abp_id": "abp_demo", "invocation_id": f"inv_{n}", "created_at": iso(begin + 7200 * n)}
    return {**row, "chain_hash": chain}


PLATFORM: Final = Platform("velerian", "velerian", routes, _guard, _wrong, _invalid, _seed)
