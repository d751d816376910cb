"""A project made from an unknown contract checks itself, and its client talks to the server that published the contract."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import veneer
from scripts.codegen_project import SHOP
from veneer._core.auth import BEARER
from veneer.sandbox import Sandbox
from veneer_codegen.errors import CodegenError, ContractError
from veneer_codegen.scaffold import access, licence, project
from veneer_codegen.scaffold.examples import sample
from veneer_codegen.scaffold.infer_extensions import recognised

JSON = "application/json"


def operation(
    answer: dict[str, Any],
    *parameters: dict[str, Any],
    body: Any = None,
    headers: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """Write an operation as FastAPI does."""
    sent = {"requestBody": {"required": True, "content": {JSON: {"schema": body}}}} if body else {}
    responses = {"200": {"description": "", "content": {JSON: {"schema": answer}}, "headers": headers or {}}}
    return {"parameters": list(parameters), "responses": responses, **sent, **more}


def query(name: str, kind: str = "integer", *, words: str = "", **more: Any) -> dict[str, Any]:
    described = {"description": words} if words else {}
    return {"name": name, "in": "query", "schema": {"type": kind, **more}, **described}


def rows(items: str = "items", row: Any = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [items],
        "properties": {items: {"type": "array", "items": row or {"type": "object"}}, **properties},
    }


def contract(paths: dict[str, Any], **components: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": components,
    }


INTEGER, TEXT = {"type": "integer"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}
NUMBER, WORD = {"type": "number"}, {"type": "string"}
LINK = {"type": "string", "format": "uri"}
ROW = {"type": "object", "properties": {"id": {"type": "string"}}}


def about(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


PAGED = [
    (
        "offset",
        operation(rows(total=INTEGER, limit=INTEGER, skip=INTEGER), query("skip"), query("limit", maximum=99)),
        {"style": "offset", "limit": "limit", "offset": "skip", "items": "items", "total": "total", "reported_limit": "limit", "max_limit": 99, "reported_offset": "skip"},
    ),
    (
        "a list itself",
        operation({"type": "array", "items": {"type": "object"}}, query("offset"), query("limit")),
        {"style": "offset", "limit": "limit", "offset": "offset", "items": ""},
    ),
    (
        "plain values",
        operation({"type": "array", "items": {"type": "string"}}, query("offset"), query("limit")),
        {"style": "offset", "limit": "limit", "offset": "offset", "items": "", "distinct_pages": False},
    ),
    (
        "page numbers",
        operation(rows(page=INTEGER, pages=INTEGER, total=INTEGER), query("page"), query("size")),
        {"style": "page", "limit": "size", "page": "page", "items": "items", "total": "total", "reported_page": "page", "last_page": "pages"},
    ),
    (
        "pages from 0, rows in an envelope",
        operation({"type": "object", "properties": {"data": rows("records", hasNext={"type": "boolean"})}}, query("page", default=0)),
        {"style": "page", "page": "page", "first": 0, "items": "data.records", "more": "data.hasNext"},
    ),
    (
        "a cursor",
        operation(rows("things", nextCursor=TEXT), query("pageToken", "string")),
        {"style": "cursor", "cursor": "pageToken", "next_cursor": "nextCursor", "items": "things"},
    ),
    (
        "the last row's id",
        operation(rows("data", last_id=TEXT, has_more={"type": "boolean"}), query("after", "string"), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "after", "next_cursor": "last_id", "items": "data", "more": "has_more"},
    ),
    (
        "next links",
        operation(rows("results", count=INTEGER, next={"type": "string", "format": "uri"}, previous=TEXT), query("cursor", "string")),
        {"style": "next_url", "next": "next", "items": "results", "total": "count"},
    ),
    (
        "numbers that are not said to be whole",
        operation(rows(total=NUMBER, limit=NUMBER, offset=NUMBER), query("offset", "number"), query("limit", "number", maximum=200)),
        {"style": "offset", "limit": "limit", "offset": "offset", "items": "items", "total": "total", "reported_limit": "limit", "max_limit": 200, "reported_offset": "offset"},
    ),
    (
        "pages from 0 and a count of them",
        operation(rows(pagination=about(page=INTEGER, page_count=INTEGER)), query("page", default=0), query("per_page")),
        {"style": "page", "limit": "per_page", "page": "page", "first": 0, "items": "items", "reported_page": "pagination.page", "page_count": "pagination.page_count"},
    ),
    (
        "pages that are said to begin at 0",
        operation(rows(), query("page", words="The page to return, starting at zero."), query("page_size")),
        {"style": "page", "limit": "page_size", "page": "page", "first": 0, "items": "items"},
    ),
    (
        "pages in an object of an object",
        operation(rows("servers", meta=about(pagination=about(page=INTEGER, per_page=INTEGER, last_page=INTEGER, total_entries=INTEGER))), query("page"), query("per_page")),
        {"style": "page", "limit": "per_page", "page": "page", "items": "servers", "total": "meta.pagination.total_entries", "reported_limit": "meta.pagination.per_page", "reported_page": "meta.pagination.page", "last_page": "meta.pagination.last_page"},
    ),
    (
        "a page that says it is the last",
        operation(rows("content", last={"type": "boolean"}, totalPages=INTEGER), query("page", default=0), query("size")),
        {"style": "page", "limit": "size", "page": "page", "first": 0, "items": "content", "more": {"last": False}, "page_count": "totalPages"},
    ),
    (
        "a start that is an offset",
        operation(rows("hosts", total_matching=INTEGER), query("start"), query("count")),
        {"style": "offset", "limit": "count", "offset": "start", "items": "hosts", "total": "total_matching"},
    ),
    (
        "a count of what the filter leaves",
        operation(rows("data", meta=about(total_count=INTEGER, filter_count=INTEGER)), query("offset"), query("limit")),
        {"style": "offset", "limit": "limit", "offset": "offset", "items": "data", "total": "meta.filter_count"},
    ),
    (
        "a cursor two objects down",
        operation(rows("results", paging=about(next=about(after=WORD, link=WORD))), query("after", "string"), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "after", "next_cursor": "paging.next.after", "items": "results"},
    ),
    (
        "an offset that is a text",
        operation(rows("data", next_page={"anyOf": [about(offset=WORD, uri=LINK), {"type": "null"}]}), query("offset", "string"), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "offset", "next_cursor": "next_page.offset", "items": "data"},
    ),
    (
        "a cursor that goes by its parameter's name",
        operation(rows(metadata={"type": "object", "properties": {"continue": WORD}}), query("continue", "string"), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "continue", "next_cursor": "metadata.continue", "items": "items"},
    ),
    (
        "a cursor that is a number in the answer",
        operation(rows("entries", next_marker=INTEGER), query("marker", "string")),
        {"style": "cursor", "cursor": "marker", "next_cursor": "next_marker", "items": "entries"},
    ),
    (
        "the last row's own name",
        operation(rows("history", last_history_item_id=TEXT, has_more={"type": "boolean"}), query("start_after_history_item_id", "string"), query("page_size")),
        {"style": "cursor", "limit": "page_size", "cursor": "start_after_history_item_id", "next_cursor": "last_history_item_id", "items": "history", "more": "has_more"},
    ),
    (
        "the id of an object",
        operation(rows("data", ROW, has_more={"type": "boolean"}), query("starting_after", "string", words="A cursor. `starting_after` is an object ID that defines your place in the list."), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "starting_after", "next_row": "id", "items": "data", "more": "has_more"},
    ),
    (
        "the id of the last row before",
        operation(rows("data", ROW, has_more={"type": "boolean"}), query("after", "string", words="Identifier for the last job from the previous request."), query("limit")),
        {"style": "cursor", "limit": "limit", "cursor": "after", "next_row": "id", "items": "data", "more": "has_more"},
    ),
    (
        "a cursor in a header",
        operation({"type": "array", "items": ROW}, query("cursor", "string"), headers={"X-Next-Cursor": {}}),
        {"style": "cursor", "cursor": "cursor", "next_header": "X-Next-Cursor", "items": ""},
    ),
    (
        "a Link header",
        operation({"type": "array", "items": ROW}, query("after", "string"), headers={"Link": {"example": '<https://x.test/?after=a>; rel="next"'}}),
        {"style": "link_header", "items": ""},
    ),
    (
        "links among links",
        operation(rows("data", links=about(self=WORD, next=WORD), included={"type": "array"}), query("page[cursor]", "string")),
        {"style": "next_url", "next": "links.next", "items": "data"},
    ),
    (
        "a link inside a link",
        operation(rows("value", _links=about(next=about(href=WORD)))),
        {"style": "next_url", "next": "_links.next.href", "items": "value"},
    ),
    (
        "a page number beside a token",
        operation(rows("accounts", next_page_uri=WORD, page=INTEGER), query("Page"), query("PageToken", "string"), query("PageSize")),
        {"style": "next_url", "next": "next_page_uri", "items": "accounts"},
    ),
    (
        "rows beside errors",
        operation(rows("results", errors={"type": "array"}, total=INTEGER), query("offset"), query("limit")),
        {"style": "offset", "limit": "limit", "offset": "offset", "items": "results", "total": "total"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("found", "facts"), [case[1:] for case in PAGED], ids=[case[0] for case in PAGED])
def test_a_paged_list_is_recognised_by_its_parameters_and_answer(
    found: dict[str, Any], facts: dict[str, Any]
) -> None:
    (finding,) = recognised(contract({"/x": {"get": found}}))
    assert facts == finding.facts


def broken(node: Any) -> Iterator[Any]:
    """A document with each of its parts in turn replaced by what should not be there."""
    yield from (5, "text", None, True, [], [7], {}, {"x": 7})
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        for other in broken(node[key]):
            copied = node.copy()
            copied[key] = other
            yield copied


@pytest.mark.parametrize("found", [case[1] for case in PAGED], ids=[case[0] for case in PAGED])
def test_recognising_takes_any_part_that_is_not_what_it_should_be(found: dict[str, Any]) -> None:
    """What is wrong with the contract is told by what generates from it."""
    body = {"content": {"application/json": {"schema": about(limit=INTEGER, cursor=WORD)}}}
    for paths in broken({"/x": {"get": found, "post": {**found, "requestBody": body}}}):
        recognised(contract(paths))


def test_paging_in_a_body_is_recognised_where_the_answer_tells_of_more() -> None:
    body = {"type": "object", "properties": {"cursor": TEXT, "limit": INTEGER}}
    (finding,) = recognised(contract({"/x": {"post": operation(rows("keys", cursor=TEXT), body=body)}}))
    assert finding.facts == {
        "style": "cursor", "in": "body", "limit": "limit", "cursor": "cursor", "next_cursor": "cursor", "items": "keys",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ({"pages": INTEGER, "page": INTEGER}, {"reported_page": "page", "last_page": "pages"}),
        ({"count": INTEGER}, {}),
        ({"total": INTEGER}, {"total": "total"}),
    ],
    ids=["the last page", "a count", "a total"],
)
def test_pages_in_a_body_are_recognised_where_the_answer_counts(
    told: dict[str, Any], facts: dict[str, Any]
) -> None:
    body = about(page=INTEGER, limit=INTEGER)
    (finding,) = recognised(contract({"/x": {"post": operation(rows("results", **told), body=body)}}))
    assert finding.facts == {"style": "page", "in": "body", "limit": "limit", "page": "page", "items": "results", **facts}  # fmt: skip


def test_an_offset_in_a_body_is_recognised_by_the_headers_of_the_answer() -> None:
    found = operation(
        {"type": "array", "items": ROW}, body=about(offset=INTEGER, limit=INTEGER), headers={"X-Pagination-Total": {}}
    )  # fmt: skip
    (finding,) = recognised(contract({"/x": {"post": found}}))
    assert finding.facts == {
        "style": "offset",
        "in": "body",
        "limit": "limit",
        "offset": "offset",
        "items": "",
    }


def test_an_offset_of_several_types_is_a_cursor_where_the_answer_has_the_next_one() -> None:
    point = {"anyOf": [{"type": "integer"}, {"type": "string", "format": "uuid"}]}
    found = operation(
        about(result=rows("points", next_page_offset={"anyOf": [point, {"type": "null"}]})),
        body=about(offset=point, limit=INTEGER),
    )
    (finding,) = recognised(contract({"/x": {"post": found}}))
    assert finding.facts == {"style": "cursor", "in": "body", "limit": "limit", "cursor": "offset", "next_cursor": "result.next_page_offset", "items": "result.points"}  # fmt: skip


FLAG = {"type": "boolean"}
UNPAGED = {
    "nothing moves": operation(rows(), query("limit")),
    "other types": operation(rows(), query("offset", "string"), query("limit", "string")),
    "no rows": operation(about(page=INTEGER), query("page")),
    "two lists": operation(about(left={"type": "array"}, right={"type": "array"}), query("page")),
    "no next cursor": operation(rows(), query("cursor", "string")),
    "says it itself": operation(rows(), query("offset"), query("limit"), **{"x-veneer-pagination": {"style": "offset"}}),
    "a page of a book": operation(rows("lines"), query("page")),
    "no number means all rows": operation(rows(), query("page", words="If not specified, all monitors are returned without pagination."), query("page_size")),
    "two lists of one name": operation(about(path_collection=rows("entries", total_count=INTEGER), item_collection=rows("entries", limit=INTEGER)), query("offset"), query("limit")),
    "errors are no rows": operation(about(name=WORD, errors={"type": "array"}), query("page"), query("limit")),
    "a parameter on its way out": operation(rows(), {**query("page"), "deprecated": True}, query("per_page")),
    "a start and an end are times": operation(rows(total=INTEGER), query("start"), query("end"), query("limit")),
    "a start without a count of rows": operation(rows(), query("start"), query("limit")),
    "after a date": operation(rows("events", cursor=WORD), query("after", "string", format="date-time")),
    "after a row whose id nobody speaks of": operation(rows("data", ROW, has_more=FLAG), query("after", "string"), query("limit")),
    "after an id, and nothing says whether there is more": operation(rows("data", ROW), query("starting_after", "string", words="An object ID."), query("limit")),
    "after an id that rows do not have": operation(rows("data", has_more=FLAG), query("starting_after", "string", words="An object ID."), query("limit")),
    "a Link header that leads elsewhere": operation({"type": "array", "items": ROW}, query("after", "string"), headers={"Link": {"description": "The documentation."}}),
    "next is a word and no link": operation(rows(next={"type": "string", "description": "The next step of the wizard."})),
}  # fmt: skip


@pytest.mark.parametrize("found", UNPAGED.values(), ids=UNPAGED.keys())
def test_what_is_no_page_or_says_so_itself_is_left_alone(found: dict[str, Any]) -> None:
    assert recognised(contract({"/x": {"get": found}})) == []


def test_a_link_is_not_followed_from_a_request_that_has_a_body() -> None:
    found = operation(rows(next=LINK, total=INTEGER), body=about(filter=WORD))
    assert recognised(contract({"/x": {"post": found}})) == []


def test_the_url_of_a_next_page_is_a_link_and_no_cursor() -> None:
    found = operation(rows(next_page=LINK), query("cursor", "string"))
    (finding,) = recognised(contract({"/x": {"get": found}}))
    assert finding.facts == {"style": "next_url", "next": "next_page", "items": "items"}


def test_a_switch_for_streaming_is_recognised_beside_two_media_types() -> None:
    found = operation(
        {"type": "object"}, body={"type": "object", "properties": {"stream": {"type": "boolean"}}}
    )
    found["responses"]["200"]["content"]["text/event-stream"] = {}
    (finding,) = recognised(contract({"/x": {"post": found}}))
    assert (finding.extension, finding.facts) == ("x-veneer-stream", {"request": {"stream": True}})


def test_a_switch_is_recognised_beside_lines_too_and_not_where_all_answers_are_streams() -> None:
    found = operation(about(a=WORD), body=about(stream={"type": "boolean"}))
    content = found["responses"]["200"]["content"]
    content["application/x-ndjson"] = {}
    (finding,) = recognised(contract({"/x": {"post": found}}))
    assert finding.facts == {"request": {"stream": True}}
    del content[JSON]
    assert recognised(contract({"/x": {"post": found}})) == []


EVENT_ID = {"name": "last-event-id", "in": "header", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    "content", [{JSON: {"schema": {}}}, {JSON: {}}, {}], ids=["any JSON", "JSON", "nothing"]
)
def test_an_untyped_answer_to_a_request_with_the_id_of_an_event_is_a_stream_of_events(content: Any) -> None:
    found = operation({}, EVENT_ID)
    found["responses"]["200"]["content"] = content
    (finding,) = recognised(contract({"/x": {"get": found}}))
    assert (finding.extension, finding.facts) == ("x-veneer-stream", {"kind": "text/event-stream"})


def test_a_typed_answer_is_no_stream_whatever_its_request_takes() -> None:
    assert recognised(contract({"/x": {"get": operation(about(a=WORD), EVENT_ID)}})) == []


@pytest.mark.parametrize("facts", [case[2] for case in PAGED], ids=[case[0] for case in PAGED])
def test_what_is_recognised_is_a_style(facts: dict[str, Any]) -> None:
    from veneer._core.page_styles import style_of

    assert style_of(facts).style == facts["style"]


def test_the_closing_mark_that_the_contract_speaks_of_ends_the_stream() -> None:
    found = operation({"type": "object"}, description="Ends with `data: [DONE]`.")
    assert recognised(contract({"/x": {"get": found}})) == []
    found["responses"]["200"]["content"] = {"text/event-stream": {}}
    (finding,) = recognised(contract({"/x": {"get": found}}))
    assert finding.facts == {"terminator": "[DONE]"}


def test_the_least_answer_of_a_schema_has_its_required_members_only() -> None:
    schema = {
        "allOf": [{"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}],
        "required": ["kind", "rows"],
        "properties": {"kind": {"enum": ["a", "b"]}, "rows": {"type": "array"}, "more": {"type": "string"}},
    }  # fmt: skip
    assert sample({}, schema) == {"id": "00000000-0000-4000-8000-000000000000", "kind": "a", "rows": []}


# -- refusals --------------------------------------------------------------------------------------------------------


def refused(tmp_path: Path, name: str, source: str | Path, kind: type[CodegenError]) -> str:
    """Give the message of a refusal, which leaves nothing behind."""
    with pytest.raises(kind) as caught:
        project.new(name, str(source), tmp_path / "new")
    assert not (tmp_path / "new").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["Shop", "1shop", "shop-", "a/b", "", "json", "veneer", "class", "shop_async"]
)
def test_a_name_that_cannot_be_a_package_is_refused_before_anything_is_read(
    tmp_path: Path, name: str
) -> None:
    assert repr(name) in refused(tmp_path, name, "nowhere.json", project.UsageError)


def test_a_folder_that_holds_something_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(project.UsageError, match="is not empty"):
        project.new("shop", "nowhere.json", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "cannot be read"),
        ('{"swagger": "2.0"}', "convert it to OpenAPI 3"),
        ("{]", "not JSON"),
        ('{"a": 1}', "has no `openapi` version"),
    ],
)
def test_a_contract_that_cannot_be_used_is_refused_with_its_reason(
    tmp_path: Path, text: str | None, reason: str
) -> None:
    source = tmp_path / "c.json"
    if text is not None:
        source.write_text(text)
    message = refused(tmp_path, "shop", source, ContractError)
    assert reason in message
    assert "\n" not in message


def test_a_contract_without_operations_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "c.json"
    source.write_text(json.dumps(contract({"/x": {}})))
    assert "no operation" in refused(tmp_path, "shop", source, ContractError)


def test_the_command_tells_usage_from_a_bad_contract_by_its_exit_code(tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "veneer", "new", *arguments, "--into", str(tmp_path / "new")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr.strip().splitlines()[-1]

    assert run("Shop", "-c", "c.json") == (
        2,
        "veneer: 'Shop' is not a project name: use lower-case words joined by - or _, such as acme-shop",
    )
    code, line = run("shop", "-c", "c.json")
    assert (code, line) == (1, "veneer: c.json: cannot be read: No such file or directory")


# -- whole projects --------------------------------------------------------------------------------------------------


def make(folder: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Run a target of a project's Makefile in the environment of this test, so that nothing is installed."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTEST", "COV", "MAKE", "MFLAGS"))
    }
    # Two plugins that this environment has and a project's does not, and that take seconds to load.
    without = "-p no:schemathesis -p no:hypothesispytest"
    return subprocess.run(
        ["make", target, f"PY={sys.executable}"],
        cwd=folder, capture_output=True, text=True, check=False, env={**kept, "PYTEST_ADDOPTS": without},
    )  # fmt: skip


@contextmanager
def imported(folder: Path, name: str) -> Iterator[Any]:
    """Import a project's package as its own tests do."""
    paths = [str(folder / "overlay"), str(folder / "generated")]
    sys.path[:0] = paths
    try:
        yield importlib.import_module(name)
    finally:
        for path in paths:
            sys.path.remove(path)
        for module in [module for module in sys.modules if module.partition(".")[0].startswith(name)]:
            del sys.modules[module]


def without_extensions(node: Any) -> Any:
    """Leave out what only contracts written here say."""
    if isinstance(node, dict):
        return {
            key: without_extensions(value) for key, value in node.items() if not key.startswith("x-veneer-")
        }
    return [without_extensions(value) for value in node] if isinstance(node, list) else node


def unknown(tmp_path: Path, platform: str) -> Path:
    """A platform's contract as strangers would publish it."""
    import veneer_generated.contracts as held

    source = Path(str(held.__file__)).parent / f"{platform}.json"
    target = tmp_path / f"{platform}.json"
    target.write_text(json.dumps(without_extensions(json.loads(source.read_text()))))
    return target


NASTY = contract(
    {
        "/jobs": {
            "get": operation(
                {"$ref": "#/components/schemas/Jobs"},
                query("cursor", "string"), query("limit"), query("items", "string"), query("async", "boolean"), query("run_async", "boolean"),
                operationId="list", tags=["jobs_async"],
            ),
            "post": operation({"$ref": "#/components/schemas/AsyncJob"}, body={"$ref": "#/components/schemas/AsyncJob"}, operationId="run_async", tags=["jobs_async"]),
        },
        "/jobs/{job_id}": {
            "get": operation(
                {"type": "array", "items": {"$ref": "#/components/schemas/Client"}},
                {"name": "job_id", "in": "path", "required": True, "schema": INTEGER}, query("endpoint", "string"), query("search", "string"),
                operationId="search", tags=["client"], summary='Find "one" \\ more """',
            ),
        },
        "/rows": {"get": operation(rows(), query("offset"), query("limit"), operationId="get_rows", tags=["rows"])},
        "/rows/{row_id}/cells": {
            "get": operation(rows(), {"name": "row_id", "in": "path", "required": True, "schema": INTEGER}, query("offset"), query("limit"), operationId="get_row", tags=["rows"]),
        },
        "/options": {"get": operation({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}, operationId="datetime", tags=["options"])},
        "/class?constant=1": {"get": operation({"type": "object", "properties": {"at": {"type": "string"}}}, operationId="constant", tags=["class"])},
        "/rows/1": {"get": {"operationId": "Rows1", "tags": ["rows"], "responses": {"200": {"description": "", "content": {"*/*": {"schema": {"type": "string"}}}}}}},
        "/eithers": {"get": operation({"type": "array", "items": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("AsyncJob", "Client", "Event")]}}, operationId="eithers", tags=["options"])},
        "/either": {"get": operation({"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("AsyncJob", "Client", "Event")]}, operationId="either", tags=["options"])},
        "/class": {"delete": {"tags": ["class"], "operationId": "import", "responses": {"204": {"description": ""}}}},
        "/events": {
            "get": {
                "tags": ["Event"],
                "operationId": "aiter",
                "parameters": [query("event", "string"), {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "", "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Event"}}}}},
            }
        },
    },
    schemas={
        "AsyncJob": {"type": "object", "description": 'A job, or "work"', "required": ["id"], "properties": {"id": {"type": "string", "description": "Ends in \\"}}},
        "Jobs": rows("data", {"$ref": "#/components/schemas/AsyncJob"}, next_cursor=TEXT),
        "Client": {"type": "object", "required": ["id"], "properties": {"id": INTEGER}},
        "Event": {"type": "object", "required": ["at"], "properties": {"at": {"type": "string", "format": "date-time"}}},
    },
    securitySchemes={
        "key": {"type": "apiKey", "in": "query", "name": "key"},
        "challenge": {"type": "http", "scheme": "digest"},
        "session": {"$ref": "#/components/securitySchemes/cookie"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    },
)  # fmt: skip
NASTY["security"] = [{"session": []}]
NASTY["tags"] = [
    {"name": "client", "description": '""" + raise_at_import + """'},
    {"name": "options", "description": 'They are "options"'},
    {"name": "class", "description": "Ends in \\"},
]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a contract whose names are those of Python, of veneer and of the rules for sync modules."""
    folder = tmp_path_factory.mktemp("nasty")
    source = folder / "c.json"
    source.write_text(json.dumps(NASTY))
    made = project.new("nasty-jobs", str(source), folder / "project")
    assert made.pages == ("jobs_async.iter", "rows.iter_get_rows", "rows.iter_get_row")
    assert made.streams == ("event.stream_aiter",)
    assert made.left_out == (
        "the security scheme challenge (http digest): pass `http_client=` an HTTP client that does it",
    )
    return made.folder


def test_a_project_whose_contract_takes_our_own_names_passes_its_checks(nasty: Path) -> None:
    done = make(nasty, "check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "found",
    [
        {"responses": {"204": {"description": ""}}},
        operation({"type": "object"}, query("when", "string", format="date"), body={"type": "object"}),
        {"responses": {"200": {"description": "", "content": {"text/html": {}}}}},
        {
            "responses": {
                "200": {"description": "", "content": {"text/csv": {"schema": WORD}, JSON: {"schema": ROW}}}
            }
        },
    ],
    ids=["nothing is answered", "nothing is simple", "a text is answered", "a text or JSON is answered"],
)
def test_the_smallest_projects_pass_their_linter_types_and_tests(
    tmp_path: Path, found: dict[str, Any]
) -> None:
    (tmp_path / "c.json").write_text(json.dumps(contract({"/x": {"post": found}})))
    made = project.new("tiny", str(tmp_path / "c.json"), tmp_path / "project")
    done = make(made.folder, "check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_project_is_one_that_its_owner_could_publish(nasty: Path) -> None:
    import tomllib

    import yaml

    settings = tomllib.loads((nasty / "pyproject.toml").read_text())
    assert settings["project"]["license"] == "MIT"
    assert (nasty / "LICENSE").read_text().splitlines()[2] == "Copyright (c) the authors of nasty-jobs"
    (made_by, *_) = settings["dependency-groups"]["dev"]
    assert made_by == f"veneer[cli,codegen,sandbox]=={veneer.__version__}"
    runs = {path.stem: yaml.safe_load(path.read_text()) for path in (nasty / ".github/workflows").iterdir()}
    assert runs["ci"]["jobs"]["check"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert runs["ci"]["jobs"]["check"]["steps"][-1] == {"run": "make check"}
    assert runs["release"]["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore"} <= {
        path.name for path in nasty.iterdir()
    }


def test_setting_a_project_up_writes_to_nothing_but_its_own_environment(nasty: Path) -> None:
    """`.venv/bin/python` is a link to the system's interpreter: to touch it is to touch that."""
    done = subprocess.run(
        ["make", "--dry-run", "check"], cwd=nasty, capture_output=True, text=True, check=True
    )
    assert [word for line in done.stdout.splitlines() if "touch" in line for word in line.split()[-2:]] == [
        "touch",
        ".venv/ready",
    ]
    other = subprocess.run(
        ["make", "--dry-run", "check", "PY=python3"], cwd=nasty, capture_output=True, text=True, check=True
    )
    assert " install " not in other.stdout


def test_the_models_of_a_project_are_names_of_its_package_and_none_is_loaded_by_importing_it(
    nasty: Path,
) -> None:
    code = (
        "import sys, nasty_jobs\n"
        "print(sorted(name for name in sys.modules if name.startswith(('httpx', 'nasty_jobs_generated.nasty_jobs.models.'))))\n"
        "from nasty_jobs import Event, NastyJobsClient, models\n"
        "from nasty_jobs.models import Client\n"
        "print(Event is models.Event, Client is nasty_jobs.Client, set(nasty_jobs.__all__) > {'Event', 'AsyncNastyJobsClient', 'models'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": f"{nasty / 'overlay'}{os.pathsep}{nasty / 'generated'}"},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[]", "True True True"]


def test_a_model_that_has_the_clients_name_is_told_and_is_among_the_models_alone(tmp_path: Path) -> None:
    row = {"type": "object", "properties": {"id": INTEGER}}
    found = operation({"$ref": "#/components/schemas/TinyClient"}, operationId="get_it", tags=["a"])
    document = contract({"/x": {"get": found}}, schemas={"TinyClient": row})
    (tmp_path / "c.json").write_text(json.dumps(document))
    made = project.new("tiny", str(tmp_path / "c.json"), tmp_path / "project")
    assert "the model TinyClient has the client's name: it is only in `models`" in project.report(made)
    with imported(made.folder, "tiny") as package:
        assert issubclass(package.TinyClient, veneer.Client)
        assert not issubclass(package.models.TinyClient, veneer.Client)
    done = make(made.folder, "types")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("asked", "said", "name"),
    [
        ("", None, "MIT"),
        ("", {"name": "MIT License"}, "MIT"),
        ("", {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"}, "Apache-2.0"),
        ("", {"identifier": "BSD-3-Clause", "name": "x"}, "BSD-3-Clause"),
        ("", {"name": "Terms of the Acme API"}, "proprietary"),
        ("", {"name": "Permitted uses"}, "proprietary"),
        ("", ["MIT"], "MIT"),
        ("apache-2.0", {"name": "MIT"}, "Apache-2.0"),
        ("Proprietary", None, "proprietary"),
    ],
)
def test_the_licence_is_the_one_asked_for_or_the_contracts(asked: str, said: Any, name: str) -> None:
    info = {} if said is None else {"license": said}
    assert licence.choose(asked, info).name == name


def test_a_licence_that_there_is_no_text_of_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(project.UsageError, match="no licence 'WTFPL' here: choose MIT, "):
        project.new("shop", "nowhere.json", tmp_path / "new", asked_licence="WTFPL")


@pytest.mark.parametrize(
    ("origin", "page"),
    [
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("https://github.com/acme/shop", "https://github.com/acme/shop"),
        ("https://someone:token@git.acme.test/acme/shop.git/", "https://git.acme.test/acme/shop"),
        ("ssh://git@git.acme.test/acme/shop.git", "https://git.acme.test/acme/shop"),
        ("/srv/git/shop.git", ""),
    ],
)
def test_the_links_of_a_project_are_those_of_its_git_repository_without_anybodys_name(
    tmp_path: Path, origin: str, page: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(
        f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {origin}\n\tfetch = +x\n'
    )
    assert project._repository(tmp_path) == page


def test_a_string_of_any_media_type_is_the_text_or_the_json_that_is_sent(nasty: Path) -> None:
    import httpx

    sent = [httpx.Response(200, text="a text"), httpx.Response(200, json="a text")]
    with (
        imported(nasty, "nasty_jobs") as package,
        httpx.Client(transport=httpx.MockTransport(lambda _: sent.pop())) as engine,
    ):
        client = package.NastyJobsClient("https://api.test", credentials={"session": "s"}, http_client=engine)
        assert [client.rows.rows_1(), client.rows.rows_1()] == ["a text", "a text"]


def test_arguments_with_names_of_the_clients_own_reach_the_server(nasty: Path) -> None:
    import httpx

    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = (
            [{"id": 1}]
            if "search" in str(request.url)
            else {"data": [{"id": str(len(asked))}], "next_cursor": "c" if len(asked) < 2 else None}
        )
        return httpx.Response(200, json=found)  # fmt: skip

    with (
        imported(nasty, "nasty_jobs") as package,
        httpx.Client(transport=httpx.MockTransport(answer)) as engine,
    ):
        client = package.NastyJobsClient("https://api.test", credentials={"session": "s"}, http_client=engine)
        rows = list(client.jobs_async.iter(items="i", async_=True, run_async=False))
        (found,) = client.client.search(7, endpoint="e", search="s")
    assert [row.id for row in rows] == ["1", "2"]
    assert dict(asked[0].url.params) == {"items": "i", "async": "true", "run_async": "false"}
    assert asked[1].url.params["cursor"] == "c"
    assert (found.id, str(asked[2].url)) == (1, "https://api.test/jobs/7?endpoint=e&search=s")
    assert asked[0].headers["cookie"] == "sid=s"


STREAM_USES = """
from collections.abc import Mapping

import veneer
from nasty_jobs import AsyncNastyJobsClient, NastyJobsClient
from nasty_jobs_generated.nasty_jobs.models import Event


def count(event: Mapping[str, str]) -> int:
    return len(event)


def uses(client: NastyJobsClient, tasks: AsyncNastyJobsClient) -> None:
    typed: veneer.Stream[Event] = client.event.stream_aiter(event="e")
    own: veneer.Stream[int] = client.event.stream_aiter(event_=count, limits=veneer.StreamLimits(total=9))
    later: veneer.AsyncStream[int] = tasks.event.stream_aiter(
        event_=count, rule=veneer.StreamRule(endless=True), last_event_id="7"
    )
    client.event.stream_aiter(limit=3)  # type: ignore[call-overload]
"""


def test_the_streams_of_a_project_are_typed_by_the_event_function_that_they_are_given(
    nasty: Path, tmp_path: Path
) -> None:
    (tmp_path / "uses.py").write_text(STREAM_USES)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", "uses.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "MYPYPATH": f"{nasty / 'overlay'}:{nasty / 'generated'}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_streams_of_a_project_take_a_rule_limits_an_event_function_and_an_id(nasty: Path) -> None:
    import httpx

    import veneer

    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 3:
            return httpx.Response(204)
        body = f'id: {len(asked)}\ndata: {{"at": "2026-01-02T03:04:05Z"}}\n\n'
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=body)

    with (
        imported(nasty, "nasty_jobs") as package,
        httpx.Client(transport=httpx.MockTransport(answer)) as engine,
    ):
        client = package.NastyJobsClient(
            "https://api.test", credentials={"session": "s"}, http_client=engine,
            retry=veneer.RetryPolicy(base=0.0),
        )  # fmt: skip
        stream = client.event.stream_aiter(
            event="e",
            event_=lambda row: row["at"][:4],
            rule=veneer.StreamRule(endless=True),
            limits=veneer.StreamLimits(total=60),
            last_event_id="0",
        )
        assert list(stream) == ["2026", "2026"]
        asked[2:] = []
        assert [event.at.year for event in client.event.stream_aiter()] == []
        with pytest.raises(
            TypeError, match=r"stream_aiter\(\) got an unexpected .*'evnt'; did you mean 'event'"
        ):
            client.event.stream_aiter(evnt="e")
        with pytest.raises(TypeError, match=r"iter\(\) got an unexpected .*'limits'; it takes async_"):
            client.jobs_async.iter(limits=5)
    assert [request.headers.get("last-event-id") for request in asked] == ["0", "1", None]
    assert dict(asked[0].url.params) == {"event": "e"}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a contract with several names for one place, keys that go together, and a place that no key has."""
    folder = tmp_path_factory.mktemp("keyed")
    one = operation({"type": "object"}, tags=["hub"])
    document = contract(
        {
            "/users": {"get": {**one, "operationId": "users", "security": [{"oauth2": ["read"]}]}},
            "/me": {"get": {**one, "operationId": "me", "security": [{"token": []}, {}]}},
            "/admin": {"get": {**one, "operationId": "admin", "security": [{"token": [], "totp": []}]}},
            "/old": {"get": {**one, "operationId": "old", "security": [{"legacy": []}]}},
        },
        securitySchemes={
            "legacy": {"type": "apiKey", "in": "query", "name": "key"},
            "token": {"type": "http", "scheme": "bearer"},
            "oauth2": {
                "type": "oauth2",
                "flows": {
                    "password": {"tokenUrl": "https://auth.test/old", "scopes": {}},
                    "clientCredentials": {"tokenUrl": "https://auth.test/token", "scopes": {}},
                },
            },
            "totp": {"type": "apiKey", "in": "header", "name": "X-TOTP"},
            "kerberos": {"type": "http", "scheme": "negotiate"},
        },
    )
    (folder / "c.json").write_text(json.dumps(document))
    return project.new("hub", str(folder / "c.json"), folder / "project").folder


def test_a_key_of_a_new_project_serves_each_scheme_of_its_place(keyed: Path) -> None:
    """The first scheme is the one that most operations take: it is that of `api_key=`."""
    import httpx

    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    with (
        imported(keyed, "hub") as package,
        httpx.Client(transport=httpx.MockTransport(answer)) as engine,
    ):
        client = package.HubClient("https://api.test", api_key="one", http_client=engine)
        client.hub.users()
        client.hub.me()
        for method, words in ((client.hub.admin, "token .* and totp"), (client.hub.old, "legacy")):
            with pytest.raises(veneer.ConfigurationError, match=f"needs a credential .*{words}"):
                method()
        both = {"totp": "two", "legacy": "three"}
        full = package.HubClient("https://api.test", api_key="one", credentials=both, http_client=engine)
        full.hub.admin()
        full.hub.old()
    sent = [(request.headers.get("authorization"), request.headers.get("x-totp")) for request in asked]
    assert sent == [("Bearer one", None), ("Bearer one", None), ("Bearer one", "two"), (None, None)]
    assert str(asked[-1].url) == "https://api.test/old?key=three"


def test_the_readme_of_a_new_project_says_how_each_credential_is_given(keyed: Path) -> None:
    text = (keyed / "README.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("| `")][:4] == [
        "| `token` | header `Authorization: Bearer …` | `api_key=` |",
        "| `oauth2` | header `Authorization: Bearer …` | `api_key=` |",
        "| `legacy` | query `key` | `credentials={'legacy': …}` |",
        "| `totp` | header `X-TOTP: …` | `credentials={'totp': …}` |",
    ]
    assert "the security scheme kerberos (http negotiate): pass `http_client=`" in text


def test_a_client_of_a_new_project_gets_its_tokens_where_the_contract_says(keyed: Path) -> None:
    with imported(keyed, "hub") as package:
        assert importlib.import_module("hub._platform").PLATFORM.oauth == {
            "oauth2": veneer.OAuth2(token_url="https://auth.test/token")
        }
        client = package.HubClient("https://api.test", client_id="me", client_secret="s", scopes=["read"])
        assert repr(client._keys["oauth2"]).startswith(
            "OAuth2('client_credentials', client_id='me', at='https://auth.test/token'"
        )


@pytest.mark.parametrize(
    ("scheme", "expected", "said"),
    [
        pytest.param(
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {"tokenUrl": "/t", "authorizationUrl": "login", "refreshUrl": "/r"},
                    "deviceAuthorization": {"tokenUrl": "/d", "deviceAuthorizationUrl": "/device"},
                    "implicit": {"authorizationUrl": "/no"},
                },
            },
            {
                "token_url": "https://api.test/d",
                "refresh_url": "https://api.test/r",
                "authorization_url": "https://api.test/v1/login",
                "device_url": "https://api.test/device",
            },
            "",
            id="two flows, relative addresses",
        ),
        pytest.param(
            {"type": "openIdConnect", "openIdConnectUrl": "https://id.test/.well-known/openid-configuration"},
            {"issuer": "https://id.test/.well-known/openid-configuration"},
            "",
            id="OpenID Connect",
        ),
        pytest.param(
            {"type": "oauth2", "flows": {"implicit": {}}}, None, "none of its flows is", id="gone flows"
        ),
        pytest.param({"type": "oauth2", "flows": []}, None, "none of its flows is", id="no flows at all"),
        pytest.param(
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "http://auth.test/t"}}},
            None,
            "token_url must be an absolute https:// URL",
            id="without TLS",
        ),
        pytest.param({"type": "http", "scheme": "bearer"}, None, "", id="no OAuth 2"),
    ],
)
def test_the_endpoints_of_a_scheme_are_those_of_the_contract_or_it_is_said_why_not(
    scheme: dict[str, Any], expected: Any, said: str
) -> None:
    document = {
        "servers": [{"url": "https://api.test/v1"}],
        "components": {"securitySchemes": {"login": scheme}},
    }
    left_out: list[str] = []
    found = access.oauth(document, {"login": BEARER}, "", left_out)
    assert found == ({"login": expected} if expected else {})
    assert [said in one and "login" in one for one in left_out] == ([True] if said else [])


def test_a_new_project_with_several_credentials_passes_its_checks(keyed: Path) -> None:
    done = make(keyed, "check")
    assert done.returncode == 0, done.stdout + done.stderr


OWN = """
    async def both(self) -> tuple[object, object]:
        \"\"\"Ask twice.\"\"\"
        return await self.options_.either(), await self.options_.either()
"""


def test_the_client_of_a_project_follows_its_contract_and_keeps_what_its_owner_wrote(
    nasty: Path, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(nasty, copy)
    own = copy / "overlay/nasty_jobs/_async/__init__.py"
    own.write_text(own.read_text() + OWN)
    changed = json.loads((copy / "openapi/nasty_jobs.json").read_text())
    changed["paths"]["/new"] = {"get": operation({"type": "object"}, operationId="fresh", tags=["options"])}
    (copy / "openapi/nasty_jobs.json").write_text(json.dumps(changed))
    before = make(copy, "drift")
    assert "_sync/__init__.py" in before.stdout
    assert "openapi/nasty_jobs.json" in before.stdout
    assert make(copy, "generate").returncode == 0
    after = make(copy, "drift")
    assert (after.returncode, after.stdout.splitlines()[-1]) == (0, "drift: none")
    with imported(copy, "nasty_jobs") as package:
        for client in (package.NastyJobsClient, package.AsyncNastyJobsClient):
            made = client("https://api.test", credentials={"session": "s"})
            assert callable(made.options_.fresh)
            assert callable(made.both)


def test_a_client_made_from_a_running_server_walks_its_pages(veneer_sandbox: Sandbox, tmp_path: Path) -> None:
    url = f"{veneer_sandbox.base_urls['velerian']}/openapi.json"
    made = project.new("acme-velerian", url, tmp_path / "project")
    assert f'upstream = "{url}"' in (made.folder / "openapi/contracts.toml").read_text()
    with imported(made.folder, "acme_velerian") as package, package.AcmeVelerianClient(
        veneer_sandbox.base_urls["velerian"], api_key=veneer_sandbox.keys["velerian"]
    ) as client:  # fmt: skip
        ids = [entry.id for entry in client.audit.iter_log(page_size=200)]
        assert client.audit.list_log(limit=1).items[0].id == ids[0]
    assert len(ids) == len(set(ids)) >= 2500
    listed = program(
        made.folder, "audit", "list-log", "--all", "--max-items", "150", "--json", on=veneer_sandbox
    )
    assert [json.loads(line)["id"] for line in listed.splitlines()] == ids[:150]


def program(folder: Path, *arguments: str, on: Sandbox) -> str:
    """Run the command line of a project of Velerian's contract and return what it prints."""
    path = os.pathsep.join([str(folder / "overlay"), str(folder / "generated")])
    variables = {
        "PYTHONPATH": path,
        "ACME_VELERIAN_BASE_URL": on.base_urls["velerian"],
        "ACME_VELERIAN_API_KEY": on.keys["velerian"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "acme_velerian", *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **variables},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_page_about_it_runs(
    veneer_environment: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "new.md").read_text(encoding="utf-8")
    (shell,) = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (python,) = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    line = shell.replace("veneer ", f"{shlex.quote(sys.executable)} -m veneer ", 1)
    done = subprocess.run(["sh", "-ec", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "next: make check"
    with imported(tmp_path / "acme-audit", "acme_audit"):
        exec(compile(python, "docs/new.md", "exec"), {"os": os})
    assert capsys.readouterr().out.strip()


def test_a_client_made_from_an_unknown_contract_walks_pages_in_bodies(
    veneer_sandbox: Sandbox, tmp_path: Path
) -> None:
    made = project.new("acme-cache", str(unknown(tmp_path, "aerostack")), tmp_path / "project")
    assert "cache.iter" in made.pages
    with imported(made.folder, "acme_cache") as package, package.AcmeCacheClient(
        veneer_sandbox.base_urls["aerostack"], api_key=veneer_sandbox.keys["aerostack"]
    ) as client:  # fmt: skip
        for number in range(7):
            client.cache.set(key=f"page:{number}", value=number)
        found = list(client.cache.iter(prefix="page:", page_size=3))
        with client.ai.stream_chat(messages=[{"role": "user", "content": "hello"}]) as stream:
            chunks = list(stream)
    assert [row.key for row in found] == [f"page:{number}" for number in range(7)]
    assert chunks


@pytest.mark.anyio
async def test_an_async_client_made_from_an_unknown_contract_streams(
    veneer_sandbox: Sandbox, tmp_path: Path
) -> None:
    made = project.new("acme-run", str(unknown(tmp_path, "hestiaos")), tmp_path / "project")
    assert made.streams == ("run.stream",)
    with imported(made.folder, "acme_run") as package:
        async with package.AsyncAcmeRunClient(
            veneer_sandbox.base_urls["hestiaos"], api_key=veneer_sandbox.keys["hestiaos"]
        ) as client, client.run.stream(input_="say hello") as stream:  # fmt: skip
            kinds = [event.type_ async for event in stream]
    assert kinds[0] == "start"
    assert "token" in kinds


def test_the_contract_is_copied_as_it_stands_and_one_in_parts_becomes_one_file(tmp_path: Path) -> None:
    (tmp_path / "whole.yaml").write_text("# a comment\n" + json.dumps(SHOP))
    steps: list[str] = []
    made = project.new("shop", str(tmp_path / "whole.yaml"), tmp_path / "whole", without=("files",), say=steps.append)  # fmt: skip
    assert (made.folder / "openapi/shop.yaml").read_text().startswith("# a comment\n")
    assert 'without = ["files"]' in (made.folder / "openapi/contracts.toml").read_text()
    assert not list(made.folder.glob("generated/*/*/api/files"))
    assert [step.removeprefix("shop: ").split()[0] for step in steps] == [
        "reading", "looking", "reading", "fitting", "writing", "formatting", "writing", "reading",
    ]  # fmt: skip
    parts = json.loads(json.dumps(SHOP))
    schemas = parts.pop("components")["schemas"]
    (tmp_path / "parts.json").write_text(
        json.dumps(parts).replace("#/components/schemas/", "schemas.json#/components/schemas/")
    )
    (tmp_path / "schemas.json").write_text(json.dumps({"components": {"schemas": schemas}}))
    made = project.new("shop", str(tmp_path / "parts.json"), tmp_path / "parts")
    assert [path.name for path in (made.folder / "openapi").glob("*.json")] == ["shop.json"]
    assert "schemas.json" not in (made.folder / "openapi/shop.json").read_text().replace(
        '"schemas.json": {', ""
    ).replace("x-external/schemas.json", "")


@pytest.mark.parametrize("platform", ["hybridb", "hestiaos", "velerian", "aerostack"])
def test_a_project_of_our_contract_and_names_has_the_client_that_we_have(
    platform: str, tmp_path: Path
) -> None:
    import shutil
    import tomllib

    import veneer_generated
    import veneer_generated.contracts as held
    from veneer_codegen import surface
    from veneer_codegen.client import facade
    from veneer_codegen.regenerate import regenerate

    repository = Path(__file__).resolve().parents[2]
    source = Path(str(held.__file__)).parent / f"{platform}.json"
    made = project.new("acme", str(source), tmp_path / "project")
    names = made.folder / "openapi/facades/acme.toml"
    names.parent.mkdir()
    shutil.copy(repository / "openapi/facades" / f"{platform}.toml", names)
    listed = tomllib.loads((repository / "openapi/contracts.toml").read_text())["contract"]
    classes = next(one.get("names", {}) for one in listed if one["name"] == platform)
    with (made.folder / "openapi/contracts.toml").open("a") as contracts:
        contracts.write("[contract.names]\n" + "".join(f'{old} = "{new}"\n' for old, new in classes.items()))
    regenerate(made.folder)
    suffix = facade.read(names).suffix
    ours = Path(str(veneer_generated.__file__)).parents[1]
    theirs = surface.read("acme_generated.acme", [made.folder / "generated"], "", suffix)
    own = surface.read(f"veneer_generated.{platform}", [ours], "", suffix)
    for table in ("client", "functions", "classes", "params", "models", "enums", "operations"):
        assert list(theirs.table(table).items()) == [
            (name, line.replace(f"veneer_generated.{platform}", "acme_generated.acme"))
            for name, line in own.table(table).items()
        ]
    assert len(own.table("operations")) >= 15
