"""Classes whose methods are written late are those that the standard library makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
import threading
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import pytest

from core import counts
from veneer._core import late
from veneer._core.texts import text

T = TypeVar("T")
USES: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "equality": lambda one: (one == type(one)(1, b="x"), one == type(one)(2), one != 1),
    "hash": lambda one: hash(one) == hash(type(one)(1, b="x")),
    "fields": lambda one: [
        (each.name, each.compare, each.kw_only, each.type) for each in dataclasses.fields(one)
    ],
    "signature": lambda one: str(inspect.signature(type(one))),
    "replace": lambda one: repr(dataclasses.replace(one, b="y")),
    "asdict": dataclasses.asdict,
    "copy": lambda one: copy.deepcopy(one) == one,
    "assignment": lambda one: refused(lambda: setattr(one, "a", 2)),
    "deletion": lambda one: refused(lambda: delattr(one, "a")),
    "an unknown argument": lambda one: refused(lambda: type(one)(1, wrong=2)),
    "an argument twice": lambda one: refused(lambda: type(one)(1, a=2)),
    "too many arguments": lambda one: refused(lambda: type(one)(*range(9))),
    "a missing argument": lambda one: refused(type(one)),
    "patterns": lambda one: type(one).__match_args__,
    "no dictionary": lambda one: hasattr(one, "__dict__"),
    "state": lambda one: one.__getstate__(),
}


def refused(use: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((TypeError, AttributeError)) as caught:
        use()
    return caught.type, str(caught.value)


def made(dataclass: Any, field: Any) -> Any:
    """Return a dataclass, and one below it."""

    @dataclass(frozen=True, slots=True)
    class Value:
        """A value."""

        kind: ClassVar[str] = "value"
        a: int
        b: str = "x"
        c: Mapping[str, int] = field(default_factory=dict, compare=False)

        def __post_init__(self) -> None:
            assert isinstance(self.a, int)

    @dataclass(frozen=True, slots=True)
    class Further(Value):
        """A further value."""

        b: str = "z"
        d: int = 3

    return Value, Further


@pytest.mark.parametrize("below", [0, 1], ids=["a class", "a class below it"])
@pytest.mark.parametrize("use", USES)
def test_a_late_dataclass_is_the_one_of_the_standard_library_whichever_is_used_first(
    use: str, below: int
) -> None:
    expected = made(dataclasses.dataclass, dataclasses.field)[below]
    found = made(late._dataclass, late._field)[below]
    assert USES[use](found(1, b="x")) == USES[use](expected(1, b="x"))
    assert USES[use](found(1, b="x")) == USES[use](expected(1, b="x"))


def test_values_survive_pickling_whether_their_methods_are_written_or_not() -> None:
    from veneer import RetryPolicy

    policy = RetryPolicy(max_retries=1)
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert (
        copy.replace(policy, cap=2.0) == late.replace(policy, cap=2.0) if hasattr(copy, "replace") else True
    )


def test_threads_may_write_the_methods_of_a_class_together() -> None:
    found = made(late._dataclass, late._field)[1]
    start, equal = threading.Barrier(8), []

    def compare() -> None:
        one, other = found(1), found(1)
        start.wait()
        equal.append(one == other and hash(one) == hash(other))

    threads = [threading.Thread(target=compare) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert equal == [True] * 8


def test_a_named_tuple_is_the_one_of_typing() -> None:
    def tuples(base: Any) -> Any:
        class Pair(base):
            """A pair."""

            first: int
            second: str = "x"

            @property
            def both(self) -> str:
                return f"{self.first}{self.second}"

        class Of(base, Generic[T]):
            it: T

        return Pair, Of

    (pair, of), (expected, expected_of) = tuples(late.NamedTuple), tuples(typing.NamedTuple)
    assert repr(pair(1)) == repr(expected(1))
    assert (pair(1).both, pair(1)._replace(second="y"), pair._fields, pair._field_defaults) == (
        "1x",
        (1, "y"),
        expected._fields,
        expected._field_defaults,
    )
    assert (pair.__doc__, pair.__module__, pair.__mro__[1:]) == ("A pair.", __name__, expected.__mro__[1:])
    assert typing.get_type_hints(pair) == typing.get_type_hints(expected)
    assert of[int](1) == expected_of[int](1)
    with pytest.raises(TypeError, match="missing 1 required"):
        pair()


def test_a_late_pattern_does_what_the_pattern_does() -> None:
    pattern, expected = late.pattern("(a)(b)?", re.IGNORECASE), re.compile("(a)(b)?", re.IGNORECASE)
    for _ in range(2):
        assert pattern.sub("-", "xAbx") == expected.sub("-", "xAbx")
        assert pattern.fullmatch("AB") is not None
        assert pattern.groups == expected.groups


def test_a_uuid_is_written_as_text_although_its_module_is_not_loaded_for_that() -> None:
    assert text(UUID(int=1), "id") == "00000000-0000-0000-0000-000000000001"
    program = "from veneer._core.texts import text\ntext(1.5, 'x')\nprint('uuid' in sys.modules, 'decimal' in sys.modules)"
    assert counts.printed(f"import sys\n{program}").split() == ["False", "False"]


def test_a_first_typed_call_writes_no_methods_of_dataclasses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(counts.ANSWERS, "/api/v2/audit-log", counts.PAGE.encode())
    program = (
        "import dataclasses\nwritten = []\nprocess = dataclasses._process_class\n"
        "def record(cls, *rest, **more):\n    written.append(cls)\n    return process(cls, *rest, **more)\n"
        "dataclasses._process_class = record\n"
        "import veneer.velerian as sdk\n"
        "with sdk.VelerianClient(URL, api_key='k') as client: client.list_audit_log()\n"
        "print([one.__qualname__ for one in written if one.__module__.startswith('veneer')])"
    )
    with counts.server() as url:
        assert counts.printed(program, url).strip() == "[]"
