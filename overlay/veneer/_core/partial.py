"""Models whose answer did not fit their contract: usable, and plain about what is missing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import inspect
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from veneer._core.errors import MissingMemberError
from veneer._core.violations import member

__all__ = ["OTHERS", "contract_class", "dumped", "make", "make_partial", "view"]

M = TypeVar("M")

OTHERS: Final = "additional_properties"


class _LeftOut:
    def __repr__(self) -> str:
        return "<missing>"


_LEFT_OUT: Final = _LeftOut()


class Partial:
    """What a model is besides itself where its answer did not fit.

    A member that the contract requires and the server left out raises MissingMemberError when it is asked for. `to_dict()`
    returns what was sent, as it was sent.
    """

    __slots__ = ()

    _contract_class: ClassVar[Any]
    _place: tuple[str, Mapping[str, str], Any]
    """Where it is in its answer, the wire names of its attributes, and the value of those that may be left out."""

    def __getattr__(self, name: str) -> Any:
        cls = contract_class(type(self))
        if name == "_place":  # of one that is still being made
            raise AttributeError(name)
        path, names, _ = self._place
        if name in _shown(cls):
            path += member(names.get(name, name))
            error = MissingMemberError(
                f"{path} is missing: the server left it out although its contract requires it "
                "(veneer.violations(value) lists all such places)"
            )
            error.path = path
            raise error
        found = inspect.getattr_static(cls, name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)  # it failed for want of a member, and says so itself
        raise AttributeError(f"{cls.__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __repr__(self) -> str:
        shown = _shown(contract_class(type(self)))
        parts = [f"{name}={getattr(self, name, _LEFT_OUT)!r}" for name, visible in shown.items() if visible]
        return f"{type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _attributes(self) == _attributes(other)

    __hash__ = None  # type: ignore[assignment]  # as attrs has it for values that can change

    def __reduce__(self) -> tuple[Any, ...]:
        return make_partial, (contract_class(type(self)), _attributes(self), *self._place)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object: what was sent, and what was changed since."""
        _, names, unset = self._place
        attributes = _attributes(self)
        others = attributes.pop(OTHERS, {})
        known = {names.get(name, name): dumped(one) for name, one in attributes.items() if one is not unset}
        return {**dumped(others), **known}


@functools.cache
def _partial(cls: Any) -> Any:
    """Return the subclass of a model for answers that do not fit, equal to it in name."""
    facts = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(cls.__name__, (Partial, cls), {**facts, "__slots__": ("_place",), "_contract_class": cls})


def contract_class(cls: Any) -> Any:
    """Return the model's class as the contract has it, whether its answer fitted or not."""
    return getattr(cls, "_contract_class", cls)


def make(cls: Any, attributes: Mapping[str, Any]) -> Any:
    """Make a model with these attributes and no others."""
    made = cls.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)  # also where it is frozen
    return made


def make_partial(
    cls: Any, attributes: Mapping[str, Any], path: str, names: Mapping[str, str], unset: Any
) -> Any:
    """Make a model whose answer did not fit; the arguments after `attributes` are what its `_place` is."""
    made = make(_partial(cls), attributes)
    object.__setattr__(made, "_place", (path, names, unset))
    return made


def view(model: Any, cls: type[M]) -> M:
    """Return a model as a subclass of its own class, which adds to it: properties, other names."""
    place = (model._place,) if isinstance(model, Partial) else ()  # noqa: SLF001  # its own
    attributes = _attributes(model)
    made: M = make_partial(cls, attributes, *place[0]) if place else make(cls, attributes)
    return made


@functools.cache
def _shown(cls: Any) -> dict[str, bool]:
    """Return the attributes of a model, or of a dataclass that a model is read into, and whether its repr shows them."""
    fields = getattr(cls, "__attrs_attrs__", None) or dataclasses.fields(cls)
    return {one.name: bool(one.repr) for one in fields if one.name != OTHERS}


def _attributes(model: Any) -> dict[str, Any]:
    names: Collection[str] = (*_shown(contract_class(type(model))), OTHERS)
    found = {name: getattr(model, name, _LEFT_OUT) for name in names}
    return {name: one for name, one in found.items() if one is not _LEFT_OUT}


def dumped(value: Any) -> Any:
    """Return the JSON of a value, whatever an attribute holds."""
    if isinstance(value, Mapping):
        return {name: dumped(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [dumped(one) for one in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value.to_dict() if hasattr(value, "to_dict") else value
