"""Emulate Velerian: governed invocations with evidence, scopes, queued network runs, attachments, long lists.

`abp_demo` is deployed, `abp_draft` a draft and `abp_retired` retired (409). The prompt in the payload decides the
outcome: `forbidden` is blocked and withheld, `review` waits for a human, `model error` fails at the model.
A queued run advances one step at each poll (queued, running, ended), unless its metadata is `{"duration_s": 60}`:
then it takes that long by the sandbox's clock. `fail` and `forbidden` in its prompt make it fail or be blocked.
The synchronous form responds with 504 while the run continues, as the platform's gateway does.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Refusal, Response, detail_of
from veneer_sandbox.store import Doc, iso
from veneer_sandbox.web import Platform, Request, Route

from . import invocations, lists, runs  # noqa: F401 - they register the handlers
from .common import SCOPES, digest, operation

if TYPE_CHECKING:
    from veneer_sandbox.state import State

# The keys of a fresh sandbox and their scopes; the session may also create keys.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "vk_live_sandbox": SCOPES,
    "vk_live_readonly": ("runs:read", "evidence:read", "audit:read", "read"),
    "vk_live_noscope": (),
    "session_sandbox": SCOPES,
}

# Refusals, keys, scopes


def _wrong(refusal: Refusal) -> Response:
    if refusal.status == 422:
        loc = tuple((refusal.details or {}).get("loc", ("body",)))
        return detail_of([Problem(loc, refusal.message, refusal.code)])
    return Response({"detail": refusal.message}, refusal.status)


def _guard(request: Request, route: Route) -> None:
    token = request.bearer() or ""
    known = request.store.get("velerian.key", digest(token))
    if known is None:
        raise Refusal(
            401,
            "unauthorized",
            "Missing, invalid, expired or revoked API key",
            headers={"www-authenticate": "Bearer"},
        )
    request.state.meter(token)
    need = route.options.get("scope")
    if need is not None and need not in known["scopes"]:
        # `read` and `write` are coarse: each covers the finer scopes of its kind.
        coarse = "write" if need.endswith("write") else "read"
        if coarse not in known["scopes"]:
            raise Refusal(403, "forbidden", f"Missing scope: {need}")
    request.who = known


# A fresh platform


def _seed(state: State) -> None:
    store, begin = state.store, state.clock.now() - 30 * 86_400
    for secret, scopes in KEYS.items():
        store.put(
            "velerian.key", digest(secret), {"scopes": scopes, "session": secret.startswith("session_")}
        )
    key = {"id": "key_sandbox", "name": "sandbox", "scopes": list(SCOPES), "created_at": iso(begin)}
    store.put("velerian.api_key", "key_sandbox", key)
    for name, status in (("demo", "deployed"), ("draft", "draft"), ("retired", "retired")):
        abp = {"id": f"abp_{name}", "name": f"Sandbox {name}", "status": status, "created_at": iso(begin)}
        store.put("velerian.abp", abp["id"], abp)
    for slug in ("demo", "research"):
        store.put("velerian.network", slug, {"slug": slug})
    for plan, allowance in (("starter", 1_000), ("team", 20_000), ("enterprise", 500_000)):
        store.put(
            "velerian.plan", plan, {"id": f"plan_{plan}", "name": plan.title(), "governed_runs": allowance}
        )
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


PLATFORM: Final = Platform(
    "velerian", "velerian", operation.complete(), _guard, _wrong, detail_of, _seed, operation.document.content
)
