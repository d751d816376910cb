"""`veneer mcp`: what an agent finds, calls and is told, over the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import httpx2
import mcp_types as types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from cli.kit import PLATFORMS, Command, Invoke, Spawn, command, failure, process_environment
from veneer.sandbox import Sandbox
from veneer_cli.commands.mcp import offered
from veneer_cli.flags import Flags
from veneer_cli.from_contract import contract_service
from veneer_cli.mcp.bounded import as_text, shortened
from veneer_cli.mcp.caller import LONGEST
from veneer_cli.mcp.catalog import Catalog
from veneer_cli.mcp.ranking import Ranking, words
from veneer_cli.service import PLATFORMS as SERVICES

Said = dict[str, Any]
Asked = Mapping[str, Any] | Callable[[Said], Mapping[str, Any]]

CONTRACT = Path(__file__).resolve().parents[2] / "openapi" / "velerian.json"
CHAT = {"messages": [{"role": "user", "content": "one two three four"}]}


class Ask(Protocol):
    """Call tools one after another over one connection; a function makes arguments of what was said before."""

    def __call__(
        self, platform: str, tool: str, *asked: Asked, flags: Flags | None = None, **options: Any
    ) -> list[Said]: ...


def read(result: types.CallToolResult) -> Said:
    """What a tool says, `failed` where it calls it an error; `files` are what comes beside the text."""
    first = result.content[0]
    assert isinstance(first, types.TextContent)
    said: Said = json.loads(first.text)
    assert ("error" in said) == result.is_error
    return {**said, **({"files": result.content[1:]} if result.content[1:] else {})}


async def talk(client: Client, tool: str, *asked: Asked) -> list[Said]:
    said: list[Said] = []
    for one in asked:
        arguments = one(said[-1]) if callable(one) else one
        said.append(read(await client.call_tool(tool, dict(arguments))))
    return said


@pytest.fixture
def ask(veneer: Invoke) -> Ask:
    """Talk to the server in this process, with the settings that point to the sandbox."""

    def run(
        platform: str, tool: str, *asked: Asked, flags: Flags | None = None, **options: Any
    ) -> list[Said]:
        async def conversation() -> list[Said]:
            tools = offered(SERVICES[platform], flags or Flags(), **options)
            async with Client(tools.server(), raise_exceptions=True) as client:
                return await talk(client, tool, *asked)

        return asyncio.run(conversation())

    return run


def requests(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(entry["method"], entry["path"]) for entry in sandbox.journal()]


# -- search ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_operation_is_found_by_its_summary(platform: str) -> None:
    catalog = Catalog(SERVICES[platform].document)
    for one in catalog.offered:
        found = catalog.search(one.operation.summary, 5, 0)["operations"]
        assert one.operation.name in [entry["name"] for entry in found]


@pytest.mark.parametrize(
    ("platform", "query", "name"),
    [
        ("velerian", "run a business process", "invoke_abp"),
        ("velerian", "show the audit trail of a user", "list_audit_log"),
        ("velerian", "remove an api key", "revoke_api_key"),
        ("hybridb", "undo an execution", "rollback_execution"),
        ("aerostack", "store a value for some time", "cache_set"),
        ("aerostack", "uplaod a file", "storage_upload"),
        ("hestiaos", "secret vault", "secrets_get"),
    ],
)
def test_the_words_of_a_task_find_its_operation(platform: str, query: str, name: str) -> None:
    found = Catalog(SERVICES[platform].document).search(query, 5, 0)["operations"]
    assert name in [entry["name"] for entry in found]


def test_the_exact_name_comes_first_with_all_arguments(ask: Ask) -> None:
    for text in ("invoke_abp", "invoke-abp", "POST /api/v2/abps/{abp_id}/invoke"):
        [said] = ask("velerian", "search", {"query": text})
        first = said["operations"][0]
        assert first["name"] == "invoke_abp"
        assert first["request"] == "POST /api/v2/abps/{abp_id}/invoke"
        assert first["arguments"]["required"] == ["abp_id", "payload"]
        assert first["arguments"]["properties"]["abp_id"] == {"type": "string", "description": "The ABP."}
        assert first["read_only"] is False


def test_without_words_every_operation_is_listed_once_and_its_namespaces_are_told(ask: Ask) -> None:
    first, *rest = ask(
        "aerostack",
        "search",
        {"limit": 20},
        lambda said: {"limit": 20, "offset": said["next_offset"]},
        lambda said: {"limit": 20, "offset": said["next_offset"]},
    )
    names = [entry["name"] for said in (first, *rest) for entry in said["operations"]]
    assert sorted(names) == sorted(one.name for one in SERVICES["aerostack"].contract.operations)
    assert "next_offset" not in rest[-1]
    assert {"name": "cache", "operations": 11} in [
        {name: one[name] for name in ("name", "operations")} for one in first["namespaces"]
    ]


def test_what_a_list_a_stream_a_file_and_a_write_are_is_told(ask: Ask) -> None:
    facts = {
        name: {fact for fact in said["operations"][0] if said["operations"][0][fact] is True}
        for name in ("ai_chat", "storage_get", "storage_list", "cache_delete")
        for said in ask("aerostack", "search", {"query": name})
    }
    assert facts["ai_chat"] == {"streams"}
    assert facts["storage_get"] == {"read_only", "file"}
    assert facts["storage_list"] == {"read_only", "paged"}
    [said] = ask("velerian", "search", {"query": "revoke_api_key"})
    assert {"destructive", "idempotent"} <= said["operations"][0].keys()


def test_an_answer_of_search_is_bounded_for_a_contract_that_nests_without_end() -> None:
    node = {"$ref": "#/components/schemas/Node"}
    wide = {"type": "object", "properties": {f"member_{number}": node for number in range(40)}}
    post = {
        "operationId": "plant",
        "description": "x" * 100_000,
        "requestBody": {"content": {"application/json": {"schema": wide}}},
        "responses": {"204": {"description": "done"}},
    }
    document = {"paths": {"/trees": {"post": post}}, "components": {"schemas": {"Node": wide}}}
    for query in ("plant", "trees"):
        assert len(as_text(Catalog(document).search(query, 5, 0))) < 40_000


def test_a_question_is_asked_in_other_words_than_the_contract_has() -> None:
    assert words("Removing repositories") == words("delete repository") != words("delete branches")
    assert words("createDeployKey create_deploy_key") == words("create deploy key") * 2


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=60))
def test_a_ranking_has_each_document_at_most_once_and_only_those_with_a_word_of_the_question(
    texts: list[str], query: str
) -> None:
    found = Ranking([{"text": text} for text in texts], {"text": 1.0}).search(query)
    assert len(found) == len(set(found))
    for number, text in enumerate(texts):
        assert number in found or not set(words(text)) & set(words(query))


# -- call --------------------------------------------------------------------------------------------------------------


def test_a_call_answers_the_json_that_came(ask: Ask, sandbox: Sandbox) -> None:
    [said] = ask(
        "velerian",
        "call",
        {"operation": "invoke_abp", "arguments": {"abp_id": "abp_demo", "payload": {"prompt": "hi"}}},
    )
    assert (said["status"], said["result"]["output"]) == (200, {"text": "processed: hi"})
    assert requests(sandbox) == [("POST", "/api/v2/abps/abp_demo/invoke")]


def test_a_body_as_a_whole_and_arguments_by_other_signs_are_taken(ask: Ask) -> None:
    whole, members = ask(
        "aerostack",
        "call",
        {"operation": "cache-set", "body": {"key": "k", "value": {"deep": [1]}}},
        {"operation": "cache_get", "arguments": {"KEY": "k"}},
    )
    assert whole["result"]["success"] is True
    assert members["result"]["value"] == {"deep": [1]}


def test_a_list_gives_a_page_and_the_way_to_the_next(ask: Ask, sandbox: Sandbox) -> None:
    first, second = ask(
        "velerian",
        "call",
        {"operation": "list_audit_log", "arguments": {"limit": 2}},
        lambda said: {"more": said["more"]},
    )
    assert (first["total"], len(first["result"]["items"])) == (2500, 2)
    assert second["result"]["offset"] == 2
    assert len(sandbox.journal()) == 2


def test_the_last_page_says_so(ask: Ask) -> None:
    [said] = ask("velerian", "call", {"operation": "list_abps", "arguments": {"limit": 200}})
    assert said["last_page"] is True
    assert "more" not in said


def test_max_items_are_had_of_as_many_pages_as_they_take_and_can_be_gone_on_from(
    ask: Ask, sandbox: Sandbox
) -> None:
    first, second = ask(
        "velerian",
        "call",
        {"operation": "list_audit_log", "arguments": {"limit": 2}, "max_items": 3},
        lambda said: {"more": said["more"], "max_items": 1},
    )
    assert [len(said["items"]) for said in (first, second)] == [3, 1]
    numbers = [row["details"]["n"] for said in (first, second) for row in said["items"]]
    assert numbers == [0, 1, 2, 3]


def test_a_stream_is_collected_to_its_end_or_to_its_bound(ask: Ask) -> None:
    whole, cut = ask(
        "aerostack",
        "call",
        {"operation": "ai_chat", "arguments": CHAT, "stream": True},
        {"operation": "ai_chat", "arguments": CHAT, "stream": True, "max_items": 2},
    )
    text = "".join(
        choice["delta"].get("content", "") for event in whole["events"] for choice in event["choices"]
    )
    assert (text, whole["ended"]) == ("You said: one two three four", True)
    assert (len(cut["events"]), cut["ended"]) == (2, False)
    assert cut["stopped"].startswith("closed after 2 events")


def test_what_came_of_a_stream_that_was_cut_is_not_lost(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.fault("cut-sse=2;clean", platform="aerostack")
    [said] = ask("aerostack", "call", {"operation": "ai_chat", "arguments": CHAT, "stream": True})
    assert len(said["events"]) == 2
    assert (said["error"]["type"].endswith("StreamTruncatedError"), said["error"]["may_have_run"]) == (
        True,
        True,
    )


def test_a_file_is_part_of_the_answer_as_text_or_as_bytes(ask: Ask) -> None:
    image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    text, binary = (
        ask(
            "aerostack",
            "call",
            {"operation": "storage_upload", "arguments": {"key": "notes/1", "file": file}},
            {"operation": "storage_get", "arguments": {"key": "notes/1"}},
        )[1]
        for file in ({"text": "hello\n", "name": "note.txt"}, {"base64": image})
    )
    assert (text["result"], text["bytes"]) == ("hello\n", 6)
    [file] = binary["files"]
    assert isinstance(file.resource, types.BlobResourceContents)
    assert file.resource.blob == image


def test_files_are_read_from_their_folder_and_written_to_it_and_nowhere_else(
    ask: Ask, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder, secret = tmp_path / "files", tmp_path / "id_rsa"
    folder.mkdir()
    secret.write_text("a private key")
    (folder / "in.txt").write_text("of the folder")
    (folder / "link").symlink_to(secret)

    def upload(path: str) -> Asked:
        return {"operation": "storage_upload", "arguments": {"key": "a", "file": {"path": path}}}

    asked = [upload(path) for path in ("in.txt", "link", "../id_rsa", str(secret), ".", "none")]
    first, *refused = ask("aerostack", "call", *asked, files=folder)
    assert "url" in first["result"]
    assert {said["error"]["message"].partition(": ")[0] for said in refused} == {"file"}
    got = {"operation": "storage_get", "arguments": {"key": "a"}}
    paths = [Path(said["path"]) for said in ask("aerostack", "call", got, got, files=folder)]
    assert [path.parent for path in paths] == [folder, folder]
    assert [path.read_text() for path in paths] == ["of the folder"] * 2
    [nowhere] = ask("aerostack", "call", upload("in.txt"))
    assert "--files FOLDER" in nowhere["error"]["message"]
    assert len(sandbox.journal()) == 3


def test_a_file_that_is_too_long_for_an_answer_is_an_error_that_says_where_it_can_go(ask: Ask) -> None:
    *_, said = ask(
        "aerostack",
        "call",
        {"operation": "storage_upload", "arguments": {"key": "a", "file": {"text": "x" * 300_000}}},
        {"operation": "storage_get", "arguments": {"key": "a"}},
    )
    assert "--files FOLDER" in said["error"]["message"]
    assert said["error"]["repeat"] == "safe: sending it twice has the same effect as once"


# -- nothing secret, nothing unasked for -------------------------------------------------------------------------------


def test_a_dry_run_shows_the_request_without_its_key_and_sends_nothing(ask: Ask, sandbox: Sandbox) -> None:
    one = {"operation": "invoke_abp", "arguments": {"abp_id": "abp_demo", "payload": {"password": "hunter2"}}}
    for flags in (Flags(), Flags(dry_run=True)):
        [said] = ask("velerian", "call", {**one, **({} if flags.dry_run else {"dry_run": True})}, flags=flags)
        assert said["sent"] is False
        assert said["request"]["headers"]["authorization"] == "Bearer $VELERIAN_API_KEY"
        assert said["request"]["body"] == {"payload": {"password": "***"}}
        assert sandbox.keys["velerian"] not in as_text(said)
    assert sandbox.journal() == []


def test_a_dry_run_shows_the_page_that_would_be_asked_for(ask: Ask, sandbox: Sandbox) -> None:
    _, said = ask(
        "velerian",
        "call",
        {"operation": "list_audit_log", "arguments": {"limit": 2}},
        lambda said: {"more": said["more"], "dry_run": True},
    )
    assert "offset=2" in said["request"]["url"]
    assert len(sandbox.journal()) == 1


def test_a_key_that_the_server_echoes_is_masked(ask: Ask, sandbox: Sandbox) -> None:
    key = sandbox.keys["aerostack"]
    chat = {"messages": [{"role": "user", "content": f"my key is {key}"}]}
    [said] = ask("aerostack", "call", {"operation": "ai_chat", "arguments": chat})
    assert said["result"]["choices"][0]["message"]["content"] == "You said: my key is ***"
    assert key not in as_text(said)


def test_invisible_characters_are_seen_by_whoever_reads_along() -> None:
    hidden = "a\u202eb\U000e0041\u2066"
    assert as_text({"text": hidden}).isascii()
    assert json.loads(as_text({"text": hidden})) == {"text": hidden}


@pytest.mark.parametrize("name", ["base_url", "api_key", "headers", "url", "state"])
def test_an_agent_cannot_choose_addresses_keys_and_headers(ask: Ask, sandbox: Sandbox, name: str) -> None:
    [said] = ask("velerian", "call", {"operation": "list_plans", name: "http://127.0.0.1:9/"})
    assert name in said["error"]["message"]
    assert sandbox.journal() == []


def test_a_read_only_server_neither_offers_nor_calls_what_may_change_something(
    ask: Ask, sandbox: Sandbox
) -> None:
    listed, *_ = ask("velerian", "search", {"limit": 20}, read_only=True)
    assert {entry["read_only"] for entry in listed["operations"]} == {True}
    one, two = ask(
        "velerian",
        "call",
        {"operation": "invoke_abp", "arguments": {"abp_id": "abp_demo", "payload": {}}},
        {"operation": "list_plans"},
        read_only=True,
    )
    assert "read-only" in one["error"]["message"]
    assert two["status"] == 200
    assert requests(sandbox) == [("GET", "/api/v2/plans")]


def test_a_post_that_only_reads_is_offered_by_a_read_only_server(ask: Ask) -> None:
    [said] = ask("aerostack", "call", {"operation": "cache_get", "arguments": {"key": "k"}}, read_only=True)
    assert said["status"] == 200


def test_annotations_say_which_tool_may_change_something(veneer: Invoke) -> None:
    async def hints(read_only: bool) -> dict[str, tuple[Any, Any]]:
        async with Client(offered(SERVICES["velerian"], Flags(), read_only=read_only).server()) as client:
            listed = (await client.list_tools()).tools
        found = {tool.name: tool.annotations for tool in listed}
        return {
            name: (one.read_only_hint, one.destructive_hint) for name, one in found.items() if one is not None
        }

    assert asyncio.run(hints(False)) == {"search": (True, None), "call": (False, True)}
    assert asyncio.run(hints(True)) == {"search": (True, None), "call": (True, False)}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"only": ["plans"]}, {"list_plans"}),
        (
            {"only": ["list_*"], "without": ["list_audit_log", "GET /api/v2/abps"]},
            {"list_plans", "list_approvals"},
        ),
        ({"only": ["abps"], "read_only": True}, {"list_abps"}),
    ],
    ids=["tag", "names-and-paths", "with-read-only"],
)
def test_operations_are_chosen_by_name_tag_or_path(
    ask: Ask, options: Mapping[str, Any], names: set[str]
) -> None:
    [said] = ask("velerian", "search", {"limit": 20}, **options)
    assert names <= {entry["name"] for entry in said["operations"]}
    assert not {"list_audit_log", "invoke_abp"} & {entry["name"] for entry in said["operations"]}


# -- errors ------------------------------------------------------------------------------------------------------------

INVOKE = {"operation": "invoke_abp", "arguments": {"abp_id": "abp_demo", "payload": {"prompt": "hi"}}}
PLANS = {"operation": "list_plans"}


@pytest.mark.parametrize(
    ("fault", "asked", "may_have_run", "repeat"),
    [
        ("status=504;applied", INVOKE, True, "do not repeat it before"),
        ("reset=after", INVOKE, True, "do not repeat it before"),
        ("status=500", INVOKE, True, "do not repeat it before"),
        ("status=500", PLANS, True, "safe: "),
        ("status=429", INVOKE, False, "the server did not act"),
        ("status=503;retry-after=1", INVOKE, False, "the server did not act"),
        ("status=422", INVOKE, False, "change the arguments"),
        ("status=401", INVOKE, False, "a person must change"),
    ],
    ids=["gateway", "reset", "failed", "failed-read", "rate-limit", "busy", "refused", "no-key"],
)
def test_an_error_says_whether_the_call_may_have_run_and_may_be_repeated(
    ask: Ask, sandbox: Sandbox, fault: str, asked: Asked, may_have_run: bool, repeat: str
) -> None:
    sandbox.fault(fault, platform="velerian")
    [said] = ask("velerian", "call", asked, flags=Flags(max_retries=0))
    assert said["error"]["may_have_run"] is may_have_run
    assert repeat in said["error"]["repeat"]
    assert said["error"]["outcome"] in {"ANSWERED", "UNKNOWN"}


def test_a_server_that_is_not_there_was_sent_nothing(ask: Ask) -> None:
    [said] = ask("velerian", "call", INVOKE, flags=Flags(base_url="http://127.0.0.1:9", max_retries=0))
    assert (said["error"]["outcome"], said["error"]["may_have_run"]) == ("NOT_SENT", False)
    assert said["error"]["repeat"] == "nothing was sent: it may be repeated unchanged"


def test_an_error_has_the_servers_own_words_and_the_request_id(ask: Ask) -> None:
    [said] = ask(
        "velerian", "call", {"operation": "invoke_abp", "arguments": {"abp_id": "abp_draft", "payload": {}}}
    )
    error = said["error"]
    assert (error["status_code"], error["detail"]) == (409, "ABP is not deployed (status: draft)")


def test_a_call_that_was_lost_is_done_once_where_it_is_repeated_with_its_key(
    ask: Ask, sandbox: Sandbox
) -> None:
    decide = {
        "operation": "publish_event",
        "arguments": {"eventType": "order.paid", "sourceApp": "shop", "actorId": "user:alice", "payload": {}},
    }
    sandbox.fault("status=504;applied;times=1", platform="hybridb")
    lost, found = ask(
        "hybridb",
        "call",
        decide,
        lambda said: {**decide, "idempotency_key": said["error"]["idempotency_key"]},
        flags=Flags(max_retries=0),
    )
    assert lost["error"]["may_have_run"] is True
    assert "same idempotency_key" in lost["error"]["repeat"]
    assert found["status"] < 300
    keys = [entry["idempotency_key"] for entry in sandbox.journal()]
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"operation": "invoke_abq"}, "no operation 'invoke_abq'; did you mean invoke_abp"),
        ({"operation": "run a process"}, "did you mean"),
        (
            {"operation": "invoke_abp", "arguments": {"abp": 1}},
            "invoke_abp has no parameter 'abp'; it has abp_id, payload",
        ),
        ({"operation": "invoke_abp"}, "invoke_abp needs abp_id payload"),
        ({"operation": "list_audit_log", "arguments": {"since": "yesterday"}}, "since"),
        ({"operation": "list_plans", "body": {}}, "list_plans takes no body"),
        ({"operation": "list_plans", "idempotency_key": "k"}, "takes no idempotency key"),
        ({"operation": 7}, "operation: 7 is not of type 'string'"),
        ({"operation": "list_audit_log", "max_items": 0}, "max_items: 0 is less than the minimum"),
        ({}, "name an operation"),
        ({"more": "m99"}, "nothing is kept as 'm99'"),
    ],
    ids=[
        "unknown",
        "words",
        "argument",
        "missing",
        "format",
        "no-body",
        "no-key",
        "type",
        "range",
        "nothing",
        "kept",
    ],
)
def test_what_cannot_be_sent_is_one_sentence_that_says_what_to_do(
    ask: Ask, sandbox: Sandbox, asked: Asked, message: str
) -> None:
    [said] = ask("velerian", "call", asked)
    assert message in said["error"]["message"]
    assert said["error"]["repeat"] == "nothing was sent: correct what the message names"
    assert sandbox.journal() == []


def test_a_body_that_is_no_object_has_a_schema_and_a_form_that_is_none_is_refused(
    ask: Ask, sandbox: Sandbox
) -> None:
    listed = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}
    put = {
        "operationId": "put_rows",
        "requestBody": {"required": True, "content": {"application/json": {"schema": listed}}},
        "responses": {"204": {"description": "done"}},
    }
    [entry] = Catalog({"paths": {"/rows": {"put": put}}}).search("put_rows", 1, 0)["operations"]
    assert entry["body"] == {"media_type": "application/json", "required": True, "schema": listed}
    [said] = ask("aerostack", "call", {"operation": "storage_upload", "body": "text"})
    assert said["error"]["message"] == "the body of storage_upload is a form: give an object"
    assert sandbox.journal() == []


@pytest.mark.filterwarnings("ignore:.*is deprecated")  # as the command line does
def test_what_the_server_says_of_an_operations_end_is_part_of_the_answer(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.fault("header.Sunset=Sat, 01 Jan 2028 00:00:00 GMT", platform="velerian")
    [said] = ask("velerian", "call", PLANS)
    assert said["status"] == 200
    assert "2028" in said["warnings"][0]


# -- bounds ------------------------------------------------------------------------------------------------------------


def test_a_long_answer_is_shown_in_part_and_the_rest_without_another_request(
    ask: Ask, sandbox: Sandbox
) -> None:
    value = {"rows": [{"n": n, "text": "x" * 500} for n in range(300)], "note": "y" * 60_000}
    _, long, row, rest = ask(
        "aerostack",
        "call",
        {"operation": "cache_set", "arguments": {"key": "k", "value": value}},
        {"operation": "cache_get", "arguments": {"key": "k"}},
        lambda said: {"more": said["shortened"]["more"], "pointer": "/value/rows/299"},
        lambda said: {"more": "m1", "pointer": "/value/note", "offset": 59_990},
    )
    assert len(as_text(long["result"])) <= LONGEST
    assert (row["result"]["n"], rest["result"]) == (299, "y" * 10)
    assert len(sandbox.journal()) == 2


@pytest.mark.parametrize("pointer", ["value", "/value/none", "/value/0"])
def test_a_pointer_that_leads_nowhere_is_told(ask: Ask, pointer: str) -> None:
    *_, said = ask(
        "aerostack",
        "call",
        {"operation": "cache_set", "arguments": {"key": "k", "value": "x" * 30_000}},
        {"operation": "cache_get", "arguments": {"key": "k"}},
        lambda said: {"more": said["shortened"]["more"], "pointer": pointer},
    )
    assert pointer in said["error"]["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=30), inner, max_size=8),
    max_leaves=60,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON, st.integers(min_value=200, max_value=2_000))
def test_no_value_is_longer_than_it_may_be(value: Any, longest: int) -> None:
    found = shortened(value, longest)
    assert len(as_text(found)) <= longest
    assert found == value or len(as_text(value)) > longest


# -- any contract ------------------------------------------------------------------------------------------------------


def test_a_contract_needs_no_client_of_its_own(
    veneer: Invoke, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What sends an operation is generated when it is called; pages are those that are recognised in the contract."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("VENEER_API_KEY", sandbox.keys["velerian"])
    flags = Flags(base_url=sandbox.base_urls["velerian"])

    async def conversation() -> tuple[list[Said], list[Said]]:
        tools = offered(contract_service(str(CONTRACT)), flags)
        async with Client(tools.server(), raise_exceptions=True) as client:
            found = await talk(client, "search", {"query": "audit log"})
            listed = {"operation": "list_audit_log", "arguments": {"limit": 2}}
            return found, await talk(client, "call", listed, lambda said: {"more": said["more"]})

    found, called = asyncio.run(conversation())
    assert found[0]["operations"][0]["name"] == "list_audit_log"
    assert [said["result"]["offset"] for said in called] == [0, 2]


# -- as a process ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_process_serves_a_client_over_standard_input_and_output(
    sandbox: Sandbox, tmp_path: Path, mode: str, warm: Command
) -> None:
    """Both eras of the protocol: with the handshake, and without."""
    words_ = warm("mcp", "velerian")
    server = StdioServerParameters(
        command=words_[0], args=words_[1:], env=dict(process_environment(sandbox, tmp_path))
    )

    async def conversation() -> list[Said]:
        with (tmp_path / "errors").open("w") as errors:
            async with Client(stdio_client(server, errlog=errors), mode=mode) as client:
                assert "17 operations" in (client.instructions or "")
                return await talk(client, "call", PLANS, {"operation": "none"})

    plans, unknown = asyncio.run(conversation())
    assert plans["status"] == 200
    assert "no operation" in unknown["error"]["message"]
    assert (tmp_path / "errors").read_text() == ""


def test_a_process_ends_when_its_input_does(spawn: Spawn) -> None:
    done = spawn("mcp", "velerian", stdin="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_over_http_the_token_is_needed(sandbox: Sandbox, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("mcp", "velerian", "--http", "0"),
        env=process_environment(sandbox, tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        url, header = (process.stderr.readline().strip() for _ in range(2))
        name, _, value = header.partition(": ")

        async def conversation() -> tuple[int, list[Said]]:
            async with httpx2.AsyncClient() as stranger:
                refused = await stranger.post(url, json={}, headers={name: "Bearer x"})
            async with (
                httpx2.AsyncClient(headers={name: value}) as known,
                Client(streamable_http_client(url, http_client=known)) as client,
            ):
                return refused.status_code, await talk(client, "call", PLANS, PLANS)

        status, said = asyncio.run(conversation())
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert url.startswith("http://127.0.0.1:")
    assert (status, [one["status"] for one in said]) == (401, [200, 200])


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere"], "no platform 'nowhere'"),
        ([], "name a platform, or give --contract FILE_OR_URL"),
        (["velerian", "--contract", "x.yaml"], "name a platform, or give --contract FILE_OR_URL"),
        (["--contract", "/nonexistent.yaml"], "/nonexistent.yaml"),
        (["velerian", "--files", "/nonexistent"], "--files: /nonexistent is not a folder"),
        (["velerian", "--api-key-stdin"], "the protocol uses standard input"),
        (["velerian", "--only", "invoke_abq"], "no tag, operationId or path is called 'invoke_abq'"),
        (["velerian", "--only", "invoke_abp", "--read-only"], "no operation is left to offer"),
    ],
    ids=["platform", "neither", "both", "no-contract", "folder", "stdin", "name", "nothing"],
)
def test_a_start_that_cannot_be_is_one_line(veneer: Invoke, arguments: list[str], line: str) -> None:
    code, said = failure(veneer("mcp", *arguments))
    assert code == 2
    assert line in said
    assert "\n" not in said


def test_without_the_extra_one_line_says_what_to_install(
    veneer: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "veneer_cli.mcp.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    assert failure(veneer("mcp", "velerian")) == (
        2,
        'veneer: `mcp` needs its extra: pip install "veneer[mcp]"',
    )
