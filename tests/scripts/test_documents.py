"""Contracts are read as plain JSON values, wherever they stand, and what is wrong is said with its place."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from veneer_codegen import documents
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

MINIMAL = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def serving(pages: dict[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": True}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 010", {"a": 10}),
        ("a: 0x1F", {"a": 31}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("200: ok", {"200": "ok"}),
        ("1.5: x\nno: y", {"1.5": "x", "no": "y"}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("base: &x {b: 1}\nc: {<<: *x, d: 2}", {"base": {"b": 1}, "c": {"b": 1, "d": 2}}),
        ('{"a": "json", "b": [1, 2.5, null]}', {"a": "json", "b": [1, 2.5, None]}),
    ],
)
def test_yaml_is_read_by_the_core_schema_of_yaml_1_2_with_keys_as_strings(text: str, value: object) -> None:
    assert documents.parse(text.encode()) == value


def test_values_shared_by_an_anchor_are_separate_copies() -> None:
    value = documents.parse(b"a: &x {b: 1}\nc: *x")
    value["a"]["b"] = 2
    assert value["c"] == {"b": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "line 2 column 1: not YAML"),
        ("a: 1\na: 2", "line 2: the key 'a' stands twice"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("a: &x [*x]", "line 1 column 4: not YAML: found unconstructable recursive node"),
        ("a: !!python/object:os.system x", "line 1 column 4: not YAML"),
    ],
)
def test_a_text_that_is_no_document_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ContractError, match=message.replace("(", r"\(")):
        documents.parse(text.encode(), "openapi.yaml")


def test_broken_json_in_a_json_file_is_said_to_be_json_with_line_and_column() -> None:
    with pytest.raises(ContractError, match=r"x\.json: line 2 column 3: not JSON"):
        documents.parse(b"{\n  a: 1}", "x.json")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ContractError, match="not text"):
        documents.parse(b"openapi: \xff\xfe\xfa")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"swagger": "2.0"}, r"#/swagger: Swagger 2\.0 is not supported: convert it .*swagger2openapi"),
        (
            {"openapi": "4.0.0"},
            r"#/openapi: the document says openapi: '4\.0\.0'; 3\.0, 3\.1 and 3\.2 are supported",
        ),
        ({"openapi": 3.1}, r"#/openapi: the document says openapi: 3\.1"),
        ({}, "has no `openapi` version"),
        ([], "the root is not an object"),
    ],
)
def test_what_is_not_openapi_3_is_refused_and_told_why(content: object, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "c.json", json.dumps(content))
    with pytest.raises(ContractError, match=message):
        documents.load(path)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match=r"nowhere\.yaml: cannot be read: No such file"):
        documents.load(Path("nowhere.yaml"))


def test_references_into_other_files_are_bundled_with_their_own_references(tmp_path: Path) -> None:
    contract = {**MINIMAL, "components": {"schemas": {
        "A": {"$ref": "parts/a%20b.yaml#/Thing"},
        "B": {"$ref": "openapi.json#/components/schemas/A"},
        "C": {"properties": {"$ref": {"type": "string"}}, "example": {"$ref": "not/a/file"}},
    }}}  # fmt: skip
    path = write(tmp_path / "openapi.json", json.dumps(contract))
    write(
        tmp_path / "parts/a b.yaml",
        "Thing: {properties: {x: {$ref: '#/Other'}, y: {$ref: '../more.json#/X'}}}\nOther: {type: string}",
    )
    write(tmp_path / "more.json", '{"X": {"$ref": "openapi.json#/components/schemas/B"}}')
    document = documents.load(path)
    schemas = document.content["components"]["schemas"]
    assert schemas["A"]["$ref"] == "#/x-external/a_b/Thing"
    assert schemas["B"]["$ref"] == "#/components/schemas/A"
    assert schemas["C"] == contract["components"]["schemas"]["C"]  # type: ignore[index]  # a dict of dicts
    external = document.content["x-external"]
    assert external["a_b"]["Thing"]["properties"] == {
        "x": {"$ref": "#/x-external/a_b/Other"},
        "y": {"$ref": "#/x-external/more/X"},
    }
    assert external["more"]["X"]["$ref"] == "#/components/schemas/B"
    assert sorted(file.name for file in document.files) == ["a b.yaml", "more.json", "openapi.json"]


def test_a_file_may_not_refer_to_the_network_so_that_output_depends_on_files_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "c.json", json.dumps({**MINIMAL, "x": {"$ref": "http://127.0.0.1:9/x.json#/A"}}))
    with pytest.raises(
        ContractError, match=r"#/x/\$ref: refers to http://127\.0\.0\.1:9/x\.json: download it"
    ):
        documents.load(path)


def test_a_contract_is_fetched_from_a_url_with_what_it_refers_to() -> None:
    pages = {
        "/v1/api.json": json.dumps({**MINIMAL, "x": {"$ref": "common.json#/A"}}),
        "/v1/common.json": '{"A": {"type": "string"}}',
    }
    with serving(pages) as base:
        content = documents.load(f"{base}/v1/api.json").content
    assert content["x-external"]["common"] == {"A": {"type": "string"}}


def test_below_a_bare_server_address_the_usual_places_are_tried() -> None:
    with serving({"/v3/api-docs": json.dumps(MINIMAL)}) as base:
        assert documents.load(base).content["openapi"] == "3.1.0"


def test_a_url_that_answers_an_error_or_nothing_is_named_with_the_status() -> None:
    with serving({}) as base:
        with pytest.raises(ContractError, match="answered 404"):
            documents.load(f"{base}/api.json")
        with pytest.raises(ContractError, match=r"answered 404 at .*openapi\.json"):
            documents.load(base)
    with pytest.raises(ContractError, match="cannot be fetched"):
        documents.load(f"{base}/api.json")
