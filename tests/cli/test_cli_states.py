"""Every command under every bad state of its surroundings: one line on standard error, an exit code, no traceback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

import faultserver
from cli.kit import PLATFORMS, Command, Invoke, command, failure, invoke
from veneer_cli.app import application
from veneer_cli.config import config_path, read_config
from veneer_cli.output import Output
from veneer_cli.text import clean, json_escaped

SURROGATE = b"\xff".decode("utf-8", "surrogateescape")
DEEP = b"[" * 100_000
# Neither of these calls a platform: `sandbox` has options of its own, `new` is the code generator's.
_OTHERS = {("sandbox",), ("new",)}
_EXAMPLES = {"OPERATION": "", "PLATFORM": "velerian", "since": "2026-01-01T00:00:00Z"}
_FIRST_OPERATION = {
    "hybridb": "get_health",
    "hestiaos": "get_health",
    "velerian": "list_plans",
    "aerostack": "cache_keys",
    "call": "list_plans",
    "operations": "list_plans",
}
_CONTRACT = str(Path(__file__).resolve().parents[2] / "openapi" / "velerian.json")


class Leaf(NamedTuple):
    """A command with arguments that it can run with: `json` are its options and arguments that take JSON."""

    words: tuple[str, ...]
    params: tuple[Any, ...]

    @property
    def json(self) -> list[Any]:
        return [one for one in self.params if "JSON" in str(one.metavar)]

    @property
    def texts(self) -> list[Any]:
        return [one for one in self.params if one.type.name in {"str", "text"} and one.expose_value]

    def line(self, folder: Path, replaced: Mapping[str, str] | None = None) -> list[str]:
        """The command line: what is required, and `replaced` by the parameter's name."""
        given = dict(replaced or {})
        words = [*self.words]
        for one in self.params:
            value = given.pop(one.name, None)
            if value is None and one.required:
                value = self._example(one, folder)
            if value is None:
                continue
            words += [value] if one.param_type_name == "argument" else [f"{one.opts[0]}={value}"]
        assert not given
        return words

    def _example(self, param: Any, folder: Path) -> str:
        if param.name == "operation":
            return _FIRST_OPERATION[self.words[0]]
        if param.name == "contract":
            return _CONTRACT
        if param.name == "shell":
            return "bash"
        if param.name in {"since", "platform"}:
            return "2026-01-01T00:00:00Z" if param.name == "since" else "velerian"
        if param.type.name == "path" or param.name in {"file", "to"}:
            (folder / "file.txt").write_text("content")
            return str(folder / "file.txt")
        if "JSON" in str(param.metavar):
            return "{}"
        return "x"


def leaves(group: Any = None, above: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every command of the program, groups entered."""
    group = group or application()
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if hasattr(found, "list_commands"):
            yield from leaves(found, (*above, name))
        elif (*above, name) not in _OTHERS:
            yield Leaf((*above, name), tuple(one for one in found.params if one.name != "help"))


LEAVES = list(leaves())
ONLINE = [one for one in LEAVES if one.words[0] in PLATFORMS and one.words[1] != "operations"]
NAMES = [" ".join(one.words) for one in LEAVES]
# `login` has a person to ask, and both it and `logout` a keyring: test_cli_login.py.
# `mcp` and `add` want a choice among their arguments, `update` a project around it.
PRINTING = [one for one in LEAVES if one.words[0] not in {"login", "logout", "mcp", "add", "update"}]


def one_line(result: Any, *codes: int) -> str:
    """The only line on standard error of a command that ended with one of these codes."""
    assert result.exit_code in codes, result.output
    assert "Traceback" not in result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return str(lines[0])


@pytest.fixture
def offline(bare: Invoke, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Keys for every platform, and addresses where nobody listens."""
    for name in ("HDB", "HESTIA", "VELERIAN", "AEROSTACK"):
        monkeypatch.setenv(f"{name}_API_KEY", "key-of-a-test")
        monkeypatch.setenv(f"{name}_{'SERVER' if name == 'AEROSTACK' else 'BASE'}_URL", "http://127.0.0.1:1")
    return bare


# -- arguments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaf", "param"),
    [(leaf, param) for leaf in LEAVES for param in leaf.texts],
    ids=[f"{' '.join(leaf.words)} {param.name}" for leaf in LEAVES for param in leaf.texts],
)
def test_an_argument_that_is_not_utf8_is_named_and_nothing_is_sent(
    offline: Invoke, tmp_path: Path, leaf: Leaf, param: Any
) -> None:
    """Python makes lone surrogates of such bytes, which no request can carry."""
    assert "is not UTF-8" in one_line(offline(*leaf.line(tmp_path, {param.name: SURROGATE})), 2)


@pytest.mark.parametrize("option", ["--base-url", "--api-key", "--header"])
def test_a_common_option_that_is_not_utf8_is_named(offline: Invoke, option: str) -> None:
    for words in ((option, SURROGATE, "velerian", "plans"), ("velerian", "plans", option, SURROGATE)):
        assert one_line(offline(*words), 2) == f"veneer: {option} is not UTF-8"


@pytest.mark.parametrize("option", ["--base-url", "--api-key"])
@pytest.mark.parametrize("empty", ["", " "])
def test_an_option_that_is_there_and_empty_is_refused(offline: Invoke, option: str, empty: str) -> None:
    """As in `--base-url "$UNSET"`: the key would go to the default address."""
    shown = one_line(offline("velerian", "plans", option, empty), 2)
    assert shown == f"veneer: {option} is empty: give a value, or leave it out"


def test_a_variable_that_is_there_and_empty_is_refused(
    offline: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VELERIAN_BASE_URL", "")
    shown = one_line(offline("velerian", "plans"), 2)
    assert shown == "veneer: VELERIAN_BASE_URL is empty: give a value, or leave it out"


def test_a_file_whose_name_is_not_utf8_can_be_read(veneer: Invoke, tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/\xff.json"
    Path(os.fsdecode(file)).write_bytes(b'{"key": "k"}')
    assert veneer("aerostack", "call", "cache_get", "--body", f"@{os.fsdecode(file)}").exit_code == 0


# -- JSON --------------------------------------------------------------------------------------------------------------

BAD_JSON = {
    "100,000 levels": (DEEP, "more than 200 levels"),
    "201 levels": (b"[" * 202 + b"]" * 202, "more than 200 levels"),
    "not UTF-8": (b'{"a": "\xff"}', "is not UTF-8"),
    "no JSON": (b"{", "is not JSON"),
    "NaN": (b'{"a": NaN}', "JSON has no NaN"),
    "infinity": (b'{"a": -Infinity}', "JSON has no -Infinity"),
    "a number of 5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
    "nothing": (b"", "is not JSON"),
}
# These take text as well as JSON, and a body's form depends on the operation.
_JSON_OR_TEXT = {("aerostack", "cache", "set")}


@pytest.mark.parametrize("bad", BAD_JSON.values(), ids=BAD_JSON)
@pytest.mark.parametrize(
    ("leaf", "param"),
    [(leaf, param) for leaf in LEAVES for param in leaf.json if leaf.words not in _JSON_OR_TEXT],
    ids=[
        f"{' '.join(leaf.words)} {param.name}"
        for leaf in LEAVES
        for param in leaf.json
        if leaf.words not in _JSON_OR_TEXT
    ],
)
def test_json_that_cannot_be_read_is_one_line_from_standard_input_and_from_a_file(
    offline: Invoke, tmp_path: Path, leaf: Leaf, param: Any, bad: tuple[bytes, str]
) -> None:
    content, says = bad
    (tmp_path / "bad.json").write_bytes(content)
    more = {"operation": _WITH_BODY[leaf.words[0]]} if leaf.words[-1] == "call" else {}
    for given in ("-", f"@{tmp_path / 'bad.json'}"):
        line = leaf.line(tmp_path, {param.name: given, **more})
        shown = one_line(invoke(*line, stdin=content), 2)
        assert says in shown
        assert len(shown) < 200


_WITH_BODY = {
    "hybridb": "request_decision",
    "hestiaos": "run",
    "velerian": "invoke_network",
    "aerostack": "cache_set",
    "call": "invoke_network",
}


@pytest.mark.parametrize("value", [DEEP.decode(), "[" * 202 + "]" * 202])
def test_a_text_or_json_value_of_too_many_levels_is_not_taken_for_text(offline: Invoke, value: str) -> None:
    for words in (
        ("aerostack", "cache", "set", "k", value),
        ("aerostack", "sql", "SELECT ?", "-p", value),
        ("aerostack", "call", "cache_set", "-p", "key=k", "-p", f"value={value}"),
    ):
        assert "more than 200 levels" in one_line(offline(*words), 2)


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1e999"])
def test_a_number_that_json_does_not_have_is_refused(offline: Invoke, value: str) -> None:
    words = ("aerostack", "call", "ai_chat", "-p", "messages=[]", "-p", f"temperature={value}")
    assert "temperature takes a number" in one_line(offline(*words), 2)


@pytest.mark.parametrize("given", ["@/nowhere", "@.", "@"])
@pytest.mark.parametrize(
    ("leaf", "param"),
    [(leaf, param) for leaf in LEAVES for param in leaf.params if "@FILE" in str(param.metavar)],
    ids=[
        f"{' '.join(leaf.words)} {param.name}"
        for leaf in LEAVES
        for param in leaf.params
        if "@FILE" in str(param.metavar)
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    offline: Invoke, tmp_path: Path, leaf: Leaf, param: Any, given: str
) -> None:
    more = {"operation": _WITH_BODY[leaf.words[0]]} if leaf.words[-1] == "call" else {}
    assert "cannot be read" in one_line(offline(*leaf.line(tmp_path, {param.name: given, **more})), 2)


@pytest.mark.parametrize(
    "words", [("velerian", "plans", "--api-key-stdin"), ("hestiaos", "secrets", "set", "a")]
)
@pytest.mark.parametrize("given", [b"\xff\xfe\n", b"", b"\n"], ids=["not UTF-8", "nothing", "an empty line"])
def test_a_secret_from_standard_input_that_is_none_is_one_line(
    offline: Invoke, words: tuple[str, ...], given: bytes
) -> None:
    shown = one_line(invoke(*words, stdin=given), 2)
    assert ("is not UTF-8" if b"\xff" in given else "is empty") in shown


def test_a_key_from_standard_input_does_not_fall_back_to_the_environment(offline: Invoke) -> None:
    shown = one_line(invoke("velerian", "plans", "--api-key-stdin", stdin="\n"), 2)
    assert shown == "veneer: --api-key-stdin: the first line of standard input is empty"


def test_a_byte_order_mark_before_json_and_keys_is_no_part_of_them(veneer: Invoke, sandbox: Any) -> None:
    mark = b"\xef\xbb\xbf"
    assert invoke("aerostack", "call", "cache_get", "--body", "-", stdin=mark + b'{"key":"k"}').exit_code == 0
    key = mark + sandbox.keys["velerian"].encode()
    assert invoke("velerian", "plans", "--api-key-stdin", stdin=key).exit_code == 0


# -- the settings file -------------------------------------------------------------------------------------------------


def _a_folder(file: Path) -> None:
    file.mkdir()


def _a_pipe(file: Path) -> None:
    os.mkfifo(file)


def _a_link_to_nowhere(file: Path) -> None:
    file.symlink_to(file.with_name("nowhere"))


def _a_loop(file: Path) -> None:
    file.symlink_to(file)


SETTINGS = {
    "a folder": (_a_folder, "is not a file"),
    "a pipe": (_a_pipe, "is not a file"),
    "a link to nowhere": (_a_link_to_nowhere, "No such file"),
    "a link to itself": (_a_loop, "cannot be read: "),
    "not UTF-8": (b'[velerian]\nbase_url = "\xff"\n', "is not UTF-8"),
    "UTF-16": ('[velerian]\nbase_url = "x"\n'.encode("utf-16"), "is not UTF-8"),
    "100,000 levels": (b"a = " + DEEP, "cannot be read: "),
    "a number of 5,000 digits": (b"[velerian]\ndeadline = " + b"9" * 5000, "cannot be read: "),
    "2 MiB": (b"#" * 2_097_152, "is larger than 1,048,576 bytes"),
    "no TOML": (b"[velerian", "cannot be read: "),
    "a null byte": (b"[velerian]\nbase_url = \x00", "cannot be read: "),
    "an empty address": (b'[velerian]\nbase_url = ""\n', "base_url of [velerian] in the settings file is empty"),
    "a deadline that is no number": (b"[velerian]\ndeadline = nan\n", "deadline"),
}  # fmt: skip


@pytest.fixture
def settings(config_home: Path) -> Path:
    """Where the settings file is looked for; it does not exist yet."""
    path = config_home / "veneer" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def _make(file: Path, what: Any) -> None:
    if isinstance(what, bytes):
        file.write_bytes(what)
        file.chmod(0o600)
    else:
        what(file)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are POSIX's")
@pytest.mark.parametrize("state", SETTINGS.values(), ids=SETTINGS)
def test_a_settings_file_that_cannot_be_used_is_one_line_and_help_works(
    bare: Invoke, settings: Path, state: tuple[Any, str]
) -> None:
    what, says = state
    _make(settings, what)
    assert says in one_line(bare("velerian", "plans", "-k", "key"), 2)
    if says != "deadline":  # the comparison has a limit of its own
        assert says in one_line(bare("doctor", "velerian"), 4)
    for words in (("velerian", "plans", "--help"), ("velerian", "operations"), ("--help",)):
        assert bare(*words).exit_code == 0


@pytest.mark.parametrize("leaf", ONLINE, ids=[" ".join(one.words) for one in ONLINE])
def test_no_command_starts_with_a_settings_file_that_cannot_be_used(
    offline: Invoke, settings: Path, tmp_path: Path, leaf: Leaf
) -> None:
    settings.write_bytes(b"\xff")
    assert "is not UTF-8" in one_line(invoke(*leaf.line(tmp_path), stdin="s"), 2)


@pytest.mark.parametrize("leaf", LEAVES, ids=NAMES)
def test_help_needs_no_settings(bare: Invoke, settings: Path, tmp_path: Path, leaf: Leaf) -> None:
    settings.write_bytes(b"\xff")
    done = bare(*leaf.words, "--help")
    assert (done.exit_code, done.stderr, "Usage:" in done.stdout) == (0, "", True)


def test_a_byte_order_mark_is_no_part_of_the_settings(settings: Path) -> None:
    settings.write_bytes(b'\xef\xbb\xbf[velerian]\nbase_url = "https://a.test"\n')
    assert read_config(settings) == {"velerian": {"base_url": "https://a.test"}}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can read every file")
def test_a_settings_file_that_the_user_may_not_read_is_one_line(bare: Invoke, settings: Path) -> None:
    settings.write_text("")
    settings.chmod(0)
    assert "cannot be read: Permission denied" in one_line(bare("velerian", "plans"), 2)


def test_a_user_without_a_home_has_no_settings_file(bare: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert config_path() is None
    assert read_config(None) == {}
    assert "set HOME" in one_line(bare("config", "path"), 2)
    assert bare("config", "show").exit_code == 0
    assert bare("velerian", "plans", "-k", "key", "--dry-run").exit_code == 0


def test_a_relative_home_is_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in whatever folder the command runs in is not the user's."""
    monkeypatch.setenv("HOME", "relative")
    assert config_path({}) is None


# -- answers -----------------------------------------------------------------------------------------------------------

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\u202e\u2066\u200f\u061c\u2028\ufeff\U000e0041"
HARMFUL = [*EVIL.replace("[2J", "").replace("]0;owned", "").replace("31m", "")]


def _http(body: bytes, status: str = "200 OK", kind: str = "application/json", more: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n".encode()
    return head + more + b"\r\n" + body


_FAILURE = {
    "success": False,
    "error": {"code": EVIL, "message": EVIL, "details": {"password": "hunter2hunter2"}},
}
ANSWERS: dict[str, tuple[Any, ...]] = {
    "100,000 levels": (_http(DEEP + b"]" * 100_000),),
    "900 levels": (_http(b'{"a":' * 900 + b"1" + b"}" * 900),),
    "not UTF-8": (_http(b'{"a": "\xff"}'),),
    "half of it": (_http(b'{"a": '),),
    "a page": (_http(b"<html>", kind="text/html"),),
    "nothing": (_http(b""),),
    "null": (_http(b"null"),),
    "a list": (_http(b"[1, [2]]"),),
    "a number": (_http(b"1e400"),),
    "a reset": (None,),
    "half a head": (b"HTTP/1.1 200 OK\r\ncontent-", None),
    "an error that steers": (
        _http(
            json.dumps({**_FAILURE, "detail": EVIL, "code": EVIL, "message": EVIL}, ensure_ascii=False).encode(),
            "418 \xe9\x1b[2J",
            more=b"x-request-id: \x1b]0;owned\x07\xc2\x9b31m\xe2\x80\xae\r\n",
        ),
    ),
    "an error of 900 levels": (_http(b'{"detail":' * 900 + b"1" + b"}" * 900, "500 No"),),
    "a stream that is none": (_http(b"data: {\xff\n\n", kind="text/event-stream"),),
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as running:
        yield running


# Each command meets half of the answers and each answer half of the commands, in turn plain, with --json and --debug.
_WAYS = ([], ["--json"], ["--debug"])
_MEETINGS = [
    (leaf, name)
    for row, leaf in enumerate(ONLINE)
    for column, name in enumerate(ANSWERS)
    if (row + column) % 2 == 0
]


@pytest.mark.parametrize(
    ("leaf", "name"), _MEETINGS, ids=[f"{' '.join(leaf.words)} {name}" for leaf, name in _MEETINGS]
)
def test_no_answer_steers_the_terminal_or_ends_in_a_traceback(
    bare: Invoke,
    server: faultserver.FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    leaf: Leaf,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)  # some commands write a file
    more = _WAYS[(ONLINE.index(leaf) + list(ANSWERS).index(name)) % len(_WAYS)]
    space = server.space(scripts=[ANSWERS[name]] * 8)
    words = [*leaf.line(tmp_path), "-u", space.url("raw"), "-k", "key-of-a-test", "--max-retries=0", *more]
    done = invoke(*words, stdin="s")
    assert done.exit_code in {0, 1, 2}
    assert "Traceback" not in done.output
    assert not [one for one in HARMFUL if one in done.stderr or (one in done.stdout and "--json" in more)]
    assert "hunter2" not in done.stderr or "--debug" in more
    if more == ["--debug"]:
        return
    lines = done.stderr.splitlines()
    told = [one for one in lines if one.startswith(("warning: ", '{"warning": '))]
    assert len(lines) - len(told) <= (done.exit_code != 0)
    assert lines[: len(told)] == told
    assert all(json.loads(one) for one in lines if more)


def test_with_json_every_failure_is_json(
    veneer: Invoke, server: faultserver.FaultServer, tmp_path: Path
) -> None:
    space = server.space(scripts=[ANSWERS["900 levels"]])
    words = ("velerian", "call", "list_plans", "-u", space.url("raw"), "--json")
    assert json.loads(one_line(veneer(*words), 1))["error"]["type"] == "RecursionError"
    target = tmp_path / "missing" / "x"
    refused = one_line(veneer("hybridb", "call", "get_health", "-o", str(target), "--json"), 1, 2)
    assert str(target.parent) in json.loads(refused)["error"]["message"]


_ODD = _http(
    b'{"items": [{"id": 1, "name": "a\\u001b[2J"}, {"id": 2, "name": "b"}], "limit": "many", "offset": 0}'
)


def test_an_answer_that_breaks_its_contract_is_shown_and_each_kind_told_once(
    veneer: Invoke, server: faultserver.FaultServer
) -> None:
    """One line for each place, whatever its row; the result is on standard output and the exit code 0."""
    words = ("velerian", "abps", "-n", "2", "-u", server.space(scripts=[(_ODD,)] * 2).url("raw"))
    done = veneer(*words)
    told = done.stderr.splitlines()
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith("1\ta\\x1b[2J")
    assert len(told) == len(set(told)) > 1
    assert all(one.startswith("warning: list_abps 200: $") for one in told)
    assert "warning: list_abps 200: $.items[0].id is integer, the contract says string" in "\n".join(told)


def test_with_json_what_breaks_the_contract_is_json_too(
    veneer: Invoke, server: faultserver.FaultServer
) -> None:
    space = server.space(scripts=[(_ODD,)] * 2)
    done = veneer("velerian", "abps", "-n", "2", "-u", space.url("raw"), "--json")
    told = {one["path"]: one for one in (json.loads(line)["warning"] for line in done.stderr.splitlines())}
    first = told["$.items[0].id"]
    assert (first["type"], first["operation"], first["kind"]) == ("SchemaViolation", "list_abps", "type")
    assert [json.loads(one)["id"] for one in done.stdout.splitlines()] == [1, 2]


def test_with_debug_the_log_tells_what_breaks_the_contract(
    veneer: Invoke, server: faultserver.FaultServer
) -> None:
    space = server.space(scripts=[(_ODD,)] * 2)
    done = veneer("velerian", "abps", "-n", "2", "-u", space.url("raw"), "--debug")
    assert done.exit_code == 0
    assert done.stderr.count("$.items[0].id is integer") == 1


def test_an_answer_of_another_shape_is_one_error_after_its_warning(
    veneer: Invoke, server: faultserver.FaultServer
) -> None:
    space = server.space(scripts=[(_http(b"null"),)])
    done = veneer("aerostack", "storage", "url", "k", "-u", space.url("raw"))
    warning, error = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (1, "")
    assert warning.startswith("warning: storage_get_url 200: $ is null")
    assert error == (
        "veneer: the response cannot be shown (storage_get_url 200: $ is null, the contract says object)"
    )


def test_what_steers_a_terminal_is_shown_as_python_writes_it() -> None:
    shown = clean("a\x1b[2J\x9b\u202eb\U000e0041\tc\nd\u200de")
    assert shown == "a\\x1b[2J\\x9b\\u202eb\\U000e0041\tc\nd\u200de"


def test_json_with_these_characters_escaped_is_the_same_json() -> None:
    value = {EVIL: [EVIL, "ü→\u200d"]}
    text = json_escaped(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert not [one for one in HARMFUL if one in text]
    assert "ü→\u200d" in text


def test_an_answer_nested_too_deeply_to_be_shown_is_one_line(
    bare: Invoke, server: faultserver.FaultServer
) -> None:
    answers = [_http(b'{"a":' * levels + b"1" + b"}" * levels) for levels in (200, 201)]
    space = server.space(scripts=[(one,) for one in answers])
    words = ("velerian", "call", "list_plans", "-u", space.url("raw"), "-k", "key-of-a-test")
    assert bare(*words).stdout.count("a") == 200
    shown = one_line(bare(*words), 1)
    assert shown == "veneer: the document or response is nested too deeply to be read or shown"


# -- standard output ---------------------------------------------------------------------------------------------------


class Broken(io.RawIOBase):
    """A file that cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def writable(self) -> bool:
        return True

    def write(self, _data: Any) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [(BrokenPipeError(32, "Broken pipe"), 141, ""), (OSError(28, "No space left on device"), 1, "veneer: No space left on device\n")],
    ids=["a closed pipe", "a full disk"],
)  # fmt: skip
@pytest.mark.parametrize("leaf", PRINTING, ids=[" ".join(leaf.words) for leaf in PRINTING])
def test_output_that_cannot_be_written_is_an_exit_code(
    offline: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    leaf: Leaf,
    error: OSError,
    code: int,
    says: str,
) -> None:
    """Whatever a command prints: `--dry-run` makes each one print something."""
    line = [*leaf.line(tmp_path), *([] if leaf.words[0] == "config" else ["--dry-run"])]
    program = application()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"s")))
        patch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Broken(error), 1)))
        ended = program.main(line, prog_name="veneer", standalone_mode=False)
        with contextlib.suppress(OSError):
            sys.stdout.close()
    assert (ended, capsys.readouterr().err) == (code, says)


def process(
    line: list[str], stdout: Any = subprocess.PIPE, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a command line as a process without settings."""
    return subprocess.run(
        line,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ},
        timeout=300,
        check=False,
    )


PRINTING = [("--help",), ("--version",), ("velerian", "--help"), ("velerian", "plans", "--help"),
            ("velerian", "operations"), ("config", "path"), ("velerian", "plans", "--curl")]  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_full_disk_is_one_line_also_while_the_interpreter_ends(
    warm: Command, words: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = process(warm(*words), stdout=full)
    assert (done.returncode, done.stderr) == (1, "veneer: standard output: No space left on device\n")


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_reader_that_went_away_is_quiet_also_while_the_interpreter_ends(
    warm: Command, words: tuple[str, ...]
) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w") as pipe:
        done = process(warm(*words), stdout=pipe)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections are POSIX's")
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_without_standard_output_nothing_is_done(words: tuple[str, ...]) -> None:
    line = ["sh", "-c", '"$@" >&-', "sh", *command(*words)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    says = "veneer: standard output is closed: give it a file or a pipe\n"
    assert (done.returncode, done.stderr) == (2, says)


@pytest.mark.skipif(os.name != "posix", reason="the shell's redirections are POSIX's")
@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_without_the_other_streams_a_command_does_its_work(sandbox: Any, closed: str) -> None:
    url, key = sandbox.base_urls["velerian"], sandbox.keys["velerian"]
    words = command("velerian", "plans", "--json", "-u", url, "-k", key)
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *words], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    failed = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *command("velerian", "plans", "-u", url)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert (failed.returncode, failed.stdout) == (2, "")


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"TERM": "dumb"},
        {"TERM": ""},
        {"NO_COLOR": "1", "COLUMNS": "1"},
        {"COLUMNS": "many", "LINES": "-1"},
        {"HOME": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("hestiaos", "call", "run", "--body", '{"input": "\\u2192\\u00fc"}', "--dry-run"),
        ("hestiaos", "operations"),
    ],
)
def test_no_locale_terminal_or_home_is_in_the_way(
    warm: Command, words: tuple[str, ...], environ: dict[str, str]
) -> None:
    """A locale is what the interpreter starts with, so it has to start."""
    cold = any(name.startswith("PYTHON") for name in environ)
    done = process((command if cold else warm)(*words), **environ)
    assert (done.returncode, done.stderr, "\x1b" in done.stdout) == (0, "", False)


def test_a_terminal_that_can_do_nothing_gets_plain_text(warm: Command) -> None:
    ours, theirs = pty.openpty()
    done = process(warm("hestiaos", "operations"), stdout=theirs, TERM="dumb", COLUMNS="100")
    os.close(theirs)
    shown = os.read(ours, 65_536)
    os.close(ours)
    assert (done.returncode, done.stderr, b"\x1b" in shown, b"run_stream" in shown) == (0, "", False, True)


# -- Ctrl-C ------------------------------------------------------------------------------------------------------------

# Press Ctrl-C when a module is about to be imported for the first time: at that very place, on every machine.
INTERRUPT = """
import builtins, os, signal, sys
from veneer_cli import main
where, sys.argv = sys.argv[1], ["veneer", *sys.argv[2:]]
real = builtins.__import__
def importing(name, *rest):
    if name == where and name not in sys.modules:
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest)
builtins.__import__ = importing
sys.meta_path.insert(0, type("Finder", (), {"find_spec": staticmethod(
    lambda name, *_: os.kill(os.getpid(), signal.SIGINT) if name == where else None)}))
sys.exit(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize(
    "where",
    ["rich", "click", "veneer_cli.app", "veneer_cli.guard", "veneer._core.errors", "veneer_cli.commands.velerian",
     "veneer.velerian", "httpx", "veneer._http.http1", "veneer._sync.session", "veneer_generated.velerian.api.plans"],
)  # fmt: skip
def test_ctrl_c_while_something_is_imported_is_one_line(where: str, sandbox: Any) -> None:
    words = ["velerian", "plans", "-u", sandbox.base_urls["velerian"], "-k", sandbox.keys["velerian"]]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, where, *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )
    assert (done.returncode, done.stderr) == (130, "veneer: interrupted\n")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize(
    "code",
    [
        "import atexit, os, signal\natexit.register(os.kill, os.getpid(), signal.SIGINT)\n",
        """
import os, signal, veneer_cli.process as p
real = p.ended
p.ended = lambda *a: (os.kill(os.getpid(), signal.SIGINT), real(*a))[1]
""",
    ],
    ids=["while the interpreter ends", "after the command"],
)
def test_ctrl_c_when_the_work_is_done_is_one_line(code: str) -> None:
    script = (
        f"{code}import sys\nfrom veneer_cli import main\nsys.argv = ['veneer', '--version']\nsys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (130, "veneer: interrupted\n")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_ctrl_c_stays_ignored_where_it_is() -> None:
    """As under `nohup`, or in the background of a script."""
    script = (
        "import os, signal, sys\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nfrom veneer_cli import main\n"
        "sys.argv = ['veneer', '--version']\ncode = main()\nos.kill(os.getpid(), signal.SIGINT)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_at_a_prompt_and_its_end_are_one_line(
    offline: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends the command, Ctrl-D gives nothing."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def raising(error: BaseException) -> Any:
        def prompt(_text: str) -> str:
            raise error

        return prompt

    for error, code, says in (
        (KeyboardInterrupt(), 130, "interrupted"),
        (EOFError(), 2, "value of a is empty"),
    ):
        monkeypatch.setattr("getpass.getpass", raising(error))
        with monkeypatch.context() as patch:
            patch.setattr("veneer_cli.inputs.sys", _Terminal)
            done = invoke("hestiaos", "secrets", "set", "a")
        assert one_line(done, code) == f"veneer: {says}"


class _Terminal:
    """Stands for `sys` with a terminal as standard input."""

    class stdin:  # noqa: N801
        isatty = staticmethod(lambda: True)


def test_a_row_that_is_no_object_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Against the contract, and not lost."""
    Output().rows([{"a": 1}, "text", [2]], ("a", "b"))
    assert capsys.readouterr().out == "1\t\ntext\t\n[2]\t\n"


@pytest.mark.parametrize("words", [("velerian", "no-such"), ("velerian", "call", SURROGATE), (SURROGATE,)])
def test_wrong_usage_has_no_traceback(bare: Invoke, words: tuple[str, ...]) -> None:
    done = bare(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_an_unwritable_target_is_one_line(veneer: Invoke, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    for target in (tmp_path / "a-file" / "x", tmp_path / "missing" / "x", tmp_path):
        for words in (
            ("hybridb", "call", "get_health", "-o", str(target)),
            ("aerostack", "storage", "download", "a/b", "-o", str(target)),
        ):
            code, _ = failure(veneer(*words, "--max-retries=0"))
            assert code in {1, 2}
