"""A success becomes the contract's value, or an error that names the place where it does not fit."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import attrs
import pytest

from core.kit import KEY, Wire, chain, endpoint, reply, wired
from veneer import APIError, ResponseInvalidError

# What the generator writes for models, cut to what matters: each reads its own mapping, item by item.


@attrs.define
class Entry:
    id: str
    count: int

    @classmethod
    def from_dict(cls, src_dict: Any) -> Entry:
        d = dict(src_dict)
        identifier = d.pop("id")
        count = int(d.pop("count"))
        return cls(identifier, count)


@attrs.define
class Page:
    items: list[Entry]

    @classmethod
    def from_dict(cls, src_dict: Any) -> Page:
        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Entry.from_dict(items_item_data)
            items.append(items_item)
        return cls(items)


@attrs.define
class LeanPage:
    """As this project's own template writes it."""

    items: list[Entry]

    @classmethod
    def from_dict(cls, src_dict: Any) -> LeanPage:
        return cls(
            items=[Entry.from_dict(item0) for item0 in src_dict["items"]],
        )


LEAN = endpoint("get", "/items", parse=LeanPage.from_dict)
LIST = endpoint("get", "/items", parse=Page.from_dict)
ONE = endpoint("get", "/items", parse=Entry.from_dict)
GOOD = {"id": "a", "count": 1}


def invalid(operation: Any, answer: Any) -> ResponseInvalidError:
    with pytest.raises(ResponseInvalidError) as caught:
        wired(Wire(reply(**answer)), strict=True).call(operation)
    return caught.value


@pytest.mark.parametrize(
    ("operation", "payload", "path"),
    [
        (ONE, {"id": "a"}, "$.count"),
        (ONE, {"id": "a", "count": "many"}, "$.count"),
        (ONE, {"id": "a", "count": None}, "$.count"),
        (LIST, {"items": [GOOD, GOOD, {"count": 1}]}, "$.items[2].id"),
        (LIST, {"items": [GOOD, {"id": "a", "count": {}}]}, "$.items[1].count"),
        (LIST, {}, "$.items"),
        (LIST, [], "$"),
        (LIST, {"items": [GOOD, None]}, "$.items[1]"),
        (LIST, {"items": None}, "$.items"),
        (LEAN, {}, "$.items"),
        (LEAN, [], "$"),
        (LEAN, {"items": None}, "$.items"),
        (LEAN, {"other": [None], "items": [GOOD, None]}, "$.items[1]"),
        (LEAN, {"items": [{"count": 1, "id": "a"}, {"count": 2}]}, "$.items[1].id"),
    ],
    ids=lambda value: value._OPERATION["path"] if hasattr(value, "_OPERATION") else str(value),
)
def test_the_error_names_the_place(operation: Any, payload: Any, path: str) -> None:
    error = invalid(operation, {"json": payload})
    assert error.path == path
    assert "does not fit the contract" in str(error)
    assert error.operation == operation._OPERATION["id"]
    assert error.response is not None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"<html>", "not JSON"),
        (b'{"id": "a"', "not JSON"),
        (b"[" * 50_000, "not JSON"),
    ],
    ids=["empty", "html", "cut", "nested"],
)
def test_a_success_that_is_not_json_says_so(content: bytes, what: str) -> None:
    error = invalid(ONE, {"content": content, "headers": {"content-type": "text/html"}})
    assert (error.path, what in str(error), "text/html" in str(error)) == ("$", True, True)


def test_an_invalid_answer_tells_its_attempts() -> None:
    with pytest.raises(ResponseInvalidError) as caught:
        wired(Wire(503, 200), strict=True).call(ONE)
    assert [attempt.status for attempt in caught.value.attempts] == [503, 200]


def test_unknown_fields_and_values_are_no_errors() -> None:
    got = wired(Wire(reply(json={**GOOD, "new": {"a": 1}}))).call(ONE)
    assert got == Entry("a", 1)


@pytest.mark.parametrize("status", [202, 204, 205])
def test_a_status_without_a_body_gives_none(status: int) -> None:
    every = endpoint("delete", "/items", parse=Entry.from_dict, statuses=(202, 204, 205))
    assert wired(Wire(reply(status, content=b""))).call(every) is None


def test_a_success_of_an_undocumented_status_is_no_error() -> None:
    assert wired(Wire(reply(201, json=GOOD))).call(ONE) == GOOD


def test_a_byte_order_mark_and_other_unicode_encodings_are_read() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32-le"):
        content = json.dumps(GOOD).encode(encoding)
        assert wired(Wire(reply(content=content))).call(ONE) == Entry("a", 1)


def test_the_path_of_parsing_that_no_type_describes_is_the_root() -> None:
    def parse(payload: Any) -> Any:
        raise ValueError(payload)

    error = invalid(endpoint("get", "/items", parse=parse), {"json": GOOD})
    assert error.path == "$"


def test_frames_of_a_misfit_are_emptied() -> None:
    """A report that prints local variables must not show the document: it may hold a secret shown once."""
    error = invalid(ONE, {"json": {"id": KEY}})
    frames = [
        trace.tb_frame
        for one in chain(error)
        for trace in _traces(one)
        if trace.tb_frame.f_code.co_name == "from_dict"
    ]
    assert frames
    assert all(KEY not in repr(frame.f_locals) for frame in frames)


def _traces(error: BaseException) -> list[Any]:
    found, trace = [], error.__traceback__
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


@attrs.define
class Problem:
    code: str

    @classmethod
    def from_dict(cls, src_dict: Any) -> Problem:
        return cls(src_dict["code"])


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An endpoint whose package has a model for its errors."""
    models = ModuleType("standin.models")
    models.Problem = Problem  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "standin", ModuleType("standin"))
    monkeypatch.setitem(sys.modules, "standin.models", models)

    def make(**errors: str) -> Any:
        made = endpoint("get", "/items", errors=errors)
        made.__name__ = "standin.api.things.get_item"
        return made

    return make


def data_of(operation: Any, status: int, payload: Any) -> Any:
    with pytest.raises(APIError) as caught:
        wired(Wire(reply(status, json=payload)), max_retries=0).call(operation)
    return caught.value.data


@pytest.mark.parametrize("name", ["409", "4XX", "default"])
def test_the_data_of_an_error_is_the_contracts_model(typed: Any, name: str) -> None:
    assert data_of(typed(**{name: "Problem"}), 409, {"code": "X"}) == Problem("X")


def test_the_most_exact_status_wins(typed: Any) -> None:
    operation = typed(**{"409": "Problem", "4XX": "Missing", "default": "Missing"})
    assert data_of(operation, 409, {"code": "X"}) == Problem("X")


@pytest.mark.parametrize(
    ("errors", "payload"),
    [
        ({}, {"code": "X"}),
        ({"5XX": "Problem"}, {"code": "X"}),
        ({"4XX": "Missing"}, {"a": 1}),
        ({"4XX": "Problem"}, {"no": 1}),
        ({"4XX": "Problem"}, [1]),
    ],
    ids=["nothing said", "another status", "no such model", "does not fit", "a list"],
)
def test_data_that_fits_no_model_is_what_the_server_sent(
    typed: Any, errors: dict[str, str], payload: Any
) -> None:
    assert data_of(typed(**errors), 409, payload) == payload
