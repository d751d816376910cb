"""Results: the data of the contract's models, in a simpler form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, Self

from veneer._core.dotted_path import MISSING as NOTHING
from veneer._core.dotted_path import attribute_names, look
from veneer._core.value import Value

__all__ = ["Result"]


@dataclass(frozen=True, slots=True, repr=False)
class Result(Value):
    """A frozen value from a generated model: unset members are None, secrets are masked in the repr.

    `raw` is the response as it was sent, members unknown to the contract included.
    """

    _SOURCES: ClassVar[Mapping[str, str]] = {}
    """The model's attribute for each field with another name."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the members as JSON values; unset ones are None."""
        from veneer._core.members import dumped

        return {one.name: dumped(getattr(self, one.name)) for one in fields(self) if one.name != "raw"}

    def _members(self) -> Iterator[tuple[str, Any, bool]]:
        from veneer._core.display import members

        return (one for one in members(self) if one[0] != "raw")

    @classmethod
    def of(cls, model: Any, **more: Any) -> Self:
        """Return the result of a model, with the fields of `more`.

        Reading a required member that was left out raises MissingMemberError.
        """
        # A server may send text or a list where its contract has an object.
        raw = model.to_dict() if hasattr(model, "to_dict") else model
        kinds: tuple[Any, Any] = cls, type(model)
        plan = _plan(*kinds)
        if plan.attributes is not None and not more:
            try:
                values = plan.attributes(model)
            except AttributeError:  # a member was left out
                pass
            else:
                made = object.__new__(cls)
                object.__setattr__(made, "raw", raw)
                held = made.__dict__
                for name, required, value in zip(plan.names, plan.required, values, strict=True):
                    given = value if type(value) in _JSON or not _is_unset(value) else None
                    if given is not None or required:
                        held[name] = given
                return made
        more["raw"] = raw
        missing = False
        for name, path, attribute, required in plan.reads:
            if name in more:
                continue
            value = getattr(model, attribute, NOTHING) if attribute else NOTHING
            if value is NOTHING or _is_unset(value):
                value = look(model, path)
            if value is NOTHING:
                missing = missing or required
            elif value is not None or required:
                more[name] = value
        if not missing:
            return cls(**more)
        from veneer._core.partial import make_partial

        defaults = {
            one.name: one.default if one.default_factory is MISSING else one.default_factory()
            for one in fields(cls)
            if one.default is not MISSING or one.default_factory is not MISSING
        }
        whole: Self = make_partial(cls, {**defaults, **more}, "$", {}, None)
        return whole


_JSON = frozenset({str, int, float, bool, list, dict, type(None)})


def _is_unset(value: Any) -> bool:
    return type(value) not in _JSON and type(value).__name__ == "Unset"


class _Plan(NamedTuple):
    """How a result is made from a model: each field's name, its path, the model's attribute if it has
    one for it, and whether it is required.

    `attributes` reads all of them at once; None if a field has no attribute, or the result has
    slots, or more to its `__init__` than the fields.
    """

    reads: list[tuple[str, str, str, bool]]
    names: tuple[str, ...]
    required: tuple[bool, ...]
    attributes: Callable[[Any], tuple[Any, ...]] | None


@lru_cache(1024)
def _plan(kind: Any, model: Any) -> _Plan:
    known = {one.name for one in getattr(model, "__attrs_attrs__", ())}
    found = []
    slots = {name for one in kind.__mro__ for name in vars(one).get("__slots__", ())}
    own = vars(kind).get("__dataclass_params__")
    plain = own is not None and own.init and not hasattr(kind, "__post_init__")
    for one in fields(kind):
        path = kind._SOURCES.get(one.name, one.name)  # noqa: SLF001  # a subclass of ours
        attribute = next((name for name in attribute_names(path) if name in known), "")
        required = one.default is MISSING and one.default_factory is MISSING
        found.append((one.name, path, attribute, required))
        if one.name != "raw":
            plain = plain and attribute != "" and "." not in path and one.name not in slots
            plain = plain and one.default_factory is MISSING
    reads = [one for one in found if one[0] != "raw"]
    many = attrgetter(*[one[2] for one in reads]) if plain and len(reads) > 1 else None
    return _Plan(reads, tuple(one[0] for one in reads), tuple(one[3] for one in reads), many)
