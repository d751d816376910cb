"""JSON reads and writes the same, whatever is installed."""

from __future__ import annotations

import enum
import functools
import importlib.util
import json
import math
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer._core import jsontext

INSTALLED = [name for name in ("msgspec", "orjson") if importlib.util.find_spec(name)]
needs_both = pytest.mark.skipif(
    len(INSTALLED) < 2, reason=f"msgspec and orjson are to be compared; here are {INSTALLED}"
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=20
)


@pytest.fixture(params=["as installed", "without"])
def jsons(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for late in (jsontext._decoder, jsontext._encoder):
        monkeypatch.setattr(late, "bytes", jsontext.WORTH_BYTES)
        monkeypatch.setattr(late, "function", None if request.param == "without" else late._load())


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has read and written much."""
    for late in (jsontext._decoder, jsontext._encoder):
        monkeypatch.setattr(late, "bytes", jsontext.WORTH_BYTES)
        monkeypatch.setattr(late, "function", late._load())


def outcome(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except (TypeError, ValueError, RecursionError) as error:
        return "refused" if isinstance(error, (TypeError, ValueError)) else type(error)


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(("name", "late"), [("msgspec", "_decoder"), ("orjson", "_encoder")])
def test_the_faster_library_is_loaded_when_enough_has_gone_through(
    name: str, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = jsontext._Late(getattr(jsontext, late)._load)
    monkeypatch.setattr(jsontext, late, fresh)
    piece = "x" * 1000
    for _ in range(jsontext.WORTH_BYTES // 1003):
        assert jsontext.loads(jsontext.dumps(piece)) == piece
        assert fresh.function is None
    for _ in range(3):
        assert jsontext.loads(jsontext.dumps(piece)) == piece
    assert (fresh.function is not None) == (name in INSTALLED)


@needs_both
@given(value=VALUES)
def test_what_is_written_is_what_the_standard_library_would_read(value: Any) -> None:
    assert json.loads(jsontext.dumps(value)) == json.loads(json.dumps(value))


@needs_both
@given(
    text=st.one_of(VALUES.map(json.dumps), st.text(), st.text(alphabet='{}[]",:0123456789.eE-+ntfalsr \\u'))
)
def test_what_is_read_is_what_the_standard_library_reads(text: str) -> None:
    for form in (text, text.encode("utf-8", "surrogatepass")):
        expected, found = outcome(json.loads, form), outcome(jsontext.loads, form)
        assert repr(found) == repr(expected)


@pytest.mark.usefixtures("jsons")
@pytest.mark.parametrize(
    "text",
    [
        b"123456789012345678901234567890",
        b"18446744073709551616",
        b"-9223372036854775809",
        b'"\\ud800"',
        b"1e400",
        b'\xef\xbb\xbf{"a":1}',
        '{"a":"ü"}'.encode("utf-16"),
        b'{"a":1,"a":2}',
        b"[" * 100_000,
        b"",
        b"{",
        b'"\xff"',
    ],
    ids=lambda text: repr(text[:24]),
)
def test_the_odd_ones_are_read_as_by_the_standard_library(text: bytes) -> None:
    assert repr(outcome(jsontext.loads, text)) == repr(outcome(json.loads, text))


@needs_both
@given(
    raw=st.one_of(
        VALUES.map(json.dumps).map(str.encode),
        VALUES.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
        VALUES.flatmap(
            lambda value: st.sampled_from(["utf-8-sig", "utf-16", "utf-32-le", "latin-1"]).map(
                lambda coding: json.dumps(value, ensure_ascii=False).encode(coding, "replace")
            )
        ),
        st.binary(),
        st.binary().map(lambda part: b'{"a":"' + part + b'"}'),
    )
)
def test_utf_8_is_read_as_the_standard_library_reads_its_text(raw: bytes) -> None:
    expected = outcome(json.loads, raw.decode("utf-8", "replace"))
    assert repr(outcome(jsontext.loads_utf8, raw)) == repr(expected)


@pytest.mark.usefixtures("jsons")
def test_a_nan_is_read_where_a_server_writes_one() -> None:
    assert math.isnan(jsontext.loads(b"NaN"))


@pytest.mark.usefixtures("jsons")
@pytest.mark.parametrize(
    "value",
    [math.nan, [math.inf], {"a": -math.inf}, {1, 2}, b"bytes", object(), functools.partial(print), "\ud800"],
    ids=lambda value: "an object" if type(value) is object else repr(value),
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    assert outcome(jsontext.dumps, value) == "refused"


@pytest.mark.usefixtures("jsons")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": None, "b": [1, 2.5, "ü"]}, '{"a":null,"b":[1,2.5,"ü"]}'),
        ({1: "x"}, '{"1":"x"}'),
        ((1, 2), "[1,2]"),
        (2**70, str(2**70)),
        (Colour.RED, '"red"'),
        (Level.LOW, "1"),
        (Text("x"), '"x"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    ],
    ids=repr,
)
def test_values_are_written_alike(value: Any, text: str) -> None:
    assert jsontext.dumps(value) == text.encode()


@pytest.mark.usefixtures("jsons")
def test_what_holds_itself_is_an_error_and_no_crash() -> None:
    rows: list[Any] = []
    rows.append({"rows": rows})
    with pytest.raises((ValueError, RecursionError)):
        jsontext.dumps(rows)
