"""`call --each`: one operation with every line of a file, its results, its journal, its ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cli.kit import Invoke, failure, process_environment, rows
from core.kit import until
from veneer.sandbox import Sandbox

INVOKE = ("velerian", "call", "invoke_abp", "-p", "abp_id=abp_demo", "--max-retries", "0")
DECIDE = ("hybridb", "call", "request_decision", "--max-retries", "0")


def written(path: Path, lines: Sequence[Any]) -> str:
    """Write JSON Lines, and return the path as an argument."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


def kept(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def abps(tmp_path: Path) -> str:
    """Forty inputs of an operation that takes no idempotency key."""
    return written(tmp_path / "abps.jsonl", [{"payload": {"n": n}} for n in range(40)])


@pytest.fixture
def decisions(tmp_path: Path) -> str:
    """Forty inputs of an operation that takes an idempotency key."""
    made = [
        {"decision_type": "payment.authorize", "action": f"pay-{n}", "input_data": {"n": n}}
        for n in range(40)
    ]
    return written(tmp_path / "decisions.jsonl", made)


def effects(sandbox: Sandbox, what: str) -> int:
    """How often something was done on the server."""
    return sum(one.startswith(what) for entry in sandbox.journal() for one in entry["effects"])


# -- inputs and results ----------------------------------------------------------------------------------------------


def test_each_line_is_called_and_its_result_written_in_the_order_of_the_lines(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    done = veneer(*INVOKE, "--each", abps, "--out", str(out), "--concurrency", "auto")
    found = kept(out)
    assert (done.exit_code, done.stdout, len(sandbox.journal())) == (0, "", 40)
    assert [one["index"] for one in found] == list(range(40))
    assert [one["input"]["payload"]["n"] for one in found] == list(range(40))
    assert {(one["state"], one["result"]["is_allowed"], one["attempts"]) for one in found} == {
        ("done", True, 1)
    }
    assert "invoke_abp: 40 done" in done.stderr


def test_without_a_file_results_are_printed_as_they_come_and_blank_lines_are_none(veneer: Invoke) -> None:
    lines = '{"payload": {"n": 1}}\n\n  \n{"payload": {"n": 2}}'
    done = veneer(*INVOKE, "--each", "-", stdin=lines)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, [one["input"]["payload"]["n"] for one in found]) == (0, [1, 2])


def test_a_line_goes_over_what_flags_say(veneer: Invoke, sandbox: Sandbox, tmp_path: Path) -> None:
    """Names as the contract has them, or with other signs; a body of all has its members replaced."""
    lines = written(
        tmp_path / "in.jsonl", [{"key": "a"}, {"key": "b", "value": 2}, {"body": {"key": "c", "value": 3}}]
    )
    words = ("aerostack", "call", "cache_set", "--body", '{"key": "k", "value": 1, "ttl": 60}')
    done = veneer(*words, "--each", lines)
    assert done.exit_code == 0
    for key, value in (("a", 1), ("b", 2), ("c", 3)):
        (found,) = rows(veneer("aerostack", "call", "cache_get", "-p", f"key={key}"))
        assert found["value"] == value


def test_each_line_may_have_a_file_of_its_own(veneer: Invoke, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name * 10)
    lines = written(
        tmp_path / "in.jsonl", [{"file": f"@{tmp_path / name}", "key": f"{name}.txt"} for name in ("a", "b")]
    )
    assert veneer("aerostack", "call", "storage_upload", "--each", lines).exit_code == 0
    for name in ("a", "b"):
        got = veneer("aerostack", "call", "storage_get", "-p", f"key={name}.txt", "-o", "-")
        assert got.stdout == name * 10


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"payload": {}', "column 15: not JSON: Expecting ',' delimiter"),
        (b"[1]", "each line is an object of arguments, not [1]"),
        (b'{"payload": 3}', "payload takes an object, not 3"),
        (b'{"payload": {}, "n": 1}', "invoke_abp has no parameter 'n'"),
        (b"{}", "invoke_abp needs payload"),
        (b'{"payload": {"a": "\xff"}}', "byte 20: not UTF-8"),
        (b'{"payload": {"a": NaN}}', "JSON has no NaN"),
    ],
    ids=["cut", "no object", "type", "name", "missing", "no text", "NaN"],
)
def test_a_line_that_is_wrong_is_named_before_anything_is_sent(
    veneer: Invoke, sandbox: Sandbox, tmp_path: Path, line: bytes, message: str
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"payload": {}}\n\n' + line + b"\n")
    code, said = failure(veneer(*INVOKE, "--each", str(path), "--out", str(tmp_path / "out")))
    assert (code, sandbox.journal(), (tmp_path / "out").exists()) == (2, [], False)
    assert said.startswith(f"veneer: {path}, line 3")
    assert message in said


def test_a_wrong_line_of_standard_input_ends_the_reading(veneer: Invoke, sandbox: Sandbox) -> None:
    """What was sent before has its result."""
    done = veneer(*INVOKE, "--each", "-", stdin='{"payload": {}}\n{"payload": 1}\n{"payload": {}}\n')
    assert (done.exit_code, len(done.stdout.splitlines()), len(sandbox.journal())) == (1, 1, 1)
    assert "standard input, line 2: payload takes an object, not 1; nothing is sent for it" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "x"], "--each is missing: it is what belongs to --out"),
        (["--each", "IN", "--all"], "goes without --all"),
        (["--each", "IN", "-o", "x"], "goes without --output"),
        (["--each", "IN", "--again", "failed"], "--again needs the --journal"),
        (["--each", "IN", "--rate", "many"], "--rate takes calls a second, or such as 100/60s"),
        (["--each", "IN", "--rate", "0"], "--rate takes numbers over 0, not '0'"),
        (["--each", "IN", "--concurrency", "0"], "neither a number of 1 or more nor auto"),
        (["--each", "IN", "--total", "-1"], "Invalid value for '--total'"),
        (["--each", "IN", "--out", "IN"], "--each and --out name the same file"),
        (
            ["--each", "IN", "--journal", "/nowhere/x"],
            "--journal /nowhere/x: a folder, or in one that does not",
        ),
        (["--each", "/nowhere/x"], "/nowhere/x cannot be read: No such file"),
        (["--each", "-", "--api-key-stdin"], "both read standard input"),
        (["--each", "IN", "--body", "-"], "--body"),
    ],
)
def test_wrong_usage_is_exit_2_and_nothing_is_sent(
    veneer: Invoke, sandbox: Sandbox, abps: str, words: list[str], message: str
) -> None:
    done = veneer(*INVOKE, *(abps if word == "IN" else word for word in words))
    assert (done.exit_code, sandbox.journal(), done.stdout) == (2, [], "")
    assert message in " ".join(done.stderr.split())
    assert len(Path(abps).read_text().splitlines()) == 40


def test_the_results_of_another_run_are_not_written_over(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    """A run that is resumed by its journal writes all results anew."""
    out, journal = tmp_path / "out.jsonl", str(tmp_path / "run.sqlite")
    words = (*INVOKE, "--each", abps, "--out", str(out))
    out.write_text("earlier\n")
    for more in ((), ("--journal", journal)):
        code, said = failure(veneer(*words, *more))
        assert (code, f"--out {out} has the results of another run: remove it, " in said) == (2, True)
    assert (out.read_text(), sandbox.journal()) == ("earlier\n", [])
    out.write_text("")
    assert veneer(*words, "--journal", journal).exit_code == 0
    assert veneer(*words, "--journal", journal).exit_code == 0
    assert (len(kept(out)), len(sandbox.journal())) == (40, 40)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc, where no file can be made")
@pytest.mark.parametrize("option", ["--out", "--report", "--journal"])
def test_a_file_that_cannot_be_written_is_named_before_anything_is_sent(
    veneer: Invoke, sandbox: Sandbox, abps: str, option: str
) -> None:
    code, said = failure(veneer(*INVOKE, "--each", abps, option, "/proc/x"))
    assert (code, "/proc/x" in said, "cannot be" in said, sandbox.journal()) == (2, True, True, [])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/full, a disk that is full")
def test_a_disk_that_is_full_ends_the_run_with_its_summary(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    """With a journal nothing is lost, and all are called."""
    done = veneer(*INVOKE, "--each", abps, "--out", "/dev/full", "--concurrency", "1")
    assert (done.exit_code, len(sandbox.journal()) < 40) == (1, True)
    assert "invoke_abp: 1 done" in done.stderr
    assert "--out /dev/full cannot be written: No space left on device\n" in done.stderr
    sandbox.reset()
    words = ("--each", abps, "--journal", str(tmp_path / "run.sqlite"))
    kept_there = veneer(*INVOKE, *words, "--out", "/dev/full", "--report", "/dev/full")
    assert (kept_there.exit_code, len(sandbox.journal())) == (1, 40)
    assert "invoke_abp: 40 done" in kept_there.stderr
    assert "--out /dev/full cannot be written: No space left on device; the journal has" in kept_there.stderr
    assert "--report /dev/full cannot be written: No space left on device\n" in kept_there.stderr


def test_each_result_is_in_its_file_as_soon_as_it_came(
    sandbox: Sandbox, tmp_path: Path, terminals: list[Terminal]
) -> None:
    out = tmp_path / "out.jsonl"
    words = (*INVOKE, "--each", "-", "--concurrency", "1", "--out", str(out))
    terminals.append(terminal := Terminal(sandbox, tmp_path, words))
    terminal.type('{"payload": {}}\n{"payload": {}}\n{"payload": {}}\n')
    until(lambda: out.exists() and len(kept(out)) > 0, "nothing is written")


@pytest.mark.parametrize("more", [(), ("--concurrency", "auto"), ("--rate", "50")], ids=" ".join)
def test_each_line_of_a_slow_pipe_has_its_result_before_the_next_is_written(
    sandbox: Sandbox, tmp_path: Path, more: tuple[str, ...]
) -> None:
    """As of `tail -f`; the end of the pipe is the end of the run."""
    with subprocess.Popen(
        [sys.executable, "-m", "veneer", *INVOKE, "--each", "-", *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=process_environment(sandbox, tmp_path),
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            for n in range(3):
                running.stdin.write(json.dumps({"payload": {"n": n}}) + "\n")
                running.stdin.flush()
                assert json.loads(running.stdout.readline())["input"]["payload"] == {"n": n}
            _, said = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, "invoke_abp: 3 done" in said) == (0, True)


def test_a_key_that_is_refused_ends_the_run_before_all_inputs_are_spent(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    """They go out when the same line is run with another key."""
    words = (*INVOKE, "--each", abps, "--journal", str(tmp_path / "run.sqlite"), "--concurrency", "1")
    done = veneer(*words, "--api-key", "not-a-key")
    assert (done.exit_code, len(sandbox.journal()) < 40) == (1, True)
    assert "failed alike, through no fault of their inputs: no more are sent" in done.stderr
    assert re.search(r"\d+ of 40 were not sent", done.stderr)
    assert "to resume: " in done.stderr
    again = veneer(*words)
    assert (again.exit_code, "40 done" in again.stderr) == (0, True)


def test_only_answers_that_can_be_kept_are_asked_for(veneer: Invoke, abps: str) -> None:
    assert "answers a stream" in failure(veneer("hestiaos", "call", "run_stream", "--each", abps))[1]
    assert "answers a file" in failure(veneer("aerostack", "call", "storage_get", "--each", abps))[1]


def test_a_dry_run_shows_the_request_of_the_first_line(veneer: Invoke, sandbox: Sandbox, abps: str) -> None:
    done = veneer(*INVOKE, "--each", abps, "--curl")
    assert (done.exit_code, sandbox.journal(), done.stdout.count("curl")) == (0, [], 1)
    assert """--data-raw '{"payload":{"n":0}}'""" in done.stdout


def test_a_query_chooses_what_is_kept_of_results(veneer: Invoke, abps: str) -> None:
    found = veneer(*INVOKE, "--each", abps, "--query", "output.text", "--rate", "6000/60s").stdout
    assert {json.loads(line)["result"] for line in found.splitlines()} == {"processed: "}


# -- faults and journals ---------------------------------------------------------------------------------------------


def test_what_may_have_run_is_unknown_and_sent_again_only_when_told(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    out, words = tmp_path / "out.jsonl", (*INVOKE, "--each", abps, "--journal", str(tmp_path / "run.sqlite"))
    sandbox.fault("reset=after;times=7;after=5", platform="velerian")
    first = veneer(*words, "--out", str(out))
    states = Counter(one["state"] for one in kept(out))
    assert (first.exit_code, states) == (1, {"done": 33, "unknown": 7})
    assert "33 done, 7 unknown" in first.stderr
    assert "7 × VelerianTransportError" in first.stderr
    assert "--again unknown" in first.stderr
    lost = next(one for one in kept(out) if one["state"] == "unknown")
    assert lost.keys() == {"index", "input", "state", "error", "attempts"}
    assert veneer(*words).exit_code == 1
    assert len(sandbox.journal()) == 40
    last = veneer(*words, "--again", "unknown", "--out", str(out))
    assert (last.exit_code, len(sandbox.journal())) == (0, 47)
    assert [(one["index"], one["state"]) for one in kept(out)] == [(n, "done") for n in range(40)]
    assert "40 done (33 of earlier runs)" in last.stderr


def test_a_keyed_write_is_done_once_however_often_it_is_sent(
    veneer: Invoke, sandbox: Sandbox, decisions: str, tmp_path: Path
) -> None:
    words = (*DECIDE, "--each", decisions, "--journal", str(tmp_path / "run.sqlite"))
    sandbox.fault("reset=after;times=9", platform="hybridb")
    first = veneer(*words)
    again = veneer(*words, "--again", "failed", "--again", "unknown")
    assert (first.exit_code, again.exit_code) == (1, 0)
    keys = Counter(entry["idempotency_key"] for entry in sandbox.journal())
    assert sorted(keys.values()) == [1] * 31 + [2] * 9
    assert effects(sandbox, "decision.created") == 40


def test_refusals_are_grouped_and_the_line_that_tries_them_again_is_printed(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed line runs; the key that was on the command line is not in it."""
    words = [
        *INVOKE,
        "--each",
        abps,
        "--journal",
        str(tmp_path / "a run.sqlite"),
        "--api-key",
        sandbox.keys["velerian"],
    ]
    monkeypatch.setattr(sys, "argv", ["veneer", *words])
    sandbox.fault("status=409;times=3", platform="velerian")
    done = veneer(*words)
    assert (done.exit_code, "37 done, 3 failed" in done.stderr) == (1, True)
    assert re.search(r"3 × \w+ 409.*first #\d+: ", done.stderr)
    said = re.search(r"to send the failed ones again: (.*)", done.stderr)
    assert said is not None
    assert sandbox.keys["velerian"] not in done.stderr
    assert said[1].endswith("# give again what is secret: --api-key")
    line = shlex.split(said[1], comments=True)
    assert (line[0], line[-2:]) == ("veneer", ["--again", "failed"])
    assert veneer(*line[1:]).exit_code == 0


def test_the_total_time_ends_the_run_and_leaves_it_to_be_resumed(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand that is Ctrl-C; what may have run is unknown then, and the rest goes out."""
    words = (*INVOKE, "--each", abps, "--journal", str(tmp_path / "run.sqlite"), "--total", "1.5")
    monkeypatch.setattr(sys, "argv", ["veneer", *words])
    sandbox.fault("blackhole;after=3", platform="velerian")
    done = veneer(*words)
    assert (done.exit_code, "the 1.5 s of --total are over" in done.stderr) == (1, True)
    assert f"to resume: veneer {shlex.join(words)}\n" in done.stderr


def test_with_json_the_summary_is_json(veneer: Invoke, sandbox: Sandbox, abps: str) -> None:
    sandbox.fault("status=409;times=3", platform="velerian")
    done = veneer(*INVOKE, "--each", abps, "--json")
    summary = json.loads(done.stderr)["summary"]
    assert (done.exit_code, summary["done"], summary["failed"], summary["unknown"]) == (1, 37, 3, 0)
    assert (summary["errors"][0]["count"], len(done.stdout.splitlines())) == (3, 40)
    assert summary["latency"].keys() == {"p50", "p95", "p99"}


def test_the_report_is_one_file_that_needs_nothing_else(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path
) -> None:
    sandbox.fault("status=409;times=3", platform="velerian")
    page = tmp_path / "report.html"
    assert veneer(*INVOKE, "--each", abps, "--report", str(page)).exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert (text.count("<svg"), bool(re.search(r'class="(line )?p99"', text))) == (2, True)
    assert not re.search(r"<script|<link|<img|\bsrc=|\bhref=|url\(", text)
    assert re.search(r"<td>\w+ 409", text)


def test_an_operation_of_any_contract_is_called_with_each_line(
    bare: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    base = sandbox.base_urls["velerian"]
    words = ("call", "--contract", f"{base}/openapi.json", "invoke_abp", "-p", "abp_id=abp_demo")
    done = bare(*words, "--base-url", base, "--api-key", sandbox.keys["velerian"], "--each", abps)
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 40)


# -- Ctrl-C ----------------------------------------------------------------------------------------------------------

ON_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from veneer_cli import main
sys.exit(main())
"""


class Terminal:
    """A process of `veneer` that a pseudo-terminal controls."""

    def __init__(self, sandbox: Sandbox, home: Path, words: Sequence[str]) -> None:
        pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")
        self._ours, theirs = pty.openpty()
        environ = {**process_environment(sandbox, home), "TERM": "xterm-256color", "COLUMNS": "400"}
        line = [sys.executable, "-c", ON_TERMINAL, *words]
        self.process = subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
        os.close(theirs)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def press_ctrl_c(self) -> None:
        self.type("\x03")

    def read(self) -> bool:
        """Read what is shown next; False at the end."""
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.shown += piece.decode()
        return bool(piece)

    def read_until(self, text: str) -> None:
        """Read until something was shown."""
        while text not in self.shown:
            assert self.read(), f"{text!r} is not shown: {self.shown}"

    def wait(self) -> int:
        """Read to the end, and return the exit code."""
        while self.read():
            pass
        return self.process.wait(120)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """What is put here is ended with the test."""
    found: list[Terminal] = []
    yield found
    for one in found:
        one.close()


def test_ctrl_c_ends_in_order_and_the_printed_line_resumes(
    veneer: Invoke, sandbox: Sandbox, abps: str, tmp_path: Path, terminals: list[Terminal]
) -> None:
    """Every request that was sent has its result; the rest is sent by the next run, and nothing twice."""
    out = tmp_path / "out.jsonl"
    words = (*INVOKE, "--each", abps, "--out", str(out), "--journal", str(tmp_path / "the run.sqlite"))
    sandbox.fault("latency=0.3", platform="velerian")
    terminals.append(terminal := Terminal(sandbox, tmp_path, (*words, "--concurrency", "2")))
    until(lambda: len(sandbox.journal()) > 3, "nothing is sent")
    terminal.press_ctrl_c()
    assert terminal.wait() == 130
    assert "waiting for the calls under way; Ctrl-C again ends them" in terminal.shown
    sent = len(sandbox.journal())
    assert 3 < sent < 40
    assert {one["state"] for one in kept(out)} == {"done"}
    assert len(kept(out)) == sent
    said = re.search(r"to resume: (.*)", terminal.shown.replace("\r", ""))
    assert said is not None
    assert veneer(*shlex.split(said[1])[1:], "--deadline", "60").exit_code == 0
    assert [one["state"] for one in kept(out)] == ["done"] * 40
    assert len(sandbox.journal()) == 40


def test_a_second_ctrl_c_ends_the_calls_under_way(
    sandbox: Sandbox, abps: str, tmp_path: Path, terminals: list[Terminal]
) -> None:
    """What they may have done is unknown."""
    out = tmp_path / "out.jsonl"
    words = (*INVOKE, "--each", abps, "--out", str(out), "--journal", str(tmp_path / "run.sqlite"))
    sandbox.fault("blackhole;after=5", platform="velerian")
    terminals.append(terminal := Terminal(sandbox, tmp_path, (*words, "--concurrency", "3")))
    until(lambda: len(sandbox.journal()) == 8, "three calls are not answered")
    terminal.press_ctrl_c()
    terminal.read_until("Ctrl-C again ends them")
    terminal.press_ctrl_c()
    assert terminal.wait() == 130
    assert Counter(one["state"] for one in kept(out)) == {"done": 5, "unknown": 3}
    assert "to resume: veneer " in terminal.shown


def test_ctrl_c_gives_up_a_line_that_is_waited_for(
    sandbox: Sandbox, tmp_path: Path, terminals: list[Terminal]
) -> None:
    words = (*INVOKE, "--each", "-", "--concurrency", "1")
    terminals.append(terminal := Terminal(sandbox, tmp_path, words))
    terminal.type('{"payload": {}}\n')
    terminal.read_until('"state": "done"')
    terminal.press_ctrl_c()
    assert terminal.wait() == 130
    assert "invoke_abp: 1 done" in terminal.shown
