"""A project's own command line: its client's methods as commands, what they send, and what they print."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp.client import Client

import faultserver
from cli import shop
from cli.kit import document, failure, rows
from cli.shop import invoke
from veneer_cli import derived
from veneer_cli.commands.mcp import offered
from veneer_cli.contract import read
from veneer_cli.derived import flags_for
from veneer_cli.flags import Flags
from veneer_cli.offers import Offer, offers
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import Command, built, group

PET = {"id": 7, "name": "Rex", "owner": {"name": "Bo"}, "kind": "dog"}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project's packages, importable."""
    root = shop.make(tmp_path_factory.mktemp("shop"), shop.SHOP)
    sys.path.append(str(root))
    yield root
    sys.path.remove(str(root))
    for name in [name for name in sys.modules if name.partition(".")[0].startswith(shop.NAME)]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def server() -> Iterator[faultserver.FaultServer]:
    with faultserver.running() as running:
        yield running


@pytest.fixture(autouse=True)
def settings(packages: Path, config_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, no other setting."""
    monkeypatch.delenv("CLI_SHOP_BASE_URL", raising=False)
    monkeypatch.setenv("CLI_SHOP_API_KEY", "key-of-a-test")


def shown(*arguments: str, stdin: str | bytes | None = None) -> dict[str, Any]:
    """The request that a command would send."""
    found: dict[str, Any] = document(invoke(*arguments, "--dry-run", "--json", stdin=stdin))
    return found


def helped(*arguments: str) -> str:
    """What help says, in one line; the frames taken out."""
    result = invoke(*arguments, "--help")
    assert result.exit_code == 0, result.output
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stdout).split())


# -- what there is -----------------------------------------------------------------------------------------------------


def test_a_namespace_is_a_group_and_a_method_is_a_command(packages: Path) -> None:
    found = helped("pets")
    assert re.findall(r"(?:list|create|get|delete|upload-photo|get-photo|import-pets|send-form) ", found)
    listed = offers(shop.SERVICE)
    assert [one.name for one in listed["pets"][1]] == [
        "list", "create", "get", "delete", "get-photo", "upload-photo", "get-role", "stream-watch", "import-pets", "tally", "open-box",
        "send-form",
    ]  # fmt: skip


def test_a_group_of_a_name_that_the_program_has_gets_an_underscore() -> None:
    assert shown("config_", "get")["url"] == "http://127.0.0.1:1/config"
    assert "config_ Settings of the shop." in helped()


def test_help_says_where_settings_come_from() -> None:
    found = helped()
    for word in ("CLI_SHOP_BASE_URL", "CLI_SHOP_API_KEY", "~/.config/cli-shop/config.toml", "--base-url"):
        assert word in found


def test_a_contract_cannot_style_its_help_or_steer_the_terminal() -> None:
    assert "All about [red]pets[/red]." in helped()
    assert r"Show a pet.\x1b[31m" in helped("pets", "get")


def test_help_of_a_command_has_types_choices_defaults_and_what_is_required() -> None:
    found = helped("pets", "create")
    for words in ("Add a pet.", "POST /pets", "--name TEXT How it is called. (required)", "cat|dog", "--weight NUMBER",
                  "--vaccinated / --no-vaccinated (default: false)", "--owner JSON|@FILE|-", "--owner.name TEXT Who.",
                  "--owner.age INTEGER", "--tags TEXT (repeatable)"):  # fmt: skip
        assert words in found
    assert "Deprecated." in helped("pets", "delete")
    assert "(default: 20)" in helped("pets", "list")


def test_a_name_that_a_contract_takes_from_a_flag_or_a_terminal_is_left_out() -> None:
    """`--no-x` is the flag of an argument, or says no to `--x`, never both; choices that could style help are told as text."""
    told = {"type": "string", "enum": ["[red]a[/red]", "\x1b[31m"]}
    node = {
        "operationId": "odd",
        "parameters": [
            {"name": "no_dry", "in": "query", "schema": {"type": "string"}},
            {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
            {"name": "dry", "in": "header", "schema": {"type": "boolean"}},
            {"name": "\u540d", "in": "query", "schema": told},
            {"name": "\u540d", "in": "path", "required": True, "schema": {"type": "string"}},
        ],
    }
    (operation,) = read({"paths": {"/x/{\u540d}": {"get": node}}}).operations
    found = [(one.name, one.negative) for one in flags_for(operation, Offer("odd", "call", ""))]
    assert found == [
        ("PATH", ""),
        ("--no-dry", ""),
        ("--dry", ""),
        ("--header-dry", "--no-header-dry"),
        ("--query", ""),
    ]


def test_a_misspelt_command_is_told_what_is_near() -> None:
    code, said = failure(invoke("pets", "lits"))
    assert code == 2
    assert "Did you mean 'list'?" in said


def test_only_what_the_line_names_is_built(packages: Path) -> None:
    """Neither models nor other groups' commands: help of a large contract takes as long as that of a small one."""
    code = (
        "import sys, veneer_cli.contract as c; sys.argv[1:] = {words!r}\n"
        "described = []; real = c._operation\n"
        "c._operation = lambda document, found: described.append(found.path) or real(document, found)\n"
        "import veneer_cli; code = veneer_cli.run('cli-shop', 'cli_shop', 'cli_shop_generated.cli_shop')\n"
        "loaded = [one for one in sys.modules if one.startswith('cli_shop_generated') and '.models' in one]\n"
        "print(code, described, loaded, 'httpx' in sys.modules, file=sys.stderr)"
    )
    for words, described in (
        (["--help"], []),
        (["pets", "--help"], []),
        (["pets", "get", "-h"], ["/pets/{petId}"]),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(words=words)], capture_output=True, text=True, cwd=packages, check=False
        )  # fmt: skip
        assert done.stderr.strip() == f"0 {described} [] False"


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_flags_go_where_the_contract_says() -> None:
    found = shown(
        "pets", "list", "--limit", "3", "--status", "sold", "--tags", "a", "--tags", "b", "--x-trace", "T",
        "--since", "2026-01-01T00:00:00Z",
    )  # fmt: skip
    assert found["url"] == (
        "http://127.0.0.1:1/pets?limit=3&status=sold&tags=a&tags=b&since=2026-01-01T00%3A00%3A00%2B00%3A00"
    )
    assert (found["headers"]["x-trace"], found["headers"]["x-key"]) == ("T", "$CLI_SHOP_API_KEY")


def test_a_default_is_shown_and_not_sent() -> None:
    assert shown("pets", "list")["url"] == "http://127.0.0.1:1/pets"


def test_an_argument_of_a_name_that_every_command_has_is_called_by_its_place_too() -> None:
    assert shown("pets", "list", "--query-json")["url"].endswith("?json=true")
    assert shown("pets", "list", "--no-query-json")["url"].endswith("?json=false")


def test_members_of_a_body_are_flags_nested_ones_with_a_dot() -> None:
    found = shown(
        "pets", "create", "--name", "Rex", "--kind", "dog", "--weight", "3.5", "--no-vaccinated", "--lives", "9",
        "--owner.name", "Bo", "--owner.age", "4", "--tags", "x", "--tags", "y",
    )  # fmt: skip
    assert found["body"] == {
        "name": "Rex", "kind": "dog", "weight": 3.5, "vaccinated": False, "lives": 9,
        "owner": {"name": "Bo", "age": 4}, "tags": ["x", "y"],
    }  # fmt: skip


def test_a_whole_body_is_taken_from_anywhere_and_flags_change_it(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"name": "a", "kind": "cat", "more": 1}')
    sent = shown("pets", "create", "--body", f"@{tmp_path / 'b.json'}", "--name", "b")["body"]
    assert sent == {"name": "b", "kind": "cat", "more": 1}
    assert shown("pets", "create", "--body", "-", stdin='{"name": "c"}')["body"] == {"name": "c"}


def test_an_object_is_json_or_a_file_and_a_dotted_flag_adds_to_it(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text('{"name": "Bo"}')
    line = (
        "pets",
        "create",
        "--name",
        "a",
        "--kind",
        "cat",
        "--owner",
        f"@{tmp_path / 'o.json'}",
        "--owner.age",
        "2",
    )
    assert shown(*line)["body"]["owner"] == {"name": "Bo", "age": 2}


def test_a_body_that_is_a_list_goes_out_as_it_is() -> None:
    listed = [{"name": "a", "kind": "cat"}, {"anything": None}]
    assert shown("pets", "import-pets", "--body", json.dumps(listed))["body"] == listed


def test_a_path_argument_is_positional_and_typed() -> None:
    assert shown("pets", "get", "7")["url"] == "http://127.0.0.1:1/pets/7"
    assert failure(invoke("pets", "get", "x")) == (2, "cli-shop: PET_ID takes an integer, not 'x'")


def test_a_name_in_two_places_is_two_arguments_and_the_paths_where_call_has_one() -> None:
    found = shown("pets", "get-role", "a", "--id", "b", "--id", "c")
    assert found["url"] == "http://127.0.0.1:1/roles/a?id=b&id=c"
    assert shown("call", "get_role", "--param", "id=a")["url"] == "http://127.0.0.1:1/roles/a"


def test_a_form_is_sent_as_one() -> None:
    found = shown("pets", "send-form", "--name", "a b", "--no")
    assert (found["headers"]["content-type"], found["body"]) == (
        "application/x-www-form-urlencoded",
        "name=a+b&no=true",
    )


@pytest.mark.parametrize("sign", ["", "@"])
def test_a_file_is_uploaded_by_its_path(tmp_path: Path, sign: str) -> None:
    (tmp_path / "p.png").write_bytes(b"png")
    found = shown("pets", "upload-photo", "7", "--file", f"{sign}{tmp_path / 'p.png'}", "--caption", "me")
    assert found["body"] == {"file": f"@{tmp_path / 'p.png'}", "caption": "me"}


def test_a_call_and_its_stream_are_two_commands_that_differ_in_what_they_ask_for() -> None:
    assert shown("default", "chat", "--message", "hi")["body"] == {"message": "hi"}
    assert shown("default", "stream-chat", "--message", "hi")["body"] == {"message": "hi", "stream": True}


def test_a_further_key_goes_where_its_scheme_says(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\nrest\n")
    line = ("pets", "get", "7", "--curl", "--credential", f"key=@{tmp_path / 'key'}")
    assert "-H 'x-key: '\"$CLI_SHOP_API_KEY\"" in invoke(*line).stdout
    code, said = failure(invoke("pets", "get", "7", "--credential", "nope=1"))
    assert (code, said) == (2, "cli-shop: --credential takes SCHEME=VALUE; the schemes are key, admin")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("pets", "create"), "cli-shop: create needs --name, --kind"),
        (("pets", "create", "--name", "a"), "cli-shop: create needs --kind"),
        (("pets", "import-pets"), "cli-shop: import-pets needs --body"),
        (("pets", "create", "--name", "a", "--kind", "cat", "--weight", "x"), "cli-shop: --weight takes a number, not 'x'"),
        (("pets", "create", "--body", "[1]", "--name", "a"), "cli-shop: --body must be a JSON object here: flags give members of it"),
        (("pets", "create", "--owner", "1", "--owner.age", "2"), "cli-shop: --owner takes a JSON object, not '1'"),
        (("pets", "upload-photo", "7", "--file", "nowhere.png"), "cli-shop: nowhere.png cannot be read: No such file or directory"),
    ],
    ids=["nothing given", "one missing", "no body", "not a number", "a list with members", "no object", "no file"],
)  # fmt: skip
def test_what_does_not_fit_is_one_line_and_nothing_is_sent(line: tuple[str, ...], said: str) -> None:
    assert failure(invoke(*line)) == (2, said)


def test_a_value_that_is_no_choice_is_told_the_choices() -> None:
    code, said = failure(invoke("pets", "create", "--name", "a", "--kind", "bird"))
    assert code == 2
    assert "'bird' is not one of 'cat', 'dog'" in said


# -- what is printed ---------------------------------------------------------------------------------------------------


def test_a_result_is_lines_or_json(server: faultserver.FaultServer) -> None:
    space = server.space(answer=PET)
    line = ("pets", "get", "7", "--base-url", space.url())
    assert invoke(*line).stdout == 'id: 7\nname: Rex\nowner: {"name": "Bo"}\nkind: dog\n'
    assert document(invoke(*line, "--json")) == PET


def test_a_page_is_rows_of_plain_columns_and_says_that_there_is_more(server: faultserver.FaultServer) -> None:
    space = server.space(answer={"items": [PET, {**PET, "id": 8}], "total": 5})
    result = invoke("pets", "list", "--limit", "2", "--base-url", space.url())
    assert (result.stdout, result.stderr) == (
        "7\tRex\tdog\n8\tRex\tdog\n",
        "2 of 5 rows: --all gets all pages\n",
    )


def test_all_pages_are_rows_as_they_come(server: faultserver.FaultServer) -> None:
    pages = [{"items": [{**PET, "id": at} for at in ids], "total": 3} for ids in ((1, 2), (3,))]
    scripts = [[raw(json.dumps(page), "application/json")] for page in pages]
    space = server.space(scripts=scripts)
    line = ("pets", "list", "--limit", "2", "--all", "--json", "--base-url", space.url("raw"))
    assert [one["id"] for one in rows(invoke(*line))] == [1, 2, 3]
    few = server.space(scripts=scripts)
    assert len(rows(invoke(*line[:5], "--max-items", "1", "--json", "--base-url", few.url("raw")))) == 1


def test_an_event_is_a_line_of_json(server: faultserver.FaultServer) -> None:
    events = 'data: {"id": 1}\n\ndata: {"id": 2}\n\n'
    space = server.space(script=[raw(events, "text/event-stream")])
    assert rows(invoke("pets", "stream-watch", "--base-url", space.url("raw"))) == [{"id": 1}, {"id": 2}]


def test_a_file_is_written_to_its_output(server: faultserver.FaultServer, tmp_path: Path) -> None:
    space = server.space(script=[raw("png", "image/png")])
    done = document(
        invoke(
            "pets",
            "get-photo",
            "7",
            "--output",
            str(tmp_path / "p.png"),
            "--json",
            "--base-url",
            space.url("raw"),
        )
    )
    assert (done["bytes"], (tmp_path / "p.png").read_text()) == (3, "png")


def test_an_error_says_what_came_of_the_call(server: faultserver.FaultServer) -> None:
    space = server.space()
    line = ("pets", "delete", "7", "--max-retries", "0", "--base-url", space.url("status=409"))
    code, said = failure(invoke(*line))
    assert code == 1
    assert re.match(r"warning: DELETE .* is deprecated\ncli-shop: 409 Conflict: INTERNAL_ERROR", said)


def raw(text: str, kind: str) -> bytes:
    """An answer, byte for byte."""
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(text)}\r\n\r\n{text}".encode()


# -- many calls --------------------------------------------------------------------------------------------------------


def lines_of(path: Path, *lines: Any) -> str:
    """Write JSON Lines, and return the path as an argument."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


def queries(space: faultserver.Space) -> list[str]:
    """The query of each request."""
    return [one.path.partition("?")[2] for one in space.requests()]


def test_a_method_is_called_with_each_line_over_what_flags_say(
    server: faultserver.FaultServer, tmp_path: Path
) -> None:
    """Positional arguments, members of the body and whole bodies come from either."""
    space = server.space(answer=PET)
    each = lines_of(
        tmp_path / "in.jsonl",
        {"name": "a"},
        {"name": "b", "kind": "dog", "owner": {"name": "Bo"}},
        {"body": {"name": "c", "kind": "cat", "more": 1}},
    )
    line = ("pets", "create", "--kind", "cat", "--concurrency", "1", "--base-url", space.url())
    done = invoke(*line, "--each", each, "--out", str(tmp_path / "out.jsonl"))
    assert (done.exit_code, done.stdout, "create_pet: 3 done" in done.stderr) == (0, "", True)
    assert [json.loads(one.body) for one in space.requests()] == [
        {"kind": "cat", "name": "a"},
        {"kind": "dog", "name": "b", "owner": {"name": "Bo"}},
        {"name": "c", "kind": "cat", "more": 1},
    ]
    found = [json.loads(row) for row in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(one["state"], one["result"]) for one in found] == [("done", PET)] * 3


def test_a_path_argument_is_of_all_lines_or_of_each(server: faultserver.FaultServer, tmp_path: Path) -> None:
    space = server.space(answer=PET)
    each = lines_of(tmp_path / "in.jsonl", {"petId": 1}, {"pet-id": 2}, {})
    line = ("--each", each, "--concurrency", "1", "--base-url", space.url())
    assert invoke("pets", "get", "9", *line).exit_code == 0
    assert [one.path.rpartition("/")[2] for one in space.requests()] == ["1", "2", "9"]
    code, said = failure(invoke("pets", "get", *line))
    assert (code, said) == (2, f"cli-shop: {each}, line 3: get_pet needs petId; nothing is sent for it")
    assert failure(invoke("pets", "get")) == (2, "cli-shop: get needs PET_ID")


def test_each_line_of_a_list_is_a_page_and_each_upload_opens_its_file(
    server: faultserver.FaultServer, tmp_path: Path
) -> None:
    page = {"items": [PET], "total": 1}
    space = server.space(answer=page)
    each = lines_of(tmp_path / "in.jsonl", {"status": "sold"}, {"offset": 5})
    listed = invoke("pets", "list", "--limit", "3", "--each", each, "--base-url", space.url())
    assert [json.loads(row)["result"] for row in listed.stdout.splitlines()] == [page, page]
    assert sorted(queries(space)) == ["limit=3&offset=5", "limit=3&status=sold"]
    (tmp_path / "p.png").write_bytes(b"png")
    photos = server.space()
    ids = lines_of(tmp_path / "ids.jsonl", {"petId": 1}, {"petId": 2})
    words = ("--file", str(tmp_path / "p.png"), "--each", ids, "--base-url", photos.url())
    assert invoke("pets", "upload-photo", *words).exit_code == 0
    assert [b"\r\n\r\npng\r\n" in one.body for one in photos.requests()] == [True, True]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("list", "--each", "-", "--all"), "--each writes to --out, and goes without --all"),
        (("get", "1", "--out", "x", "--rate", "3"), "--each is missing: it is what belongs to --out, --rate"),
        (("get", "1", "--concurrency", "3"), "--each is missing: it is what belongs to --concurrency"),
        (("get", "--each", "-", "--again", "failed"), "--again needs the --journal of the run to resume"),
        (("get-role", "--id", "b", "--each", "-"), "--id does not go with --each: id of a line is another argument of that name"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_named(line: tuple[str, ...], said: str) -> None:
    assert failure(invoke("pets", *line, stdin="")) == (2, f"cli-shop: {said}")


def test_help_has_the_options_of_many_calls_in_a_section_of_their_own() -> None:
    for words in (("pets", "create"), ("call",)):
        shown = invoke(*words, "--help").stdout
        section = shown.partition("\nMany calls:\n")[2].partition("\nCommon options:\n")[0]
        for name in ("each", "out", "journal", "again", "concurrency", "rate", "total", "report"):
            assert re.search(rf"^  --{name} ", section, re.MULTILINE), name
    for words in (("pets", "stream-watch"), ("pets", "get-photo")):
        assert "Many calls" not in invoke(*words, "--help").stdout


def test_an_argument_of_the_contract_keeps_its_flag_and_the_option_of_many_calls_yields(
    server: faultserver.FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = server.space(answer={"n": 1})
    each = lines_of(tmp_path / "in.jsonl", {"each": "a"}, {"each": "b"})
    line = ("pets", "tally", "--rate", "2.5", "--base-url", space.url())
    assert invoke(*line, "--each-each", each, "--each-rate", "100", "--concurrency", "1").exit_code == 0
    assert queries(space) == ["rate=2.5&each=a", "rate=2.5&each=b"]
    assert failure(invoke(*line, "--each-rate", "100"))[1] == (
        "cli-shop: --each-each is missing: it is what belongs to --each-rate"
    )


def test_only_the_member_that_a_command_prints_is_kept_of_each_result(
    server: faultserver.FaultServer, tmp_path: Path
) -> None:
    space = server.space(answer={"data": {"rows": [1]}})
    each = lines_of(tmp_path / "in.jsonl", {"note": "x"})
    home = group("cli-shop", service=shop.SERVICE)
    offer = Offer("open-box", "call", "POST /box", unwrap="data")
    home.add(Command("open-box", "", lambda: derived.action(shop.SERVICE, offer)))
    done = CliRunner().invoke(built(home), ["open-box", "--each", each, "--base-url", space.url()])
    assert json.loads(done.stdout)["result"] == {"rows": [1]}


def test_a_secret_of_the_contract_is_not_in_the_line_that_resumes(
    server: faultserver.FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the name of its flag, and by what the contract says of it."""
    space = server.space()
    each = lines_of(tmp_path / "in.jsonl", {}, {})
    words = ["pets", "open-box", "--word", "sesame", "--password=hunter2", "--note", "n", "--each", each,
             "--journal", str(tmp_path / "run.sqlite"), "--max-retries", "0", "--base-url", space.url("status=409")]  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["cli-shop", *words])
    done = invoke(*words)
    assert (done.exit_code, "sesame" in done.stderr, "hunter2" in done.stderr) == (1, False, False)
    said = re.search(r"to send the failed ones again: (.*)", done.stderr)
    assert said is not None
    assert "--note n --each" in said[1]
    assert said[1].endswith("--again failed  # give again what is secret: --word, --password")


# -- settings and the other commands ------------------------------------------------------------------------------------


def test_a_project_has_its_own_file_of_settings_without_tables(config_home: Path) -> None:
    file = config_home / "cli-shop" / "config.toml"
    assert document_line("config", "path") == str(file)
    file.parent.mkdir(parents=True)
    file.write_text('base_url = "http://127.0.0.1:2"\n[credentials]\nadmin = "further-key"\n')
    file.chmod(0o600)
    assert shown("pets", "get", "7")["url"] == "http://127.0.0.1:2/pets/7"
    listed = {
        row["setting"]: (row["value"], row["source"]) for row in rows(invoke("config", "show", "--json"))
    }
    assert listed == {
        "base_url": ("http://127.0.0.1:2", "file"),
        "api_key": ("***", "environment"),
        "credentials": ({"admin": "***"}, "file"),
    }
    file.write_text('base_uri = "x"\n')
    code, said = failure(invoke("pets", "get", "7"))
    assert (
        code,
        said.startswith(f"cli-shop: {file}: it has no setting 'base_uri'; the settings are base_url"),
    ) == (
        2,
        True,
    )


def document_line(*arguments: str) -> str:
    result = invoke(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.strip()


def test_every_operation_is_reached_by_call_too(server: faultserver.FaultServer) -> None:
    space = server.space(answer=PET)
    assert document(invoke("call", "GET /pets/{petId}", "-p", "petId=7", "--base-url", space.url())) == PET
    assert len(rows(invoke("operations", "--json"))) == 14


def test_login_and_doctor_are_the_projects_own(server: faultserver.FaultServer, config_home: Path) -> None:
    assert failure(invoke("login")) == (2, "cli-shop: API key for cli_shop is empty")
    same = server.space(answer=shop.SHOP)
    assert invoke("doctor", "--base-url", same.url()).exit_code == 0
    other = json.loads(json.dumps(shop.SHOP))
    del other["paths"]["/watch"]
    gone = invoke("doctor", "--base-url", server.space(answer=other).url())
    assert (gone.exit_code, "/watch" in gone.stdout) == (3, True)


def test_the_sandbox_is_of_the_projects_contract_with_its_rules_where_there_are_some(
    packages: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[Any] = []
    monkeypatch.setattr("veneer_sandbox.main", lambda *line: given.append(line) or 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sandbox.py").write_text("raise AssertionError('of another project')")
    assert invoke("sandbox", "--port", "0").exit_code == 0
    rules = packages / shop.NAME / "sandbox.py"
    rules.write_text("")
    importlib.invalidate_caches()
    assert invoke("sandbox").exit_code == 0
    rules.unlink()
    (first, load), (second, _) = given
    assert load("") == shop.SHOP
    assert first == ["--contract", "cli-shop://contract", "--name", "cli_shop", "--port", "0"]
    assert second == [*first[:4], "--rules", str(rules)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platforms_methods_are_known_with_their_operations(platform: str) -> None:
    service = PLATFORMS[platform]
    sent = {one.operation for _, listed in offers(service).values() for one in listed}
    assert sent <= {f"{one.method} {one.path}" for one in service.contract.operations}


# -- agents ------------------------------------------------------------------------------------------------------------


def test_its_operations_are_offered_to_agents_with_its_own_settings() -> None:
    async def conversation() -> Any:
        async with Client(offered(shop.SERVICE, Flags()).server(), raise_exceptions=True) as client:
            asked = {"operation": "create_pet", "arguments": {"name": "Rex", "kind": "dog"}, "dry_run": True}
            return (await client.call_tool("call", asked)).content[0]

    said = json.loads(asyncio.run(conversation()).text)
    assert said["request"]["url"] == "http://127.0.0.1:1/pets"
    assert "$CLI_SHOP_API_KEY" in json.dumps(said["request"]["headers"])
    assert "mcp Offer the API's operations to agents" in helped()
