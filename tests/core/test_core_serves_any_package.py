"""The core needs no platform: it calls what openapi-python-client itself writes, by its own templates, now and in earlier releases."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from core.kit import Wire, reply, wired
from veneer import Client, ConfigurationError, NotFoundError, OffsetPages, ResponseInvalidError


def _json(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _parameter(name: str, place: str, kind: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": kind}}


_FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "note": {"type": "string"}},
}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Tiny", "version": "1"},
    "paths": {
        "/things/{thing_id}/parts/{n}": {
            "get": {
                "tags": ["things"],
                "operationId": "getPart",
                "parameters": [
                    _parameter("thing_id", "path", "string"),
                    _parameter("n", "path", "integer"),
                    _parameter("q", "query", "string"),
                    _parameter("X-Trace", "header", "string"),
                ],
                "responses": {
                    "200": {"description": "", **_json("Thing")},
                    "404": {"description": "", **_json("Problem")},
                },
            }
        },
        "/things": {
            "get": {
                "tags": ["things"],
                "operationId": "listThings",
                "parameters": [_parameter("limit", "query", "integer"), _parameter("offset", "query", "integer")],
                "responses": {"200": {"description": "", **_json("Things")}},
            },
            "post": {
                "tags": ["things"],
                "operationId": "createThing",
                "requestBody": {"required": True, **_json("Thing")},
                "responses": {"201": {"description": "", **_json("Thing")}},
            },
        },
        "/things/{thing_id}/file": {
            "post": {
                "tags": ["things"],
                "operationId": "uploadFile",
                "parameters": [_parameter("thing_id", "path", "string")],
                "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FILE}}},
                "responses": {"204": {"description": ""}},
            }
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            },
            "Things": {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
            },
            "Problem": {"type": "object", "properties": {"message": {"type": "string"}}},
        }
    },
}  # fmt: skip


def _as_before_028(package: Path) -> None:
    """Take out what 0.28.0 brought to endpoint modules: until then, path parameters went into the path as they were."""
    changed = 0
    for module in package.glob("api/*/*.py"):
        text, count = re.subn(r'quote\(str\((\w+)\), safe=""\)', r"\1", module.read_text())
        module.write_text(text.replace("from urllib.parse import quote\n", ""))
        changed += count
    assert changed == 3


@pytest.fixture(scope="module", params=["stock", "before-0.28"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package's `api.things` modules and its `models`, as the generator's command wrote them."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "contract.json").write_text(json.dumps(CONTRACT))
    (folder / "config.yml").write_text("post_hooks: []\n")
    name = f"tiny_{request.param.replace('-', '_').replace('.', '_')}"
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", "contract.json", "--config", "config.yml", "--output-path", name),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )
    if request.param == "before-0.28":
        _as_before_028(folder / name)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(folder)
        found = {
            module: importlib.import_module(f"{name}.api.things.{module}")
            for module in ("get_part", "list_things", "create_thing", "upload_file")
        }
        yield SimpleNamespace(**found, models=importlib.import_module(f"{name}.models"), name=name)


def test_arguments_become_the_request_and_the_answer_its_model(tiny: Any) -> None:
    wire = Wire(reply(json={"id": "t", "name": "T"}))
    thing = wired(wire).call(tiny.get_part, "a", 7, q="x y", x_trace="1")
    assert thing == tiny.models.Thing("t", "T")
    request = wire.requests[0]
    assert (request.method, request.url.path, request.url.params["q"], request.headers["x-trace"]) == (
        "GET",
        "/v1/things/a/parts/7",
        "x y",
        "1",
    )


def test_a_json_body_is_sent_with_the_clients_credential(tiny: Any) -> None:
    wire = Wire(reply(201, json={"id": "t"}))
    assert wired(wire).call(tiny.create_thing, body=tiny.models.Thing("t")).id == "t"
    assert (json.loads(wire.bodies[0]), wire.requests[0].headers["authorization"][:7]) == (
        {"id": "t"},
        "Bearer ",
    )


def test_a_form_with_a_file_is_sent_under_a_boundary_of_its_own(tiny: Any) -> None:
    file = importlib.import_module(f"{tiny.name}.types").File
    body = tiny.models.UploadFileBody(file=file(b"--+++\r\nrole=admin", file_name="f.txt"), note="n")
    wire = Wire(204, 204)
    for _ in range(2):
        assert wired(wire).call(tiny.upload_file, "t", body=body) is None
    kinds = {request.headers["content-type"] for request in wire.requests}
    assert len(kinds) == 2
    assert not any("+++" in kind for kind in kinds)
    assert wire.bodies[0].count(b"form-data") == 2


@pytest.mark.parametrize("as_keyword", [False, True], ids=["positional", "keyword"])
def test_path_arguments_cannot_leave_their_segment(tiny: Any, as_keyword: bool) -> None:
    wire, value = Wire(reply(json={"id": "t"})), "../a/b?c=d#e f%2e"
    if as_keyword:
        wired(wire).call(tiny.get_part, thing_id=value, n=7)
    else:
        wired(wire).call(tiny.get_part, value, 7)
    assert wire.requests[0].url.raw_path == b"/v1/things/..%2Fa%2Fb%3Fc%3Dd%23e%20f%252e/parts/7"


@pytest.mark.parametrize("value", ["..", ".", "", None], ids=repr)
def test_path_arguments_cannot_retarget_the_request(tiny: Any, value: Any) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match="retarget"):
        wired(wire).call(tiny.get_part, value, 7)
    assert wire.requests == []


def test_errors_are_the_cores_even_where_the_contract_documents_them(tiny: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        wired(Wire(reply(404, json={"message": "no such part"}))).call(tiny.get_part, "a", 7)
    assert (caught.value.operation, caught.value.message) == ("get_part", "404 Not Found: no such part")


def test_an_answer_that_does_not_fit_names_the_place(tiny: Any) -> None:
    answer = reply(json={"items": [{"id": "a"}, {"name": "b"}]})
    with pytest.raises(ResponseInvalidError) as caught:
        wired(Wire(answer), strict=True).call(tiny.list_things)
    assert caught.value.path == "$.items[1].id"


def test_a_read_is_repeated_and_a_write_is_not(tiny: Any) -> None:
    wire = Wire(500, reply(json={"id": "t"}))
    assert wired(wire).call(tiny.get_part, "a", 7).id == "t"
    wire = Wire(httpx.ReadError("cut"))
    with pytest.raises(Exception, match="no idempotency key"):
        wired(wire).call(tiny.create_thing, body=tiny.models.Thing("t"))


def test_lists_are_walked(tiny: Any) -> None:
    pages = [reply(json={"items": [{"id": name} for name in names]}) for names in ("ab", "c")]
    wire = Wire(*pages)
    found = wired(wire).paginate(tiny.list_things, limit=2, pages=OffsetPages()).collect()
    assert [thing.id for thing in found] == ["a", "b", "c"]
    assert [request.url.params.get("offset") for request in wire.requests] == [None, "2"]


def test_a_package_that_is_older_than_015_gets_a_client_of_its_own() -> None:
    def _get_kwargs(thing_id: str, *, client: Any) -> dict[str, Any]:
        url = "{}/things/{thing_id}".format(client.base_url, thing_id=thing_id)  # noqa: UP032  # as it was written
        return {"method": "get", "url": url, "headers": client.get_headers(), "timeout": client.get_timeout()}

    def _parse_response(*, client: Any, response: Any) -> Any:
        return response.json() if response.status_code == 200 else None

    endpoint = SimpleNamespace(_get_kwargs=_get_kwargs, _parse_response=_parse_response)
    own = SimpleNamespace(base_url="", get_headers=dict, get_timeout=lambda: 5.0)
    wire = Wire(reply(json={"id": "t"}))
    assert wired(wire).call(endpoint, "a/b", client=own) == {"id": "t"}
    assert wire.requests[0].url.raw_path == b"/v1/things/a%2Fb"


def test_an_operation_may_have_a_parameter_called_endpoint() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    def kwargs_of(*, endpoint: str) -> dict[str, Any]:
        return {"method": "get", "url": "/jobs", "params": {"endpoint": endpoint}}

    module = SimpleNamespace(
        _get_kwargs=kwargs_of,
        _parse_response=lambda *, client, response: response.json(),
        __name__="list_jobs",
    )
    with Client(
        "https://api.test", http_client=httpx.Client(transport=httpx.MockTransport(answer))
    ) as client:
        assert client.call(module, endpoint="e") == {}
    assert asked == ["https://api.test/jobs?endpoint=e"]
