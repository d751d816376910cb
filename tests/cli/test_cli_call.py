"""`veneer PLATFORM call`: every operation of every contract, its answers, pages, streams, files and bodies."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import pytest

import faultserver
from cli.kit import PLATFORMS, Invoke, document, failure, rows
from veneer.sandbox import Sandbox
from veneer_cli.contract import Operation
from veneer_cli.service import PLATFORMS as SERVICES

EVERY = [(platform, one) for platform in PLATFORMS for one in SERVICES[platform].contract.operations]
NAMES = [f"{platform}-{one.name}" for platform, one in EVERY]


# The examples' passwords and tokens are nobody's here.
_WITHOUT_ACCOUNT = {"/api/v1/auth/token", "/api/v1/auth/refresh", "/v1/auth/signin"}


def example(platform: str, operation: Operation) -> Any:
    """The body that the contract gives as an example."""
    file = importlib.resources.files("veneer_generated.contracts") / f"{platform}.json"
    facts = json.loads(file.read_bytes())["paths"][operation.path][operation.method.lower()]
    return facts["requestBody"]["content"][operation.body]["example"]


def arguments(platform: str, operation: Operation, folder: Path) -> list[str]:
    """Arguments for an operation: something of the right type for what is required, the contract's example as its body."""
    made = {"string": "x", "integer": "1", "boolean": "true"}
    words = [
        f"--param={one.name}={'2026-01-01T00:00:00Z' if one.name == 'since' else made[one.kind]}"
        for one in operation.parameters
        if one.required and one.place != "body"
    ]
    if operation.body == "multipart/form-data":
        (folder / "file").write_bytes(b"content")
        words += [f"--param=file=@{folder / 'file'}", "--param=key=a/b.txt"]
    elif operation.body:
        words += ["--body", json.dumps(example(platform, operation))]
    return words


@pytest.fixture
def consumer(sandbox: Sandbox, config_home: Path) -> Path:
    """A settings file with the key of Aerostack's gateway, by the contract's name of its scheme."""
    file = config_home / "veneer" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[aerostack.credentials]\nconsumerKey = "{sandbox.keys["aerostack_consumer"]}"\n')
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(("platform", "operation"), EVERY, ids=NAMES)
def test_every_operation_reaches_its_route(
    veneer: Invoke, sandbox: Sandbox, consumer: Path, tmp_path: Path, platform: str, operation: Operation
) -> None:
    """The sandbox journals the operation's route and credential; what it answers is a result or a line, and never the server's 4xx for a malformed request."""
    done = veneer(
        platform, "call", operation.name, "--max-retries=0", *arguments(platform, operation, tmp_path)
    )
    entry = sandbox.journal()[-1]
    route = re.sub(r"\{[^}]*\}", "[^/]+", operation.path)
    assert operation.method == entry["method"]
    assert re.fullmatch(f"(/v1)?{route}", entry["path"])
    assert entry["status"] not in {400, 405, 415, 422}
    assert entry["status"] != 401 or entry["path"] in _WITHOUT_ACCOUNT
    assert done.exit_code == (0 if entry["status"] < 300 else 1)
    assert "Traceback" not in done.stderr


def test_an_answer_is_printed_as_it_is(veneer: Invoke) -> None:
    assert document(veneer("hestiaos", "call", "run", "-p", "input=hello")) == {
        "result": "processed: hello",
        "output": "processed: hello",
        "mode": "ALLOW",
        "budget": 0.9,
        "trace_id": "trace-6bbb0a29b1ab84a2",
        "latency_ms": 12.0,
    }


def test_params_and_body_make_one_request(veneer: Invoke, sandbox: Sandbox) -> None:
    """Members given by --param go over those of --body."""
    body = '{"key": "k", "value": "old", "ttl": 60}'
    document(veneer("aerostack", "call", "cache_set", "--body", body, "-p", 'value={"deep":[1]}'))
    found = document(veneer("aerostack", "call", "cache_get", "-p", "key=k"))
    assert found == {"value": {"deep": [1]}, "exists": True}


def test_a_body_comes_from_a_file_or_standard_input(veneer: Invoke, tmp_path: Path) -> None:
    body = {"key": "k", "value": "ü"}
    (tmp_path / "body.json").write_text(json.dumps(body), encoding="utf-8")
    document(veneer("aerostack", "call", "cache_set", "--body", f"@{tmp_path / 'body.json'}"))
    assert (
        document(veneer("aerostack", "call", "cache_get", "--body", "-", stdin='{"key":"k"}'))["value"] == "ü"
    )


def test_an_empty_answer_prints_nothing_and_null_as_json(veneer: Invoke) -> None:
    made = veneer(
        "hestiaos", "call", "secrets_set", "-p", "credential_ref=a", "-p", "secret=s", "-p", "provider=custom"
    )
    assert (made.exit_code, made.stdout) == (0, "")
    gone = veneer("hestiaos", "call", "secrets_delete", "-p", "key=a", "--json")
    assert (gone.exit_code, gone.stdout) == (0, "null\n")


def test_all_walks_the_pages(veneer: Invoke, sandbox: Sandbox) -> None:
    """Each row once, as many requests as there are pages."""
    found = rows(veneer("hybridb", "call", "list_audit_actions", "-p", "limit=200", "--all"))
    ids = {row["id"] for row in found}
    assert (len(found), len(ids), len(sandbox.journal())) == (450, 450, 3)


def test_pages_under_way_at_once_give_the_same_rows(veneer: Invoke) -> None:
    """In the same order."""
    words = ("velerian", "call", "list_audit_log", "-p", "limit=20", "--all")
    assert rows(veneer(*words, "--concurrency", "4")) == rows(veneer(*words))


def test_max_items_asks_for_no_page_too_many(veneer: Invoke, sandbox: Sandbox) -> None:
    words = ("call", "list_audit_actions", "-p", "limit=10", "--all", "--max-items", "20")
    assert len(rows(veneer("hybridb", *words))) == 20
    assert len(sandbox.journal()) == 2


def test_pages_of_a_post_are_walked_by_its_body(veneer: Invoke) -> None:
    entries = json.dumps({"entries": [{"key": f"k{n}", "value": n} for n in range(25)]})
    document(veneer("aerostack", "call", "cache_set_many", "--body", entries))
    found = rows(veneer("aerostack", "call", "cache_list", "-p", "limit=10", "--all"))
    assert len(found) == len({row["key"] for row in found}) >= 25


def test_all_needs_a_list(veneer: Invoke) -> None:
    code, line = failure(veneer("hybridb", "call", "get_health", "--all"))
    assert (code, "how get_health is paged" in line) == (2, True)


def test_a_stream_is_printed_event_by_event(veneer: Invoke) -> None:
    events = rows(veneer("hestiaos", "call", "run_stream", "-p", "input=a b"))
    assert [event["type"] for event in events] == ["start", "token", "token", "token", "final", "done"]


def test_stream_asks_for_a_stream_where_an_operation_can(veneer: Invoke) -> None:
    """The contract says which member of the body does it."""
    words = ("call", "ai_chat", "--body", '{"messages":[{"role":"user","content":"hi"}]}')
    whole = document(veneer("aerostack", *words))
    chunks = rows(veneer("aerostack", *words, "--stream"))
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])
    assert said == whole["choices"][0]["message"]["content"]


def test_a_cut_stream_fails_after_what_came(veneer: Invoke, sandbox: Sandbox) -> None:
    sandbox.fault("cut-sse=2", platform="hestiaos")
    done = veneer("hestiaos", "call", "run_stream", "-p", "input=a b", "--max-retries=0")
    assert (done.exit_code, len(done.stdout.splitlines())) == (1, 2)
    assert "ended without" in done.stderr


def test_a_file_goes_up_and_comes_back(veneer: Invoke, tmp_path: Path) -> None:
    """Multipart from a path; the answer's bytes to a path, and to standard output where it is no terminal."""
    content = bytes(range(256)) * 1000
    (tmp_path / "up.bin").write_bytes(content)
    words = ("-p", f"file=@{tmp_path / 'up.bin'}", "-p", "key=a/b.bin", "-p", "contentType=image/png")
    assert "url" in document(veneer("aerostack", "call", "storage_upload", *words))
    to = tmp_path / "down.bin"
    told = document(veneer("aerostack", "call", "storage_get", "-p", "key=a/b.bin", "-o", str(to), "--json"))
    assert (told["path"], told["bytes"], to.read_bytes()) == (str(to), 256_000, content)
    piped = veneer("aerostack", "call", "storage_get", "-p", "key=a/b.bin")
    assert (piped.exit_code, piped.stdout_bytes) == (0, content)


def test_an_answer_can_be_kept_in_a_file(veneer: Invoke, tmp_path: Path) -> None:
    to = tmp_path / "health.json"
    assert veneer("hybridb", "call", "get_health", "-o", str(to)).exit_code == 0
    assert json.loads(to.read_bytes())["success"] is True


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["get_desicion"], "did you mean get_decision"),
        (["get_decision"], "get_decision needs --param decisionId=…"),
        (["get_decision", "-p", "decisionId"], "--param takes NAME=VALUE"),
        (["get_decision", "-p", "decision=1"], "no parameter 'decision'"),
        (["list_audit_actions", "-p", "limit=many"], "limit takes an integer"),
        (["request_decision", "--body", "{"], "--body is not JSON"),
        (["request_decision", "--body", "@/nowhere"], "/nowhere cannot be read: No such file"),
        (["get_decision", "-p", "decisionId=..", "--max-retries=0"], "would retarget the request"),
        (["get_health", "--body", "{}"], "takes no body"),
        (["request_decision", "--body", "-", "--api-key-stdin"], "both read standard input"),
        (["get_health", "--base-url", "nowhere"], "base_url must be an absolute"),
        (["get_health", "--header", "broken"], "--header takes 'NAME: VALUE'"),
        (["get_health", "--deadline", "-1"], "deadline takes positive seconds"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    veneer: Invoke, sandbox: Sandbox, words: list[str], message: str
) -> None:
    """Nothing is sent."""
    code, line = failure(veneer("hybridb", "call", *words))
    assert (code, line.count("\n"), sandbox.journal()) == (2, 0, [])
    assert message in line


@pytest.mark.parametrize(
    "words", [["storage_upload"], ["cache_set", "-p", "key=k"]], ids=["a form", "members beside it"]
)
def test_a_body_that_takes_members_must_be_an_object(
    veneer: Invoke, sandbox: Sandbox, words: list[str]
) -> None:
    code, line = failure(veneer("aerostack", "call", *words, "--body", "[1]"))
    assert (code, sandbox.journal()) == (2, [])
    assert line.endswith(f"--body of {words[0]} must be a JSON object here: arguments set its members")


def test_a_file_parameter_is_a_path(veneer: Invoke) -> None:
    code, line = failure(veneer("aerostack", "call", "storage_upload", "-p", "file=x", "-p", "key=k"))
    assert (code, line) == (2, "veneer: a file is given as @PATH, not 'x'")


def test_the_platforms_refusal_is_one_line_and_exit_1(veneer: Invoke) -> None:
    code, line = failure(veneer("hybridb", "call", "get_decision", "-p", "decisionId=dec_x"))
    assert (code, line.count("\n")) == (1, 0)
    assert "404 Not Found: DECISION_NOT_FOUND" in line


def test_with_json_an_error_is_json_too(veneer: Invoke) -> None:
    code, line = failure(veneer("hybridb", "call", "get_decision", "-p", "decisionId=dec_x", "--json"))
    error = json.loads(line)["error"]
    assert (code, error["code"], error["status_code"], error["outcome"]) == (
        1,
        "DECISION_NOT_FOUND",
        404,
        "ANSWERED",
    )


def test_an_answer_that_is_not_what_the_contract_says_is_exit_1(veneer: Invoke, sandbox: Sandbox) -> None:
    """A proxy's page with status 200 is no result."""
    sandbox.fault("status=200;body=html", platform="hybridb")
    code, line = failure(veneer("hybridb", "call", "get_health", "--max-retries=0"))
    assert (code, "does not fit the contract" in line) == (1, True)


def test_no_connection_is_exit_1(bare: Invoke) -> None:
    words = ("call", "get_health", "--base-url", "http://127.0.0.1:1", "--max-retries", "0", "-k", "key")
    code, line = failure(bare("hybridb", *words))
    assert (code, "no connection" in line) == (1, True)


def test_what_may_have_happened_is_said(veneer: Invoke, sandbox: Sandbox) -> None:
    """A POST whose answer was lost is not repeated, and the line says that it may have been carried out."""
    sandbox.fault("reset=after", platform="velerian")
    code, line = failure(
        veneer("velerian", "call", "invoke_abp", "-p", "abp_id=abp_demo", "--body", '{"payload":{}}')
    )
    assert (code, len(sandbox.journal())) == (1, 1)
    assert line.endswith("the operation may have been carried out")


def test_operations_are_listed(bare: Invoke) -> None:
    """Without settings: nothing is sent."""
    found = rows(bare("aerostack", "operations", "--json"))
    assert [one["name"] for one in found] == [one.name for one in SERVICES["aerostack"].contract.operations]


def test_an_operations_parameters_are_listed(bare: Invoke) -> None:
    found = rows(bare("velerian", "operations", "get-evidence-package", "--json"))
    assert [(one["name"], one["in"], one["type"], one["required"]) for one in found] == [
        ("abp_id", "path", "string", True),
        ("since", "query", "string", True),
        ("format", "query", "string", False),
    ]


@pytest.mark.parametrize("more", [[], ["--json"], ["--debug"]])
def test_a_key_that_the_server_echoes_is_masked(bare: Invoke, more: list[str]) -> None:
    """Wherever it stands: message, detail, body."""
    body = json.dumps(
        {"detail": "the key vk_live_echoed is not valid", "sent": "Bearer vk_live_echoed"}
    ).encode()
    answer = b"HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(
        body
    )
    with faultserver.running() as server:
        space = server.space(scripts=[[answer + body]])
        code, shown = failure(
            bare("velerian", "plans", "-k", "vk_live_echoed", "-u", space.url("raw"), *more)
        )
    assert (code, "vk_live_echoed" in shown, "the key *** is not valid" in shown) == (1, False, True)
