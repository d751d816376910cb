"""Classes and patterns that cost little to define: what few programs use is made at its first use.

A first call defines a hundred classes and patterns and needs few of them. The standard library
compiles six functions for a frozen dataclass and each annotation of a named tuple, which took a
tenth of a cold process's time. What this module has instead has the same names, arguments and
results.
"""

from __future__ import annotations

import re
import sys
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, AnyStr, Generic, cast

__all__ = [
    "Late",
    "NamedTuple",
    "Protocol",
    "add_late",
    "dataclass",
    "field",
    "field_names",
    "fields_of",
    "is_a",
    "is_class",
    "pattern",
    "replace",
    "replace_late",
    "with_slots",
]


class Late:
    """A member of a class that is made at its first use: `complete` returns the class's members."""

    __slots__ = ("_complete", "_name")

    def __init__(self, name: str, complete: Callable[[], Mapping[str, Any]]) -> None:
        self._name = name
        self._complete = complete

    def __get__(self, made: Any, owner: Any = None) -> Any:
        members = self._complete()
        if self._name not in members:
            raise AttributeError(self._name)
        found = members[self._name]
        return found.__get__(made, owner) if hasattr(found, "__get__") else found


def add_late(cls: Any, names: Iterable[str], complete: Callable[[], Mapping[str, Any]]) -> None:
    """Add members that `complete` replaces, or deletes, at the first use of any of them."""
    for name in names:
        setattr(cls, name, Late(name, complete))


class Field(dict[str, Any]):
    """The arguments of a field, as `dataclasses.field` or `attrs.field` takes them."""


def fields_of(members: dict[str, Any], hints: Mapping[str, Any]) -> dict[str, Field]:
    """Return the fields that a class annotates, and take their defaults out of its members."""
    fields: dict[str, Field] = {}
    for name, hint in hints.items():
        if not str(hint).startswith(("ClassVar", "typing.ClassVar")):
            default = members.pop(name, Field())
            fields[name] = default if isinstance(default, Field) else Field(default=default)
    return fields


def with_slots(cls: Any, members: Mapping[str, Any], slots: Iterable[str]) -> Any:
    """Return a class anew with slots, which a class cannot get later."""
    return _anew(cls, {**members, "__slots__": tuple(slots)})


def _anew(cls: Any, members: Mapping[str, Any]) -> Any:
    kept = {name: value for name, value in members.items() if name not in ("__dict__", "__weakref__")}
    return type(cls)(cls.__name__, cls.__bases__, {**kept, "__qualname__": cls.__qualname__})


_LATE = ("__dataclass_fields__", "__dataclass_params__", "__signature__")


def _field(**settings: Any) -> Field:
    return Field(settings)


def _replace(made: Any, /, **changes: Any) -> Any:
    return type(made)(**{name: getattr(made, name) for name in field_names(type(made))} | changes)


def _refuse_assignment(_made: Any, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(_made: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def field_names(cls: Any) -> Collection[str]:
    """Return the names of the fields of a class that `dataclass` made here."""
    names: Collection[str] = cls._fields  # made here
    return names


def _dataclass(
    cls: Any = None,
    /,
    *,
    frozen: bool,
    slots: bool = False,
    kw_only: bool = False,
    init: bool = True,
    eq: bool = True,
    repr: bool = True,  # noqa: A002  # as in dataclasses
) -> Any:
    """Return a frozen dataclass; `dataclasses` writes its methods at their first use.

    Its constructor is general, and slower, until then. What it refuses is left to the written one.
    """
    if cls is None:
        return partial(_dataclass, frozen=frozen, slots=slots, kw_only=kw_only, init=init, eq=eq, repr=repr)
    if not frozen:
        raise TypeError("only frozen dataclasses are made here")
    members = dict(vars(cls))
    own = fields_of(members, cls.__annotations__)
    inherited = getattr(cls, "_fields", {})
    fields = {**inherited, **{name: Field(one, kw_only=kw_only) for name, one in own.items()}}
    methods = _methods(fields, lambda: complete(), checked=hasattr(cls, "__post_init__"))  # noqa: PLW0108  # defined below
    if not init:
        methods["__init__"] = members["__init__"]
    members_now = {**members, **methods}
    new = [name for name in own if name not in inherited]
    made = with_slots(cls, members_now, new) if slots else _anew(cls, members_now)
    names = (*_LATE, *(("__eq__", "__hash__") if eq else ()), *(("__repr__",) if repr else ()))
    late = [name for name in names if name not in members]
    settings = {"frozen": True, "kw_only": kw_only, "init": init, "eq": eq, "repr": repr}
    complete = partial(_complete, made, {**members, **own}, settings, late)
    add_late(made, late, complete)
    return made


def _methods(
    fields: Mapping[str, Field], complete: Callable[[], Mapping[str, Any]], *, checked: bool
) -> dict[str, Any]:
    """Return the members that a class has at once."""
    positional = tuple(name for name, one in fields.items() if not one["kw_only"])
    defaults = {name: one["default"] for name, one in fields.items() if "default" in one}
    factories = [(name, one["default_factory"]) for name, one in fields.items() if "default_factory" in one]
    assign = object.__setattr__

    def construct(self: Any, *args: Any, **given: Any) -> None:
        values = {**defaults, **dict(zip(positional, args, strict=False)), **given}
        for name, make in factories:
            if name not in values:
                values[name] = make()
        twice = not given.keys().isdisjoint(positional[: len(args)])
        if twice or len(args) > len(positional) or values.keys() != fields.keys():
            complete()["__init__"](self, *args, **given)  # it raises TypeError, which names the argument
        for name in fields:
            assign(self, name, values[name])
        if checked:
            self.__post_init__()

    def get_state(self: Any) -> list[Any]:
        return [getattr(self, name) for name in fields]

    def set_state(self: Any, state: list[Any]) -> None:
        for name, value in zip(fields, state, strict=True):
            assign(self, name, value)

    return {
        "_fields": fields,
        "__init__": construct,
        "__setattr__": _refuse_assignment,
        "__delattr__": _refuse_deletion,
        "__replace__": _replace,
        "__getstate__": get_state,
        "__setstate__": set_state,
        "__match_args__": positional,
    }


def _complete(
    cls: Any, members: Mapping[str, Any], settings: Mapping[str, Any], late: Iterable[str]
) -> Mapping[str, Any]:
    """Copy to a class what `dataclasses` writes for its source. Return the class's members."""
    import dataclasses

    fields = {name: dataclasses.field(**one) for name, one in members.items() if isinstance(one, Field)}
    # Made anew each time, so that two threads do not share it.
    source = dataclasses.dataclass(**settings)(_anew(cls, {**members, **fields}))
    replace_late(cls, late, vars(source))
    cls.__init__ = source.__init__
    return dict(vars(cls))


def replace_late(cls: Any, names: Iterable[str], members: Mapping[str, Any]) -> None:
    """Replace a class's late members by the written ones. Delete those that were not written."""
    for name in names:
        if name in members and not isinstance(members[name], Late):
            setattr(cls, name, members[name])
        elif isinstance(vars(cls).get(name), Late):
            with suppress(AttributeError):  # another thread was faster
                delattr(cls, name)


class _NamedTupleType(type):
    """Makes named tuples as `typing.NamedTuple` does, but keeps annotations as they are written."""

    def __new__(cls, name: str, bases: tuple[Any, ...], members: dict[str, Any]) -> Any:
        hints = members["__annotations__"]
        defaults = [members[name] for name in hints if name in members]
        made: Any = cast("Any", namedtuple)(name, hints, defaults=defaults, module=members["__module__"])  # noqa: PYI024  # it has the annotations
        made.__bases__ = (tuple, *(base for base in bases if base is not _NAMED_TUPLE))
        for member, value in members.items():
            if member not in hints and member != "__module__":
                setattr(made, member, value)
        made.__new__.__annotations__ = hints
        if Generic in bases:
            made.__init_subclass__()
        return made


_NAMED_TUPLE: Any = type.__new__(_NamedTupleType, "NamedTuple", (), {})


class _NamedTuple:
    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (_NAMED_TUPLE,)


def is_a(value: object, module: str, name: str) -> bool:
    """Return whether a value is of a class. Does not load its module: without it there are no values."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, getattr(loaded, name))


def is_class(hint: object, module: str, name: str) -> bool:
    """Return whether a type is this class. Does not load its module."""
    loaded = sys.modules.get(module)
    return loaded is not None and hint is getattr(loaded, name)


class _Protocol:
    """A protocol that no `isinstance` asks about: `typing` prepares each for that."""

    __slots__ = ()

    def __class_getitem__(cls, parameters: object) -> Any:
        return cls


class _Pattern:
    """A regular expression that is compiled at its first use."""

    def __init__(self, text: Any, flags: int = 0) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._arguments), name)  # `re` keeps it for the other methods
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a regular expression that is compiled at its first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import NamedTuple, Protocol
else:
    dataclass, field, replace = _dataclass, _field, _replace
    NamedTuple, Protocol = _NamedTuple(), _Protocol
