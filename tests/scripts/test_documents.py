"""Contracts are read as plain JSON values, wherever they stand, and what is wrong is said with its place."""

from __future__ import annotations

import json
import os
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
            moved = body is not None and body.startswith("-> ")
            self.send_response(302 if moved else 200 if body is not None else 404)
            if moved:
                self.send_header("location", (body or "").removeprefix("-> "))
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
        ("base: &x {b: 1, c: 1}\nc: {<<: *x, b: 2}", {"base": {"b": 1, "c": 1}, "c": {"b": 2, "c": 1}}),
        (
            "a: &x {b: 1}\nc: &y {<<: *x, b: 2}\nd: {<<: [*y, *x], e: 3}",
            {"a": {"b": 1}, "c": {"b": 2}, "d": {"b": 2, "e": 3}},
        ),
        ("d: {<<: {<<: {b: 1}, b: 2}}", {"d": {"b": 2}}),
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
        ("a: 1\na: 2", "line 2: the key 'a' is twice"),
        ("x: &x {b: 1}\nc: {<<: *x, a: 1, a: 2}", "line 2: the key 'a' is twice"),
        ('{"a": 1, "a": 2}', "the key 'a' is twice"),
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


THING = {"type": "object", "properties": {"t": {"type": "string"}}}


def components(tmp_path: Path, schemas: dict[str, object], **root: object) -> dict[str, Any]:
    """The schemas of a contract once it is loaded."""
    contract = {**MINIMAL, **root, "components": {"schemas": schemas}}
    path = write(tmp_path / "openapi.json", json.dumps(contract))
    found: dict[str, Any] = documents.load(path).content["components"]["schemas"]
    return found


@pytest.mark.parametrize(
    ("named", "reference", "pointer"),
    [
        ({"$anchor": "thing"}, "#thing", "#/components/schemas/Named"),
        ({"$anchor": "thing"}, "openapi.json#thing", "#/components/schemas/Named"),
        ({"$dynamicAnchor": "thing"}, "#thing", "#/components/schemas/Named"),
        ({"$id": "https://example.com/named"}, "https://example.com/named", "#/components/schemas/Named"),
        ({"$id": "https://example.com/named"}, "https://example.com/named#/properties/t", "#/components/schemas/Named/properties/t"),
        ({"$id": "https://example.com/named", "$defs": {"in": {"$anchor": "in"}}}, "https://example.com/named#in", "#/components/schemas/Named/$defs/in"),
        ({"$id": "named"}, "named", "#/components/schemas/Named"),
        ({"$id": "urn:example:named"}, "urn:example:named", "#/components/schemas/Named"),
        ({}, "https://example.com/api#/components/schemas/Named", "#/components/schemas/Named"),
    ],
    ids=["anchor", "anchor of a file", "dynamic anchor", "id", "pointer in an id", "anchor in an id", "relative id", "urn", "self"],
)  # fmt: skip
def test_a_reference_by_name_becomes_a_pointer(
    named: dict[str, object], reference: str, pointer: str, tmp_path: Path
) -> None:
    schemas = {"Named": {**THING, **named}, "A": {"properties": {"x": {"$ref": reference}}}}
    found = components(tmp_path, schemas, **{"$self": "https://example.com/api"})
    assert found["A"]["properties"]["x"] == {"$ref": pointer}


def test_a_pointer_within_a_schema_that_has_an_id_begins_at_that_schema(tmp_path: Path) -> None:
    inner = {"$id": "inner", "$defs": {"d": THING}, "properties": {"a": {"$ref": "#/$defs/d"}, "b": {"$ref": "#"}, "c": {"$ref": "#/components/schemas/Other"}}}  # fmt: skip
    found = components(tmp_path, {"Inner": inner, "Other": THING})["Inner"]["properties"]
    assert [one["$ref"] for one in found.values()] == [
        "#/components/schemas/Inner/$defs/d",
        "#/components/schemas/Inner",
        "#/components/schemas/Other",
    ]


def test_an_anchor_of_another_file_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "parts.yaml", "one: {$anchor: thing, type: string}\ntwo: {$ref: '#thing'}")
    found = components(tmp_path, {"A": {"$ref": "parts.yaml#thing"}, "B": {"$ref": "parts.yaml#/two"}})
    assert found["A"] == {"$ref": "#/x-external/parts/one"}


def test_a_name_in_data_or_of_a_property_names_nothing(tmp_path: Path) -> None:
    schemas = {"A": {"properties": {"$anchor": {"type": "string"}, "$id": {"type": "string"}}, "example": {"$id": "x", "$ref": "y"}}}  # fmt: skip
    assert components(tmp_path, schemas) == schemas


def test_a_schema_that_redefines_a_dynamic_anchor_is_a_copy_with_it_in_its_place(tmp_path: Path) -> None:
    row = {"$dynamicRef": "#row"}
    generic = {"$defs": {"row": {"$dynamicAnchor": "row", "not": {}}}, "properties": {"rows": {"type": "array", "items": row}, "inner": {"$ref": "#/components/schemas/Edge"}}}  # fmt: skip
    found = components(
        tmp_path,
        {
            "Page": {"$id": "page", **generic},
            "Edge": {"properties": {"node": {"$dynamicRef": "page#row"}}},
            "Things": {"$ref": "page", "$defs": {"row": {"$dynamicAnchor": "row", **THING}}},
            "Tree": {
                "$dynamicAnchor": "node",
                "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
            },
            "Strict": {
                "$dynamicAnchor": "node",
                "$ref": "#/components/schemas/Tree",
                "required": ["children"],
            },
        },
    )
    things = found["Things"]["properties"]
    assert things["rows"]["items"] == {"$ref": "#/components/schemas/Things/$defs/row"}
    assert things["inner"]["properties"]["node"] == {"$ref": "#/components/schemas/Things/$defs/row"}
    assert found["Page"]["properties"]["rows"]["items"] == {"$ref": "#/components/schemas/Page/$defs/row"}
    assert found["Tree"]["properties"]["children"]["items"] == {"$ref": "#/components/schemas/Tree"}
    assert found["Strict"]["properties"]["children"]["items"] == {"$ref": "#/components/schemas/Strict"}
    assert found["Strict"]["required"] == ["children"]


def test_the_mapping_of_a_discriminator_refers_to_schemas_of_other_files_by_reference_and_by_name(
    tmp_path: Path,
) -> None:
    write(tmp_path / "cat.yaml", "type: object")
    write(
        tmp_path / "dog.yaml",
        "components: {schemas: {Dog: {}, Pet: {discriminator: {propertyName: k, mapping: {d: Dog, c: Other}}}}}",
    )
    mapping = {"cat": "./cat.yaml", "dog": "dog.yaml#/components/schemas/Dog", "own": "Own"}
    found = components(
        tmp_path, {"Own": THING, "Pet": {"discriminator": {"propertyName": "k", "mapping": mapping}}}
    )
    assert found["Pet"]["discriminator"]["mapping"] == {
        "cat": "#/x-external/cat",
        "dog": "#/x-external/dog/components/schemas/Dog",
        "own": "Own",
    }
    external = documents.load(tmp_path / "openapi.json").content["x-external"]["dog"]["components"]["schemas"]
    assert external["Pet"]["discriminator"]["mapping"] == {
        "d": "#/x-external/dog/components/schemas/Dog",
        "c": "Other",
    }


OPERATION = {"operationId": "x", "responses": {"200": {"$ref": "#/components/responses/Ok"}}}


def test_operations_paths_and_media_types_that_are_references_are_put_in_their_place(tmp_path: Path) -> None:
    contract = {
        **MINIMAL,
        "paths": {
            "/a": {"get": {"$ref": "more.yaml#/list"}, "parameters": []},
            "/b": {"$ref": "#/components/pathItems/Shared", "parameters": [{"name": "q", "in": "query"}]},
            "/c": {"additionalOperations": {"COPY": {"$ref": "#/paths/~1b/post", "summary": "Copy"}}},
        },
        "webhooks": {"done": {"post": {"$ref": "#/paths/~1b/post"}}},
        "components": {
            "pathItems": {"Shared": {"post": {**OPERATION, "deprecated": True}}},
            "mediaTypes": {"Things": {"schema": {"type": "array"}}},
            "responses": {"Ok": {"content": {"application/json": {"$ref": "#/components/mediaTypes/Things"}}}},
        },
    }  # fmt: skip
    path = write(tmp_path / "openapi.json", json.dumps(contract))
    write(
        tmp_path / "more.yaml",
        "list: {operationId: list, responses: {'200': {$ref: 'openapi.json#/components/responses/Ok'}}}",
    )
    content = documents.load(path).content
    assert content["paths"]["/a"]["get"] == {**OPERATION, "operationId": "list"}
    assert content["paths"]["/b"] == {
        "post": {**OPERATION, "deprecated": True},
        "parameters": [{"name": "q", "in": "query"}],
    }
    assert content["paths"]["/c"]["additionalOperations"]["COPY"]["summary"] == "Copy"
    assert content["webhooks"]["done"]["post"]["operationId"] == "x"
    ok = content["components"]["responses"]["Ok"]["content"]["application/json"]
    assert ok == {"schema": {"type": "array"}}


def test_a_media_type_that_is_nowhere_is_refused_with_its_place(tmp_path: Path) -> None:
    content = {"content": {"application/json": {"$ref": "#/components/mediaTypes/Gone"}}}
    path = write(tmp_path / "c.json", json.dumps({**MINIMAL, "components": {"responses": {"A": content}}}))
    place = (
        "#/components/responses/A/content/application~1json/$ref: #/components/mediaTypes/Gone leads nowhere"
    )
    with pytest.raises(ContractError, match=re.escape(place)):
        documents.load(path)


def test_a_file_may_not_refer_to_the_network_so_that_output_depends_on_files_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "c.json", json.dumps({**MINIMAL, "x": {"$ref": "http://127.0.0.1:9/x.json#/A"}}))
    with pytest.raises(
        ContractError, match=r"#/x/\$ref: refers to http://127\.0\.0\.1:9/x\.json: .*download it"
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


PAGE = "<!doctype html><title>Docs</title>"


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ({"/openapi.json": PAGE, "/doc": json.dumps(MINIMAL)}, ""),
        ({"/openapi.json": '{"status": "ok"}', "/api/openapi.json": json.dumps(MINIMAL)}, ""),
        ({"/docs": PAGE, "/openapi.json": json.dumps(MINIMAL)}, "/docs"),
    ],
    ids=[
        "a web page at the first place",
        "another answer at the first place",
        "a web page where it was asked for",
    ],
)
def test_what_is_not_a_contract_is_passed_over_for_the_next_usual_place(
    pages: dict[str, str], asked: str
) -> None:
    with serving(pages) as base:
        assert documents.load(base + asked).content["openapi"] == "3.1.0"


def test_the_last_word_names_every_place_that_was_tried_and_what_was_there() -> None:
    pages = {"/openapi.json": PAGE, "/doc": '{"a": 1}'}
    with serving(pages) as base, pytest.raises(ContractError) as caught:
        documents.load(base)
    said = str(caught.value)
    assert f"a web page at {base}/openapi.json" in said
    assert f"no OpenAPI document at {base}/doc" in said
    assert f"answered 404 at {base}/v3/api-docs" in said


def referring(folder: Path, reference: str) -> Path:
    return write(folder / "api/c.json", json.dumps({**MINIMAL, "x": {"$ref": reference}}))


@pytest.mark.parametrize("through", ["its path", "a link"])
def test_a_reference_out_of_the_contracts_folder_is_refused_unless_it_is_allowed_by_name(
    tmp_path: Path, through: str
) -> None:
    write(tmp_path / "common/a.json", '{"A": {"type": "string"}}')
    path = referring(tmp_path, "../common/a.json#/A" if through == "its path" else "link.json#/A")
    (tmp_path / "api/link.json").symlink_to(tmp_path / "common/a.json")
    with pytest.raises(
        ContractError, match=r"#/x/\$ref: refers to .*outside the contract's folder: .*--allow-ref"
    ):
        documents.load(path)
    for allowed in ("../common", "../common/a.json", str(tmp_path / "common")):
        assert "type" in str(documents.load(path, [allowed]).content["x-external"])
    with pytest.raises(ContractError, match="outside the contract's folder"):
        documents.load(path, ["../com"])


@pytest.mark.parametrize(
    "reference", ["/dev/zero", "file:///dev/zero", "file:///dev/fd/0#/a", "../../../../../../dev/zero", "ftp://x/a", "a\0b.json", "pipe", ".", "nowhere.json"],
)  # fmt: skip
def test_a_reference_to_no_file_of_the_contract_is_refused_unread_with_its_place(
    tmp_path: Path, reference: str
) -> None:
    path = referring(tmp_path, reference)
    os.mkfifo(tmp_path / "api/pipe")
    with pytest.raises(ContractError, match=r"c\.json: #/x/\$ref: refers to "):
        documents.load(path)


@pytest.mark.parametrize("what", ["a pipe", "a folder", "a device"])
def test_a_contract_that_is_not_a_regular_file_is_refused_unread(tmp_path: Path, what: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    place = {"a pipe": tmp_path / "pipe", "a folder": tmp_path, "a device": Path("/dev/zero")}[what]
    with pytest.raises(ContractError, match=f"cannot be read: {what}, not a file"):
        documents.load(place)


def test_a_contract_of_the_network_refers_to_its_own_folder_and_to_what_is_allowed_by_name() -> None:
    part = '{"A": {"type": "string"}}'
    pages = {
        "/v1/near.json": json.dumps({**MINIMAL, "x": {"$ref": "parts/a.json#/A"}}),
        "/v1/far.json": json.dumps({**MINIMAL, "x": {"$ref": "../shared/a.json#/A"}}),
        "/v1/moved.json": json.dumps({**MINIMAL, "x": {"$ref": "moves.json#/A"}}),
        "/v1/local.json": json.dumps({**MINIMAL, "x": {"$ref": "file:///etc/hostname"}}),
        "/v1/moves.json": "-> /shared/a.json",
        "/v1/parts/a.json": part,
        "/shared/a.json": part,
    }
    with serving(pages) as base:
        assert documents.load(f"{base}/v1/near.json").content["x-external"]
        for name in ("far", "moved"):
            with pytest.raises(
                ContractError, match=r"refers to .*/shared/a\.json: outside the contract's folder"
            ):
                documents.load(f"{base}/v1/{name}.json")
            assert documents.load(f"{base}/v1/{name}.json", [f"{base}/shared"]).content["x-external"]
        with pytest.raises(ContractError, match="a local file, named by a contract from the network"):
            documents.load(f"{base}/v1/local.json", ["/etc"])


def test_a_reference_that_names_the_contracts_own_file_stays_within_it(tmp_path: Path) -> None:
    path = referring(tmp_path, "c.json#/info")
    document = documents.load(path)
    assert document.content["x"] == {"$ref": "#/info"}
    assert not document.alone
