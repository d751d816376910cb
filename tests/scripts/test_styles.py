"""Every style of a parameter, in every place, exploded and not, for every type: what goes over the wire.

The expectations are the examples of OpenAPI 3.2 ("Style Examples") and of RFC 6570, not output of this project.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import importlib.util
import sys
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import faultserver
from veneer import AsyncClient, Client, ConfigurationError, styles
from veneer._core.url_cache import encode_query
from veneer_codegen import generator, normalise
from veneer_codegen.formatting import format_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPES: dict[str, dict[str, Any]] = {
    "primitive": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {"$ref": "#/components/schemas/Color"},
}
VALUES: dict[str, Any] = {"primitive": "blue", "array": ["blue", "black", "brown"], "object": None}

# place, style, explode: primitive, array, object; None where OpenAPI has "n/a".
TABLE: dict[tuple[str, str, bool], tuple[str | None, str | None, str | None]] = {
    ("path", "simple", False): ("blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True): ("blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("path", "label", False): (".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
    ("path", "label", True): (".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    ("path", "matrix", False): (";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
    ("path", "matrix", True): (
        ";color=blue",
        ";color=blue;color=black;color=brown",
        ";R=100;G=200;B=150",
    ),
    ("query", "form", False): ("color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("query", "form", True): ("color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    ("query", "spaceDelimited", False): (
        None,
        "color=blue%20black%20brown",
        "color=R%20100%20G%20200%20B%20150",
    ),
    ("query", "pipeDelimited", False): (
        None,
        "color=blue%7Cblack%7Cbrown",
        "color=R%7C100%7CG%7C200%7CB%7C150",
    ),
    ("query", "deepObject", True): (None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("query", "deepObject", False): (None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("header", "simple", False): ("blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("header", "simple", True): ("blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("cookie", "form", False): ("color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("cookie", "form", True): ("color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    ("cookie", "cookie", False): ("color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("cookie", "cookie", True): ("color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
}
ROWS = {
    f"{place}_{style.lower()}_{'exploded' if explode else 'whole'}_{kind}": (
        place,
        style,
        explode,
        kind,
        expected,
    )
    for (place, style, explode), cells in TABLE.items()
    for kind, expected in zip(TYPES, cells, strict=True)
    if expected is not None
}
FORMS = {
    f"form_{style.lower()}_{'exploded' if explode else 'whole'}_{kind}": (style, explode, kind, expected)
    for place, style, explode, kind, expected in ROWS.values()
    if place == "query"
}
DEEP: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
        "tags": TYPES["array"],
    },
}


def operation(name: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"operationId": name, "tags": ["all"], "responses": {"204": {"description": ""}}}
    return {**found, **({"parameters": list(parameters)} if parameters else {}), **more}


def body(kind: str, schema: dict[str, Any], encoding: dict[str, Any] | None = None) -> dict[str, Any]:
    media = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"requestBody": {"required": True, "content": {kind: media}}}


def contract() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, (place, style, explode, kind, _) in ROWS.items():
        parameter = {"name": "color", "in": place, "required": True, "style": style, "explode": explode}
        path = f"/{name}/{{color}}" if place == "path" else f"/{name}"
        paths[path] = {"get": operation(name, {**parameter, "schema": TYPES[kind]})}
    form = "application/x-www-form-urlencoded"
    for name, (style, explode, kind, _) in FORMS.items():
        schema = {"type": "object", "properties": {"color": TYPES[kind]}}
        encoding = {"color": {"style": style, "explode": explode}}
        paths[f"/{name}"] = {"post": operation(name, **body(form, schema, encoding))}
    everything = {"$ref": "#/components/schemas/Everything"}
    paths["/form"] = {"post": operation("form", **body(form, everything))}
    for how in ("brackets", "indices", "repeat"):
        parameter = {
            "name": "f",
            "in": "query",
            "style": "deepObject",
            "schema": DEEP,
            "x-veneer-arrays": how,
        }
        expand = {"name": "expand", "in": "query", "style": "deepObject", "schema": TYPES["array"]}
        paths[f"/deep_{how}"] = {
            "get": operation(f"deep_{how}", parameter, {**expand, "x-veneer-arrays": how})
        }
    paths["/parts"] = {"post": operation("parts", **body("multipart/form-data", everything))}
    paths["/mixed"] = {
        "post": operation(
            "mixed", **body("multipart/mixed", everything, {"text": {"contentType": "text/x-day"}})
        )
    }
    model = {"anyOf": [{"$ref": "#/components/schemas/Color"}, {"type": "null"}]}
    union = {"anyOf": [{"$ref": "#/components/schemas/Color"}, {"$ref": "#/components/schemas/Line"}]}
    paths["/query"] = {
        "get": operation(
            "query",
            {"name": "model", "in": "query", "schema": model},
            {"name": "union", "in": "query", "schema": union, "style": "deepObject"},
            {"name": "any", "in": "query", "schema": {}, "style": "deepObject"},
            {"name": "lines", "in": "query", "schema": DEEP["properties"]["lines"]},
            {"name": "reserved", "in": "query", "schema": {"type": "string"}, "allowReserved": True},
            {"name": "json", "in": "query", "content": {"application/json": {"schema": union}}},
        )
    }
    json_content = {"application/json": {"schema": TYPES["object"]}}
    paths["/json/{p}"] = {
        "get": operation(
            "json",
            {"name": "p", "in": "path", "required": True, "content": json_content},
            {"name": "h", "in": "header", "content": json_content},
            {"name": "c", "in": "cookie", "content": json_content},
        )
    }
    paths["/whole"] = {"get": operation("whole", {"name": "q", "in": "querystring", "content": json_content})}
    paths["/filled"] = {
        "get": operation(
            "filled",
            {
                "name": "q",
                "in": "querystring",
                "content": {form: {"schema": DEEP, "encoding": {"tags": {"explode": False}}}},
            },
        )
    }
    paths["/a b/{id}/ü//{id}/{{id}}#part"] = {
        "get": operation(
            "odd_path", {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        )
    }
    members = {
        "text": {"type": "string"},
        "flag": {"type": "boolean"},
        "when": {"type": "string", "format": "date"},
        "color": TYPES["object"],
        "lines": DEEP["properties"]["lines"],
        "tags": TYPES["array"],
        "any": {},
        "none": {"type": ["string", "null"]},
    }
    schemas = {
        "Color": {"type": "object", "properties": {key: {"type": "integer"} for key in "RGB"}},
        "Line": {"type": "object", "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}}},
        "Everything": {"type": "object", "properties": members},
    }
    return {
        "openapi": "3.2.0",
        "info": {"title": "Styles", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    root = tmp_path_factory.mktemp("styles")
    generator.generate(normalise.normalise(contract()), root / "styles_package")
    format_tree(root, select="I,F401")
    sys.path.insert(0, str(root))
    try:
        models = importlib.import_module("styles_package.models")
        VALUES["object"] = models.Color(r=100, g=200, b=150)
        yield SimpleNamespace(
            models=models,
            types=importlib.import_module("styles_package.types"),
            operation=lambda name: importlib.import_module(f"styles_package.api.all_.{name}"),
        )
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] == "styles_package"]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def space() -> Iterator[faultserver.Space]:
    with faultserver.running() as server:
        yield server.space()


def sent(
    space: faultserver.Space, client: Client, operation: Any, *args: Any, **kwargs: Any
) -> SimpleNamespace:
    """Call an operation, and return what arrived."""
    client.call(operation, *args, **kwargs)
    return arrived(space)


def arrived(space: faultserver.Space) -> SimpleNamespace:
    request = space.requests()[-1]
    path, _, query = request.path.partition("?")
    return SimpleNamespace(
        path=path,
        query=query,
        header=request.header,
        cookie=request.header("cookie"),
        body=request.body.decode(),
        kind=request.header("content-type"),
    )


ENGINES = [
    pytest.param("default", id="own engine"),
    pytest.param("fast", id="llhttp"),
    pytest.param("external", id="the caller's client"),
]


@pytest.fixture(scope="module", params=ENGINES)
def client(request: pytest.FixtureRequest, space: faultserver.Space) -> Iterator[Client]:
    if request.param == "fast" and importlib.util.find_spec("httptools") is None:
        pytest.skip("httptools is not installed")
    if request.param == "external":
        with httpx.Client() as own, Client(space.url(), http_client=own) as client:
            yield client
        return
    with Client(space.url(), engine=request.param) as client:
        yield client


@pytest.mark.parametrize("name", ROWS)
def test_a_parameter_is_written_as_openapi_s_own_example(
    name: str, package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    place, _, _, kind, expected = ROWS[name]
    request = sent(space, client, package.operation(name), color=VALUES[kind])
    found = {
        "path": request.path.rpartition("/")[2],
        "query": request.query,
        "header": request.header("color"),
        "cookie": request.cookie,
    }[place]
    assert found == expected


@pytest.mark.parametrize("name", FORMS)
def test_a_member_of_a_form_is_written_as_its_encoding_says(
    name: str, package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    *_, kind, expected = FORMS[name]
    operation = package.operation(name)
    model = next(iter(operation._get_kwargs.__annotations__.values())).removeprefix("models.")
    request = sent(space, client, operation, body=getattr(package.models, model)(color=VALUES[kind]))
    assert (request.kind, request.body) == ("application/x-www-form-urlencoded", expected)


def test_tasks_send_the_same_as_threads(package: SimpleNamespace, space: faultserver.Space) -> None:
    async def run() -> list[tuple[str, str]]:
        found = []
        async with AsyncClient(space.url()) as client:
            for name, (*_, kind, _) in ROWS.items():
                await client.call(package.operation(name), color=VALUES[kind])
                request = space.requests()[-1]
                found.append((request.path, request.header("cookie") or ""))
        return found

    with Client(space.url()) as client:
        same = []
        for name, (*_, kind, _) in ROWS.items():
            request = sent(space, client, package.operation(name), color=VALUES[kind])
            same.append((request.path + (f"?{request.query}" if request.query else ""), request.cookie or ""))
    assert asyncio.run(run()) == same


def everything(package: SimpleNamespace) -> Any:
    return package.models.Everything(
        text="a&b",
        flag=True,
        when=dt.date(2026, 1, 2),
        color=package.models.Color(r=1),
        lines=[package.models.Line(sku="x", count=1), package.models.Line(sku="y")],
        tags=["p", "q"],
        any_={"k": [True]},
        none=None,
    )


def test_a_form_without_encoding_has_text_repeated_names_and_json(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("form"), body=everything(package))
    assert httpx.QueryParams(request.body).multi_items() == [
        ("text", "a&b"),
        ("flag", "true"),
        ("when", "2026-01-02"),
        ("color", '{"R":1}'),
        ("lines", '{"sku":"x","count":1}'),
        ("lines", '{"sku":"y"}'),
        ("tags", "p"),
        ("tags", "q"),
        ("any", '{"k":[true]}'),
    ]


def test_parts_of_a_multipart_form_are_text_and_json(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("parts"), body=everything(package))
    assert request.kind.startswith("multipart/form-data; boundary=")
    boundary = request.kind.partition("boundary=")[2]
    parts = [part.strip("\r\n").split("\r\n") for part in request.body.split(f"--{boundary}")[1:-1]]
    assert [(part[1].removeprefix("Content-Type: "), part[-1]) for part in parts] == [
        ("text/plain", "a&b"),
        ("text/plain", "true"),
        ("text/plain", "2026-01-02"),
        ("application/json", '{"R": 1}'),
        ("application/json", '{"sku": "x", "count": 1}'),
        ("application/json", '{"sku": "y"}'),
        ("text/plain", "p"),
        ("text/plain", "q"),
        ("application/json", '{"k": [true]}'),
    ]


def test_another_kind_of_multipart_is_kept_with_a_boundary_of_its_own_and_the_types_of_its_parts(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("mixed"), body=package.models.Everything(text="t"))
    assert request.kind.startswith("multipart/mixed; boundary=")
    assert request.body.startswith(f"--{request.kind.partition('boundary=')[2]}\r\n")
    assert "Content-Type: text/x-day" in request.body


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("brackets", "f[lines][0][sku]=x&f[lines][0][count]=1&f[tags][]=p&f[tags][]=q&expand[]=a&expand[]=b"),
        (
            "indices",
            "f[lines][0][sku]=x&f[lines][0][count]=1&f[tags][0]=p&f[tags][1]=q&expand[0]=a&expand[1]=b",
        ),
        ("repeat", "f[lines][0][sku]=x&f[lines][0][count]=1&f[tags]=p&f[tags]=q&expand=a&expand=b"),
    ],
)
def test_lists_in_deep_objects_are_written_as_the_contract_s_option_says(
    how: str, expected: str, package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    deep = getattr(package.models, f"Deep{how.title()}F")
    filled = deep(lines=[package.models.Line(sku="x", count=1)], tags=["p", "q"])
    request = sent(space, client, package.operation(f"deep_{how}"), f=filled, expand=["a", "b"])
    assert request.query == expected.replace("[", "%5B").replace("]", "%5D")


def test_objects_in_the_query_are_never_a_repr(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    color, line = package.models.Color(r=1), package.models.Line(sku="x")
    operation = package.operation("query")
    request = sent(
        space, client, operation, model=color, union=line, any_={"a": {"b": [1]}}, lines=[line], json=color
    )
    assert httpx.QueryParams(request.query).multi_items() == [
        ("R", "1"),
        ("union[sku]", "x"),
        ("any[a][b]", "1"),
        ("lines", '{"sku":"x"}'),
        ("json", '{"R":1}'),
    ]
    assert sent(space, client, operation, model=None).query == ""


def test_reserved_characters_pass_where_the_contract_allows_them_but_for_those_that_end_a_value(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("query"), reserved="/a?b:c,d%20e&f=g#h+i 50%")
    assert request.query == "reserved=/a?b:c,d%20e%26f=g%23h%2Bi%2050%25"


def test_json_content_is_json_in_every_place(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    color = package.models.Color(r=1)
    request = sent(space, client, package.operation("json"), color, h=color, c=color)
    assert (request.path, request.header("h"), request.cookie) == (
        "/json/%7B%22R%22%3A1%7D",
        '{"R":1}',
        "c=%7B%22R%22%3A1%7D",
    )


def test_a_querystring_parameter_is_the_whole_query(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("whole"), q=package.models.Color(r=1))
    assert request.query == "%7B%22R%22%3A1%7D"
    filled = package.models.FilledQ(tags=["p", "q"])
    assert sent(space, client, package.operation("filled"), q=filled).query == "tags=p,q"


def test_a_path_with_blanks_repeated_variables_empty_segments_and_braces_is_sent_as_it_is(
    package: SimpleNamespace, space: faultserver.Space, client: Client
) -> None:
    request = sent(space, client, package.operation("odd_path"), "x/y")
    assert request.path == "/a%20b/x%2Fy/%C3%BC//x%2Fy/%7Bx%2Fy%7D"


class Colour(str, Enum):  # noqa: UP042  # the older kind, whose text is its name
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Colour.RED, "red"),
        (Decimal("1.50"), "1.50"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02T00%3A00%3A00%2B00%3A00"),
        (None, ""),
    ],
    ids=["enum", "decimal", "date", "datetime", "none"],
)
def test_single_values_are_text_without_a_repr(value: Any, text: str) -> None:
    assert encode_query({"q": value, "l": [value]}) == f"q={text}&l={text}"


@pytest.mark.parametrize(
    "value", [{"b": 1}, [["b"]], [{"b": 1}], object(), b"x", {1}], ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize("place", ["params", "data", "headers", "path_params", "form beside files"])
def test_what_is_no_single_value_is_refused_by_its_name_where_no_contract_says_how_it_is_written(
    place: str, value: Any, space: faultserver.Space
) -> None:
    parts: dict[str, Any] = (
        {"data": {"aa": value}, "files": {"f": b"x"}} if " " in place else {place: {"aa": value}}
    )
    before = len(space.requests())
    with Client(space.url()) as client, pytest.raises(ConfigurationError, match="'aa'"):
        client.request("POST", "/x/{aa}" if place == "path_params" else "/x", **parts)
    assert len(space.requests()) == before


# RFC 6570 §3.2: expressions with their expansions, by our functions.
KEYS = {"semi": ";", "dot": ".", "comma": ","}
LIST = ["red", "green", "blue"]
RFC6570 = [
    ("{hello}", styles.path("hello", "Hello World!"), "Hello%20World%21"),
    ("{half}", styles.path("half", "50%"), "50%25"),
    ("{list}", styles.path("list", LIST), "red,green,blue"),
    ("{list*}", styles.path("list", LIST, explode=True), "red,green,blue"),
    ("{keys}", styles.path("keys", KEYS), "semi,%3B,dot,.,comma,%2C"),
    ("{keys*}", styles.path("keys", KEYS, explode=True), "semi=%3B,dot=.,comma=%2C"),
    ("{.who}", styles.path("who", "fred", "label"), ".fred"),
    ("{.list}", styles.path("list", LIST, "label"), ".red,green,blue"),
    ("{.list*}", styles.path("list", LIST, "label", explode=True), ".red.green.blue"),
    ("{.keys}", styles.path("keys", KEYS, "label"), ".semi,%3B,dot,.,comma,%2C"),
    ("{.keys*}", styles.path("keys", KEYS, "label", explode=True), ".semi=%3B.dot=..comma=%2C"),
    ("{.empty_keys}", styles.path("empty_keys", {}, "label"), ""),
    ("{;who}", styles.path("who", "fred", "matrix"), ";who=fred"),
    ("{;half}", styles.path("half", "50%", "matrix"), ";half=50%25"),
    ("{;empty}", styles.path("empty", "", "matrix"), ";empty"),
    ("{;list}", styles.path("list", LIST, "matrix"), ";list=red,green,blue"),
    ("{;list*}", styles.path("list", LIST, "matrix", explode=True), ";list=red;list=green;list=blue"),
    ("{;keys}", styles.path("keys", KEYS, "matrix"), ";keys=semi,%3B,dot,.,comma,%2C"),
    ("{;keys*}", styles.path("keys", KEYS, "matrix", explode=True), ";semi=%3B;dot=.;comma=%2C"),
    ("{+half}", styles.path("half", "50%", reserved=True), "50%25"),
    ("{+hello}", styles.path("hello", "Hello World!", reserved=True), "Hello%20World!"),
    ("{?who}", encode_query(styles.query("who", "fred")), "who=fred"),
    ("{?empty}", encode_query(styles.query("empty", "")), "empty="),
    ("{?list}", encode_query(styles.query("list", LIST, explode=False)), "list=red,green,blue"),
    ("{?list*}", encode_query(styles.query("list", LIST)), "list=red&list=green&list=blue"),
    ("{?keys}", encode_query(styles.query("keys", KEYS, explode=False)), "keys=semi,%3B,dot,.,comma,%2C"),
    ("{?keys*}", encode_query(styles.query("keys", KEYS)), "semi=%3B&dot=.&comma=%2C"),
    ("{?undef}", encode_query(styles.query("undef", None)), ""),
    ("{?empty_list}", encode_query(styles.query("empty_list", [], explode=False)), ""),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in RFC6570], ids=[row[0] for row in RFC6570])
def test_an_expansion_is_that_of_rfc_6570(found: str, expected: str) -> None:
    assert found == expected


UNDEFINED = [
    ({"in": "query", "style": "deepObject", "schema": TYPES["array"]}, "lists in deepObject"),
    ({"in": "query", "style": "deepObject", "schema": TYPES["primitive"]}, "defined for objects"),
    ({"in": "query", "style": "deepObject", "schema": DEEP}, "objects and lists in deepObject"),
    (
        {"in": "query", "style": "pipeDelimited", "explode": True, "schema": TYPES["array"]},
        "explode is not defined",
    ),
    (
        {"in": "query", "style": "spaceDelimited", "schema": TYPES["primitive"]},
        "defined for lists and objects",
    ),
    ({"in": "query", "style": "simple", "schema": TYPES["array"]}, "not a style of the query"),
    ({"in": "query", "schema": DEEP["properties"]["lines"]}, "sent as JSON text"),
    ({"in": "query", "schema": DEEP}, "a list repeats its name"),
    ({"in": "header", "schema": DEEP}, "sent as JSON text"),
    ({"in": "header", "style": "form", "schema": TYPES["array"]}, "not a style of the header"),
    ({"in": "cookie", "schema": TYPES["array"]}, "joined by &"),
]


@pytest.mark.parametrize(("parameter", "what"), UNDEFINED, ids=[what for _, what in UNDEFINED])
def test_what_openapi_leaves_undefined_is_a_finding_with_its_place(
    parameter: dict[str, Any], what: str
) -> None:
    document = contract()
    document["paths"] = {"/x": {"get": operation("x", {"name": "p", **parameter})}}
    found = [one for one in normalise.normalise(document).report.findings if one.rule == "parameter-style"]
    assert [one.place for one in found] == ["#/paths/~1x/get/parameters/0"]
    assert what in found[0].detail


def test_an_object_that_a_form_has_as_something_else_than_json_is_a_finding() -> None:
    document = contract()
    media = body(
        "multipart/form-data",
        {"type": "object", "properties": {"c": TYPES["object"]}},
        {"c": {"contentType": "application/xml"}},
    )
    document["paths"] = {"/x": {"post": operation("x", **media)}}
    (found,) = [one for one in normalise.normalise(document).report.findings if one.rule == "form-encoding"]
    assert found.place == "#/paths/~1x/post/requestBody/content/multipart~1form-data/encoding/c"
