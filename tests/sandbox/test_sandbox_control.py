"""The sandbox's own doors, its command line, its state: journal, clock, reset, snapshots, data, seed."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trustme

from core.kit import until, watchdog
from veneer import sandbox as sandbox_module
from veneer.sandbox import KEYS, Options, app, running
from veneer_sandbox.command import exports, main, parser, rule
from veneer_sandbox.faults import NAMES
from veneer_sandbox.server import Tls

if TYPE_CHECKING:
    from collections.abc import Callable

    from veneer.sandbox import Sandbox


# The journal


def test_the_journal_tells_what_came_and_what_it_changed_and_no_secret(
    aerostack: httpx.Client, doors: httpx.Client
) -> None:
    aerostack.post("/cache/set?x=1", json={"key": "k", "value": "v"}, headers={"idempotency-key": "i-1"})
    aerostack.post("/cache/get", json={"key": "k"})
    journal = doors.get("/journal").json()
    first, second = journal["entries"]
    assert (first["method"], first["path"], first["query"]) == ("POST", "/v1/cache/set", "x=1")
    assert (first["operation"], first["status"], first["outcome"]) == ("cache_set", 200, "answered")
    assert (first["effects"], second["effects"]) == (["cache.set k"], [])
    assert (first["idempotency_key"], first["headers"]["x-aerostack-key"]) == ("i-1", "***")
    assert "ak_sandbox" not in doors.get("/journal").text


def test_the_journal_is_narrowed_by_number_and_field(aerostack: httpx.Client, doors: httpx.Client) -> None:
    for _ in range(3):
        aerostack.post("/cache/get", json={"key": "k"})
    entries = doors.get("/journal").json()["entries"]
    since = {"since": entries[0]["n"], "operation": "cache_get"}
    assert len(doors.get("/journal", params=since).json()["entries"]) == 2
    assert doors.get("/journal", params={"operation": "cache_set"}).json()["entries"] == []
    assert doors.get("/journal", params={"colour": "red"}).status_code == 400
    assert doors.get("/journal", params={"since": "x"}).status_code == 400
    assert doors.delete("/journal").json() == {"cleared": True}
    assert doors.get("/journal").json()["entries"] == []


def test_two_sendings_of_a_body_have_the_same_digest(aerostack: httpx.Client, sandbox: Sandbox) -> None:
    for key in ("a", "a", "b"):
        aerostack.post("/cache/get", json={"key": key})
    digests = [one["body_digest"] for one in sandbox.journal()]
    assert digests[0] == digests[1] != digests[2]


def test_the_journal_is_streamed_as_it_grows(aerostack: httpx.Client, sandbox: Sandbox) -> None:
    with httpx.stream("GET", f"{sandbox.url}/_sandbox/journal/stream", timeout=60) as live:
        lines = live.iter_lines()
        assert next(lines) == ": open"
        aerostack.post("/cache/get", json={"key": "k"})
        line = next(one for one in lines if one.startswith("data: "))
    assert '"operation": "cache_get"' in line


# Clock, reset, snapshots


def test_the_clock_is_told_moved_and_set(doors: httpx.Client) -> None:
    assert doors.get("/clock").json() == {
        "now": "2026-01-01T00:00:00.000Z",
        "epoch_s": 1767225600.0,
        "frozen": True,
    }
    assert doors.post("/clock", json={"advance_s": 90}).json()["now"] == "2026-01-01T00:01:30.000Z"
    assert (
        doors.post("/clock", json={"now": "2027-01-01T00:00:00Z"}).json()["now"] == "2027-01-01T00:00:00.000Z"
    )


@pytest.mark.parametrize(
    "command",
    [{}, {"advance_s": "x"}, {"advance_s": 1e300}, {"now": "noon"}, {"now": 5}, [], {"advance_s": None}],
)
def test_a_clock_command_that_is_wrong_moves_nothing(doors: httpx.Client, command: Any) -> None:
    assert doors.post("/clock", json=command).status_code == 400
    assert doors.get("/clock").json()["epoch_s"] == 1767225600.0


def test_without_a_seed_time_goes_on() -> None:
    before = time.time()  # noqa: TID251  # both readings are around the sandbox's own: none comes too late
    with running(platforms=["hestiaos"], seed=None) as sandbox:
        now = httpx.get(f"{sandbox.url}/_sandbox/clock").json()
    assert now["frozen"] is False
    assert before - 1 <= now["epoch_s"] <= time.time() + 1  # noqa: TID251  # as above


def test_reset_forgets_all_that_happened(
    sandbox: Sandbox, doors: httpx.Client, aerostack: httpx.Client, velerian: httpx.Client
) -> None:
    aerostack.post("/db/query", json={"sql": "DROP TABLE users"})
    aerostack.post("/cache/set", json={"key": "k", "value": 1})
    velerian.post("/api/v2/abps/abp_demo/invoke", json={"payload": {}})
    doors.post("/clock", json={"advance_s": 5})
    doors.post("/faults", json={"fault": "status=500"})
    assert doors.post("/reset").json() == {"reset": True}
    assert sandbox.journal() == []
    assert doors.get("/clock").json()["epoch_s"] == 1767225600.0
    assert aerostack.post("/db/query", json={"sql": "SELECT * FROM users"}).json()["count"] == 3
    assert aerostack.post("/cache/get", json={"key": "k"}).json()["exists"] is False
    assert velerian.get("/api/v2/audit-log").json()["total"] == 2500


def test_a_snapshot_brings_state_and_time_back(
    doors: httpx.Client, aerostack: httpx.Client, sandbox: Sandbox
) -> None:
    aerostack.post("/cache/set", json={"key": "k", "value": "then"})
    sandbox.advance(60)
    assert doors.post("/snapshots", json={"name": "then"}).json() == {"snapshots": ["then"]}
    aerostack.post("/cache/set", json={"key": "k", "value": "now"})
    aerostack.post("/db/query", json={"sql": "DELETE FROM users"})
    sandbox.advance(60)
    assert doors.post("/snapshots/then/restore").json() == {"restored": "then"}
    assert aerostack.post("/cache/get", json={"key": "k"}).json()["value"] == "then"
    assert aerostack.post("/db/query", json={"sql": "SELECT * FROM users"}).json()["count"] == 3
    assert doors.get("/clock").json()["now"] == "2026-01-01T00:01:00.000Z"
    assert doors.post("/snapshots/never/restore").status_code == 404
    assert doors.post("/snapshots", json={}).status_code == 400


def test_a_snapshot_stays_over_a_reset_and_goes_when_it_is_removed(doors: httpx.Client) -> None:
    doors.post("/snapshots", json={"name": "a/b c"})
    doors.post("/reset")
    assert "a/b c" in doors.get("/snapshots").json()["snapshots"]
    assert doors.delete("/snapshots/a/b c").json() == {"removed": "a/b c"}
    assert "a/b c" not in doors.get("/snapshots").json()["snapshots"]
    assert doors.delete("/snapshots/a/b c").status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 101, "é" * 51, 5, None])
def test_a_snapshot_needs_a_name_that_a_file_can_have(doors: httpx.Client, name: Any) -> None:
    assert doors.post("/snapshots", json={"name": name}).status_code == 400
    assert doors.post(f"/snapshots/{name or 'none'}/restore").status_code == 404


def test_counts_and_uptime_begin_anew_with_a_reset(
    doors: httpx.Client, sandbox: Sandbox, aerostack: httpx.Client, hestiaos: httpx.Client
) -> None:
    aerostack.post("/cache/get", json={"key": "k"})
    for _ in range(2):
        hestiaos.get("/api/system/status")
    sandbox.advance(90)
    assert hestiaos.get("/api/system/metrics").json()["requests_total"] == 3
    assert doors.get(f"{sandbox.url}/_sandbox").json()["requests"] == 4
    sandbox.reset()
    assert doors.get(f"{sandbox.url}/_sandbox").json()["requests"] == 0
    assert hestiaos.get("/api/system/metrics").json()["requests_total"] == 1
    assert hestiaos.get("/api/v1/health").json()["uptime_seconds"] == 0


# Seed and data


def story(url: str) -> list[Any]:
    """Calls to all platforms whose answers hold ids, texts and times."""
    key = {"authorization": "Bearer vk_live_sandbox"}
    bank = {"authorization": "Bearer hdb_sandbox"}
    decision = {"decisionType": "a", "action": "b", "inputData": {"amount": 1}}
    with httpx.Client(base_url=url) as client:
        return [
            client.post("/hestiaos/api/v1/run", json={"input": "x"}).json(),
            client.post("/hybridb/api/v1/decisions", json=decision, headers=bank).json(),
            client.get("/velerian/api/v2/audit-log", headers=key).json(),
            client.post("/velerian/api/v2/abps/abp_demo/invoke", json={"payload": {}}, headers=key).json(),
            client.post(
                "/aerostack/v1/ai/chat", json={"messages": [{}]}, headers={"x-aerostack-key": "ak_sandbox"}
            ).json(),
        ]


def test_the_same_seed_gives_the_same_ids_texts_and_times() -> None:
    stories = []
    for seed in (7, 7, 8):
        with running(seed=seed) as sandbox:
            stories.append(story(sandbox.url))
    assert stories[0] == stories[1] != stories[2]


def test_state_survives_a_restart_with_data(tmp_path: Path) -> None:
    aero = {"x-aerostack-key": "ak_sandbox"}
    with running(data=tmp_path) as sandbox:
        base = sandbox.base_urls["aerostack"]
        httpx.post(f"{base}/cache/set", json={"key": "k", "value": 1}, headers=aero)
        httpx.post(f"{base}/db/query", json={"sql": "DELETE FROM users WHERE id = 1"}, headers=aero)
        sandbox.advance(3600)
        first = story(sandbox.url)
    with running(data=tmp_path) as sandbox:
        base = sandbox.base_urls["aerostack"]
        assert httpx.post(f"{base}/cache/get", json={"key": "k"}, headers=aero).json()["value"] == 1
        rows = httpx.post(f"{base}/db/query", json={"sql": "SELECT * FROM users"}, headers=aero).json()
        assert rows["count"] == 2
        assert sandbox.state.clock.now() == 1767225600 + 3600
        second = story(sandbox.url)
        assert second[2]["total"] == first[2]["total"] + 1
        assert second[1]["data"]["decisionId"] != first[1]["data"]["decisionId"]


def test_snapshots_survive_a_restart_with_data(tmp_path: Path) -> None:
    aero = {"x-aerostack-key": "ak_sandbox"}
    with running(data=tmp_path) as sandbox:
        base = sandbox.base_urls["aerostack"]
        httpx.post(f"{base}/cache/set", json={"key": "k", "value": "then"}, headers=aero)
        httpx.post(f"{base}/db/query", json={"sql": "DELETE FROM users WHERE id = 1"}, headers=aero)
        sandbox.advance(60)
        sandbox.snapshot("then/../ü")
        sandbox.reset()
    with running(data=tmp_path) as sandbox:
        base = sandbox.base_urls["aerostack"]
        assert httpx.post(f"{base}/cache/get", json={"key": "k"}, headers=aero).json()["exists"] is False
        assert httpx.get(f"{sandbox.url}/_sandbox/snapshots").json() == {"snapshots": ["then/../ü"]}
        sandbox.restore("then/../ü")
        assert httpx.post(f"{base}/cache/get", json={"key": "k"}, headers=aero).json()["value"] == "then"
        rows = httpx.post(f"{base}/db/query", json={"sql": "SELECT * FROM users"}, headers=aero).json()
        assert (rows["count"], sandbox.state.clock.now()) == (2, 1767225600 + 60)
        with pytest.raises(KeyError):
            sandbox.restore("never")
        (file,) = (tmp_path / "snapshots").iterdir()
        file.write_bytes(file.read_bytes()[:-9])
        damaged = httpx.post(f"{sandbox.url}/_sandbox/snapshots/then%2F..%2F%C3%BC/restore")
        assert (damaged.status_code, "damaged" in damaged.text) == (400, True)
    assert {file.name for file in tmp_path.iterdir()} >= {"sandbox.sqlite3", "snapshots"}


# Origins, hosts, keys


def test_commands_from_another_sites_page_are_refused(sandbox: Sandbox, doors: httpx.Client) -> None:
    assert doors.post("/reset", headers={"origin": "https://evil.example"}).status_code == 403
    assert doors.post("/reset", headers={"origin": "null"}).status_code == 403
    assert doors.post("/reset", headers={"origin": sandbox.url}).status_code == 200
    rebound = {"host": "evil.example:80", "origin": "http://evil.example:80"}
    assert doors.post("/reset", headers=rebound).status_code == 403
    assert doors.post("/reset", headers={"host": "localhost:80"}).status_code == 200


def test_it_listens_on_loopback_unless_told_otherwise(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert sandbox.files_url.startswith("http://127.0.0.1:")


def test_an_unknown_place_says_what_there_is(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/nowhere")
    assert (answer.status_code, answer.json()["error"].count("/")) == (404, 4)


def test_an_unknown_path_and_method_have_the_platforms_error_shape(sandbox: Sandbox) -> None:
    missing = httpx.get(f"{sandbox.url}/velerian/api/v2/nothing")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
    wrong = httpx.delete(f"{sandbox.url}/hybridb/api/v1/decisions")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_one_platform_can_be_served_at_the_root_too() -> None:
    with running(platforms=["velerian"], root="velerian") as sandbox:
        key = {"authorization": "Bearer vk_live_sandbox"}
        for base in (sandbox.url, f"{sandbox.url}/velerian"):
            queued = httpx.post(
                f"{base}/api/agenticx/networks/demo/invoke?async=true", json={"prompt_text": "x"}, headers=key
            ).json()
            assert queued["run_url"].startswith(f"{base}/api/v2/pack-runs/")
        assert httpx.get(f"{sandbox.url}/hybridb/health").status_code == 404


def test_hestiaos_can_be_told_to_require_a_key() -> None:
    with running(platforms=["hestiaos"], require_key=True) as sandbox:
        assert httpx.get(f"{sandbox.url}/hestiaos/api/v1/health").status_code == 401


def test_a_body_that_is_too_large_is_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veneer_sandbox.asgi.MAX_BODY", 1000)
    answer = httpx.post(f"{sandbox.url}/hestiaos/api/v1/run", content=b"x" * 1001)
    assert answer.status_code == 413


@pytest.mark.parametrize(("depth", "status"), [(100, 200), (201, 422), (900, 422), (200_000, 422)])
def test_deep_json_is_refused_and_not_fatal(sandbox: Sandbox, depth: int, status: int) -> None:
    content = b'{"input": "x", "more": ' + b"[" * depth + b"]" * depth + b"}"
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{sandbox.url}/hestiaos/api/v1/run", content=content, headers=headers)
    assert answer.status_code == status


def test_the_application_runs_without_its_server() -> None:
    transport = httpx.ASGITransport(app=app(options=Options(seed=0)))

    async def call() -> tuple[httpx.Response, httpx.Response]:
        headers = {"x-aerostack-key": "ak_sandbox"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://sandbox", headers=headers
        ) as client:
            files = {"file": ("a", b"x")}
            made = await client.post("/aerostack/v1/storage/upload", files=files, data={"key": "k"})
            del client.headers["x-aerostack-key"]
            return made, await client.get(made.json()["url"])

    made, public = asyncio.run(call())
    assert (made.json()["url"], public.content) == ("http://sandbox/_files/public?key=sandbox%2Fk", b"x")


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    return {"certfile": str(tmp_path / "cert.pem"), "keyfile": str(tmp_path / "key.pem")}


@pytest.mark.parametrize("slow", [0.0, 0.01, 1000.0])
def test_tls_can_be_served_and_its_handshake_slow(
    authority: trustme.CA, certificate: dict[str, str], slow: float
) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with running(platforms=["hestiaos"], tls=Tls(**certificate, slow=slow)) as sandbox:
        if slow < 1:
            answer = httpx.post(f"{sandbox.url}/hestiaos/api/v1/run", json={"input": "x"}, verify=context)
            assert answer.status_code == 200
        else:
            with pytest.raises(httpx.ConnectTimeout):
                httpx.get(sandbox.url, verify=context, timeout=0.05)


# Starting and stopping


def test_it_stops_at_once_though_clients_hang() -> None:
    with watchdog("it waits for clients that hang"), running(platforms=["hestiaos"]) as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        hung = socket.create_connection(("127.0.0.1", port))
        hung.sendall(b"GET /hestiaos/api/v1/health HTTP/1.1\r\nhost: x\r\nx-sandbox-fault: blackhole\r\n\r\n")
        until(sandbox.journal, "the request did not arrive")
    hung.close()


def test_a_taken_port_an_unknown_platform_and_option_are_errors() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"), running(port=taken.getsockname()[1]):
            pass
    with pytest.raises(ValueError, match="no such platform: acme"), running(platforms=["acme"]):
        pass
    with pytest.raises(TypeError), running(colour="red"):
        pass


def test_the_command_prints_its_address_serves_faults_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "veneer.sandbox", "--port", "0", "--seed", "1", "--data", str(tmp_path)]
    command += ["--faults", "velerian GET /api/v2/p* status=418"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/velerian/api/v2/plans").status_code == 418
        assert httpx.get(f"{url}/hestiaos/api/v1/health").status_code == 200
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(60) in (0, -signal.SIGINT)
        assert "vk_live_sandbox" in process.stderr.read()
    assert (tmp_path / "sandbox.sqlite3").exists()


def test_the_lines_that_the_command_prints_lead_every_client_to_the_sandbox(sandbox: Sandbox) -> None:
    lines = "\n".join(exports(sandbox))
    done = subprocess.run(
        ["sh", "-c", f"{lines}\nexec env"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    for name in sandbox.base_urls:
        platform = importlib.import_module(f"veneer.{name}.platform").PLATFORM
        assert told[platform.env_base_url] == sandbox.base_urls[name]
        assert told[platform.env_api_key] == sandbox.keys[name]


def test_a_contracts_line_has_the_names_that_its_client_reads() -> None:
    contract = {"openapi": "3.1.0", "info": {"title": "Mail", "version": "1"}, "paths": {}}
    with running(contract=contract, name="my-mail") as sandbox:
        base = sandbox.base_urls["my-mail"]
        assert exports(sandbox) == [f"export MY_MAIL_BASE_URL={base} MY_MAIL_API_KEY=my-mail_sandbox"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--platform", "acme"], "no such platform: acme"),
        (["--faults", "nonsense"], "there is no fault 'nonsense'"),
        (["--faults", "a b c d status=1"], "at most a platform"),
        (["--host", "203.0.113.1"], "annot assign"),
    ],
)
def test_a_start_that_cannot_be_says_why(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_rule_is_read_from_the_right() -> None:
    assert rule("status=503") == ("status=503", "*", "*", "*")
    assert rule("velerian POST /a/* reset=before") == ("reset=before", "velerian", "POST", "/a/*")


def test_public_names_are_what_all_says() -> None:
    for name in sandbox_module.__all__:
        assert getattr(sandbox_module, name) is not None
    with pytest.raises(AttributeError):
        _ = sandbox_module.nothing


def test_it_imports_neither_the_core_nor_generated_code() -> None:
    script = "import sys, veneer_sandbox.server; print([m for m in sys.modules if 'veneer' in m])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "veneer_sandbox.asgi" in shown
    assert not any(part in shown for part in ("_core", "_async", "_sync", "veneer_generated"))


def test_every_operation_of_a_contract_is_served(contract: Callable[[str], Any]) -> None:
    for name, platform in sandbox_module.PLATFORMS.items():
        prefix = "/v1" if name == "aerostack" else ""
        served = {(route.method.lower(), route.path) for route in platform.routes}
        documented = {(method, prefix + path) for method, path in contract(name).operations}
        assert served == documented, name


def test_the_documentation_names_every_fault_option_and_key() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
    named = [f"`{name}" for name in (*NAMES, *KEYS.values())]
    named += [
        f"`{option}" for action in parser()._actions for option in action.option_strings if option[:2] == "--"
    ]
    missing = [name for name in named if name not in text and name != "`--help"]
    assert missing == []


def test_an_answer_does_not_wait_for_the_clients_acknowledgement(
    hestiaos: httpx.Client, sandbox: Sandbox
) -> None:
    """Nagle's algorithm against delayed acknowledgements would make each answer take 40 ms."""
    hestiaos.get("/api/v1/health")
    port = int(sandbox.url.rpartition(":")[2])
    serving = [one for one in gc.get_objects() if isinstance(one, socket.socket) and _serves(one, port)]
    assert serving
    assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in serving)


def _serves(one: socket.socket, port: int) -> bool:
    try:
        return bool(one.getpeername()) and one.getsockname()[1] == port
    except OSError:  # it listens, or is closed
        return False
