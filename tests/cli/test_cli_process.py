"""The command line as a process: terminals and pipes, signals, completion, what it loads."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from cli.kit import Command, Spawn, command, process_environment
from core.kit import until
from veneer.sandbox import Sandbox
from veneer_cli.output import Output

ESCAPE = "\x1b"


AT_ONCE = """
import sys
from veneer_cli import main, progress
class AtOnce:
    def __init__(self, seconds, act):
        assert seconds == 2
        self.start = act
    def cancel(self):
        pass
progress.timer = AtOnce
sys.exit(main())
"""


class Terminal(Protocol):
    """Run `veneer ARGUMENTS…` on a pseudo-terminal of 100 columns; exit code and all that it showed.

    `at_once` does not wait the two seconds before something is seen of progress.
    """

    def __call__(self, *arguments: str, at_once: bool = False, **more: str) -> tuple[int, str]: ...


@pytest.fixture
def terminal(sandbox: Sandbox, tmp_path: Path, warm: Command) -> Terminal:
    """A terminal for commands that talk to the sandbox."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")

    def run(*arguments: str, at_once: bool = False, **more: str) -> tuple[int, str]:
        line = [sys.executable, "-c", AT_ONCE, *arguments] if at_once else warm(*arguments)
        ours, theirs = pty.openpty()
        environ = {
            **process_environment(sandbox, tmp_path),
            "TERM": "xterm-256color",
            "COLUMNS": "100",
            **more,
        }
        with subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as process:
            os.close(theirs)
            shown = b""
            with contextlib.suppress(OSError):  # Linux says so when the other end is closed
                while piece := os.read(ours, 65536):
                    shown += piece
            process.wait(120)
        os.close(ours)
        return process.returncode, shown.decode().replace("\r\n", "\n")

    return run


# -- terminals -----------------------------------------------------------------------------------------------------


def test_a_person_gets_a_table(terminal: Terminal) -> None:
    """With a header, without columns that are empty, in colour."""
    code, shown = terminal("hybridb", "audit", "-n", "2")
    assert (code, ESCAPE in shown, "user:alice" in shown) == (0, True, True)
    assert ("createdAt" in shown, "resourceType" in shown) == (True, False)


def test_a_table_of_rows_has_a_header_and_one_of_an_objects_members_has_none(terminal: Terminal) -> None:
    _, rows = terminal("hybridb", "audit", "-n", "1", NO_COLOR="1")
    _, members = terminal("hestiaos", "health", NO_COLOR="1")
    assert ("createdAt" in rows, "─" in rows) == (True, True)
    assert ("status" in members, "─" in members) == (True, False)


def test_no_color_is_honoured(terminal: Terminal) -> None:
    """https://no-color.org: no colour; bold headers are no colour."""
    for words in (("hybridb", "audit", "-n", "2"), ("hestiaos", "run", "x", "--json"), ("hybridb", "--help")):
        _, shown = terminal(*words, NO_COLOR="1")
        assert not re.search(r"\x1b\[[0-9;]*[34][0-9]", shown)


def test_json_for_a_person_is_indented(terminal: Terminal) -> None:
    _, shown = terminal("hestiaos", "health", "--json", NO_COLOR="1")
    assert json.loads(re.sub(r"\x1b\[[0-9;]*m", "", shown))["status"] == "healthy"
    assert shown.count("\n") > 3


def test_what_a_server_sends_cannot_steer_the_terminal(terminal: Terminal, spawn: Spawn) -> None:
    """Escape sequences in data are shown, not obeyed; a pipe gets the data as it is in JSON."""
    evil = f"{ESCAPE}]0;owned\x07{ESCAPE}[2J"
    body = json.dumps({"key": evil, "value": f"\x9b31m{evil}"})
    assert spawn("aerostack", "call", "cache_set", "--body", body).returncode == 0
    for words in (
        ("cache", "list"),
        ("cache", "list", "-j"),
        ("chat", f"say {evil}"),
        ("sql", "selec [b]x[/b]"),
        ("storage", "url", evil),
    ):
        _, shown = terminal("aerostack", *words, NO_COLOR="1")
        assert f"{ESCAPE}]0" not in shown
        assert f"{ESCAPE}[2J" not in shown
        assert "\x9b" not in shown
    piped = spawn("aerostack", "cache", "list", "--json").stdout
    assert json.loads(piped)["key"] == evil


def test_markup_in_data_is_text(terminal: Terminal, spawn: Spawn) -> None:
    spawn("aerostack", "cache", "set", "[bold]k[/bold]:smile:", "1")
    _, shown = terminal("aerostack", "cache", "list")
    assert "[bold]k[/bold]:smile:" in shown


def test_progress_is_shown_to_a_person_and_not_to_a_pipe(
    terminal: Terminal, tmp_path: Path, spawn: Spawn
) -> None:
    """Up and down; what is printed at the end is the result alone."""
    file = tmp_path / "big.bin"
    file.write_bytes(bytes(3_000_000))
    words = ("aerostack", "storage", "upload", str(file), "big")
    code, shown = terminal(*words, at_once=True)
    assert (code, "big.bin" in shown, "MB" in shown) == (0, True, True)
    assert spawn(*words).stderr == ""
    # Neither to a program that reads JSON, nor of what is over before two seconds are.
    for quiet in ((*words, "--json"), ("hestiaos", "health")):
        _, shown = terminal(*quiet, at_once="--json" in quiet)
        assert ("\x1b[?25l" in shown, "big.bin" in shown and "MB" in shown) == (False, False)


def test_a_wait_shows_how_the_run_stands(terminal: Terminal, spawn: Spawn) -> None:
    start = ["velerian", "networks", "run", "demo", "--prompt", "hi", "--json", "--metadata"]
    run = json.loads(spawn(*start, '{"duration_s": 300}').stdout)
    words = ("velerian", "networks", "show", run["run_id"], "--wait", "--timeout", "0.4", "--every", "0.1")
    code, shown = terminal(*words, at_once=True)
    assert (code, f"{run['run_id']}: queued" in shown) == (1, True)


def test_a_file_is_not_printed_on_a_terminal(terminal: Terminal, sandbox: Sandbox) -> None:
    """Unless it is asked for."""
    words = ("velerian", "call", "get_export_content", "-p", "export_id=e")
    code, shown = terminal(*words)
    assert (code, "give --output FILE" in shown, sandbox.journal()) == (2, True, [])


# -- pipes and signals ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(line: list[str], sandbox: Sandbox, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process whose output is read while it runs; ended with the block."""
    process = subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=process_environment(sandbox, home),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "words", [("hybridb", "audit", "--all", "--json"), ("hybridb", "operations"), ("hestiaos", "health")]
)
def test_a_closed_pipe_is_quiet(
    sandbox: Sandbox, tmp_path: Path, warm: Command, words: tuple[str, ...]
) -> None:
    """As in `veneer … | head -1`: no traceback, and the exit code that shells give a filter that was cut off."""
    with running(warm(*words), sandbox, tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(120)) == ("", 141)


@pytest.mark.parametrize(
    "words", [("velerian", "plans"), ("hestiaos", "stream", "hello"), ("hybridb", "audit", "--all")]
)
def test_ctrl_c_is_clean(sandbox: Sandbox, tmp_path: Path, words: tuple[str, ...]) -> None:
    """While a server does not answer: at once, one line, 130."""
    sandbox.fault("blackhole")
    with running(command(*words), sandbox, tmp_path) as process:
        until(sandbox.journal, "the command sends nothing")
        process.send_signal(signal.SIGINT)
        _, shown = process.communicate(timeout=60)
    assert (process.returncode, shown) == (130, "veneer: interrupted\n")


def test_a_stream_is_printed_as_it_arrives(sandbox: Sandbox, tmp_path: Path, warm: Command) -> None:
    """Into a pipe too: the first event is there while the server still sends."""
    sandbox.fault("pace=0.3", platform="hestiaos")
    with running(warm("hestiaos", "stream", "a b c", "--json"), sandbox, tmp_path) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert (first["type"], process.poll(), sandbox.journal()[0]["outcome"]) == ("start", None, "open")


def test_a_text_that_is_cut_ends_its_line(spawn: Spawn, sandbox: Sandbox) -> None:
    """What came is printed, the error stands on a line of its own, and the exit code tells."""
    sandbox.fault("cut-sse=3", platform="aerostack")
    done = spawn("aerostack", "chat", "hello there", "--stream", "--max-retries", "0")
    assert (done.returncode, done.stdout) == (1, "You said:\n")
    assert done.stderr.startswith("veneer: ")


def test_a_lone_surrogate_is_printed_as_json_escapes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """UTF-8 has no form for it; JSON does."""
    Output().document({"value": "\ud800→"})
    assert capsys.readouterr().out == '{"value": "\\ud800\\u2192"}\n'


def test_debug_logs_requests_without_secrets(spawn: Spawn, sandbox: Sandbox) -> None:
    done = spawn("velerian", "plans", "--debug", "--json")
    assert (done.returncode, "GET" in done.stderr, sandbox.keys["velerian"] in done.stderr) == (
        0,
        True,
        False,
    )
    assert len(done.stdout.splitlines()) == 3


def test_a_legacy_encoding_gets_ascii(spawn: Spawn) -> None:
    body = json.dumps({"key": "ü", "value": "→"})
    assert spawn("aerostack", "call", "cache_set", "--body", body).returncode == 0
    done = spawn("aerostack", "cache", "get", "ü", PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stdout) == (0, '"\\u2192"\n')


# -- doors, completion, what is loaded -----------------------------------------------------------------------------


def python(code: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a fresh process."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **more},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("program", ["main", "hestiaos"])
@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra_one_line_says_how_to_get_it(program: str, missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from veneer_cli import {program} as p; sys.exit(p())"
    )
    done = python(code, "health")
    name = "veneer" if program == "main" else program
    line = f'{name}: the command line needs its extra: pip install "veneer[cli]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_the_sandbox_needs_no_more_than_its_own_extra() -> None:
    done = python(
        "import sys; sys.modules['typer'] = None; from veneer_cli import main; main()", "sandbox", "--help"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--faults" in done.stdout


PRINT_LOADED = """
import sys
from veneer_cli import main
code = main()
print(*sorted(name for name in sys.modules if name.startswith(("veneer.", "veneer_generated", "httpx", "openapi_python_client", "griffe"))), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], {"httpx", "veneer_generated.velerian", "veneer._sync.client"}),
        (["velerian", "invoke", "--help"], {"httpx", "veneer_generated.velerian", "veneer_cli.commands.hybridb"}),
        (
            ["velerian", "operations"],
            {"httpx", "veneer_generated.velerian", "veneer_cli.commands.hybridb", "openapi_python_client", "griffe"},
        ),
        (
            ["velerian", "plans", "--curl", "-k", "key"],
            {"veneer_generated.hybridb", "veneer_generated.hestiaos", "veneer_generated.aerostack", "veneer._async.client"},
        ),
    ],
)  # fmt: skip
def test_a_command_loads_only_what_it_needs(words: list[str], absent: set[str]) -> None:
    done = python(PRINT_LOADED, *words)
    assert done.returncode == 0
    assert absent & set(done.stderr.split()) == set()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ver", {}),
        ("vel", {"velerian"}),
        ("velerian in", {"invoke"}),
        ("velerian networks ", {"run", "show"}),
        ("hybridb call get_d", {"get_decision"}),
        ("hybridb operations create_", {"create_token", "create_pipeline", "create_api_key", "create_identity_mapping"}),
        ("hybridb audit --a", {"--actor", "--action", "--all", "--api-key", "--api-key-stdin"}),
    ],
)  # fmt: skip
def test_the_shell_completes(typed: str, offered: set[str]) -> None:
    """Groups, commands, options, and operations from the contract, without loading the HTTP engine."""
    words = f"veneer {typed}"
    done = python(
        PRINT_LOADED,
        _VENEER_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split(" ")) - 1),
    )
    assert {one.partition(",")[2] for one in done.stdout.split()} == set(offered)
    assert "httpx" not in done.stderr.split()


def test_the_sandbox_runs_from_the_command_line(tmp_path: Path) -> None:
    """It prints its address, and Ctrl-C stops it."""
    process = subprocess.Popen(
        command("sandbox", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


def test_the_sandboxs_options_are_its_own(spawn: Spawn) -> None:
    assert "--latency" in spawn("sandbox", "--help").stdout
    assert spawn("sandbox", "--nonsense").returncode == 2


def test_usage_errors_are_exit_2(spawn: Spawn) -> None:
    """Click's own, on standard error."""
    for words in (
        ["nonsense"],
        ["hybridb", "nonsense"],
        ["hybridb", "audit", "-n", "many"],
        ["velerian", "invoke"],
    ):
        done = spawn(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Usage:" in done.stderr


def test_the_version_is_printed(spawn: Spawn) -> None:
    from veneer import __version__

    assert spawn("--version").stdout == f"veneer {__version__}\n"
