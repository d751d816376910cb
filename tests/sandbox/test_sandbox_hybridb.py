"""hybriDB in the sandbox: policy, single use, idempotency, rollback, replay, breaker, tokens, audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from veneer.sandbox import Sandbox

PAY = "/api/v1/pipelines/payment.execute.standard/execute"


def decide(
    client: httpx.Client, amount: float = 100, actor: str = "user:alice", **more: Any
) -> dict[str, Any]:
    body = {"decisionType": "payment.authorize", "action": "payment.initiate", **more}
    answer = client.post(
        "/api/v1/decisions", json={**body, "inputData": {"actorId": actor, "amount": amount}}
    )
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


def execute(client: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = client.post(PAY, json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


def code(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["success"] is False
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(
    ("amount", "actor", "outcome"),
    [
        (100, "user:alice", "approved"),
        (10_000, "user:alice", "approved"),
        (10_001, "user:alice", "escalated"),
        (50_001, "user:alice", "blocked"),
        (-1, "user:alice", "blocked"),
        (1, "user:mallory", "blocked"),
    ],
)
def test_the_policy_decides_by_amount_and_actor(
    hybridb: httpx.Client, amount: int, actor: str, outcome: str
) -> None:
    decision = decide(hybridb, amount, actor)
    assert outcome == decision["outcome"]
    assert decision["rationale"]
    again = hybridb.get(f"/api/v1/decisions/{decision['decisionId']}").json()["data"]
    assert decision == again


def test_a_decision_is_good_for_one_execution(hybridb: httpx.Client, sandbox: Sandbox) -> None:
    decision = decide(hybridb)
    execution = execute(hybridb, input={"amount": 100}, decisionId=decision["decisionId"])
    assert execution["status"] == "completed"
    second = hybridb.post(PAY, json={"decisionId": decision["decisionId"]})
    assert code(second) == (409, "DECISION_ALREADY_CONSUMED")
    assert sandbox.effects("execution.created") == [f"execution.created {execution['id']}"]


@pytest.mark.parametrize(
    ("amount", "expected"), [(20_000, (202, "DECISION_ESCALATED")), (90_000, (403, "POLICY_DENIED"))]
)
def test_a_decision_that_was_not_approved_runs_nothing(
    hybridb: httpx.Client, sandbox: Sandbox, amount: int, expected: tuple[int, str]
) -> None:
    decision = decide(hybridb, amount)
    assert code(hybridb.post(PAY, json={"decisionId": decision["decisionId"]})) == expected
    assert sandbox.effects("execution.created") == []


def test_the_same_key_and_body_give_the_first_answer_and_another_body_a_conflict(
    hybridb: httpx.Client, sandbox: Sandbox
) -> None:
    first = decide(hybridb, 100, idempotencyKey="order-1")
    assert decide(hybridb, 100, idempotencyKey="order-1") == first
    body = {"decisionType": "other", "action": "x", "inputData": {}, "idempotencyKey": "order-1"}
    assert code(hybridb.post("/api/v1/decisions", json=body)) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(sandbox.effects("decision.created")) == 1


def test_an_execution_that_failed_is_not_run_again_for_its_key(
    hybridb: httpx.Client, sandbox: Sandbox
) -> None:
    path = "/api/v1/pipelines/payment.execute.failing/execute"
    answers = [hybridb.post(path, json={"idempotencyKey": "order-2"}) for _ in range(2)]
    assert [code(one) for one in answers] == [(500, "PIPELINE_STEP_FAILED")] * 2
    assert len(sandbox.effects("execution.created")) == 1


def test_a_rollback_undoes_every_step_once_and_is_logged(hybridb: httpx.Client) -> None:
    execution = execute(hybridb, input={})
    path = f"/api/v1/executions/{execution['id']}"
    result = hybridb.post(f"{path}/rollback", json={"reason": "user_request"}).json()["data"]
    assert result["status"] == "rolled_back"
    assert result["stepsRolledBack"] == ["notify", "charge", "reserve_funds"]
    assert code(hybridb.post(f"{path}/rollback", json={})) == (409, "ROLLBACK_ALREADY_COMPLETED")
    log = hybridb.get(f"{path}/rollback-log").json()["data"]
    assert [(one["rollbackType"], one["reason"]) for one in log] == [("full", "user_request")]
    status = hybridb.get(f"/api/v1/pipelines/executions/{execution['id']}").json()["data"]["status"]
    assert status == "compensated"


def test_the_rollback_window_closes_thirty_minutes_after_completion(
    hybridb: httpx.Client, sandbox: Sandbox
) -> None:
    early, late = execute(hybridb), execute(hybridb)
    sandbox.advance(30 * 60)
    assert hybridb.post(f"/api/v1/executions/{early['id']}/rollback", json={}).status_code == 200
    sandbox.advance(1)
    answer = hybridb.post(f"/api/v1/executions/{late['id']}/rollback", json={})
    assert code(answer) == (409, "ROLLBACK_WINDOW_EXPIRED")


def test_a_rollback_to_a_checkpoint_undoes_what_came_behind_it(hybridb: httpx.Client) -> None:
    execution = execute(hybridb)
    path = f"/api/v1/executions/{execution['id']}"
    points = hybridb.get(f"{path}/checkpoints").json()["data"]
    assert [one["stepName"] for one in points] == ["reserve_funds", "charge", "notify"]
    point = hybridb.get(f"{path}/checkpoints/{points[0]['id']}").json()["data"]
    assert point["stateSnapshot"] == {"input": {}, "reserve_funds": {"ok": True}}
    assert code(hybridb.get(f"{path}/checkpoints/cp_none")) == (404, "CHECKPOINT_NOT_FOUND")
    body = {"rollbackType": "to_checkpoint", "checkpointId": points[0]["id"]}
    result = hybridb.post(f"{path}/rollback", json=body).json()["data"]
    assert (result["stepsRolledBack"], result["checkpointRestored"]) == (
        ["notify", "charge"],
        points[0]["id"],
    )


def test_a_selective_rollback_undoes_the_steps_it_names(hybridb: httpx.Client) -> None:
    path = f"/api/v1/executions/{execute(hybridb)['id']}/rollback"
    assert code(hybridb.post(path, json={"rollbackType": "selective"})) == (400, "VALIDATION_ERROR")
    result = hybridb.post(path, json={"rollbackType": "selective", "targetSteps": ["charge"]}).json()["data"]
    assert result["stepsRolledBack"] == ["charge"]


def test_a_replay_is_a_child_that_runs_to_its_end(hybridb: httpx.Client) -> None:
    execution = execute(hybridb)
    path = f"/api/v1/executions/{execution['id']}/replay"
    replay = hybridb.post(path, json={"idempotencyKey": "again"}).json()["data"]
    assert hybridb.post(path, json={"idempotencyKey": "again"}).json()["data"] == replay
    child = hybridb.get(f"/api/v1/pipelines/executions/{replay['childExecutionId']}").json()["data"]
    assert (child["status"], child["parentExecutionId"]) == ("completed", execution["id"])


def test_a_triggered_execution_moves_on_while_it_is_watched(hybridb: httpx.Client) -> None:
    pipeline = execute(hybridb)["pipelineId"]
    body = {"pipelineId": pipeline, "input": {"a": 1}}
    started = hybridb.post("/api/v1/pipelines/trigger", json=body).json()["data"]
    seen = [started["status"]]
    path = f"/api/v1/pipelines/executions/{started['id']}"
    seen += [hybridb.get(path).json()["data"]["status"] for _ in range(2)]
    assert seen == ["pending", "running", "completed"]


def test_three_failures_open_the_breaker_and_a_minute_later_one_success_closes_it(
    hybridb: httpx.Client, sandbox: Sandbox
) -> None:
    path = "/api/v1/pipelines/payment.execute.failing"
    codes = [code(hybridb.post(f"{path}/execute", json={})) for _ in range(4)]
    assert codes == [(500, "PIPELINE_STEP_FAILED")] * 3 + [(503, "CIRCUIT_BREAKER_OPEN")]
    breaker = hybridb.get(f"{path}/circuit-breaker").json()["data"]
    assert breaker["state"] == "open"
    sandbox.advance(60)
    assert hybridb.get(f"{path}/circuit-breaker").json()["data"]["state"] == "half_open"
    step = {"id": "a", "name": "a", "type": "action"}
    hybridb.post("/api/v1/pipelines", json={"name": "payment.execute.failing", "steps": [step]})
    assert hybridb.post(f"{path}/execute", json={}).status_code == 200
    assert hybridb.get(f"{path}/circuit-breaker").json()["data"]["state"] == "closed"


def test_the_breaker_can_be_set_by_hand(hybridb: httpx.Client) -> None:
    path = "/api/v1/pipelines/payment.execute.standard"
    hybridb.post(f"{path}/circuit-breaker", json={"state": "open", "reason": "maintenance"})
    answer = hybridb.post(f"{path}/execute", json={})
    assert code(answer) == (503, "CIRCUIT_BREAKER_OPEN")
    assert answer.json()["error"]["message"] == "maintenance"
    hybridb.post(f"{path}/circuit-breaker", json={"state": "closed"})
    assert hybridb.post(f"{path}/execute", json={}).status_code == 200


def test_a_new_version_of_a_pipeline_keeps_its_id(hybridb: httpx.Client) -> None:
    body = {"name": "p", "steps": [{"id": "a", "name": "a", "type": "action"}], "description": "first"}
    first, second = (hybridb.post("/api/v1/pipelines", json=body).json()["data"] for _ in range(2))
    assert (first["id"], 1, 2) == (second["id"], first["version"], second["version"])
    unknown = {"name": "q", "steps": [{"id": "a", "name": "a", "type": "action", "dependsOn": ["b"]}]}
    assert code(hybridb.post("/api/v1/pipelines", json=unknown)) == (400, "VALIDATION_ERROR")


def test_tokens_expire_refresh_once_and_can_be_revoked(
    hybridb: httpx.Client, connect: Callable[..., httpx.Client], sandbox: Sandbox
) -> None:
    body = {"email": "demo@stellrai.test", "password": "sandbox-password"}
    anonymous = connect("hybridb", key=None)
    pair = anonymous.post("/api/v1/auth/token", json=body).json()["data"]
    user = connect("hybridb", key=pair["accessToken"])
    assert user.get("/api/v1/audit/actions").status_code == 200
    sandbox.advance(pair["expiresIn"])
    assert code(user.get("/api/v1/audit/actions")) == (401, "TOKEN_EXPIRED")
    fresh = anonymous.post("/api/v1/auth/refresh", json={"refreshToken": pair["refreshToken"]}).json()["data"]
    reused = anonymous.post("/api/v1/auth/refresh", json={"refreshToken": pair["refreshToken"]})
    assert code(reused) == (401, "UNAUTHORIZED")
    user = connect("hybridb", key=fresh["accessToken"])
    assert user.delete("/api/v1/auth/token").status_code == 204
    assert code(user.get("/api/v1/audit/actions")) == (401, "UNAUTHORIZED")
    wrong = {**body, "password": "guess"}
    assert code(anonymous.post("/api/v1/auth/token", json=wrong)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "value", [None, "Bearer", "Bearer hdb_wrong", "Basic hdb_sandbox", "hdb_sandbox", "bearer x y"]
)
def test_a_missing_or_wrong_key_is_refused(connect: Callable[..., httpx.Client], value: str | None) -> None:
    client = connect("hybridb", key=None)
    headers = {} if value is None else {"authorization": value}
    assert code(client.get("/api/v1/audit/actions", headers=headers)) == (401, "UNAUTHORIZED")


def test_health_needs_no_key(connect: Callable[..., httpx.Client]) -> None:
    assert connect("hybridb", key=None).get("/health").json()["data"]["status"] == "ok"


def test_an_api_key_works_until_it_is_revoked_or_expires(
    hybridb: httpx.Client, connect: Callable[..., httpx.Client], sandbox: Sandbox
) -> None:
    path = "/api/v1/actors/service:billing/api-keys"
    body = {"scopes": ["decisions"], "name": "ci", "expiresAt": "2026-01-01T01:00:00Z"}
    key = hybridb.post(path, json=body).json()["data"]
    other = hybridb.post(path, json={"scopes": []}).json()["data"]
    assert connect("hybridb", key=key["secret"]).get("/api/v1/audit/actions").status_code == 200
    sandbox.advance(3600)
    assert code(connect("hybridb", key=key["secret"]).get("/api/v1/audit/actions")) == (401, "TOKEN_EXPIRED")
    assert hybridb.delete(f"{path}/{other['keyId']}").status_code == 204
    assert code(connect("hybridb", key=other["secret"]).get("/api/v1/audit/actions")) == (401, "UNAUTHORIZED")
    assert code(hybridb.delete(f"{path}/{other['keyId']}")) == (404, "NOT_FOUND")


def test_the_audit_trail_pages_and_filters(hybridb: httpx.Client) -> None:
    seen, page = [], 0
    while True:
        page += 1
        data = hybridb.get("/api/v1/audit/actions", params={"limit": 200, "page": page}).json()["data"]
        seen += [one["id"] for one in data["data"]]
        if not data["hasMore"]:
            break
    assert (len(seen), len(set(seen)), page) == (450, 450, 3)
    blocked = hybridb.get(
        "/api/v1/audit/actions", params={"outcome": "blocked", "actorId": "user:bob"}
    ).json()["data"]
    assert blocked["total"] == 30
    window = {"from": "2025-12-31T00:00:00Z", "to": "2025-12-31T00:09:00Z"}
    assert hybridb.get("/api/v1/audit/actions", params=window).json()["data"]["total"] == 10


@pytest.mark.parametrize(
    "query", [{"limit": "201"}, {"limit": "0"}, {"page": "x"}, {"outcome": "odd"}, {"from": "yesterday"}]
)
def test_a_bad_query_is_a_validation_error(hybridb: httpx.Client, query: dict[str, str]) -> None:
    assert code(hybridb.get("/api/v1/audit/actions", params=query)) == (400, "VALIDATION_ERROR")


def test_every_action_writes_an_audit_entry(hybridb: httpx.Client) -> None:
    def total() -> int:
        return int(hybridb.get("/api/v1/audit/actions").json()["data"]["total"])

    before = total()
    decision = decide(hybridb, 90_000)
    execution = execute(hybridb)
    hybridb.post(f"/api/v1/executions/{execution['id']}/rollback", json={})
    event = {"eventType": "order.created", "sourceApp": "shop", "actorId": "user:a", "payload": {}}
    hybridb.post("/api/v1/events/publish", json=event)
    assert total() == before + 4
    mine = hybridb.get("/api/v1/audit/actions", params={"decisionId": decision["decisionId"]}).json()["data"]
    assert [(one["action"], one["outcome"]) for one in mine["data"]] == [("payment.initiate", "blocked")]


def test_an_event_is_published_once_for_its_key(hybridb: httpx.Client, sandbox: Sandbox) -> None:
    body = {
        "eventType": "e",
        "sourceApp": "s",
        "actorId": "user:a",
        "payload": {"a": [1]},
        "correlationId": "c",
    }
    body["idempotencyKey"] = "e-1"
    first, second = (hybridb.post("/api/v1/events/publish", json=body).json()["data"] for _ in range(2))
    assert first == second
    assert len(sandbox.effects("event.published")) == 1


def test_members_are_added_changed_listed_and_removed(hybridb: httpx.Client) -> None:
    path = "/api/v1/orgs/org_1/memberships"
    hybridb.post(path, json={"actorId": "user:ada", "role": "admin"})
    assert hybridb.post(path, json={"actorId": "user:ada", "role": "admin"}).status_code == 409
    changed = hybridb.patch(f"{path}/user%3Aada", json={"role": "viewer"}).json()["data"]
    assert [changed] == hybridb.get(path).json()["data"]
    assert changed["role"] == "viewer"
    assert hybridb.delete(f"{path}/user%3Aada").status_code == 204
    assert code(hybridb.delete(f"{path}/user%3Aada")) == (404, "NOT_FOUND")


def test_an_account_elsewhere_maps_to_one_actor(hybridb: httpx.Client) -> None:
    body = {"providerId": "okta", "externalId": "x", "userId": "u", "actorId": "user:ada"}
    path = "/api/v1/actors/user:ada/identity-mappings"
    assert hybridb.post(path, json=body).json()["data"]["externalId"] == "x"
    assert hybridb.post(path, json=body).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/decisions/dec_none", "DECISION_NOT_FOUND"),
        ("POST", "/api/v1/pipelines/none/execute", "PIPELINE_NOT_FOUND"),
        ("GET", "/api/v1/pipelines/executions/none", "EXECUTION_NOT_FOUND"),
        ("GET", "/api/v1/pipelines/none/circuit-breaker", "PIPELINE_NOT_FOUND"),
    ],
)
def test_what_is_not_there_has_its_own_code(
    hybridb: httpx.Client, method: str, path: str, expected: str
) -> None:
    body: dict[str, Any] | None = {} if method == "POST" else None
    assert code(hybridb.request(method, path, json=body)) == (404, expected)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"amount": NaN}', b'"\\ud800"', b"\xff"])
def test_a_body_that_is_not_an_object_is_a_validation_error(hybridb: httpx.Client, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert code(hybridb.post("/api/v1/decisions", content=content, headers=headers)) == (
        400,
        "VALIDATION_ERROR",
    )
