"""Velerian in the sandbox: scopes, invocations, evidence on another origin, pages, queued runs, attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from veneer.sandbox import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from veneer.sandbox import Sandbox

INVOKE = "/api/v2/abps/abp_demo/invoke"
QUEUE = "/api/agenticx/networks/demo/invoke"


def invoke(client: httpx.Client, prompt: str = "Summarize.") -> dict[str, Any]:
    answer = client.post(INVOKE, json={"payload": {"prompt": prompt}})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(
    ("prompt", "outcome", "allowed", "human"),
    [
        ("Summarize.", "allowed", True, False),
        ("forbidden", "blocked", False, False),
        ("please review", "held", False, True),
        ("model error", "error", True, False),
    ],
)
def test_the_prompt_steers_the_outcome(
    velerian: httpx.Client, prompt: str, outcome: str, allowed: bool, human: bool
) -> None:
    result = invoke(velerian, prompt)
    assert (result["outcome"], result["is_allowed"], result["requires_human"]) == (outcome, allowed, human)
    assert ("approval_id" in result) == human
    assert ("output" in result) == (outcome == "allowed")
    assert ("model_error" in result) == (outcome == "error")


@pytest.mark.parametrize(("abp", "status"), [("abp_draft", 409), ("abp_retired", 409), ("abp_none", 404)])
def test_only_a_deployed_abp_runs(velerian: httpx.Client, abp: str, status: int) -> None:
    assert velerian.post(f"/api/v2/abps/{abp}/invoke", json={"payload": {}}).status_code == status


def test_evidence_comes_from_another_origin_that_refuses_a_key(
    velerian: httpx.Client, sandbox: Sandbox
) -> None:
    result = invoke(velerian)
    path = f"/api/v2/abps/abp_demo/invocations/{result['invocation_id']}/evidence"
    export = velerian.get(path, params={"format": "json"}).json()
    assert export["delivery"] == "presigned"
    url = httpx.URL(export["download_url"])
    assert (url.host, url.port) != (velerian.base_url.host, velerian.base_url.port)
    download = httpx.get(url)
    assert download.status_code == 200
    assert download.json()["chain_hash"] == result["evidence_pack_chain_hash"]
    leaked = httpx.get(url, headers={"authorization": "Bearer vk_live_sandbox"})
    assert leaked.status_code == 400
    entry = sandbox.journal(origin="files")[-1]
    assert (entry["headers"]["authorization"], entry["status"]) == ("***", 400)


def test_a_presigned_url_expires_and_cannot_be_changed(velerian: httpx.Client, sandbox: Sandbox) -> None:
    result = invoke(velerian)
    url = velerian.get(f"/api/v2/abps/abp_demo/invocations/{result['invocation_id']}/evidence").json()[
        "download_url"
    ]
    assert httpx.get(url.replace("exp_", "exq_")).status_code == 403
    assert httpx.put(url, content=b"x").status_code == 403
    assert httpx.get(url.replace("expires=1", "expires=2")).status_code == 403
    sandbox.advance(901)
    assert "expired" in httpx.get(url).text


def test_a_package_is_streamed_from_the_api_with_ranges(velerian: httpx.Client) -> None:
    invoke(velerian)
    export = velerian.get(
        "/api/v2/abps/abp_demo/evidence-package", params={"since": "2025-12-02T00:00:00Z"}
    ).json()
    assert (export["delivery"], export["artifact_kind"]) == ("stream", "evidence_package")
    assert export["download_url"].startswith(str(velerian.base_url).rstrip("/"))
    path = f"/api/v2/exports/{export['export_id']}/content"
    whole = velerian.get(path)
    assert whole.headers["content-type"] == "application/octet-stream"
    assert len(whole.text.splitlines()) > 100
    part = httpx.get(export["download_url"], headers={**velerian.headers, "range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert velerian.get("/api/v2/exports/exp_none/content").status_code == 404


def test_since_is_required_and_must_be_a_time(velerian: httpx.Client) -> None:
    path = "/api/v2/abps/abp_demo/evidence-package"
    missing, wrong = velerian.get(path), velerian.get(path, params={"since": "yesterday"})
    assert [missing.status_code, wrong.status_code] == [422, 422]
    assert missing.json()["detail"][0] == {
        "loc": ["query", "since"],
        "msg": "Field required",
        "type": "missing",
    }


@pytest.mark.parametrize(
    ("path", "total"),
    [("audit-log", 2500), ("agent_runs", 450), ("approvals", 150), ("abps", 3), ("api-keys", 1)],
)
def test_paging_visits_every_row_once_at_the_limit_the_server_uses(
    velerian: httpx.Client, path: str, total: int
) -> None:
    seen: list[str] = []
    while True:
        page = velerian.get(f"/api/v2/{path}", params={"limit": 500, "offset": len(seen)}).json()
        assert (page["limit"], page["total"]) == (200, total)
        seen += [one["id"] for one in page["items"]]
        if len(page["items"]) < page["limit"]:
            break
    assert (len(seen), len(set(seen))) == (total, total)


def test_the_audit_log_filters(velerian: httpx.Client) -> None:
    def total(**params: str) -> int:
        return int(velerian.get("/api/v2/audit-log", params={"limit": 1, **params}).json()["total"])

    assert total(action="abp.invoke") == 834
    assert total(action="abp.invoke", actor_user_id="user_grace") == 0
    assert total(since="2025-12-02T00:00:00Z", until="2025-12-02T01:00:00Z") == 7
    invoke(velerian)
    assert total(action="abp.invoke") == 835


def test_the_usage_summary_pages_its_evidence_by_prefixed_parameters(velerian: httpx.Client) -> None:
    first = velerian.get("/api/v2/usage/summary", params={"evidence_limit": 100}).json()
    rest = velerian.get(
        "/api/v2/usage/summary", params={"evidence_limit": 100, "evidence_offset": 100}
    ).json()
    assert (len(first["evidence_packs"]), len(rest["evidence_packs"])) == (100, 30)
    assert first["adoption"] == {"abps_deployed": 1}


def test_plans_are_a_list(velerian: httpx.Client) -> None:
    assert [one["name"] for one in velerian.get("/api/v2/plans").json()] == ["Starter", "Team", "Enterprise"]


def test_a_queued_run_moves_while_it_is_watched(velerian: httpx.Client) -> None:
    queued = velerian.post(QUEUE, params={"async": "true"}, json={"prompt_text": "hi"})
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")
    path = httpx.URL(queued.json()["run_url"]).path.removeprefix("/velerian")
    runs = [velerian.get(path).json() for _ in range(4)]
    assert [one["status"] for one in runs] == ["queued", "running", "succeeded", "succeeded"]
    assert runs[-1]["output_text"] == "processed: hi"
    assert httpx.get(runs[-1]["evidence_download_url"]).json()["prompt"] == "hi"


@pytest.mark.parametrize(("prompt", "status"), [("forbidden", "blocked"), ("fail", "failed")])
def test_a_run_can_end_badly(velerian: httpx.Client, prompt: str, status: str) -> None:
    run_id = velerian.post(QUEUE, params={"async": "true"}, json={"prompt_text": prompt}).json()["run_id"]
    runs = [velerian.get(f"/api/v2/pack-runs/{run_id}").json() for _ in range(3)]
    assert (runs[-1]["status"], runs[-1]["governance_pass"]) == (status, status != "blocked")


def test_a_run_with_a_duration_takes_that_long(velerian: httpx.Client, sandbox: Sandbox) -> None:
    body = {"prompt_text": "hi", "metadata": {"duration_s": 40}}
    run_id = velerian.post(QUEUE, params={"async": "true"}, json=body).json()["run_id"]
    seen = []
    for _ in range(4):
        seen += [velerian.get(f"/api/v2/pack-runs/{run_id}").json()["status"] for _ in range(3)]
        sandbox.advance(15)
    assert seen == ["queued"] * 3 + ["running"] * 6 + ["succeeded"] * 3


def test_the_synchronous_form_answers_504_and_the_run_goes_on(
    velerian: httpx.Client, sandbox: Sandbox
) -> None:
    answer = velerian.post(QUEUE, params={"async": "false"}, json={"prompt_text": "hi"})
    assert answer.status_code == 504
    (effect,) = sandbox.effects("run.queued")
    assert velerian.get(f"/api/v2/pack-runs/{effect.split()[1]}").status_code == 200


def test_an_attachment_is_uploaded_without_the_key_finalized_and_used(
    velerian: httpx.Client, sandbox: Sandbox
) -> None:
    body = {"filename": "a.txt", "content_type": "text/plain", "size_bytes": 5}
    made = velerian.post("/api/v2/run-attachments", json=body).json()
    finalize = f"/api/v2/run-attachments/{made['attachment_id']}/finalize"
    run = {"prompt_text": "hi", "attachment_ids": [made["attachment_id"]]}
    assert velerian.post(finalize).status_code == 422
    assert velerian.post(QUEUE, params={"async": "true"}, json=run).status_code == 422
    assert httpx.put(made["upload_url"], content=b"four").status_code == 200
    assert velerian.post(finalize).status_code == 422
    key = {"authorization": "Bearer vk_live_sandbox"}
    assert httpx.put(made["upload_url"], content=b"hello", headers=key).status_code == 400
    assert httpx.put(made["upload_url"], content=b"hello").status_code == 200
    assert velerian.post(finalize).json()["filename"] == "a.txt"
    assert velerian.post(QUEUE, params={"async": "true"}, json=run).status_code == 202
    assert velerian.post("/api/v2/run-attachments/att_none/finalize").status_code == 404
    assert len(sandbox.effects("file.uploaded")) == 2


@pytest.mark.parametrize(
    ("key", "path", "status"),
    [
        ("vk_live_readonly", "/api/v2/audit-log", 200),
        ("vk_live_noscope", "/api/v2/audit-log", 403),
        ("vk_live_wrong", "/api/v2/audit-log", 401),
        (None, "/api/v2/plans", 401),
    ],
)
def test_a_key_reads_what_its_scopes_allow(
    connect: Callable[..., httpx.Client], key: str | None, path: str, status: int
) -> None:
    assert connect("velerian", key=key).get(path).status_code == status


def test_a_reading_key_starts_no_run(connect: Callable[..., httpx.Client], sandbox: Sandbox) -> None:
    answer = connect("velerian", key="vk_live_readonly").post(INVOKE, json={"payload": {}})
    assert (answer.status_code, answer.json()) == (403, {"detail": "Missing scope: runs:write"})
    assert sandbox.effects() == []


def test_keys_are_made_in_a_session_listed_without_secret_and_revoked(
    velerian: httpx.Client, connect: Callable[..., httpx.Client]
) -> None:
    body = {"name": "ci", "scopes": ["audit:read"]}
    assert velerian.post("/api/v2/api-keys", json=body).status_code == 403
    key = connect("velerian", key="session_sandbox").post("/api/v2/api-keys", json=body).json()
    listed = velerian.get("/api/v2/api-keys").json()["items"][-1]
    assert (listed["id"], "secret" in listed) == (key["id"], False)
    mine = connect("velerian", key=key["secret"])
    assert [mine.get(f"/api/v2/{path}").status_code for path in ("audit-log", "plans")] == [200, 403]
    assert velerian.delete(f"/api/v2/api-keys/{key['id']}").status_code == 204
    assert mine.get("/api/v2/audit-log").status_code == 401
    assert velerian.delete(f"/api/v2/api-keys/{key['id']}").status_code == 404


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"limit": ["1", "2"]}])
def test_a_bad_query_is_422_and_says_where(velerian: httpx.Client, params: dict[str, Any]) -> None:
    answer = velerian.get("/api/v2/abps", params=params)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", next(iter(params))]


def test_a_rate_limit_answers_429_with_the_seconds_to_wait() -> None:
    with running(platforms=["velerian"], rate_limit=2) as sandbox:
        headers = {"authorization": "Bearer vk_live_sandbox"}
        with httpx.Client(base_url=sandbox.base_urls["velerian"], headers=headers) as client:
            sandbox.advance(10)
            client.get("/api/v2/plans")
            sandbox.advance(20)
            answers = [client.get("/api/v2/plans") for _ in range(2)]
            assert [one.status_code for one in answers] == [200, 429]
            assert answers[1].headers["retry-after"] == "40"
            sandbox.advance(40)
            assert client.get("/api/v2/plans").status_code == 200
