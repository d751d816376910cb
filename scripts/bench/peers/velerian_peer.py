"""Drive velerian-sdk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import worker

ABP, DRAFT, NETWORK = "abp_demo", "abp_draft", "demo"


def connect(job: worker.Job) -> Any:
    sdk = import_module("velerian_sdk")
    return sdk.VelerianClient(api_key=job.key, base_url=job.base_url, timeout=job.limit)


def operations(base_url: str, key: str) -> Iterator[worker.Operation]:
    """Yield every documented operation, in an order in which each has what it needs."""
    sdk = import_module("velerian_sdk")
    client = sdk.VelerianClient(api_key=key, base_url=base_url, timeout=10)
    kept: dict[str, Any] = {}

    def keep(name: str, value: Any) -> Any:
        kept[name] = value
        return value

    def invoked() -> str:
        return str(kept["invoke"].invocation_id)

    yield "invoke_abp", lambda: keep("invoke", client.invoke_abp(ABP, payload={"prompt": "Summarize."}))
    yield "invocation_evidence", lambda: keep("evidence", client.invocation_evidence(ABP, invoked()))
    yield "evidence_package", lambda: client.evidence_package(ABP, since="2026-01-01T00:00:00Z")
    yield "usage_summary", client.usage_summary
    yield "list_audit_log", lambda: client.list_audit_log(action="abp.invoke", limit=50)
    yield "iter_audit_log", lambda: sum(1 for _ in client.iter_audit_log(action="abp.invoke"))
    yield (
        "iter_paginated approvals",
        lambda: sum(1 for _ in client.iter_paginated("approvals", page_size=100)),
    )
    yield (
        "iter_paginated usage/summary",
        lambda: sum(
            1
            for _ in client.iter_paginated(
                "usage/summary",
                limit_param="evidence_limit",
                offset_param="evidence_offset",
                items_key="evidence_packs",
            )
        ),
    )
    yield (
        "invoke_network (queued)",
        lambda: keep("queued", client.invoke_network(NETWORK, prompt_text="Review.", wait=False)),
    )
    yield "await_run", lambda: client.await_run(kept["queued"]["run_id"], poll_interval=0.1, run_timeout=20)
    yield (
        "invoke_network (wait)",
        lambda: client.invoke_network(NETWORK, prompt_text="Review.", poll_interval=0.1, run_timeout=20),
    )
    for path in ("abps", "agent_runs", "plans", "api-keys"):
        yield f"get {path}", partial(listed, client, path)
    attachment = {"filename": "a.txt", "content_type": "text/plain", "size_bytes": 3}
    yield (
        "post run-attachments",
        lambda: keep("attachment", client.post("run-attachments", json=attachment).json()),
    )
    yield (
        "get exports/content",
        lambda: len(client.get(f"exports/{kept['evidence'].export_id}/content").content),
    )
    yield "close", client.close


def listed(client: Any, path: str) -> Any:
    return client.get(path).json()


SUBJECT = worker.Subject(
    distribution="velerian-sdk",
    packages=("velerian_sdk",),
    open=connect,
    close=lambda client: client.close(),
    calls={
        "read": lambda client, _: client.list_audit_log(),
        "write": lambda client, _: client.invoke_abp(ABP, payload={"prompt": "Summarize."}),
        "absolute": lambda client, job: client.get(job.target),
        "escape": lambda client, job: client.invocation_evidence("abp_1", job.target),
    },
    operations=operations,
)

if __name__ == "__main__":
    worker.main(SUBJECT)
