"""--dry-run and --curl: the exact request, and no secret in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Invoke, document, environment, failure
from veneer.sandbox import Sandbox
from veneer_cli.masking import Mask

CASES = {
    "get": ("hybridb", "get_decision", "-p", "decisionId=dec_ü/1"),
    "query": ("hybridb", "list_audit_actions", "-p", "actorId=user:a b", "-p", "from=2026-01-01T00:00:00+01:00"),
    "delete": ("velerian", "revoke_api_key", "-p", "key_id=k'1"),
    "json": ("aerostack", "cache_set", "-p", "key=k", "-p", 'value="it\'s $HOME `id` \\"\\""'),
    "form": ("aerostack", "storage_upload", "-p", "file=@a, \"b\".txt", "-p", "key=@k;type=x", "-p", "contentType=a/b"),
    "headers": ("velerian", "list_plans", "-H", "X-Note: $(id) `id` \"q\" 'q'"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_is_sent_and_no_key_is_shown(
    veneer: Invoke, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, ...]
) -> None:
    _file(tmp_path, monkeypatch)
    platform, *words = case
    for more in (
        ["--dry-run"],
        ["--curl"],
        ["--dry-run", "--json"],
        ["--curl", "--json"],
        ["--dry-run", "--debug"],
    ):
        done = veneer(platform, "call", *words, *more)
        assert done.exit_code == 0
        assert sandbox.keys[platform] not in done.output
    assert sandbox.journal() == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to run what is printed")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_printed_curl_command_sends_the_same_request(
    veneer: Invoke, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, ...]
) -> None:
    """Run by a shell, with the key in the environment: same method, path, query, headers and body."""
    _file(tmp_path, monkeypatch)
    platform, *words = case
    veneer(platform, "call", *words)
    printed = veneer(platform, "call", *words, "--curl").stdout
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment(sandbox)}
    subprocess.run(["sh", "-c", f"{printed.strip()} -s -o /dev/null"], check=True, env=environ, timeout=120)
    ours, theirs = (_compared(entry) for entry in sandbox.journal())
    assert theirs == ours
    assert sandbox.journal()[1]["status"] == sandbox.journal()[0]["status"] != 401


def _file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / 'a, "b".txt').write_text("content")


def _compared(entry: Mapping[str, Any]) -> dict[str, Any]:
    headers = dict(entry["headers"])
    for name in ("x-retry-count", "accept-encoding", "connection", "content-length"):
        headers.pop(name, None)
    facts = {name: entry[name] for name in ("method", "path", "query", "body_digest")}
    if headers.get("content-type", "").startswith("multipart/"):
        # The boundary is random.
        headers["content-type"] = "multipart"
        del facts["body_digest"]
    return {**facts, "headers": headers}


def test_dry_run_shows_the_request_as_it_would_go(veneer: Invoke, sandbox: Sandbox) -> None:
    done = veneer(
        "velerian", "call", "invoke_abp", "-p", "abp_id=a/b", "--body", '{"payload":{"x":1}}', "--dry-run"
    )
    first, *headers = done.stdout.splitlines()
    assert first == f"POST {sandbox.base_urls['velerian']}/api/v2/abps/a%2Fb/invoke"
    assert "authorization: Bearer $VELERIAN_API_KEY" in headers
    assert done.stdout.endswith('\n\n{\n  "payload": {\n    "x": 1\n  }\n}\n')


def test_dry_run_as_json(veneer: Invoke) -> None:
    shown = document(veneer("hybridb", "call", "get_health", "--dry-run", "--json"))
    assert (shown["method"], shown["body"], "authorization" in shown["headers"]) == ("GET", None, False)


def test_dry_run_needs_no_key(bare: Invoke) -> None:
    """The key would not be shown anyway."""
    done = bare("velerian", "plans", "--dry-run")
    assert (done.exit_code, "authorization: Bearer $VELERIAN_API_KEY" in done.stdout) == (0, True)


def test_without_dry_run_a_missing_key_is_wrong_configuration(bare: Invoke) -> None:
    assert failure(bare("velerian", "plans")) == (
        2,
        "veneer: no API key for velerian: give --api-key, set VELERIAN_API_KEY or run `veneer login velerian`",
    )


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        (("hybridb", "call", "create_token", "-p", "email=a@b", "-p", "password=hunter2hunter2"), "hunter2hunter2"),
        (("hestiaos", "call", "secrets_set", "-p", "credential_ref=a", "-p", "secret=s3cr3t"), "s3cr3t"),
        (("velerian", "plans", "-H", "X-Session-Token: t0k3n"), "t0k3n"),
        (("velerian", "plans", "-H", "Cookie: sid=c00kie"), "c00kie"),
    ],
)  # fmt: skip
def test_secrets_in_bodies_and_headers_are_masked(
    veneer: Invoke, words: tuple[str, ...], secret: str
) -> None:
    for more in ("--dry-run", "--curl"):
        done = veneer(*words, more)
        assert (done.exit_code, secret in done.output, "***" in done.stdout) == (0, False, True)


def test_a_facades_command_shows_its_first_request(veneer: Invoke, sandbox: Sandbox, tmp_path: Path) -> None:
    """An upload is several requests; what the later ones are depends on the answers."""
    (tmp_path / "f.txt").write_text("content")
    shown = document(veneer("velerian", "attach", str(tmp_path / "f.txt"), "--dry-run", "--json"))
    assert shown["body"] == {"filename": "f.txt", "content_type": "text/plain", "size_bytes": 7}
    assert sandbox.journal() == []


def test_a_form_shows_its_files_by_path(veneer: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_text("content")
    shown = document(veneer("aerostack", "storage", "upload", str(file), "a/b", "--dry-run", "--json"))
    assert shown["body"] == {"file": f"@{file}", "key": "a/b", "contentType": "text/plain"}


def test_streams_and_downloads_are_shown_too(veneer: Invoke, tmp_path: Path) -> None:
    for words in (
        ("hestiaos", "stream", "hello"),
        ("aerostack", "chat", "hello", "--stream"),
        ("aerostack", "storage", "download", "k", "-o", str(tmp_path / "k")),
        ("velerian", "call", "get_export_content", "-p", "export_id=e"),
        ("velerian", "audit-log", "--all"),
        ("hybridb", "execution", "e", "--wait"),
    ):
        done = veneer(*words, "--curl")
        assert (done.exit_code, done.stdout.startswith("curl "), done.stderr) == (0, True, "")
    assert not (tmp_path / "k").exists()


def test_an_idempotency_key_is_no_secret(veneer: Invoke) -> None:
    shown = json.loads(
        veneer("aerostack", "call", "cache_set", "-p", "key=k", "-p", "value=1", "-H", "Idempotency-Key: once", "--dry-run", "--json").stdout
    )  # fmt: skip
    assert shown["headers"]["idempotency-key"] == "once"


CANARY = "canary-5f0c2a"
HIDDEN = {
    "a password": {"password": CANARY},
    "a pin": {"pin": 7391},
    "a pin as text": {"pinCode": CANARY},
    "a passphrase": {"passphrase": CANARY},
    "a private key": {"private_key": CANARY},
    "a private key in camel case": {"sshPrivateKey": CANARY},
    "a nested one": {"a": {"b": {"newPassword": CANARY}}},
    "in a list": {"users": [{"name": "a", "secret": CANARY}, {"token": CANARY}]},
    "a list of them": {"passwords": [CANARY, CANARY]},
    "an object of one": {"credentials": {"user": "a", "is": CANARY}},
    "a list in a list": {"rows": [[{"apiKey": CANARY}]]},
    "an authorization": {"headers": {"Authorization": f"Bearer {CANARY}"}},
}
SHOWN = {
    "a count of tokens": {"max_tokens": 7391},
    "a name of a secret": {"credential_ref": CANARY},
    "a key of a cache": {"key": CANARY},
    "a session": {"session_id": CANARY},
    "a kind": {"token_type": CANARY},
    "words that only look like it": {"author": CANARY, "compass": CANARY, "spin": CANARY, "monkey": CANARY},
    "no value": {"password": None, "secret": True},
}


@pytest.mark.parametrize("more", [["--dry-run"], ["--curl"], ["--dry-run", "--json"], ["--curl", "--json"]])
@pytest.mark.parametrize("value", HIDDEN.values(), ids=HIDDEN)
def test_a_secret_member_is_masked_by_its_name_at_any_depth(
    bare: Invoke, value: Any, more: list[str]
) -> None:
    body = json.dumps({"decisionType": "a", "action": "b", "inputData": value})
    done = bare("hybridb", "call", "request_decision", "--body", body, *more)
    assert (done.exit_code, CANARY in done.output, "7391" in done.output) == (0, False, False)
    assert "***" in done.stdout


@pytest.mark.parametrize("value", SHOWN.values(), ids=SHOWN)
def test_a_member_that_is_about_a_secret_is_shown(bare: Invoke, value: Any) -> None:
    body = json.dumps({"decisionType": "a", "action": "b", "inputData": value})
    shown = document(bare("hybridb", "call", "request_decision", "--body", body, "--dry-run", "--json"))
    assert shown["body"]["inputData"] == value


def test_a_member_that_the_contract_calls_secret_is_masked_whatever_its_name() -> None:
    """`format: password`, `writeOnly`, `x-veneer-secret`: behind references, in alternatives, lists and maps, at any depth."""
    hidden = {"type": "string", "format": "password"}
    contract = {
        "paths": {
            "/a/{id}": {
                "parameters": [{"name": "door", "in": "query", "schema": hidden}],
                "put": {
                    "parameters": [{"name": "X-Door", "in": "header", "x-veneer-secret": True}],
                    "requestBody": {"$ref": "#/components/requestBodies/B"},
                },
            },
            "/a/plain": {"put": {}},
        },
        "components": {
            "requestBodies": {
                "B": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
            },
            "schemas": {
                "A": {
                    "allOf": [{"properties": {"one": hidden, "self": {"$ref": "#/components/schemas/A"}}}],
                    "properties": {
                        "two": {"anyOf": [{"type": "null"}, {"type": "integer", "writeOnly": True}]},
                        "three": {"type": "array", "items": {"x-veneer-secret": True}},
                        "four": {"additionalProperties": {"oneOf": [hidden]}},
                        "five": True,
                    },
                }
            },
        },
    }
    mask = Mask((), contract)
    value = {"one": "s", "two": 1, "three": ["s"], "four": {"x": "s"}, "five": "v", "self": {"one": "s"}}
    masked = {
        "one": "***",
        "two": "***",
        "three": ["***"],
        "four": {"x": "***"},
        "five": "v",
        "self": {"one": "***"},
    }
    assert mask.body(value, "PUT", "https://a.test/v1/a/7") == masked
    assert mask.url("https://a.test/v1/a/7?door=s&n=1", "PUT") == "https://a.test/v1/a/7?door=***&n=1"
    assert mask.header("x-door", "s", "PUT", "https://a.test/v1/a/7") == "***"
    assert mask.body(value, "PUT", "https://a.test/v1/a/plain") == value
    assert mask.body(value, "PUT", "https://a.test/elsewhere") == value


@pytest.mark.parametrize("more", ["--dry-run", "--curl"])
def test_the_key_itself_is_masked_wherever_it_stands(bare: Invoke, tmp_path: Path, more: str) -> None:
    """In a body, a text, a query, a path percent-encoded, a header, a form; not in the header that carries it: there it is its variable."""
    key = "vk/live+canary"
    body = json.dumps({"payload": {"note": f"use {key}", key: [key]}})
    (tmp_path / "f.txt").write_text("content")
    for words in (
        ("velerian", "call", "invoke_abp", "-p", "abp_id=a", "--body", body),
        ("velerian", "call", "invoke_abp", "-p", f"abp_id={key}", "--body", "{}"),
        ("velerian", "call", "list_audit_log", "-p", f"action={key}"),
        ("velerian", "plans", "-H", f"X-Note: it is {key}, I think"),
        ("velerian", "plans", "-H", f"X-Api-Key: {key}!"),
        ("aerostack", "call", "storage_upload", "-p", f"file=@{tmp_path / 'f.txt'}", "-p", f"key=a {key}"),
        ("aerostack", "chat", f"my key is {key}"),
    ):
        done = bare(*words, "-k", key, more)
        assert (done.exit_code, key in done.output, "live%2Bcanary" in done.output) == (0, False, False)
        variable = "VELERIAN_API_KEY" if words[0] == "velerian" else "AEROSTACK_API_KEY"
        assert f"${variable}" in done.stdout


def test_a_form_field_that_is_a_secret_is_masked(bare: Invoke, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("content")
    body = json.dumps({"key": "a", "password": CANARY})
    words = ("aerostack", "call", "storage_upload", "-p", f"file=@{tmp_path / 'f.txt'}", "--body", body)
    for more in ("--dry-run", "--curl"):
        done = bare(*words, more)
        assert (done.exit_code, CANARY in done.output, "***" in done.stdout) == (0, False, True)


def test_a_secret_query_parameter_is_masked(bare: Invoke) -> None:
    base = "http://127.0.0.1:1"
    words = (
        "doctor",
        "velerian",
        "--contract-url",
        f"{base}/c?sig={CANARY}&access_token={CANARY}&n=1",
        "-u",
        base,
    )
    done = bare(*words, "--curl")
    assert (done.exit_code, CANARY in done.output, "sig=***&access_token=***&n=1" in done.stdout) == (
        0,
        False,
        True,
    )


def test_characters_that_steer_a_terminal_are_escaped_in_what_is_printed(bare: Invoke) -> None:
    evil = "\x1b[2J\x9b31m\u202e"
    body = json.dumps({"decisionType": evil, "action": "b", "inputData": {}})
    for more in ("--dry-run", "--curl"):
        shown = bare("hybridb", "call", "request_decision", "--body", body, more).stdout
        assert not [one for one in "\x1b\x9b\u202e" if one in shown]
    words = bare("hybridb", "call", "request_decision", "--body", body, "--curl").stdout
    assert json.loads(words.partition("--data-raw ")[2].strip().strip("'"))["decisionType"] == evil
