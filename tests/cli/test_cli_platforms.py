"""The common work of each platform: results, exit codes, what is printed where."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.kit import Invoke, document, failure, rows
from veneer.sandbox import Sandbox

PIPELINE = {"name": "refund", "steps": [{"id": "s1", "name": "pay back", "type": "action"}]}


# -- hybriDB -------------------------------------------------------------------------------------------------------


@pytest.fixture
def pipeline(veneer: Invoke) -> str:
    """The name of a pipeline that exists."""
    document(veneer("hybridb", "call", "create_pipeline", "--body", json.dumps(PIPELINE)))
    return "refund"


def test_hybridb_decides_executes_and_rolls_back(veneer: Invoke, pipeline: str) -> None:
    decision = document(
        veneer("hybridb", "decide", "refund.authorize", "refund.pay", "-i", '{"amount": 5}', "-j")
    )
    words = (
        "hybridb",
        "execute",
        pipeline,
        "-i",
        '{"amount": 5}',
        "--decision",
        decision["decisionId"],
        "-j",
    )
    done = document(veneer(*words))
    assert (decision["outcome"], done["status"]) == ("approved", "completed")
    assert document(veneer("hybridb", "execution", done["id"], "--wait", "-j"))["id"] == done["id"]
    checkpoints = rows(veneer("hybridb", "checkpoints", done["id"], "-j"))
    replayed = document(
        veneer("hybridb", "replay", done["id"], "--from-checkpoint", checkpoints[0]["id"], "-j")
    )
    assert replayed["parentExecutionId"] == done["id"]
    undone = document(veneer("hybridb", "rollback", done["id"], "--reason", "test", "-j"))
    assert (undone["executionId"], undone["status"]) == (done["id"], "rolled_back")


def test_an_execution_that_was_undone_is_exit_1(veneer: Invoke, pipeline: str) -> None:
    done = document(veneer("hybridb", "execute", pipeline, "-i", "{}", "-j"))
    document(veneer("hybridb", "rollback", done["id"], "-j"))
    later = veneer("hybridb", "execution", done["id"], "-j")
    assert (later.exit_code, json.loads(later.stdout)["status"]) == (1, "compensated")


def test_a_decision_that_is_not_approved_is_printed_and_exit_1(veneer: Invoke) -> None:
    """So that `veneer hybridb decide … && pay` does not pay."""
    done = veneer(
        "hybridb", "decide", "payment.authorize", "payment.initiate", "-i", '{"amount": 1e9}', "--json"
    )
    assert (done.exit_code, json.loads(done.stdout)["outcome"] in {"blocked", "escalated"}) == (1, True)


def test_the_callers_idempotency_key_is_sent(veneer: Invoke, sandbox: Sandbox) -> None:
    veneer("hybridb", "decide", "a", "b", "--idempotency-key", "once")
    assert sandbox.journal()[0]["idempotency_key"] == "once"


def test_audit_lists_what_was_asked_for(veneer: Invoke, sandbox: Sandbox) -> None:
    """No more rows and no more requests than needed."""
    words = ("hybridb", "audit", "--actor", "user:alice", "--outcome", "success", "-n", "5", "--json")
    found = rows(veneer(*words))
    assert {(row["actorId"], row["outcome"]) for row in found} == {("user:alice", "success")}
    assert (len(found), len(sandbox.journal())) == (5, 1)
    assert len(rows(veneer("hybridb", "audit", "--all", "--json"))) == 450


def test_a_pipe_gets_rows_by_tab(veneer: Invoke) -> None:
    line = veneer("hybridb", "audit", "-n", "1").stdout
    assert line == "2025-12-31T00:00:00+00:00\tuser:alice\tpayment.initiate\tsuccess\t\t\t\n"


def test_a_wrong_moment_is_wrong_usage(veneer: Invoke) -> None:
    assert failure(veneer("hybridb", "audit", "--from", "yesterday"))[0] == 2


# -- HestiaOS ------------------------------------------------------------------------------------------------------


def test_hestiaos_runs_and_traces(veneer: Invoke) -> None:
    done = document(veneer("hestiaos", "run", "create a report", "--json"))
    trace = document(veneer("hestiaos", "trace", done["trace_id"], "--json"))
    assert (done["output"], trace["decision"]) == ("processed: create a report", "ALLOW")


def test_a_governance_block_is_exit_1(veneer: Invoke) -> None:
    """Whether it is answered as an error or as a result."""
    code, line = failure(veneer("hestiaos", "run", "rm -rf /"))
    assert (code, "403 Forbidden" in line) == (1, True)
    soft = veneer("hestiaos", "run", "read restricted data", "--json")
    assert (soft.exit_code, json.loads(soft.stdout)["mode"], json.loads(soft.stdout)["output"]) == (
        1,
        "BLOCK",
        None,
    )


def test_stream_prints_the_output_as_text(veneer: Invoke) -> None:
    assert veneer("hestiaos", "stream", "create a report").stdout == "processed: create a report\n"


def test_stream_as_json_prints_the_events(veneer: Invoke) -> None:
    events = rows(veneer("hestiaos", "stream", "a", "--json"))
    assert [events[0]["type"], events[-1]["type"]] == ["start", "done"]


def test_a_stream_with_an_error_prints_what_came_and_is_exit_1(veneer: Invoke) -> None:
    """The error is told on standard error; as JSON it is an event like the others."""
    done = veneer("hestiaos", "stream", "use tool and fail")
    assert (done.exit_code, done.stdout) == (1, "processed: use tool and fail\n")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["tool_call", "error"]
    as_json = veneer("hestiaos", "stream", "fail", "--json")
    assert (as_json.exit_code, '"type": "error"' in as_json.stdout, as_json.stderr) == (1, True, "")


@pytest.mark.parametrize("task", ["fail at it", "the restricted thing"])
def test_an_agent_that_did_not_complete_is_exit_1(veneer: Invoke, task: str) -> None:
    done = veneer("hestiaos", "agent", "a", task, "--json")
    assert (done.exit_code, json.loads(done.stdout)["status"] in {"FAILED", "BLOCKED"}) == (1, True)


def test_a_missing_trace_is_exit_1(veneer: Invoke) -> None:
    code, line = failure(veneer("hestiaos", "trace", "nope"))
    assert (code, "There is no trace nope" in line) == (1, True)


def test_secrets_come_from_standard_input(veneer: Invoke) -> None:
    """Their names are one path segment, whatever they hold."""
    assert veneer("hestiaos", "secrets", "set", "a/../b", stdin="s3cret\n").output == ""
    assert veneer("hestiaos", "secrets", "get", "a/../b").stdout == "s3cret\n"
    assert document(veneer("hestiaos", "secrets", "get", "a/../b", "--json")) == {"value": "s3cret"}
    assert veneer("hestiaos", "secrets", "delete", "a/../b").exit_code == 0
    assert failure(veneer("hestiaos", "secrets", "get", "a/../b"))[0] == 1


def test_an_empty_secret_is_refused(veneer: Invoke, sandbox: Sandbox) -> None:
    assert failure(veneer("hestiaos", "secrets", "set", "a", stdin="")) == (2, "veneer: value of a is empty")
    assert sandbox.journal() == []


def test_chat_prints_the_answer_and_tells_the_session(veneer: Invoke) -> None:
    done = veneer("hestiaos", "chat", "hello")
    assert (done.stdout, bool(re.match(r"session: \S+\n", done.stderr))) == (
        "You said: hello (message 1 of this session)\n",
        True,
    )


@pytest.mark.parametrize(
    "words", [["health"], ["status"], ["metrics"], ["explain", "WRITE"], ["agent", "a", "t"]]
)
def test_the_other_commands_print_a_result(veneer: Invoke, words: list[str]) -> None:
    assert document(veneer("hestiaos", *words, "--json"))
    assert re.match(r"\w+: ", veneer("hestiaos", *words).stdout)


# -- Velerian ------------------------------------------------------------------------------------------------------


def test_velerian_invokes_and_exports_evidence(veneer: Invoke, tmp_path: Path) -> None:
    verdict = document(veneer("velerian", "invoke", "abp_demo", "-i", '{"prompt":"hi"}', "--json"))
    to = tmp_path / "evidence"
    words = ("velerian", "evidence", "abp_demo", verdict["invocation_id"])
    assert document(veneer(*words, "--json"))["artifact_kind"]
    told = document(veneer(*words, "-o", str(to), "--json"))
    assert (verdict["is_allowed"], told["bytes"]) == (True, to.stat().st_size)
    package = (
        "velerian",
        "evidence-package",
        "abp_demo",
        "--since",
        "2025-01-01T00:00:00Z",
        "-o",
        str(to),
        "-j",
    )
    assert document(veneer(*package))["bytes"] == to.stat().st_size


@pytest.mark.parametrize("prompt", ["the forbidden", "for review", "model error"])
def test_a_verdict_without_usable_output_is_printed_and_exit_1(veneer: Invoke, prompt: str) -> None:
    done = veneer("velerian", "invoke", "abp_demo", "-i", json.dumps({"prompt": prompt}), "--json")
    assert (done.exit_code, json.loads(done.stdout)["output"]) == (1, None)


def test_a_result_is_printed_once(veneer: Invoke) -> None:
    """Not a second time as the answer that it was read from."""
    assert "raw" not in document(veneer("velerian", "invoke", "abp_demo", "--json"))


def test_an_abp_that_is_not_there_is_exit_1(veneer: Invoke) -> None:
    assert failure(veneer("velerian", "invoke", "abp_nope"))[0] == 1


def test_attachments_are_uploaded_and_used(veneer: Invoke, tmp_path: Path, sandbox: Sandbox) -> None:
    """One line for each file; the key stays away from the presigned address."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    words = ("velerian", "attach", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json")
    found = rows(veneer(*words))
    assert [row["filename"] for row in found] == ["a.txt", "b.txt"]
    assert all("authorization" not in entry["headers"] for entry in sandbox.journal(origin="files"))


def test_a_run_is_queued_or_waited_for(veneer: Invoke, sandbox: Sandbox) -> None:
    """Time stands still in this sandbox: a run with a duration stays queued until the wait is over."""
    start = ["velerian", "networks", "run", "demo", "--prompt", "hi", "--json", "--metadata"]
    queued = document(veneer(*start, '{"duration_s": 300}'))
    assert queued["status"] == "queued"
    words = [
        "velerian",
        "networks",
        "show",
        queued["run_id"],
        *["--wait", "--timeout", "0.05", "--every", "0.01", "-j"],
    ]
    code, line = failure(veneer(*words))
    error = json.loads(line)["error"]
    assert (code, error["type"], error["run_id"]) == (1, "VelerianRunTimeoutError", queued["run_id"])
    sandbox.advance(600)
    assert document(veneer(*words))["status"] == "succeeded"


@pytest.mark.parametrize(("prompt", "status"), [("do the forbidden", "blocked"), ("fail", "failed")])
def test_a_run_that_did_not_succeed_is_printed_and_exit_1(veneer: Invoke, prompt: str, status: str) -> None:
    start = ["velerian", "networks", "run", "demo", "--wait", "--every", "0.01", "--json", "--prompt"]
    done = veneer(*start, prompt)
    assert (done.exit_code, json.loads(done.stdout)["status"]) == (1, status)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["plans"], 3),
        (["audit-log", "-n", "7"], 7),
        (["audit-log", "-n", "150"], 150),
        (["abps"], None),
        (["runs", "-n", "2"], 2),
        (["approvals", "--status", "pending", "-n", "3"], 3),
        (["keys", "list"], 1),
    ],
)
def test_lists_give_as_many_rows_as_asked_for(veneer: Invoke, words: list[str], count: int | None) -> None:
    as_json = rows(veneer("velerian", *words, "--json"))
    assert len(veneer("velerian", *words).stdout.splitlines()) == len(as_json)
    assert len(as_json) == count or count is None


def test_a_list_asks_for_no_more_than_it_prints(veneer: Invoke, sandbox: Sandbox) -> None:
    assert len(rows(veneer("velerian", "audit-log", "-n", "7", "--json"))) == 7
    assert "limit=7" in sandbox.journal()[0]["query"].split("&")


def test_usage_counts_the_packs_for_people(veneer: Invoke) -> None:
    assert "evidence_packs: 50 on the first page" in veneer("velerian", "usage").stdout
    assert len(document(veneer("velerian", "usage", "--json"))["evidence_packs"]) == 50


def test_a_key_is_revoked(veneer: Invoke, sandbox: Sandbox) -> None:
    assert veneer("velerian", "keys", "revoke", "key_nope").exit_code == 1
    assert [entry["method"] for entry in sandbox.journal()] == ["DELETE"]


# -- Aerostack -----------------------------------------------------------------------------------------------------


def test_chat_says_the_same_whole_and_in_pieces(veneer: Invoke) -> None:
    whole = veneer("aerostack", "chat", "hello", "--system", "be brief", "--model", "m").stdout
    assert (
        veneer(
            "aerostack", "chat", "-", "--system", "be brief", "--model", "m", "--stream", stdin="hello"
        ).stdout
        == whole
    )


def test_chat_as_json_gives_usage(veneer: Invoke) -> None:
    """In the completion, and in the last chunk of a stream."""
    assert "usage" in document(veneer("aerostack", "chat", "hello", "--json"))
    assert "usage" in rows(veneer("aerostack", "chat", "hello", "--json", "--stream"))[-1]


def test_sql_prints_rows_under_their_own_names(veneer: Invoke) -> None:
    words = ("aerostack", "sql", "select 1 as a, ? as b, ? as c", "-p", "x", "-p", "2")
    assert veneer(*words).stdout == "1\tx\t2\n"
    assert rows(veneer(*words, "--json")) == [{"a": 1, "b": "x", "c": 2}]


def test_wrong_sql_is_exit_1(veneer: Invoke) -> None:
    assert failure(veneer("aerostack", "sql", "selec"))[0] == 1


@pytest.mark.parametrize("value", ['{"a": [1, null]}', "plain text", "7", "null"])
def test_cache_values_come_back(veneer: Invoke, value: str) -> None:
    assert veneer("aerostack", "cache", "set", "k", value, "--ttl", "60").output == ""
    expected = value if value == "plain text" else json.loads(value)
    assert document(veneer("aerostack", "cache", "get", "k")) == expected


def test_a_row_is_one_line_whatever_it_holds(veneer: Invoke) -> None:
    veneer("aerostack", "cache", "set", "a\tb\nc", "1")
    assert veneer("aerostack", "cache", "list").stdout == "a\\tb\\nc\t\n"


def test_a_value_that_is_not_there_is_exit_1(veneer: Invoke) -> None:
    veneer("aerostack", "cache", "set", "k", "1")
    assert [row["key"] for row in rows(veneer("aerostack", "cache", "list", "--json"))] == ["k"]
    assert veneer("aerostack", "cache", "delete", "k").exit_code == 0
    assert (
        veneer("aerostack", "cache", "get", "k").exit_code,
        veneer("aerostack", "cache", "get", "k").output,
    ) == (1, "")


def test_a_file_is_stored_listed_read_and_deleted(
    veneer: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = bytes(range(256)) * 300
    (tmp_path / "in.bin").write_bytes(content)
    assert document(veneer("aerostack", "storage", "upload", "in.bin", "d/out.bin", "--json"))["url"]
    assert rows(veneer("aerostack", "storage", "list", "--prefix", "d/", "--json"))[0]["size"] == len(content)
    assert veneer("aerostack", "storage", "download", "d/out.bin", "-o", "-").stdout_bytes == content
    assert veneer("aerostack", "storage", "download", "d/out.bin").exit_code == 0
    assert (tmp_path / "out.bin").read_bytes() == content
    assert veneer("aerostack", "storage", "url", "d/out.bin").stdout.startswith("http://")
    assert veneer("aerostack", "storage", "delete", "d/out.bin").exit_code == 0
    assert failure(veneer("aerostack", "storage", "download", "d/out.bin", "-o", "x"))[0] == 1
    assert not (tmp_path / "x").exists()


def test_a_path_that_is_no_file_is_wrong_usage(veneer: Invoke, tmp_path: Path) -> None:
    for words in (
        ("aerostack", "storage", "upload", str(tmp_path)),
        ("velerian", "attach", str(tmp_path / "x")),
    ):
        assert failure(veneer(*words))[0] == 2


def test_jobs_are_queued_listed_shown_and_cancelled(veneer: Invoke) -> None:
    job = document(veneer("aerostack", "queue", "add", "email", "-i", '{"to":"x"}', "--delay", "600", "-j"))[
        "jobId"
    ]
    assert [row["id"] for row in rows(veneer("aerostack", "queue", "list", "--type", "email", "-j"))] == [job]
    assert document(veneer("aerostack", "queue", "show", job, "-j"))["data"] == {"to": "x"}
    assert document(veneer("aerostack", "queue", "cancel", job, "-j"))["success"] is True
    assert veneer("aerostack", "queue", "cancel", job).exit_code == 1
    assert veneer("aerostack", "queue", "show", "nope").exit_code == 1
