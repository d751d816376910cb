"""`veneer doctor` says what a running server's contract changes for us, by its exit code too, and gives away no credential."""

from __future__ import annotations

import copy
import http.server
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.kit import PLATFORMS, Invoke, failure
from veneer_codegen import documents, overlays
from veneer_codegen.changes import compare

ROOT = Path(__file__).resolve().parents[2]
CONTRACT: dict[str, Any] = json.loads(
    (ROOT / "generated/veneer_generated/contracts/hestiaos.json").read_text(encoding="utf-8")
)
RAW_VELERIAN = (ROOT / "openapi" / "velerian.json").read_bytes()


class Server:
    """Serves what it is given by path, and keeps what was asked of it."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append(
                    (self.path, {name.lower(): value for name, value in self.headers.items()})
                )
                status, body, headers = server.files.get(self.path, (404, b"", {}))
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing: standard error belongs to the command."""

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def publish(self, document: Any, path: str = "/openapi.json", status: int = 200, **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.files[path] = status, body, headers

    def run(self) -> Iterator[Server]:
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield self
        self._http.shutdown()
        thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that publishes nothing yet."""
    yield from Server().run()


@pytest.fixture
def other() -> Iterator[Server]:
    """A server of another origin."""
    yield from Server().run()


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not in the project's folder: as installed."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_sandbox_publishes_the_contract_that_the_client_was_made_from(
    veneer: Invoke, platform: str
) -> None:
    done = veneer("doctor", platform)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "drift: none\n", "")


def _add_path(contract: Any) -> None:
    contract["paths"]["/api/v1/extra"] = {
        "get": {"operationId": "extra", "responses": {"204": {"description": ""}}}
    }


def _add_required(contract: Any) -> None:
    contract["paths"]["/api/v1/health"]["get"].setdefault("parameters", []).append(
        {"name": "zone", "in": "query", "required": True, "schema": {"type": "string"}}
    )


def _drop_path(contract: Any) -> None:
    del contract["paths"]["/api/v1/health"]


def _deprecate(contract: Any) -> None:
    contract["paths"]["/api/v1/health"]["get"]["deprecated"] = True


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (lambda _: None, 0, "drift: none"),
        (_add_path, 1, "compatible: "),
        (_deprecate, 2, "risky: "),
        (_drop_path, 3, "breaking: #/paths/~1api~1v1~1health"),
        (_add_required, 3, "breaking: #/paths/~1api~1v1~1health/get/parameters"),
    ],
)
def test_the_exit_code_says_how_bad_it_is(
    bare: Invoke, server: Server, change: Callable[[Any], None], code: int, word: str
) -> None:
    contract = copy.deepcopy(CONTRACT)
    change(contract)
    server.publish(contract)
    done = bare("doctor", "hestiaos", "--base-url", server.url)
    assert (done.exit_code, done.stderr) == (code, "")
    assert done.stdout.startswith(word)


def test_json_gives_every_change_with_its_place(bare: Invoke, server: Server) -> None:
    contract = copy.deepcopy(CONTRACT)
    _drop_path(contract)
    server.publish(contract)
    done = bare("doctor", "hestiaos", "-u", server.url, "--json")
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.exit_code == 3
    assert [(one["severity"], one["place"]) for one in found["changes"]] == [
        ("breaking", "#/paths/~1api~1v1~1health/get")
    ]


def test_a_contract_is_looked_for_below_the_base_url_then_at_the_root(bare: Invoke, server: Server) -> None:
    server.publish(b"<!doctype html>", "/v1/openapi.json")
    server.publish(json.dumps(CONTRACT).encode())
    assert bare("doctor", "hestiaos", "-u", f"{server.url}/v1").exit_code == 0
    assert [path for path, _ in server.requests] == ["/v1/openapi.json", "/openapi.json"]


def test_no_key_is_sent_and_headers_go_to_the_platforms_own_origin_only(
    bare: Invoke, server: Server, other: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HESTIA_API_KEY", "sk-CANARY-env")
    server.publish(CONTRACT)
    other.publish(CONTRACT)
    given = ("-u", server.url, "-k", "sk-CANARY-flag", "-H", "X-Gate: CANARY-gate")
    assert bare("doctor", "hestiaos", *given).exit_code == 0
    assert bare("doctor", "hestiaos", *given, "--contract-url", f"{other.url}/openapi.json").exit_code == 0
    assert server.requests[0][1]["x-gate"] == "CANARY-gate"
    assert "sk-CANARY" not in repr(server.requests)
    assert "CANARY" not in repr(other.requests)


def test_headers_do_not_follow_a_redirect_to_another_origin(
    bare: Invoke, server: Server, other: Server
) -> None:
    server.publish(b"", status=302, location=f"{other.url}/openapi.json")
    other.publish(CONTRACT)
    assert bare("doctor", "hestiaos", "-u", server.url, "-H", "X-Gate: CANARY-gate").exit_code == 0
    assert "CANARY" not in repr(other.requests)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"<!doctype html>", "not an OpenAPI document"),
        (b'{"openapi": "3.1.0", ', "not YAML"),
        ({"swagger": "2.0"}, "Swagger 2.0 is not supported"),
        ({"openapi": "3.1.0", "paths": {"/x": {"$ref": "/etc/passwd#/x"}}}, "refers to another document (/etc/passwd#/x)"),
        ({"openapi": "3.1.0", "paths": [1, 2]}, "it has no paths"),
        (b"x" * (32 * 1024 * 1024 + 1), "max_response_bytes (33,554,432)"),
    ],
    ids=["html", "cut", "swagger", "outside", "junk", "huge"],
)  # fmt: skip
def test_what_is_no_contract_is_refused_in_one_line(
    bare: Invoke, server: Server, document: Any, message: str
) -> None:
    server.publish(document)
    code, said = failure(bare("doctor", "hestiaos", "--contract-url", f"{server.url}/openapi.json"))
    assert code == 4
    assert said.startswith("veneer doctor: ")
    assert message in said
    assert "\n" not in said


def test_a_server_that_publishes_nothing_is_named_with_every_place(bare: Invoke, server: Server) -> None:
    code, said = failure(bare("doctor", "hestiaos", "-u", server.url))
    assert code == 4
    assert f"{server.url}/openapi.json: 404" in said
    assert "--contract-url" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("acme",), "no platform 'acme'"),
        (("hestiaos", "--contract-url", "file:///etc/passwd"), "absolute http(s) URL"),
        (("hestiaos", "--contract-url", "http://me:pw@x.test/"), "absolute http(s) URL"),
    ],
)
def test_wrong_arguments_have_their_own_exit_code(
    bare: Invoke, arguments: tuple[str, ...], message: str
) -> None:
    code, said = failure(bare("doctor", *arguments))
    assert code == 4
    assert message in said
    assert "pw" not in said.replace("passwd", "")


def test_a_terminal_is_not_steered_by_what_a_server_names(bare: Invoke, server: Server) -> None:
    contract = copy.deepcopy(CONTRACT)
    contract["paths"]["/\x1b[2Jgone"] = {"get": {"responses": {"204": {"description": ""}}}}
    server.publish(contract)
    assert "\x1b" not in bare("doctor", "hestiaos", "-u", server.url).stdout


def test_dry_run_shows_the_request_instead(bare: Invoke, server: Server) -> None:
    done = bare("doctor", "hestiaos", "-u", server.url, "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.startswith("GET")
    assert server.requests == []


def test_in_the_projects_folder_its_corrections_are_applied(
    bare: Invoke, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Velerian publishes a contract that our patches correct: only what is new since then is drift."""
    server.publish(RAW_VELERIAN)
    assert bare("doctor", "velerian", "-u", server.url).exit_code == 3
    monkeypatch.chdir(ROOT / "openapi")
    done = bare("doctor", "velerian", "-u", server.url)
    assert (done.exit_code, done.stdout) == (0, "drift: none\n")


def test_the_missing_extra_is_named(bare: Invoke, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.publish(CONTRACT)
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "veneer_codegen.documents", raising=False)
    monkeypatch.delattr("veneer_codegen.documents", raising=False)
    code, said = failure(bare("doctor", "hestiaos", "-u", server.url))
    assert code == 4
    assert said == 'veneer doctor: needs the extra: pip install "veneer[codegen]" (yaml is missing)'


# -- deprecated operations -----------------------------------------------------------------------------------------

GONE = "Sat, 31 Dec 2022 23:59:59 GMT"


def _met(bare: Invoke, server: Server, *flags: str) -> Any:
    """Call an operation whose answer says that it was to go away."""
    headers = {"Deprecation": "@1640995200", "Sunset": GONE, "content-type": "application/json"}
    server.publish({}, "/api/v1/health", **headers)
    return bare("hestiaos", "call", "get_health", "--base-url", server.url, "--api-key", "k", *flags)


def test_an_operation_that_was_met_is_listed_with_its_days_left(bare: Invoke, server: Server) -> None:
    done = _met(bare, server)
    said = r"warning: GET /api/v1/health \(get_health\) is deprecated since 2022-01-01; .* days ago\)"
    assert re.search(said, done.stderr)
    contract = copy.deepcopy(CONTRACT)
    contract["paths"]["/api/v1/run"]["post"] |= {"deprecated": True, "x-sunset": "2999-12-31"}
    server.publish(contract)
    *_, title, first, second = bare("doctor", "hestiaos", "--base-url", server.url).stdout.splitlines()
    assert title == "deprecated operations:"
    assert re.fullmatch(r"  GET /api/v1/health \(.*\) .* 2022-12-31 \(\d+ days ago\)", first)
    assert re.fullmatch(r"  POST /api/v1/run \(.*\) .* 2999-12-31 \(\d+ days left\)", second)
    found = json.loads(bare("doctor", "hestiaos", "--base-url", server.url, "--json").stdout)
    assert [(one["path"], one["days_left"] < 0) for one in found["deprecated"]] == [
        ("/api/v1/health", True),
        ("/api/v1/run", False),
    ]


def test_a_warning_is_a_json_document_where_json_was_asked_for(bare: Invoke, server: Server) -> None:
    found = [json.loads(one)["warning"] for one in _met(bare, server, "--json").stderr.splitlines()]
    (warning,) = [one for one in found if one["type"] == "Deprecation"]
    assert warning["sunset"] == "2022-12-31T23:59:59+00:00"


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"hestiaos": 1}', '{"hestiaos": {"GET /a": {"since": 7}}}']
)
def test_a_file_of_what_was_met_that_cannot_be_read_lists_nothing(
    bare: Invoke, server: Server, tmp_path: Path, content: str
) -> None:
    (tmp_path / "state/veneer").mkdir(parents=True)
    (tmp_path / "state/veneer/deprecations.json").write_text(content)
    server.publish(CONTRACT)
    assert bare("doctor", "hestiaos", "--base-url", server.url).stdout == "drift: none\n"
    _met(bare, server)
    assert "days ago" in bare("doctor", "hestiaos", "--base-url", server.url).stdout


# Patches of what was seen


def _sampled(folder: Path, **findings: int) -> Path:
    """Write a sampler's report: `GET /api/v1/health 200` with members that are not in the contract."""
    report = {
        "findings": [
            {
                "kind": "unknown", "path": f"$.{name}", "expected": "", "found": "string", "operation": "GET /api/v1/health",
                "status": "200", "count": count, "first_seen": "2026-03-01T12:00:00+00:00",
            }
            for name, count in findings.items()
        ]
    }  # fmt: skip
    file = folder / "samples.json"
    file.write_text(json.dumps(report))
    return file


@pytest.mark.parametrize("name", ["seen.json", "seen.yaml"])
def test_a_patch_says_what_was_seen_and_published_and_makes_both_go_away(
    bare: Invoke, server: Server, tmp_path: Path, name: str
) -> None:
    published = copy.deepcopy(CONTRACT)
    _add_path(published)
    _deprecate(published)
    server.publish(published)
    samples = _sampled(tmp_path, colour=3)
    done = bare("doctor", "hestiaos", "-u", server.url, "--samples", str(samples), "--write-patch", name)
    assert done.exit_code == 2
    assert (
        "seen in sampled responses:\n  GET /api/v1/health 200: $.colour is not in the contract" in done.stdout
    )
    assert f"wrote 3 actions to {name}: review each, and keep what is right" in done.stderr
    assert f'add "patches/{name}" to `patches` of hestiaos in openapi/contracts.toml' in done.stderr
    overlay = documents.load_plain(tmp_path / name)
    described = [action["description"] for action in overlay["actions"]]
    assert any(f"{server.url}/openapi.json publishes this: " in one for one in described)
    assert any("(seen 3×, first on 2026-03-01)" in one for one in described)
    patched = overlays.apply(CONTRACT, overlay, name)
    assert compare(patched, published)[0].kind == "property-removed"  # what was seen, and is not published
    assert len(compare(patched, published)) == 1


def test_samples_are_enough_where_a_server_publishes_nothing(
    bare: Invoke, server: Server, tmp_path: Path
) -> None:
    samples = _sampled(tmp_path, colour=1)
    done = bare(
        "doctor", "hestiaos", "-u", server.url, "--samples", str(samples), "--write-patch", "seen.json"
    )
    assert done.exit_code == 2
    assert "no contract to compare with" in done.stderr
    assert "wrote 1 action to seen.json: review it, and keep what is right" in done.stderr


def test_in_the_projects_folder_the_patch_is_named_from_there(
    bare: Invoke, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    (root / "openapi/patches").mkdir(parents=True)
    (root / "openapi/hestiaos.json").write_text(json.dumps(CONTRACT))
    (root / "openapi/contracts.toml").write_text(
        '[[contract]]\nname = "hestiaos"\nfile = "hestiaos.json"\npackage = "x.hestiaos"\n'
    )
    monkeypatch.chdir(root)
    published = copy.deepcopy(CONTRACT)
    _drop_path(published)
    server.publish(published)
    done = bare("doctor", "hestiaos", "-u", server.url, "--write-patch", "openapi/patches/seen.json")
    assert done.exit_code == 3
    assert 'next: add "patches/seen.json" to `patches` of hestiaos' in done.stderr
    (action,) = json.loads((root / "openapi/patches/seen.json").read_text())["actions"]
    assert action["target"] == '$.paths["/api/v1/health"].get'
    assert action["remove"] is True


def test_where_nothing_was_seen_no_patch_is_written(bare: Invoke, server: Server, tmp_path: Path) -> None:
    server.publish(CONTRACT)
    done = bare("doctor", "hestiaos", "-u", server.url, "--write-patch", "seen.json")
    assert (done.exit_code, done.stderr) == (0, "no action to write: the contract matches what was seen\n")
    assert not (tmp_path / "seen.json").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--write-patch", "seen.txt"], "a patch is JSON or YAML"),
        (["--write-patch", "there.json"], "there.json already exists"),
        (["--write-patch", "nowhere/seen.json"], "nowhere is not a folder"),
        (["--samples", "nowhere.json"], "nowhere.json cannot be read: No such file or directory"),
        (["--samples", "there.json"], "there.json: is not a sampler's report"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_before_anything_is_asked(
    bare: Invoke, server: Server, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "there.json").write_text("{}")
    done = bare("doctor", "hestiaos", "-u", server.url, *arguments)
    assert done.exit_code == 4
    assert words in failure(done)[1]
    assert server.requests == []
    assert (tmp_path / "there.json").read_text() == "{}"


def test_json_has_the_samples_too(bare: Invoke, server: Server, tmp_path: Path) -> None:
    server.publish(CONTRACT)
    done = bare(
        "doctor", "hestiaos", "-u", server.url, "--samples", str(_sampled(tmp_path, colour=1)), "--json"
    )
    (found,) = json.loads(done.stdout)["samples"]
    assert found.startswith("GET /api/v1/health 200: $.colour")
