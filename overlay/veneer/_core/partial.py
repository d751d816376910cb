"""Models whose response broke the contract: usable, and explicit about what is missing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final, TypeVar

from veneer._core.errors import MissingMemberError
from veneer._core.members import OTHERS, contract_class, dumped, shown_fields
from veneer._core.value import Value
from veneer._core.violations import member

__all__ = ["make", "make_partial", "view"]

M = TypeVar("M")

_LEFT_OUT: Final = object()


class Partial(Value):
    """A mixin for models whose response broke the contract.

    Reading a required member that the server left out raises MissingMemberError. `to_dict()`
    returns what was sent, unchanged.
    """

    __slots__ = ()

    _contract_class: ClassVar[Any]
    _place: tuple[str, Mapping[str, str], Any]
    """Its place in the response, the wire names of its attributes, and the value of unset ones."""

    def __getattr__(self, name: str) -> Any:
        cls = contract_class(type(self))
        if name == "_place":  # still being constructed
            raise AttributeError(name)
        path, names, _ = self._place
        if name in shown_fields(cls):
            path += member(names.get(name, name))
            error = MissingMemberError(
                f"{path} is missing: the server left it out although its contract requires it "
                "(veneer.violations(value) lists all such places)"
            )
            error.path = path
            raise error
        found = inspect.getattr_static(cls, name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)  # a missing member made it fail: it names that member
        raise AttributeError(f"{cls.__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _attributes(self) == _attributes(other)

    __hash__ = None  # type: ignore[assignment]  # as attrs does for mutable values

    def __reduce__(self) -> tuple[Any, ...]:
        return make_partial, (contract_class(type(self)), _attributes(self), *self._place)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as it was sent, with later changes."""
        _, names, unset = self._place
        attributes = _attributes(self)
        others = attributes.pop(OTHERS, {})
        known = {names.get(name, name): dumped(one) for name, one in attributes.items() if one is not unset}
        return {**dumped(others), **known}


@functools.cache
def _partial(cls: Any) -> Any:
    """Return the subclass of a model for responses that do not fit, under the same name."""
    facts = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(cls.__name__, (Partial, cls), {**facts, "__slots__": ("_place",), "_contract_class": cls})


def make(cls: Any, attributes: Mapping[str, Any]) -> Any:
    """Make a model with exactly these attributes."""
    made = cls.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)  # works for frozen classes too
    return made


def make_partial(
    cls: Any, attributes: Mapping[str, Any], path: str, names: Mapping[str, str], unset: Any
) -> Any:
    """Make a model whose response did not fit; the arguments after `attributes` become its `_place`."""
    made = make(_partial(cls), attributes)
    object.__setattr__(made, "_place", (path, names, unset))
    return made


def view(model: Any, cls: type[M]) -> M:
    """Return a model as a subclass of its class that adds properties or other names."""
    place = (model._place,) if isinstance(model, Partial) else ()  # noqa: SLF001  # its own
    attributes = _attributes(model)
    made: M = make_partial(cls, attributes, *place[0]) if place else make(cls, attributes)
    return made


def _attributes(model: Any) -> dict[str, Any]:
    names: Collection[str] = (*shown_fields(contract_class(type(model))), OTHERS)
    found = {name: getattr(model, name, _LEFT_OUT) for name in names}
    return {name: one for name, one in found.items() if one is not _LEFT_OUT}
