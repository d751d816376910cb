"""What a server sends beside its contract reaches the caller, whole and named, and what no contract describes too."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import importlib
import inspect
import json
import pickle
import sys
import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import veneer
from core.kit import Wire, async_wired, reply, wired
from veneer import (
    MissingMemberError,
    OffsetPages,
    ResponseInvalidError,
    SchemaViolation,
    SchemaViolationWarning,
    violations,
)
from veneer._core import reading
from veneer_codegen import regenerate

if TYPE_CHECKING:
    from collections.abc import Iterator

STRING = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
ROW = {"$ref": "#/components/schemas/Row"}


def _answers(schema: Any, kind: str = "application/json", **more: Any) -> dict[str, Any]:
    content = {kind: {} if schema is None else {"schema": schema}}
    return {"responses": {"200": {"description": "", "content": content}, **more}}


def _kinds(content: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {"200": {"description": "", "content": content}}}


UNTYPED = {
    "empty_schema": _answers({}),
    "true_schema": _answers(True),  # a boolean schema
    "no_schema": _answers(None),
    "only_a_title": _answers({"title": "Response X"}),
    "only_a_description": _answers({"description": "whatever the plugin says"}),
    "anything_or_null": _answers({"anyOf": [{}, {"type": "null"}]}),
    "no_content": {"responses": {"200": {"description": ""}}},
    "default_only": {"responses": {"default": {"description": ""}}},
}


def _event(kind: str, **more: Any) -> dict[str, Any]:
    members = {"type": {**STRING, "enum": [kind]}, "data": STRING, **more}
    return {"type": "object", "required": list(members), "properties": members}


EVENTS = {
    "Opened": _event("opened"),
    "Closed": _event("closed"),
    "SyncedOpened": _event("synced", event=_event("opened.1")),
    "SyncedClosed": _event("synced", event=_event("closed.1")),
}
TYPED = {
    "event": _answers({"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in EVENTS]}),
    "metrics": _kinds({"text/plain": {"schema": STRING}, "application/json": {"schema": ROW}}),
    "as_you_like": _kinds(
        {"application/xml": {"schema": ROW}, "application/json": {"schema": ROW}, "application/pdf": {}}
    ),
    "row": _answers(ROW),
    "rows": _answers({"type": "array", "items": ROW}),
    "page": _answers(
        {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ROW}}}
    ),
    "shape": _answers(
        {"oneOf": [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}]}
    ),
    "loose": _answers(
        {"oneOf": [{"$ref": "#/components/schemas/Left"}, {"$ref": "#/components/schemas/Right"}]}
    ),
    "texts": _answers({"$ref": "#/components/schemas/Texts"}),
    "partly": _answers(ROW, **{"204": {"description": ""}, "206": {"description": ""}}),
}
OBJECT = {"type": "object"}
CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Odd", "version": "1"},
    "paths": {
        f"/{name}": {"get": {"operationId": name, "tags": ["odd"], **operation}}
        for name, operation in {**UNTYPED, **TYPED}.items()
    },
    "components": {
        "schemas": {
            "Row": {
                **OBJECT,
                "required": ["id", "at"],
                "properties": {
                    "id": STRING,
                    "at": MOMENT,
                    "size": {"type": "integer"},
                    "key": {**STRING, "format": "password"},
                    "tags": {"type": "array", "items": MOMENT},
                    "owner": {"$ref": "#/components/schemas/Owner"},
                    "createdBy": {"$ref": "#/components/schemas/Owner"},
                },
            },
            "Owner": {**OBJECT, "required": ["name"], "properties": {"name": STRING}},
            "Circle": {**OBJECT, "required": ["kind", "r"], "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}}},
            "Square": {**OBJECT, "required": ["kind", "a"], "properties": {"kind": {"const": "square"}, "a": {"type": "number"}}},
            "Left": {**OBJECT, "required": ["l"], "properties": {"l": STRING}},
            "Right": {**OBJECT, "required": ["r"], "properties": {"r": STRING}},
            **EVENTS,
            "Texts": {
                **OBJECT,
                "properties": {
                    "a": {"anyOf": [STRING, MOMENT]},
                    "b": {"anyOf": [{**STRING, "format": "date"}, STRING]},
                    "c": {"anyOf": [{**STRING, "format": "uuid"}, STRING]},
                    "d": {"anyOf": [MOMENT, {**STRING, "enum": ["now", "20240101"]}]},
                    "at": MOMENT,
                    "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Owner"}},
                },
            },
        }
    },
}  # fmt: skip
GOOD = {"id": "r1", "at": "2026-11-02T09:30:00+00:00"}
PACKAGE = "odd_answers.odd"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The endpoint modules of the contract above, and its models."""
    root = tmp_path_factory.mktemp("odd")
    (root / "openapi").mkdir()
    (root / "openapi/odd.json").write_text(json.dumps(CONTRACT))
    (root / "openapi/contracts.toml").write_text(
        f'[[contract]]\nname = "odd"\nfile = "odd.json"\npackage = "{PACKAGE}"\n'
    )
    regenerate.regenerate(root)
    sys.path.insert(0, str(root / "generated"))
    try:
        found = {name: importlib.import_module(f"{PACKAGE}.api.odd.{name}") for name in {**UNTYPED, **TYPED}}
        yield SimpleNamespace(**found, models=importlib.import_module(f"{PACKAGE}.models"))
    finally:
        sys.path.remove(str(root / "generated"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "odd_answers"]:
            del sys.modules[name]


def told(
    operation: Any, payload: Any, status: int = 200, **options: Any
) -> tuple[Any, list[SchemaViolation]]:
    """A call's value, and what its hook was told."""
    heard: list[SchemaViolation] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaViolationWarning)
        client = wired(Wire(reply(status, json=payload)), on_violation=[heard.append], **options)
        return client.call(operation), heard


def brief(found: list[SchemaViolation]) -> list[tuple[str, str]]:
    return [(one.kind, one.path) for one in found]


# -- answers that no contract describes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNTYPED)
@pytest.mark.parametrize("payload", [{"id": 7}, [1, None], "text", 0, False], ids=repr)
def test_an_answer_without_a_type_is_its_json(odd: SimpleNamespace, name: str, payload: Any) -> None:
    assert told(getattr(odd, name), payload) == (payload, [])


@pytest.mark.parametrize("name", UNTYPED)
@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        ("application/json", b"null", None),
        ("application/problem+json", b'{"id": 7}', {"id": 7}),
        ("", b'{"id": 7}', {"id": 7}),
        ("application/json", b"OK", "OK"),
        ("text/plain", b"123", "123"),
        ("text/html; charset=iso-8859-1", b"caf\xe9", "café"),
        ("application/xml", b"<a/>", "<a/>"),
        ("application/octet-stream", b"123", b"123"),
        ("image/png", b"\x89PNG", b"\x89PNG"),
        ("", b"\x00\xff", b"\x00\xff"),
        ("application/json", b"", None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_without_a_type_is_what_its_media_type_says(
    odd: SimpleNamespace, name: str, kind: str, content: bytes, value: Any
) -> None:
    answer = reply(content=content, headers={"content-type": kind} if kind else {})
    assert wired(Wire(answer), strict=True).call(getattr(odd, name)) == value


# -- answers of another media type than JSON --------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"up 1", b"42", b'{"id": "r1"}', b""], ids=repr)
def test_a_text_that_the_contract_lists_beside_json_is_that_text(
    odd: SimpleNamespace, content: bytes
) -> None:
    answer = reply(content=content, headers={"content-type": "text/plain; version=1.0.0; charset=utf-8"})
    assert wired(Wire(answer), strict=True).call(odd.metrics) == content.decode()


def test_json_is_read_as_ever_where_the_contract_lists_a_text_beside_it(odd: SimpleNamespace) -> None:
    value, found = told(odd.metrics, GOOD)
    assert (type(value), found) == (odd.models.Row, [])
    assert inspect.get_annotations(odd.metrics._parse_response)["return"] == "Row | str | None"


@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        ("application/xml", b"<row/>", "<row/>"),
        ("application/pdf", b"%PDF", b"%PDF"),
        ("APPLICATION/XML; charset=utf-8", "<ä/>".encode(), "<ä/>"),
    ],
    ids=["text", "bytes", "spelling"],
)
def test_a_body_of_a_listed_type_that_is_not_the_one_read_is_as_sent_and_told(
    odd: SimpleNamespace, kind: str, content: bytes, value: Any
) -> None:
    heard: list[SchemaViolation] = []
    wire = Wire(reply(content=content, headers={"content-type": kind}))
    with pytest.warns(SchemaViolationWarning, match="the contract says application/json"):
        assert wired(wire, on_violation=[heard.append]).call(odd.as_you_like) == value
    assert brief(heard) == [("media", "$")]


def test_a_body_of_a_listed_type_that_is_not_the_one_read_is_an_error_where_strict(
    odd: SimpleNamespace,
) -> None:
    wire = Wire(reply(content=b"<row/>", headers={"content-type": "application/xml"}))
    with pytest.raises(ResponseInvalidError, match="content type application/xml"):
        wired(wire, strict=True).call(odd.as_you_like)


@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
def test_a_body_that_is_not_json_and_of_no_listed_type_is_an_error(odd: SimpleNamespace, kind: str) -> None:
    with pytest.raises(ResponseInvalidError, match="the body is not JSON"):
        wired(Wire(reply(content=b'{"id', headers={"content-type": kind}))).call(odd.as_you_like)


@pytest.mark.parametrize("status", [201, 206, 299])
def test_a_success_of_a_status_that_the_contract_does_not_list_is_read_as_the_one_it_lists(
    odd: SimpleNamespace, status: int
) -> None:
    value, found = told(odd.row, GOOD, status)
    assert (value.id, found) == ("r1", [])


@pytest.mark.parametrize("status", [202, 204, 205, 206])
def test_a_success_without_content_beside_a_typed_one_is_none(odd: SimpleNamespace, status: int) -> None:
    assert wired(Wire(reply(status, content=b"")), strict=True).call(odd.partly) is None


def test_an_empty_answer_where_the_contract_promises_one_is_an_error(odd: SimpleNamespace) -> None:
    with pytest.raises(ResponseInvalidError, match="the body is empty"):
        wired(Wire(reply(200, content=b""))).call(odd.row)


# -- answers that break their contract -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "payload", "expected"),
    [
        ("row", {"at": GOOD["at"]}, [("missing", "$.id")]),
        ("row", {**GOOD, "at": None}, [("type", "$.at")]),
        ("row", {**GOOD, "at": 5}, [("type", "$.at")]),
        ("row", {**GOOD, "at": "soon"}, [("format", "$.at")]),
        ("row", {**GOOD, "at": ""}, [("format", "$.at")]),
        ("row", {**GOOD, "tags": [GOOD["at"], None, "x"]}, [("type", "$.tags[1]"), ("format", "$.tags[2]")]),
        ("row", {**GOOD, "tags": ""}, [("type", "$.tags")]),
        ("row", {**GOOD, "tags": {}}, [("type", "$.tags")]),
        ("row", {**GOOD, "owner": {}, "at": None}, [("type", "$.at"), ("missing", "$.owner.name")]),
        ("row", {**GOOD, "createdBy": []}, [("type", "$.createdBy")]),
        ("row", [], [("type", "$")]),
        ("row", "text", [("type", "$")]),
        ("rows", [GOOD, {**GOOD, "at": None}, GOOD], [("type", "$[1].at")]),
        ("rows", {}, [("type", "$")]),
        ("page", {"items": [GOOD, GOOD, {"at": None}]}, [("missing", "$.items[2].id"), ("type", "$.items[2].at")]),
        ("page", {"items": {}}, [("type", "$.items")]),
        ("page", {}, [("missing", "$.items")]),
        ("shape", {"kind": "circle"}, [("missing", "$.r")]),
        ("shape", {"kind": "hexagon"}, [("type", "$")]),
        ("shape", 7, [("type", "$")]),
        ("loose", {"x": 1}, [("type", "$")]),
        ("texts", {"rows": [{"name": "a"}, {}]}, [("missing", "$.rows[1].name")]),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_does_not_fit_is_named_and_the_answer_is_as_it_was_sent(
    odd: SimpleNamespace, operation: str, payload: Any, expected: list[tuple[str, str]]
) -> None:
    value, found = told(getattr(odd, operation), payload)
    assert brief(found) == expected
    assert {one.operation for one in found} == {operation}
    assert (value.to_dict() if hasattr(value, "to_dict") else [_sent(one) for one in value] if isinstance(value, list) else value) == payload  # fmt: skip
    assert brief(violations(value)) == (expected if value != payload else [])
    with pytest.raises(ResponseInvalidError) as caught:
        told(getattr(odd, operation), payload, strict=True)
    assert (caught.value.path, brief(list(caught.value.violations))) == (expected[0][1], expected)


def _sent(row: Any) -> Any:
    return row.to_dict() if hasattr(row, "to_dict") else row


def test_a_row_that_is_none_is_kept_in_its_place(odd: SimpleNamespace) -> None:
    rows, found = told(odd.rows, [GOOD, None, GOOD])
    assert ([row and row.id for row in rows], brief(found)) == (["r1", None, "r1"], [("type", "$[1]")])


def test_what_fits_is_decoded_beside_what_does_not(odd: SimpleNamespace) -> None:
    rows, _ = told(odd.rows, [GOOD, {**GOOD, "at": None, "owner": {"name": "o"}, "new": 1}])
    first, second = rows
    assert first == odd.models.Row.from_dict(GOOD)
    assert type(first) is odd.models.Row
    assert isinstance(second, odd.models.Row)
    assert (second.id, second.at, second.owner.name) == ("r1", None, "o")
    assert (second.size, second.additional_properties) == (first.size, {"new": 1})


def test_a_missing_member_is_an_error_where_it_is_asked_for_and_nowhere_else(odd: SimpleNamespace) -> None:
    page, _ = told(odd.page, {"items": [GOOD, {"id": "r2", "key": "CANARY"}]})
    row = page.items[1]
    with pytest.raises(MissingMemberError, match=r"\$\.items\[1\]\.at is missing") as caught:
        row.at  # noqa: B018  # asking is what raises
    assert caught.value.path == "$.items[1].at"
    assert not hasattr(row, "at")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        row.nonsense  # noqa: B018  # as above
    assert repr(row).startswith("Row(id='r2', at=<missing>")
    assert "CANARY" not in repr(page)
    row.at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert row.to_dict()["at"] == "2026-01-01T00:00:00+00:00"


def test_an_answer_that_does_not_fit_can_be_copied_pickled_and_compared(odd: SimpleNamespace) -> None:
    row, _ = told(odd.row, {"id": "r1"})
    again, _ = told(odd.row, {"id": "r1"})
    for other in (again, copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):
        assert row == other
        assert other.to_dict() == {"id": "r1"}
        with pytest.raises(MissingMemberError, match=r"\$\.at"):
            other.at  # noqa: B018  # as above
    assert row != odd.models.Row.from_dict(GOOD)


def test_a_union_is_read_as_the_class_that_its_tag_names(odd: SimpleNamespace) -> None:
    value, _ = told(odd.shape, {"kind": "square", "r": 1})
    assert isinstance(value, odd.models.Square)


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({"type": "opened", "data": "x"}, "Opened"),
        ({"type": "closed", "data": "x"}, "Closed"),
        ({"type": "synced", "data": "x", "event": {"type": "opened.1", "data": "y"}}, "SyncedOpened"),
        ({"type": "synced", "data": "x", "event": {"type": "closed.1", "data": "y"}}, "SyncedClosed"),
        ({"type": "closed"}, "Closed"),
        ({"type": "synced", "event": {"type": "closed.1", "data": "y"}}, "SyncedClosed"),
    ],
    ids=str,
)
def test_an_object_of_a_union_is_of_the_class_whose_constants_it_has(
    odd: SimpleNamespace, payload: dict[str, Any], name: str
) -> None:
    value, found = told(odd.event, payload)
    assert (type(value).__name__, value.to_dict()) == (name, payload)
    assert brief(found) == ([] if "data" in payload else [("missing", "$.data")])
    assert violations(value) == ([] if "data" in payload else violations(value)[:1])


def test_an_object_with_constants_of_no_class_is_of_the_one_that_knows_it_best(odd: SimpleNamespace) -> None:
    value, found = told(odd.event, {"type": "moved", "data": "x"})
    assert (value.type_, found) == ("moved", [])
    assert brief(violations(value)) == [("enum", "$.type")]


@pytest.mark.parametrize("count", [3, 7, 8, 40])
def test_a_violation_names_a_few_of_many_classes(count: int) -> None:
    models = [type(f"M{number}", (), {}) for number in range(count)]
    named = reading._wanted(models, models).split(" or ")
    assert len(named) == min(count, 7)
    assert named[-1] == (f"{count - 6} others" if count > 7 else f"M{count - 1}")


def test_violations_are_told_once_for_each_place_whatever_its_row(
    odd: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    bad = {**GOOD, "at": None}
    heard: list[SchemaViolation] = []
    wire = Wire(reply(json=[bad, bad]), reply(json=[bad]), reply(json=[{"at": GOOD["at"]}]))
    client = wired(wire, on_violation=[heard.append])
    with pytest.warns(SchemaViolationWarning) as shown:
        [client.with_options(deadline=5).call(odd.rows) for _ in range(3)]
    expected = [
        "rows 200: $[0].at is null, the contract says string (date-time)",
        "rows 200: $[0].id is missing",
    ]
    assert [str(one.message).partition(";")[0] for one in shown] == expected
    assert {one.filename for one in shown} == {__file__}
    assert [
        one.getMessage().partition(";")[0] for one in caplog.records if one.levelname == "WARNING"
    ] == expected
    assert brief(heard) == [
        ("type", "$[0].at"),
        ("type", "$[1].at"),
        ("type", "$[0].at"),
        ("missing", "$[0].id"),
    ]


@pytest.mark.parametrize("module", ["veneer.velerian", "acme_shop._sync.orders", "acme_shop._async.orders"])
def test_a_warning_points_to_the_code_that_called_the_client(odd: SimpleNamespace, module: str) -> None:
    """And not to the facade of a project's own between the two."""
    facade: dict[str, Any] = {"__name__": module}
    exec("def get_row(client, row):\n    return client.call(row)", facade)
    client = wired(Wire(reply(json={"id": "r1"})))
    with pytest.warns(SchemaViolationWarning) as shown:
        facade["get_row"](client, odd.row)
    assert [one.filename for one in shown] == [__file__]


def test_an_async_client_tells_an_async_hook(odd: SimpleNamespace) -> None:
    heard: list[SchemaViolation] = []

    async def hear(one: SchemaViolation) -> None:
        heard.append(one)

    client = async_wired(Wire(reply(json={"id": "r1"})), on_violation=[hear])
    with pytest.warns(SchemaViolationWarning, match=r"\$\.at is missing"):
        assert asyncio.run(client.call(odd.row)).id == "r1"
    assert brief(heard) == [("missing", "$.at")]


def test_what_a_hook_raises_passes_through(odd: SimpleNamespace) -> None:
    def refuse(one: SchemaViolation) -> None:
        raise LookupError(one.path)

    with pytest.raises(LookupError, match=r"\$\.at"):
        wired(Wire(reply(json={"id": "r1"})), on_violation=[refuse]).call(odd.row)


def test_rows_of_pages_that_do_not_fit_are_handed_over(odd: SimpleNamespace) -> None:
    heard: list[SchemaViolation] = []
    wire = Wire(reply(json={"items": [GOOD, {"id": "r2"}]}), reply(json={"items": []}))
    client = wired(wire, on_violation=[heard.append])
    with pytest.warns(SchemaViolationWarning, match=r"page 200: \$\.items\[1\]\.at is missing"):
        rows = list(client.paginate(odd.page, pages=OffsetPages()))
    assert [row.id for row in rows] == ["r1", "r2"]
    assert brief(heard) == [("missing", "$.items[1].at")]


def test_a_violation_shows_no_value(odd: SimpleNamespace) -> None:
    _, found = told(odd.rows, [{**GOOD, "at": "CANARY", "CANARY": 1}])
    assert found
    assert "CANARY" not in f"{found}{found[0]}{found[0].to_dict()}"


# -- values that are more than their type holds ----------------------------------------------------------------


@pytest.mark.parametrize("text", ["20240101", "2024-W01-1", "2024-01-01T00:00:00Z", "now", ""])
@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_a_text_stays_the_text_that_was_sent_where_the_contract_takes_texts(
    odd: SimpleNamespace, name: str, text: str
) -> None:
    value, found = told(odd.texts, {name: text})
    assert (getattr(value, name), value.to_dict(), found) == (text, {name: text}, [])


def test_a_text_that_is_listed_is_none_of_a_format(odd: SimpleNamespace) -> None:
    value, _ = told(odd.texts, {"d": "20240101"})
    assert value.d == "20240101"
    value, _ = told(odd.texts, {"d": "2024-01-01T00:00:00+00:00"})
    assert value.d == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01T00:00:00.123456789Z", dt.datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)),
        ("2026-01-01T00:00:00.000000001+02:00", dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))),
        ("2016-12-31T23:59:60Z", dt.datetime(2016, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC)),
        ("2016-12-31T23:59:60.5Z", dt.datetime(2016, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC)),
    ],
)  # fmt: skip
def test_a_moment_that_a_datetime_cannot_hold_is_read_and_keeps_its_text(
    odd: SimpleNamespace, text: str, moment: dt.datetime
) -> None:
    value, found = told(odd.texts, {"at": text}, strict=True)
    assert (value.at, value.to_dict(), found) == (moment, {"at": text}, [])
    assert isinstance(value.at, dt.datetime)
    for other in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other.to_dict() == {"at": text}
    assert (value.at + dt.timedelta(days=1)).isoformat() == (moment + dt.timedelta(days=1)).isoformat()


def test_violations_of_what_fits_and_of_what_is_no_model_are_none(odd: SimpleNamespace) -> None:
    assert violations(odd.models.Row.from_dict(GOOD)) == []
    assert violations({"a": [1, None]}) == []


def test_violations_see_plain_values_that_decoding_takes_as_they_come(odd: SimpleNamespace) -> None:
    value, found = told(odd.row, {**GOOD, "id": 7, "size": "big"})
    assert found == []
    assert [str(one) for one in violations([value])] == [
        "$[0].id is integer, the contract says string",
        "$[0].size is string, the contract says integer",
    ]


def test_strict_is_an_option_of_client_and_view(odd: SimpleNamespace) -> None:
    client = wired(Wire(*[reply(json={"id": "r1"})] * 2))
    assert (client.options.strict, "strict=False" in repr(client.options)) == (False, True)
    with pytest.raises(ResponseInvalidError):
        client.with_options(strict=True).call(odd.row)
    assert veneer.SchemaViolation is SchemaViolation
