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
    subprocess.run(["sh", "-c", f"{printed.strip()} -s -o /dev/null"], check=True, env=environ, timeout=30)
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
        "veneer: no API key: pass api_key= or set VELERIAN_API_KEY",
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
