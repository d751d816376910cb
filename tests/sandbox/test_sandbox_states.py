"""What a sandbox meets when it starts, and what is brought to it: refused in words, and nothing of it is changed."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from veneer.sandbox import Options, app, running
from veneer_sandbox.command import main
from veneer_sandbox.snapshots import Snapshots
from veneer_sandbox.store import APPLICATION, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from veneer.sandbox import Sandbox

AERO = {"x-aerostack-key": "ak_sandbox"}
PROJECT = f"project-{b'sandbox'.hex()}.sqlite3"


def contents(folder: Path) -> dict[str, str]:
    """A digest of every file below a folder, but for the lock."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith("lock")
    }


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The only line that a sandbox says which does not start."""
    assert main(["--port", "0", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, "Traceback" in err, err.count("\n")) == ("", False, 1)
    assert err.startswith("veneer sandbox: ")
    return err


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a sandbox has kept its state in."""
    folder = tmp_path_factory.mktemp("used")
    with running(data=folder) as sandbox:
        base = sandbox.base_urls["aerostack"]
        httpx.post(f"{base}/cache/set", json={"key": "k", "value": "kept"}, headers=AERO)
        sandbox.snapshot("then")
    return folder


@pytest.fixture
def data(used: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    folder = tmp_path / "data"
    for file in used.rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(used)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return folder


# -- the data folder ---------------------------------------------------------------------------------------------------


def _text(file: Path) -> None:
    file.write_text("not a database at all, and longer than a header of a hundred bytes " * 10)


def _noise(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 20)


def _half(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _torn(file: Path) -> None:
    """All pages but the first are zeros, as after a disk's fault."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + bytes(len(content) - 4096))


def _foreign(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE customers (name TEXT)")
        base.execute("INSERT INTO customers VALUES ('Ada')")
    base.close()


def _with(pragma: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        base = sqlite3.connect(file)
        base.execute(f"PRAGMA {pragma}")
        base.close()

    return change


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


STATES = {
    "a text": (_text, "is damaged (file is not a database)"),
    "noise behind a header": (_noise, "damaged"),
    "cut in half": (_half, "is damaged ("),
    "torn": (_torn, "is damaged ("),
    "another program's tables": (_foreign, "is another program's database"),
    "another program's mark": (_with("application_id=42"), "is another program's database"),
    "a newer version": (_with(f"user_version={VERSION + 1}"), "was written by a newer version of veneer"),
    "a folder": (_folder, "cannot be used ("),
}


@pytest.mark.parametrize("name", ["sandbox.sqlite3", PROJECT])
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_database_that_cannot_be_used_is_refused_and_left_as_it_is(
    data: Path, capsys: pytest.CaptureFixture[str], name: str, state: tuple[Callable[[Path], None], str]
) -> None:
    change, says = state
    if change is _foreign and name == PROJECT:
        pytest.skip("a project's tables are its own")
    change(data / name)
    before = contents(data)
    line = refused(capsys, "--data", str(data))
    assert says in line
    assert f"{data / name} " in line
    assert line.endswith(": move it away, or choose another --data\n")
    assert {
        file: digest for file, digest in contents(data).items() if not file.endswith(("-shm", "-wal"))
    } == before


def test_a_folder_whose_main_database_is_gone_is_not_begun_anew_over_its_projects(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "sandbox.sqlite3").unlink()
    before = (data / PROJECT).read_bytes()
    assert "has databases of projects, but not the sandbox's own" in refused(capsys, "--data", str(data))
    assert (data / PROJECT).read_bytes() == before


def test_a_state_without_a_clock_is_kept(data: Path) -> None:
    base = sqlite3.connect(data / "sandbox.sqlite3")
    base.execute("DELETE FROM doc WHERE kind='sandbox'")
    base.commit()
    base.close()
    with running(data=data) as sandbox:
        found = httpx.post(f"{sandbox.base_urls['aerostack']}/cache/get", json={"key": "k"}, headers=AERO)
    assert found.json()["value"] == "kept"


@pytest.mark.parametrize(
    "stray", ["notes.txt", "project-zz.sqlite3", "project-.sqlite3.bak", "project-ff.sqlite3"]
)
def test_a_file_of_somebody_elses_is_left_alone(data: Path, stray: str) -> None:
    """`ff` is no name of a project either: it is not UTF-8."""
    (data / stray).write_text("mine")
    with running(data=data) as sandbox:
        sandbox.reset()
    assert (data / stray).read_text() == "mine"


def test_a_folder_from_before_the_marks_is_marked(data: Path) -> None:
    for name in ("sandbox.sqlite3", PROJECT):
        _with("application_id=0")(data / name)
        _with("user_version=0")(data / name)
    with running(data=data):
        pass
    base = sqlite3.connect(data / "sandbox.sqlite3")
    marks = [base.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    base.close()
    assert marks == [APPLICATION, VERSION]


def test_a_second_sandbox_on_a_folder_is_refused_and_the_first_goes_on(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(data=data) as sandbox:
        line = refused(capsys, "--data", str(data))
        assert line == f"veneer sandbox: another sandbox uses {data}: stop it, or choose another --data\n"
        with pytest.raises(ValueError, match="another sandbox uses"), running(data=data):
            pass
        command = [sys.executable, "-m", "veneer.sandbox", "--port", "0", "--data", str(data)]
        other = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert (other.returncode, other.stdout, "another sandbox uses" in other.stderr) == (2, "", True)
        assert httpx.get(f"{sandbox.url}/_sandbox").status_code == 200
    with running(data=data):
        pass


def test_a_folder_is_free_again_when_its_sandbox_was_killed(data: Path) -> None:
    command = [sys.executable, "-m", "veneer.sandbox", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://")
        process.kill()
    with running(data=data) as sandbox:
        found = httpx.post(f"{sandbox.base_urls['aerostack']}/cache/get", json={"key": "k"}, headers=AERO)
    assert found.json()["value"] == "kept"


def test_a_folder_that_cannot_be_made_or_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert f"--data {folder} cannot be used: " in refused(capsys, "--data", str(folder))
    locked = tmp_path / "locked"
    (locked / "lock").mkdir(parents=True)
    assert f"--data {locked} cannot be written" in refused(capsys, "--data", str(locked))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_the_user_may_not_write_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be written" in refused(capsys, "--data", str(tmp_path))


def test_a_state_that_cannot_be_kept_any_more_is_said_in_the_platforms_words(
    aerostack: httpx.Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk."""

    def full(*_arguments: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(type(sandbox.state.store), "put", full)
    answer = aerostack.post("/cache/set", json={"key": "k", "value": 1})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "database or disk is full" in answer.json()["message"]


# -- snapshots ---------------------------------------------------------------------------------------------------------


def _zip(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def _database(*statements: str) -> bytes:
    base = sqlite3.connect(":memory:")
    for statement in statements:
        base.execute(statement)
    content = base.serialize()
    base.close()
    return content


_TABLES = ("CREATE TABLE doc (a)", "CREATE TABLE blob (a)", "CREATE TABLE counter (a)")
_OURS = _database(*_TABLES, f"PRAGMA application_id={APPLICATION}", f"PRAGMA user_version={VERSION}")
_NEWER = _database(*_TABLES, f"PRAGMA application_id={APPLICATION}", f"PRAGMA user_version={VERSION + 1}")


def _unknown_method(content: bytes) -> bytes:
    """A zip file whose entries are packed in a way that nobody knows."""
    return content.replace(b"PK\x03\x04\x14\0\0\0\x08\0", b"PK\x03\x04\x14\0\0\0\x63\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0\x08\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x63\0"
    )


def _encrypted(content: bytes) -> bytes:
    return content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"
    )


ARCHIVES = {
    "a text": (b"not an archive", "damaged"),
    "nothing": (b"", "damaged"),
    "an empty archive": (_zip(), "it is not a snapshot of a sandbox"),
    "another archive": (_zip(**{"readme.txt": b"x"}), "it is not a snapshot of a sandbox"),
    "a path out of it": (_zip(**{"../../main.sqlite3": _OURS}), "it is not a snapshot of a sandbox"),
    "names that are none": (_zip(**{"main.sqlite3": _OURS, "zz.sqlite3": b""}), "it is not a snapshot of a sandbox"),
    "no main database": (_zip(**{"61.sqlite3": _OURS}), "it is not a snapshot of a sandbox"),
    "a main database that is none": (_zip(**{"main.sqlite3": b"x" * 5000}), "its database is damaged"),
    "a main database that is empty": (_zip(**{"main.sqlite3": b""}), "its database is empty"),
    "another program's": (_zip(**{"main.sqlite3": _database("CREATE TABLE a (b)")}), "is another program's"),
    "a newer version's": (_zip(**{"main.sqlite3": _NEWER}), "was written by a newer version"),
    "a damaged project": (_zip(**{"main.sqlite3": _OURS, "61.sqlite3": b"x" * 5000}), "its database of project 'a' is damaged"),
    "cut": (_zip(**{"main.sqlite3": _OURS})[:-30], "damaged"),
    "torn": (_zip(**{"main.sqlite3": _OURS}).replace(_zip(**{"main.sqlite3": _OURS})[60:90], bytes(30)), "damaged"),
    "packed as nobody knows": (_unknown_method(_zip(**{"main.sqlite3": _OURS})), "damaged"),
    "encrypted": (_encrypted(_zip(**{"main.sqlite3": _OURS})), "damaged"),
    "a bomb": (_zip(**{"main.sqlite3": bytes(300 * 1024 * 1024)}), "it has 314,572,800 bytes, and a snapshot at most 268,435,456"),
}  # fmt: skip


@pytest.fixture(scope="module")
def with_data(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("with-data")
    with running(data=folder) as sandbox:
        sandbox.snapshot("then")
        yield sandbox, folder


@pytest.mark.parametrize("archive", ARCHIVES.values(), ids=ARCHIVES)
def test_a_snapshot_that_is_none_is_refused_and_changes_nothing(
    with_data: tuple[Sandbox, Path], archive: tuple[bytes, str]
) -> None:
    sandbox, folder = with_data
    content, says = archive
    (folder / "snapshots" / f"{b'x'.hex()}.zip").write_bytes(content)
    sandbox.reset()
    base = sandbox.base_urls["aerostack"]
    httpx.post(f"{base}/cache/set", json={"key": "k", "value": "now"}, headers=AERO)
    answer = httpx.post(f"{sandbox.url}/_sandbox/snapshots/x/restore")
    assert (answer.status_code, says in answer.json()["error"]) == (400, True), answer.text
    assert httpx.post(f"{base}/cache/get", json={"key": "k"}, headers=AERO).json()["value"] == "now"
    assert (
        httpx.post(f"{base}/db/query", json={"sql": "SELECT * FROM users"}, headers=AERO).json()["count"] == 3
    )
    with pytest.raises(ValueError, match="snapshot"):
        sandbox.restore("x")
    sandbox.restore("then")


def test_files_that_are_no_snapshots_are_not_listed_and_left_alone(with_data: tuple[Sandbox, Path]) -> None:
    sandbox, folder = with_data
    there = folder / "snapshots"
    for name in ("notes.txt", "notes.zip", "zz.zip", ".zip", "ff.zip", "6F.zip", "half.part"):
        (there / name).write_text("mine")
    (there / "62.zip").mkdir(exist_ok=True)
    (there / f"{b'x'.hex()}.zip").unlink(missing_ok=True)
    assert httpx.get(f"{sandbox.url}/_sandbox/snapshots").json() == {"snapshots": ["then"]}
    assert httpx.get(f"{sandbox.url}/_sandbox").json()["snapshots"] == ["then"]
    for door in ("restore", ""):
        answer = httpx.request(
            "POST" if door else "DELETE", f"{sandbox.url}/_sandbox/snapshots/b/{door}".rstrip("/")
        )
        assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert (there / "notes.zip").read_text() == "mine"


def test_a_snapshot_that_cannot_be_written_is_said_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(data=tmp_path) as sandbox:
        (tmp_path / "snapshots").write_text("in the way")
        answer = httpx.post(f"{sandbox.url}/_sandbox/snapshots", json={"name": "a"})
        assert (answer.status_code, "cannot be written" in answer.json()["error"]) == (400, True)
        (tmp_path / "snapshots").unlink()

        def full(*_arguments: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
        answer = httpx.post(f"{sandbox.url}/_sandbox/snapshots", json={"name": "a"})
        assert answer.json() == {"error": "the snapshot cannot be written: No space left on device"}
        assert list((tmp_path / "snapshots").iterdir()) == []


@pytest.mark.parametrize("kept", ["memory", "files"])
def test_a_state_too_large_for_a_snapshot_is_refused(
    kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veneer_sandbox.snapshots.MAX_SIZE", 1000)
    with running(data=tmp_path if kept == "files" else None) as sandbox:
        answer = httpx.post(f"{sandbox.url}/_sandbox/snapshots", json={"name": "a"})
        assert (answer.status_code, "a snapshot at most 1,000" in answer.json()["error"]) == (400, True)
        assert httpx.get(f"{sandbox.url}/_sandbox/snapshots").json() == {"snapshots": []}


@pytest.mark.parametrize("work", ["save", "load"])
def test_requests_are_answered_while_a_snapshot_is_packed_or_unpacked(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    sandbox.snapshot("a")
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(Snapshots, work)

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return real(*arguments)

    monkeypatch.setattr(Snapshots, work, slow)
    door = "/snapshots" if work == "save" else "/snapshots/a/restore"
    answers: list[httpx.Response] = []

    def command() -> None:
        answers.append(httpx.post(f"{sandbox.url}/_sandbox{door}", json={"name": "b"}, timeout=60))

    thread = threading.Thread(target=command)
    thread.start()
    assert begun.wait(30)
    assert httpx.get(f"{sandbox.url}/_sandbox/clock", timeout=120).status_code == 200
    go_on.set()
    thread.join(60)
    assert answers[0].is_success


def test_a_large_form_takes_turns_with_other_requests() -> None:
    """One loop serves all: the small request that comes second is answered first."""
    order: list[str] = []
    transport = httpx.ASGITransport(app=app(options=Options(seed=0)))

    async def post(client: httpx.AsyncClient, name: str, path: str, **body: Any) -> None:
        assert (await client.post(path, **body)).is_success
        order.append(name)

    async def both() -> None:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://sandbox/aerostack/v1", headers=AERO
        ) as client:
            form = {"files": {"file": ("a", bytes(8_000_000))}, "data": {"key": "k"}}
            large = asyncio.ensure_future(post(client, "large", "/storage/upload", **form))
            await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop
            await post(client, "small", "/cache/get", json={"key": "k"})
            await large

    asyncio.run(both())
    assert order == ["small", "large"]


# -- starting ----------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_said_with_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refused(capsys, "--port", port)
    assert line == (
        f"veneer sandbox: 127.0.0.1:{port}: Address already in use; stop the program that uses it, or choose another port\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "70000"], "a port is a number from 0 to 65535, not 70000"),
        (["--port", "-1"], "a port is a number from 0 to 65535, not -1"),
        (["--host", ""], "the host is empty"),
        (["--host", " "], "the host is empty"),
        (["--host", "ü" * 70], "the host is neither a name nor an address"),
        (["--latency", "-1"], "the latency must be"),
        (["--latency", "nan"], "the latency must be"),
        (["--rate-limit", "0"], "the rate limit must be"),
        (["--certfile", "cert.pem"], "https needs both --certfile and --keyfile"),
        (["--keyfile", "key.pem"], "https needs both --certfile and --keyfile"),
        (["--slow-tls", "1"], "https needs both --certfile and --keyfile"),
        (["--certfile", "/nowhere/c.pem", "--keyfile", "/nowhere/k.pem"], "/nowhere/c.pem cannot be read: No such file"),
        (["--certfile", __file__, "--keyfile", __file__], "are not a certificate and its key in PEM"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert says in refused(capsys, *arguments)


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_folder_is_not_the_one_that_it_runs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(["--port", "0", "--data", empty])
    assert "--data: it is empty" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections are POSIX's")
@pytest.mark.parametrize("way", [">&-", ">/dev/full"])
def test_an_address_that_cannot_be_told_is_one_line(way: str) -> None:
    line = ["sh", "-c", f'"$@" {way}', "sh", sys.executable, "-m", "veneer.sandbox", "--port", "0"]
    # With a buffer, as users have it, the interpreter writes once more while it ends.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False, env=environ)
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (2, 1, False)


INTERRUPT = """
import os, runpy, signal, sys
where = sys.argv.pop(1)
sys.meta_path.insert(0, type("Finder", (), {"find_spec": staticmethod(
    lambda name, *_: os.kill(os.getpid(), signal.SIGINT) if name == where else None)}))
runpy.run_module("veneer.sandbox", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize(
    "where",
    ["argparse", "veneer_sandbox.command", "veneer_sandbox.server", "uvicorn", "starlette.applications"],
)
def test_ctrl_c_while_something_is_imported_is_one_line(where: str) -> None:
    command = [sys.executable, "-c", INTERRUPT, where, "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "veneer sandbox: interrupted\n")


def test_ctrl_c_while_it_runs_is_a_good_end() -> None:
    command = [sys.executable, "-m", "veneer.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in err) == (0, False)


# -- the journal -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "apikey",
        "apiKey",
        "API-KEY",
        "x-api-key",
        "key",
        "token",
        "access_token",
        "refreshToken",
        "id_token",
        "sig",
        "signature",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "client_secret",
        "password",
        "pwd",
        "pin",
        "otp",
        "jwt",
        "auth",
        "authorization",
        "code",
        "code_verifier",
        "subscription-key",
        "api%5Fkey",
    ],
)
def test_a_query_parameter_that_may_be_a_credential_is_not_kept(
    hestiaos: httpx.Client, sandbox: Sandbox, name: str
) -> None:
    hestiaos.get(f"/api/v1/health?limit=2&{name}=canary-5f0c2a&session_id=s")
    (entry,) = sandbox.journal()
    assert entry["query"] == f"limit=2&{name}=***&session_id=s"
    assert "canary" not in httpx.get(f"{sandbox.url}/_sandbox/journal").text
    assert sandbox.state.journal.entries[0].query == entry["query"]


@pytest.mark.parametrize("name", ["max_tokens", "author", "page", "monkey", "keys", "pinned", "decode"])
def test_a_query_parameter_that_is_none_is_kept(hestiaos: httpx.Client, sandbox: Sandbox, name: str) -> None:
    hestiaos.get(f"/api/v1/health?{name}=7")
    assert sandbox.journal()[0]["query"] == (f"{name}=7" if name != "max_tokens" else "max_tokens=***")


@pytest.mark.parametrize(
    "name",
    [
        "x-api-key",
        "x-session-token",
        "x-auth",
        "x-session-id",
        "cookie",
        "authorization",
        "referer",
        "x-anything",
    ],
)
def test_a_header_is_kept_by_name_and_its_value_only_where_it_carries_no_credential(
    hestiaos: httpx.Client, sandbox: Sandbox, name: str
) -> None:
    headers = {name: "canary-5f0c2a", "idempotency-key": "i-1", "user-agent": "me/1"}
    hestiaos.get("/api/v1/health", headers=headers)
    (entry,) = sandbox.journal()
    assert (entry["headers"][name], entry["headers"]["idempotency-key"], entry["headers"]["user-agent"]) == (
        "***",
        "i-1",
        "me/1",
    )
    assert "canary" not in httpx.get(f"{sandbox.url}/_sandbox/journal").text
    assert "canary" not in repr(sandbox.state.journal)


def test_a_headers_value_is_shown_where_that_was_asked_for() -> None:
    with running(platforms=["hestiaos"], show_headers=("X-Team",)) as sandbox:
        url = f"{sandbox.base_urls['hestiaos']}/api/v1/health"
        httpx.get(url, headers={"x-team": "a", "x-other": "b"})
        headers = sandbox.journal()[0]["headers"]
    assert (headers["x-team"], headers["x-other"]) == ("a", "***")


def test_a_presigned_address_is_kept_without_its_signature(velerian: httpx.Client, sandbox: Sandbox) -> None:
    made = velerian.post(
        "/api/v2/run-attachments", json={"filename": "a", "content_type": "text/plain", "size_bytes": 1}
    ).json()
    assert httpx.put(made["upload_url"], content=b"a").is_success
    (entry,) = sandbox.journal(origin="files")
    assert entry["query"].endswith("&signature=***")
    assert "expires=" in entry["query"]


def test_a_bodys_digest_is_good_for_one_run_only() -> None:
    """A password could be tried out on one that is the same everywhere."""
    digests = set()
    for _ in range(2):
        with running(platforms=["hestiaos"]) as sandbox:
            for _ in range(2):
                httpx.post(f"{sandbox.base_urls['hestiaos']}/api/v1/run", json={"input": "canary"})
            digests |= {entry["body_digest"] for entry in sandbox.journal()}
    assert len(digests) == 2


def test_what_a_statement_holds_is_not_in_the_journal(aerostack: httpx.Client, sandbox: Sandbox) -> None:
    for sql in (
        "CREATE TABLE t (a)",
        "  insert into t values ('canary')",
        "-- canary\nDELETE FROM t",
        "",
        " ",
    ):
        aerostack.post("/db/query", json={"sql": sql})
    assert sandbox.effects("db.") == ["db.executed CREATE", "db.executed INSERT", "db.executed ", "db.executed ", "db.executed "]  # fmt: skip
