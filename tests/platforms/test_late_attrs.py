"""Generated models are classes of attrs, but only what attrs itself writes loads it."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import inspect
import pickle
import subprocess
import sys
import threading
import weakref
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veneer_generated.velerian.models import AuditEntry, AuditPage
from veneer_generated.velerian.types import File, define, read_datetime, write_datetime

PLATFORMS = ["hybridb", "hestiaos", "velerian", "aerostack"]
ROW = {"id": "1", "created_at": "2026-11-01T12:00:00Z", "action": "read", "further": 1}
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
WITHOUT_ATTRS = f"""
import sys
from veneer_generated.velerian.models import AbpsInvokeRequest, AuditPage
page = AuditPage.from_dict({{"items": [{ROW!r}], "limit": 1, "offset": 0}})
assert page.to_dict()["items"][0]["created_at"] == "2026-11-01T12:00:00+00:00"
assert AbpsInvokeRequest(payload={{}}).to_dict() == {{"payload": {{}}}}
assert not {{"attr", "attrs"}} & set(sys.modules), "attrs was loaded"
assert page == AuditPage.from_dict(page.to_dict())
assert "attrs" in sys.modules
"""


def test_reading_writing_and_making_models_does_not_load_attrs() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_ATTRS], check=True, timeout=60)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_model_is_the_class_that_attrs_would_make(platform: str) -> None:
    package = importlib.import_module(f"veneer_generated.{platform}.models")
    types = importlib.import_module(f"veneer_generated.{platform}.types")
    seen = 0
    for name in package.__all__:
        model = getattr(package, name)
        if not isinstance(model, type):
            continue
        seen += 1
        fields = attrs.fields(model)
        names = [one.name for one in fields]
        told = inspect.signature(model).parameters
        assert attrs.has(model), name
        assert [*told] == [one.name for one in fields if one.init], name
        assert model.__match_args__ == (*told,), name
        assert {one.name: one.default for one in fields if one.init and one.default is not attrs.NOTHING} == {
            one: parameter.default
            for one, parameter in told.items()
            if parameter.default is not parameter.empty
        }, name
        assert [one.type for one in fields if one.init] == [one.annotation for one in told.values()], name
        assert model.__hash__ is None, name
        assert not hasattr(model.__new__(model), "__dict__"), name
        assert model.__slots__ == (*names, "__weakref__"), name
        if "additional_properties" in names:
            assert issubclass(model, types.Open), name
    assert seen > 10


def test_an_attribute_that_attrs_writes_is_there_whichever_is_used_first() -> None:
    def told(use: Any) -> Any:
        @define
        class Fresh:
            one: int
            two: str = "b"

        return use(Fresh)

    assert told(lambda cls: repr(cls(1))).endswith("Fresh(one=1, two='b')")
    assert told(lambda cls: cls.__new__(cls).__eq__(1)) is NotImplemented
    assert told(lambda cls: [one.name for one in attrs.fields(cls)]) == ["one", "two"]
    assert told(lambda cls: cls(1) == cls(1) != cls(2))
    assert told(lambda cls: attrs.evolve(cls(1), two="c").two) == "c"
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument: 'one'"):
        told(lambda cls: cls())


def test_a_subclass_keeps_the_constructor_of_its_base() -> None:
    @define
    class Base:
        one: int

    class Sub(Base):
        def __init__(self) -> None:
            super().__init__(7)

    assert Sub().one == 7


def test_threads_may_use_a_new_class_together() -> None:
    for _ in range(20):

        @define
        class Fresh:
            one: int

        start, made = threading.Barrier(4), []

        def use(cls: Any = Fresh, start: threading.Barrier = start, made: list[Any] = made) -> None:
            start.wait()
            made.append((cls(1), cls(1) == cls(1), attrs.fields(cls).one.name))

        threads = [threading.Thread(target=use) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert [one[1:] for one in made] == [(True, "one")] * 4


def test_a_model_is_copied_pickled_replaced_and_referred_to_weakly() -> None:
    page = AuditPage.from_dict({"items": [ROW], "limit": 1, "offset": 0})
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(page, protocol)) == page
    assert copy.copy(page) == copy.deepcopy(page) == page
    assert page.__replace__(limit=2) == attrs.evolve(page, limit=2) != page
    assert weakref.ref(page)() is page
    match page.items[0]:
        case AuditEntry(entry, _, action):
            assert (entry, action) == ("1", "read")
    assert repr(File(None, "a.txt")) == "File(payload=None, file_name='a.txt', mime_type=None)"


@given(
    st.datetimes(timezones=st.none() | st.just(dt.UTC) | OFFSETS)
    | st.datetimes().map(lambda one: one.replace(microsecond=0, tzinfo=dt.UTC))
)
def test_a_datetime_is_written_as_isoformat_does(value: dt.datetime) -> None:
    assert write_datetime(value) == value.isoformat()


def test_an_exact_datetime_is_written_as_it_was_sent() -> None:
    assert write_datetime(read_datetime("2026-11-01T12:00:00.0000001Z")) == "2026-11-01T12:00:00.0000001Z"
