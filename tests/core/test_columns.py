"""A column has one type for all rows: the contract's while values fit it, then the next that holds all of them."""

from __future__ import annotations

import datetime as dt
import enum
import json
import sys
import uuid
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer._core.columns import declared_rows, json_text, plain, unfit, widened
from veneer_generated.aerostack.api.storage import storage_list
from veneer_generated.velerian.api.audit import list_audit_log
from veneer_generated.velerian.models import AuditEntry

UTC = dt.UTC
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=UTC)
LOCAL = dt.datetime(2026, 3, 1, 12)  # noqa: DTZ001
FIRST = dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "null"),
        ([None, None], "null"),
        ([True, None], "bool"),
        ([1, -(2**53)], "int"),
        ([1, 2**53 + 1], "long"),
        ([1, 2.5], "float"),
        ([2**53 + 1, 2.5], "json"),
        ([1, 2**63], "decimal 19 0"),
        ([-(2**63)], "long"),
        ([10**76], "json"),
        ([True, 1], "json"),
        ([1, "1"], "json"),
        (["a", "2026-03-01T12:00:00Z"], "text"),
        (["a", "\ud800"], "json"),
        ([Decimal("1.25"), Decimal("1E+5")], "decimal 6 2"),
        ([Decimal("0.001"), 7], "decimal 16 3"),
        ([Decimal("NaN")], "json"),
        ([Decimal(1), 1.5], "json"),
        ([b"a"], "bytes"),
        ([b"a", "a"], "json"),
        ([NOON], "instant"),
        ([LOCAL], "local"),
        ([NOON, LOCAL], "text"),
        ([FIRST], "text"),  # UTC has no such time
        ([NOON, "soon"], "text"),
        ([NOON.date()], "date"),
        ([NOON.date(), NOON], "text"),
        ([LOCAL.time()], "time"),
        ([NOON.timetz()], "text"),
        ([[1], [], None, [2.5]], ["float"]),
        ([[1], 1], "json"),
        ([{"a": 1}, {"b": "x"}, {"a": 2.5}, {}], {"a": "float", "b": "text"}),
        ([{}], {}),
        ([{"a": 1}, [1]], "json"),
        ([{"\ud800": 1}], "json"),
        ([dict.fromkeys(map(str, range(2001)), 1)], "json"),
    ],
)
def test_values_have_the_narrowest_kind_that_holds_them_all(values: list[Any], kind: Any) -> None:
    assert widened("null", values) == kind
    assert widened(widened("null", values[:1]), values[1:]) == kind  # in whichever batches they come
    assert widened(kind, [None]) == kind
    assert json.loads(json.dumps(kind)) == kind


@pytest.mark.parametrize(
    ("declared", "values", "kind"),
    [
        ("moment", [], "moment"),
        ("moment", ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.123456+02:00"], "instant"),
        ("moment", ["2026-03-01T12:00:00"], "local"),
        ("moment", ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00"], "text"),
        ("moment", ["2026-03-01T12:00:00.123456789Z"], "text"),  # a nanosecond more than a column holds
        ("moment", ["2026-03-01T23:59:60Z"], "text"),
        ("moment", ["tomorrow"], "text"),
        ("moment", [7], "json"),
        ("date", ["2026-03-01"], "date"),
        ("date", ["2026-W01-1"], "text"),
        ("float", [1, 2], "float"),
        ("int", [2.5], "float"),
        ("text", [1], "json"),
        ("json", [1], "json"),
        ({"a": "moment"}, [{"b": 1}, {"a": "2026-03-01T12:00:00Z"}], {"a": "instant", "b": "int"}),
        (["moment"], [["2026-03-01T12:00:00Z"]], ["instant"]),
    ],
)
def test_text_is_a_date_where_the_contract_says_so_and_it_is_one(
    declared: Any, values: list[Any], kind: Any
) -> None:
    assert widened(declared, values) == kind


def test_what_is_nested_deeper_than_a_table_goes_is_json_text() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    kind = widened("null", [deep])
    for _ in range(16):
        kind = kind[0]
    assert kind == "json"


@given(st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
                             lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner)),
                max_size=6), st.randoms())  # fmt: skip
def test_the_order_and_the_batches_of_rows_do_not_matter(values: list[Any], random: Any) -> None:
    whole = widened("null", values)
    shuffled = random.sample(values, len(values))
    kind: Any = "null"
    for value in shuffled:
        kind = widened(kind, [value])
    assert kind == whole
    assert widened(whole, values) == whole


# -- rows ----------------------------------------------------------------------------------------------------------


class Colour(enum.Enum):
    RED = "red"


class Text(str):
    __slots__ = ()


def test_a_row_becomes_plain_values_and_a_model_its_json() -> None:
    entry = AuditEntry.from_dict(
        {"id": "a", "created_at": "2026-03-01T12:00:00.123456789Z", "action": "x", "new": [1]}
    )
    key = uuid.uuid4()
    row = OrderedDict(entry=entry, colour=Colour.RED, key=key, text=Text("t"), pair=(1, None), when=NOON)
    made = plain(row)
    assert made == {
        "entry": {"id": "a", "created_at": "2026-03-01T12:00:00.123456789Z", "action": "x", "new": [1]},
        "colour": "red",
        "key": str(key),
        "text": "t",
        "pair": [1, None],
        "when": NOON,
    }
    assert type(made["text"]) is str
    assert type(made["entry"]["created_at"]) is str


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"a": [1, {"b": object()}]}, "a[1].b is object"),
        ({"a": {1: 2}}, "a has a key that is int, not text"),
        (object(), "the row is object"),
        ({"a": 1j}, "a is complex"),
    ],
)
def test_a_value_that_a_table_cannot_hold_is_named_by_its_place(row: Any, told: str) -> None:
    with pytest.raises(TypeError):
        plain(row)
    assert unfit(row) == told


def test_json_text_keeps_what_json_has_no_type_for() -> None:
    value = {"n": Decimal("1.10"), "b": b"\xff", "d": NOON, "t": "ä\ud800", "u": "ä", "f": float("inf")}
    text = json_text(value)
    text.encode()
    assert json.loads(text) == {
        "n": "1.10", "b": "/w==", "d": NOON.isoformat(), "t": "ä\ud800", "u": "ä", "f": float("inf")
    }  # fmt: skip
    assert json_text("ä") == '"ä"'


# -- by the contract -------------------------------------------------------------------------------------------------


def test_the_contract_gives_the_rows_of_a_list_their_types() -> None:
    assert declared_rows(list_audit_log, "items") == {
        "id": "text",
        "created_at": "moment",
        "action": "text",
        "resource_kind": "text",
        "resource_id": "text",
        "actor_user_id": "text",
        "details": "json",  # the keys of a free object are data
    }
    assert declared_rows(list_audit_log, "none.of.these") == "null"
    assert declared_rows(storage_list, "objects") != "null"
    assert declared_rows(sys, "items") == "null"  # no endpoint of the generator's
