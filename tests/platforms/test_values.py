"""Every model of the four platforms gives JSON that reads back, and shows itself briefly, whole and without a secret."""

from __future__ import annotations

import datetime as dt
import functools
import importlib
import io
import json
import sys
import typing
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import veneer
from veneer._core.annotations import Scope, is_model, is_optional, members_of

CANARY = "hunter2-CANARY"
LONGEST_REPR = 30_000
PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=200),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    dt.datetime: st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
    dt.date: st.dates().map(dt.date.isoformat),
    UUID: st.uuids().map(str),
}


def models() -> list[Any]:
    found = []
    for platform in PLATFORMS:
        package = importlib.import_module(f"veneer_generated.{platform}.models")
        found += [
            pytest.param(getattr(package, name), id=f"{platform}.{name}")
            for name in package.__all__
            if is_model(getattr(package, name))
            and name != "UploadRequest"  # a form with a file, which JSON cannot hold
        ]
    return found


each_model = pytest.mark.parametrize("model", models())


@functools.cache
def json_of(hint: Any, module: str) -> st.SearchStrategy[Any]:
    """Make JSON that an annotation of a generated module says."""
    if is_model(hint):
        return st.deferred(lambda: json_of_model(hint))
    if hint in PLAIN:
        return PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(json_of(arguments[0], module), max_size=4)
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), json_of(arguments[1], module), max_size=3)
    members = members_of(hint)
    return st.one_of(*(json_of(one, module) for one in members)) if members != [hint] else ANYTHING


@functools.cache
def json_of_model(model: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Make the JSON of a model: what it requires, and of the rest some."""
    scope = Scope(sys.modules[model.__module__])
    hints = {wire: scope.resolve(model.__annotations__[name]) for wire, name in model._NAMES.items()}
    made = {wire: json_of(hint, model.__module__) for wire, hint in hints.items()}
    needed = {wire: made[wire] for wire in made if wire in model._REQUIRED}
    optional = {wire: made[wire] for wire, hint in hints.items() if is_optional(hint)}
    return st.fixed_dictionaries({wire: made[wire] for wire in made if wire not in optional} | needed, optional={wire: one for wire, one in optional.items() if wire not in needed})  # fmt: skip


def examples(count: int) -> Any:
    return settings(max_examples=count, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@each_model
@given(data=st.data())
@examples(4)
def test_json_of_a_model_reads_back_and_what_it_shows_is_short_whole_and_without_secrets(
    model: Any, data: st.DataObject
) -> None:
    payload = data.draw(json_of_model(model))
    reads_back(model.from_dict(payload))
    shows_itself(model, payload, data.draw(st.text()), data.draw(ANYTHING))


def reads_back(made: Any) -> None:
    text, model = made.to_json(), type(made)
    assert made == model.from_dict(json.loads(text))
    assert made.to_dict() == json.loads(text)
    assert json.loads(made.to_json(indent=2)) == json.loads(text)


def shows_itself(model: Any, payload: dict[str, Any], key: str, value: Any) -> None:
    hidden = {one.name for one in attrs.fields(model) if not one.repr}
    payload |= {wire: CANARY for wire, name in model._NAMES.items() if name in hidden}
    payload |= {
        "api_key": CANARY,
        "nested": [{"clientSecret": CANARY, key: value}],
    }
    made = model.from_dict(payload)
    shown, table = repr(made), made._repr_html_()
    assert shown.startswith(f"{model.__name__}(")
    assert "UNSET" not in shown
    assert len(shown) < LONGEST_REPR
    assert CANARY not in shown + table
    assert CANARY in made.to_json()
    assert ET.fromstring(table).tag == "table"


def test_a_form_with_a_file_has_no_json() -> None:
    package = importlib.import_module("veneer_generated.aerostack")
    form = package.models.UploadRequest(package.types.File(io.BytesIO(b"x")), "a.txt")
    assert repr(form).endswith(", key='a.txt')")
    with pytest.raises(TypeError, match="BytesIO is not JSON"):
        form.to_json()


@given(rows=st.lists(ANYTHING, max_size=30))
@examples(100)
def test_a_pages_table_is_well_formed_and_bounded_whatever_its_rows_are(rows: list[Any]) -> None:
    page = veneer.Page(rows, request=importlib.import_module("veneer._core.pages").PageRequest("offset", 0))
    assert len(page) == len(rows)
    assert repr(page).startswith("Page(items=")
    table = ET.fromstring(page._repr_html_())
    assert len(table.findall("tbody/tr")) == min(len(rows), 20)
    assert all(len(row) <= 9 for row in table.iter("tr"))
    assert json.loads(page.to_json())["items"] == rows


class Odd:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def test_a_repr_never_fails_for_what_a_member_holds() -> None:
    package = importlib.import_module("veneer_generated.hybridb.models")
    made = package.TokenPair("a", "b", Odd())
    assert repr(made) == "TokenPair(access_token='***', refresh_token='***', expires_in=<Odd>)"
    deep: list[Any] = []
    deep.append(deep)
    assert repr(package.TokenPair("a", "b", deep)).endswith("expires_in=[[[… 1]]])")
    assert repr(package.TokenPair("a", "b", 10**6000)).endswith("expires_in=<int>)")
    assert repr(package.TokenPair.__new__(package.TokenPair)).endswith("expires_in=<missing>)")


def test_texts_lists_bytes_and_addresses_are_cut_in_a_repr() -> None:
    entry = importlib.import_module("veneer_generated.hybridb.models").AuditEntry
    page = importlib.import_module("veneer_generated.hybridb.models").AuditPage
    now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    one = entry("1", "a", "x" * 1000, "allowed", now)
    one.additional_properties = {"body": b"x" * 1000, "link": "https://u:p@files.test/a?sig=1#f"}
    assert repr(one) == (
        f"AuditEntry(id='1', actor_id='a', action='{'x' * 79}…', outcome='allowed', "
        "created_at=2026-11-28T00:00:00+00:00, additional_properties={'body': <1,000 bytes>, "
        "'link': 'https://files.test/a?sig=***'})"
    )
    many = page([entry(str(number), "a", "b", "allowed", now) for number in range(50)], 50, 1, 50, False)
    assert repr(many).startswith(
        "AuditPage(data=[AuditEntry(id='0', actor_id='a', … 3 more), AuditEntry(id='1'"
    )
    assert repr(many).endswith("… 47 more], total=50, page=1, limit=50, has_more=False)")


def test_the_answer_of_a_paged_operation_iterates_its_rows() -> None:
    models_ = importlib.import_module("veneer_generated.velerian.models")
    page = models_.AuditPage.from_dict({"items": [], "total": 0, "limit": 50, "offset": 0})
    assert (list(page), len(page)) == ([], 0)
    kept = importlib.import_module("veneer_generated.aerostack.models").StorageListResult
    objects = {"objects": [{"key": "a"}, {"key": "b"}], "truncated": False}
    found = kept.from_dict(objects)
    assert [one.key for one in found] == ["a", "b"]
    assert len(found) == 2
    assert "<caption>StorageListResult: 2 rows, truncated=False</caption>" in found._repr_html_()


def test_results_events_and_downloads_give_json_and_hide_secrets() -> None:
    results = importlib.import_module("veneer_generated.hybridb.client.results")
    made = results.NewApiKey(key_id="k", secret=CANARY, raw={"secret": CANARY})
    assert repr(made) == "NewApiKey(key_id='k', secret='***', scopes=[])"
    assert CANARY not in made._repr_html_()
    assert (
        json.loads(made.to_json())
        == made.to_dict()
        == {
            "key_id": "k",
            "secret": CANARY,
            "scopes": [],
            "name": None,
            "expires_at": None,
        }
    )
    event = veneer.Event(b'{"a": 1}', "token", "7")
    assert event.to_dict() == {"event": "token", "id": "7", "data": '{"a": 1}'}
    assert (
        veneer.Download("a", 3, "text/plain").to_json()
        == '{"path":"a","bytes":3,"content_type":"text/plain"}'
    )
    assert json.loads(veneer.UnknownEvent("x", {"token": CANARY}).to_json())["name"] == "x"
    assert (
        repr(veneer.UnknownEvent("x", {"token": CANARY})) == "UnknownEvent(name='x', data={'token': '***'})"
    )
