"""What the classes of generated models are made with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from veneer._core.late import Field, add_late, fields_of, replace_late, with_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["define", "field"]

_LATE = ("__attrs_attrs__", "__attrs_props__", "__eq__", "__init__", "__repr__")


def _field(**settings: Any) -> Field:
    return Field(settings)


def _define(cls: Any = None, *, repr: bool = True) -> Any:  # noqa: A002  # as in attrs
    """Return a class with slots, as `attrs.define` does; attrs writes its methods at their first use.

    Reading a response needs none of them, and loading attrs takes as long as several small calls.
    """
    if cls is None:
        return partial(_define, repr=repr)
    members = dict(vars(cls))
    fields = fields_of(members, cls.__annotations__)
    late = [name for name in _LATE if name not in members and (repr or name != "__repr__")]

    def get_state(made: Any) -> dict[str, Any]:
        return {name: getattr(made, name) for name in fields}

    def set_state(made: Any, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            setattr(made, name, value)

    members |= {
        "__hash__": None,
        "__match_args__": tuple(name for name, one in fields.items() if one.get("init", True)),
        "__getstate__": get_state,
        "__setstate__": set_state,
        "__replace__": _replace,
    }
    made = with_slots(cls, members, (*fields, "__weakref__"))
    add_late(made, late, partial(_complete, made, fields, late))
    return made


def _replace(made: Any, /, **changes: Any) -> Any:
    import attrs

    return attrs.evolve(made, **changes)


def _complete(cls: Any, fields: Mapping[str, Field], late: Iterable[str]) -> Mapping[str, Any]:
    """Let attrs write a class's methods, and return the class's members. A second time changes nothing."""
    import attrs

    these = {name: attrs.field(**settings) for name, settings in fields.items()}
    attrs.define(cls, these=these, slots=False, init="__init__" in late, eq=True, repr="__repr__" in late)
    replace_late(cls, late, vars(cls))  # older releases of attrs do not know all of them
    return dict(vars(cls))


if TYPE_CHECKING:
    from attrs import define, field
else:
    define, field = _define, _field
