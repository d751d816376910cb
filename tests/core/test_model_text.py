"""A model is written as text at once exactly as its `to_dict()` would be, or not at all."""

from __future__ import annotations

import copy
import datetime as dt
import enum
import importlib
import json
import pickle
import pkgutil
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import veneer_generated
from core.kit import endpoint
from veneer import ConfigurationError, UnknownKeyWarning
from veneer._core import jsontext, model_text
from veneer._core.call import encode_json, from_endpoint, json_body
from veneer._core.idempotency import with_idempotency_key
from veneer._core.members import declared
from veneer_generated.velerian.api.networks import invoke_network
from veneer_generated.velerian.models import AuditEntry, AuditPage, NetworksInvokeRequest
from veneer_generated.velerian.types import UNSET


def models() -> list[Any]:
    """Return the model classes of all packages."""
    found = []
    for package in pkgutil.iter_modules(veneer_generated.__path__, "veneer_generated."):
        try:
            names = importlib.import_module(f"{package.name}.models")
        except ModuleNotFoundError:
            continue
        found += [one for name in names.__all__ if hasattr(one := getattr(names, name), "_NAMES")]
    return found


MODELS = models()


class Word(str):
    __slots__ = ()


class Color(enum.StrEnum):
    RED = "red"


ZONES = st.sampled_from(
    [dt.UTC, None, dt.timezone(dt.timedelta(hours=2)), dt.timezone(dt.timedelta(seconds=1))]
)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**20, 10**30),
    st.floats(),
    st.text(),
    st.text(st.characters(min_codepoint=0xD7FE, max_codepoint=0xE001), max_size=2),
    st.text(st.characters(max_codepoint=0x7F)),
    st.sampled_from([Word('w"'), Color.RED, uuid.UUID(int=7), dt.date(2026, 1, 2), UNSET, b"", {1}, AuditEntry("i", dt.datetime(1, 1, 1, tzinfo=dt.UTC), "a")]),
    st.datetimes(timezones=ZONES),
)  # fmt: skip
VALUES = st.recursive(LEAVES, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3) | st.tuples(one), max_leaves=5)  # fmt: skip


@pytest.fixture(autouse=True)
def texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process without orjson that has written much."""
    monkeypatch.setattr(jsontext._encoder, "function", None)
    monkeypatch.setattr(jsontext._encoder, "bytes", jsontext.WORTH_BYTES)


@st.composite
def made(draw: st.DrawFn, cls: Any, depth: int = 2) -> Any:
    """Return a model whose members mostly have their types."""
    one = cls.__new__(cls)
    package = importlib.import_module(cls.__module__.rpartition(".")[0])
    for name, hint in declared(cls).items():
        if name == "additional_properties":
            one.additional_properties = draw(st.just({}) | st.dictionaries(st.text(), VALUES, max_size=1))
            continue
        kinds = [typed(kind, package, depth) for kind in str(hint).split(" | ")]
        setattr(one, name, draw(VALUES if draw(st.integers(0, 19)) == 0 else st.one_of(kinds)))
    return one


def typed(kind: str, package: Any, depth: int) -> st.SearchStrategy[Any]:
    known: dict[str, st.SearchStrategy[Any]] = {
        "str": st.text(), "int": st.integers(), "float": st.floats(), "bool": st.booleans(), "None": st.none(),
        "Unset": st.just(importlib.import_module(package.__name__.replace("models", "types")).UNSET),
        "datetime.datetime": st.datetimes(timezones=ZONES), "Any": VALUES, "dict[str, Any]": st.dictionaries(st.text(), VALUES, max_size=3),
    }  # fmt: skip
    if kind in known:
        return known[kind]
    inner = kind.removeprefix("list[").removesuffix("]")
    cls = getattr(package, inner, None)
    if hasattr(cls, "_NAMES"):
        if depth == 0:
            return st.just([])
        return made(cls, depth - 1) if inner == kind else st.lists(made(cls, depth - 1), max_size=3)
    return VALUES


def outcome(function: Any, value: Any) -> Any:
    try:
        return function(value)
    except ConfigurationError as error:
        return str(error)
    except (TypeError, ValueError, AttributeError, RecursionError, KeyError) as error:
        return repr(error)


def as_before(model: Any) -> bytes:
    return encode_json(model.to_dict())


def as_text(model: Any) -> bytes:
    return encode_json(json_body(model))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=300)
@given(st.data())
def test_a_model_is_written_as_its_dictionary_is_or_refused_for_the_same_reason(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(MODELS).flatmap(made))
    assert outcome(as_text, model) == outcome(as_before, model)


def entry(**members: Any) -> AuditEntry:
    return AuditEntry("aud_1", dt.datetime(2026, 11, 1, 12, 0, 7, tzinfo=dt.UTC), "abp.invoke", **members)


def test_most_models_of_the_packages_are_written_at_once() -> None:
    left = [one.__name__ for one in MODELS if model_text._compiled(one) is model_text._refuse]
    assert left == ["UploadRequest", "ErrorResponse"]  # a file, and a union


def test_what_is_written_at_once_is_the_text_of_the_dictionary() -> None:
    page = AuditPage([entry(), entry(resource_kind=None, details={"a": [1.5, None]})], 50, 0)
    found = json_body(page)
    assert type(found) is jsontext.Written
    assert encode_json(found) == as_before(page)


@pytest.mark.parametrize("fraction", [0, 1, 999_999])
@pytest.mark.parametrize("year", [1, 999, 1000, 9999])
def test_a_moment_is_written_as_by_isoformat(year: int, fraction: int) -> None:
    one = AuditEntry("i", dt.datetime(year, 2, 3, 4, 5, 6, fraction, tzinfo=dt.UTC), "a")
    assert as_text(one) == as_before(one)


def test_what_reads_the_members_of_a_written_model_has_the_same_as_of_its_dictionary() -> None:
    found = json_body(entry(details={"n": 10**30}))
    assert type(found) is jsontext.Written
    assert found == entry(details={"n": 10**30}).to_dict()
    assert {**found, "id": "other"}["id"] == "other"
    assert encode_json({**found}) == found.text
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert type(other) is jsontext.Written
        assert other.text == found.text


def test_an_iterator_of_models_is_read_once() -> None:
    other = entry()
    other.additional_properties["more"] = 1
    page = AuditPage((one for one in [entry(), other]), 1, 0)  # type: ignore[arg-type]
    assert as_text(page).count(b"aud_1") == 2


def test_a_to_dict_of_a_subclass_is_asked() -> None:
    class Own(AuditEntry):
        def to_dict(self) -> dict[str, Any]:
            return {"own": 1}

    class View(AuditEntry):
        """Adds nothing to the JSON."""

    own = Own("i", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a")
    assert as_text(AuditPage([own, entry()], 1, 0)).startswith(b'{"items":[{"own":1},{"id":"aud_1"')
    view = View("i", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a")
    assert type(json_body(view)) is jsontext.Written


def test_what_does_not_fit_is_named_by_its_place() -> None:
    page = AuditPage([entry(), entry(details={"n": float("nan")})], 50, 0)
    with pytest.raises(ConfigurationError, match=r"\$\.items\[1\]\.details\.n: JSON has no nan"):
        as_text(page)


def test_a_nearly_right_member_is_still_told_of() -> None:
    body = NetworksInvokeRequest("hello")
    assert type(from_endpoint(invoke_network, "n", body=body).json) is jsontext.Written
    body.additional_properties["metdata"] = {}
    with pytest.warns(UnknownKeyWarning, match="did you mean 'metadata'"):
        call = from_endpoint(invoke_network, "n", body=body)
    assert call.json == body.to_dict()


def test_a_key_that_goes_into_the_body_is_added_to_a_written_model() -> None:
    keyed = endpoint("post", "/items", idempotency={"in": "body", "name": "key"})
    call = from_endpoint(keyed, body=entry().to_dict)
    assert type(call.json) is jsontext.Written
    made, has_key = with_idempotency_key(call, "k-1")
    assert has_key
    assert encode_json(made.json) == encode_json({**entry().to_dict(), "key": "k-1"})


def test_text_is_written_at_once_only_after_much_was_written_and_only_without_orjson(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsontext._encoder, "bytes", jsontext.WORTH_BYTES - 1)
    monkeypatch.setattr(jsontext._encoder, "_load", lambda: None)
    assert type(json_body(entry())) is dict
    encode_json("x")
    assert type(json_body(entry())) is jsontext.Written
    monkeypatch.setattr(jsontext._encoder, "function", json.dumps)
    assert type(json_body(entry())) is dict


@pytest.mark.parametrize("body", [None, {"prompt_text": "x"}, "x", [entry()]])
def test_what_is_not_a_model_is_refused_where_the_contract_has_one(body: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'to_dict'"):
        from_endpoint(invoke_network, "n", body=body)


def test_a_method_is_not_called_unless_it_is_a_to_dict() -> None:
    call = from_endpoint(endpoint("post", "/items"), body=entry().to_json)
    with pytest.raises(ConfigurationError, match=r"\$: method"):
        encode_json(call.json)
