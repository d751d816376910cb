"""HestiaOS in the sandbox: governance, streams as real servers send them, secrets, sessions, agents."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from veneer.sandbox import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from veneer.sandbox import Sandbox


def run(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/api/v1/run", json={"input": text})


def events(body: str) -> list[dict[str, Any]]:
    blocks = [
        [line[6:] for line in block.splitlines() if line.startswith("data: ")] for block in body.split("\n\n")
    ]
    return [json.loads("\n".join(lines)) for lines in blocks if lines and lines != ["[DONE]"]]


def test_the_seeds_example_is_answered_as_the_seed_says(hestiaos: httpx.Client) -> None:
    answer = run(hestiaos, "create a report").json()
    assert (answer["result"], answer["mode"]) == ("processed: create a report", "ALLOW")
    trace = hestiaos.get(f"/api/v1/trace/{answer['trace_id']}").json()
    assert (trace["decision"], trace["violations"]) == ("ALLOW", [])


def test_the_fixture_trace_of_the_seed_is_there(hestiaos: httpx.Client) -> None:
    assert hestiaos.get("/api/v1/trace/abc-123-def").json()["trace_id"] == "abc-123-def"
    assert hestiaos.get("/api/governance/trace/abc-123-def").json()["command_id"] == "abc-123-def"


def test_destructive_input_is_blocked_with_403_and_a_trace(hestiaos: httpx.Client) -> None:
    answer = run(hestiaos, "please rm -rf / now")
    assert answer.status_code == 403
    trace = hestiaos.get(f"/api/v1/trace/{answer.json()['trace_id']}").json()
    assert (trace["decision"], trace["violations"][0]["severity"]) == ("BLOCK", "critical")


def test_restricted_input_is_answered_without_output(hestiaos: httpx.Client) -> None:
    answer = run(hestiaos, "restricted data").json()
    assert (answer["mode"], answer["output"], answer["budget"]) == ("BLOCK", None, 0.0)


def test_bulk_input_is_throttled(hestiaos: httpx.Client) -> None:
    answer = run(hestiaos, "bulk export").json()
    assert (answer["mode"], answer["budget"]) == ("THROTTLE", 0.4)


def test_a_stream_has_the_frozen_order_and_what_real_servers_put_between(hestiaos: httpx.Client) -> None:
    answer = hestiaos.post("/api/v1/run/stream", json={"input": "use tool and write it down"})
    body = answer.text
    kinds = [event["type"] for event in events(body)]
    assert re.fullmatch(r"start( token| tool_call)* final done", " ".join(kinds)), kinds
    assert kinds.count("tool_call") == 1
    assert ": ping" in body
    assert "data: [DONE]" in body
    assert re.search(r'data: \{\ndata:  "type": "final"', body), "JSON over several data lines"
    words = "".join(event["data"]["text"] for event in events(body) if event["type"] == "token")
    assert words == "processed: use tool and write it down"


def test_a_run_that_fails_ends_with_error_in_place_of_final(hestiaos: httpx.Client) -> None:
    kinds = [
        event["type"] for event in events(hestiaos.post("/api/v1/run/stream", json={"input": "fail"}).text)
    ]
    assert kinds[-2:] == ["error", "done"]


def test_a_stream_that_is_blocked_never_begins(hestiaos: httpx.Client) -> None:
    answer = hestiaos.post("/api/v1/run/stream", json={"input": "drop table users"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/json")


def test_a_stream_that_the_client_leaves_is_cancelled(
    connect: Callable[..., httpx.Client], sandbox: Sandbox
) -> None:
    client = connect("hestiaos", check=False)
    headers = {"x-sandbox-fault": "pace=0.05"}
    with client.stream(
        "POST", "/api/v1/run/stream", json={"input": "a b c d e f"}, headers=headers
    ) as answer:
        next(answer.iter_lines())
    client.close()
    # The server learns of it when the connection closes; ask until it has.
    for _ in range(200):
        if found := sandbox.effects("run."):
            break
        httpx.get(f"{sandbox.url}/_sandbox")
    assert found[0].startswith("run.cancelled")
    assert sandbox.journal(operation="run_stream")[0]["outcome"] == "left"


@pytest.mark.parametrize("key", ["my/key", "../admin/keys", "a b?c#d", "%2F", "ü"])
def test_a_secrets_name_is_one_path_segment_whatever_is_in_it(hestiaos: httpx.Client, key: str) -> None:
    path = "/api/secrets/" + "".join(f"%{byte:02X}" for byte in key.encode())
    assert hestiaos.get(path).status_code == 404
    body = {"credential_ref": key, "secret": "s3cret"}
    assert hestiaos.post("/api/secrets", json=body).status_code == 201
    assert hestiaos.post("/api/secrets", json={**body, "secret": "new"}).status_code == 200
    assert hestiaos.get(path).json() == {"value": "new"}
    assert hestiaos.delete(path).status_code == 204
    assert hestiaos.delete(path).status_code == 404


def test_the_seeds_secret_is_there(hestiaos: httpx.Client) -> None:
    assert hestiaos.get("/api/secrets/my-key").json() == {"value": "my-value"}


def test_a_chat_session_remembers_how_long_it_is(hestiaos: httpx.Client) -> None:
    first = hestiaos.post("/api/chat", json={"message": "Hello!", "session_id": "abc"}).json()
    second = hestiaos.post("/api/chat", json={"message": "Again", "session_id": "abc"}).json()
    other = hestiaos.post("/api/chat", json={"message": "Hello!"}).json()
    assert (first["session_id"], "message 2" in second["response"]) == ("abc", True)
    assert other["session_id"] not in ("abc", "")
    assert hestiaos.get("/api/system/metrics").json()["active_sessions"] == 2


@pytest.mark.parametrize(
    ("task", "status"), [("analyze data", "COMPLETED"), ("fail", "FAILED"), ("restricted", "BLOCKED")]
)
def test_agents_complete_fail_and_are_blocked(hestiaos: httpx.Client, task: str, status: str) -> None:
    answer = hestiaos.post("/api/agents/run", json={"agent_id": "agent-1", "task": task}).json()
    assert (answer["agent_id"], answer["status"]) == ("agent-1", status)


def test_explain_says_what_the_rules_would_and_does_nothing(hestiaos: httpx.Client, sandbox: Sandbox) -> None:
    body = {"command_type": "WRITE", "command_input": {"path": "/tmp/test", "query": "drop table x"}}
    assert hestiaos.post("/api/governance/explain", json=body).json()["decision"] == "BLOCK"
    assert sandbox.effects() == []
    run(hestiaos, "bulk")
    decisions = hestiaos.get("/api/governance/stability").json()["decisions"]
    assert decisions == {"ALLOW": 1, "THROTTLE": 1, "BLOCK": 0}


def test_system_routes_answer(hestiaos: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.advance(90)
    assert hestiaos.get("/api/v1/health").json()["uptime_seconds"] == 90
    assert hestiaos.get("/api/system/status").json()["status"] == "healthy"
    assert "models" in hestiaos.get("/api/system/config").json()


def test_a_key_is_optional_but_a_wrong_one_is_refused(connect: Callable[..., httpx.Client]) -> None:
    assert run(connect("hestiaos", key=None), "x").status_code == 200
    assert run(connect("hestiaos"), "x").status_code == 200
    assert run(connect("hestiaos", key="wrong"), "x").status_code == 401


@pytest.mark.parametrize("body", [{}, {"input": 1}, {"input": "x", "context": {"mode_hint": "odd"}}])
def test_a_body_that_does_not_fit_is_422_and_says_where(hestiaos: httpx.Client, body: dict[str, Any]) -> None:
    answer = hestiaos.post("/api/v1/run", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


def test_older_servers_have_fewer_fields_and_other_names() -> None:
    with running(platforms=["hestiaos"], older_hestiaos=True) as older:
        base = older.base_urls["hestiaos"]
        chat = httpx.post(f"{base}/api/chat", json={"message": "Hello!"}).json()
        agent = httpx.post(f"{base}/api/agents/run", json={"agent_id": "agent-1", "task": "analyze"}).json()
        metrics = httpx.get(f"{base}/api/system/metrics").json()
    assert chat.keys() == {"result", "session_id", "trace_id"}
    assert agent.keys() == {"result", "agent_id", "trace_id"}
    assert metrics.keys() == {"metrics"}
