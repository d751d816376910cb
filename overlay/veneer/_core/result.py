"""Results: the data of the contract's models, in a simpler form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import lru_cache
from typing import Any, ClassVar, Self

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
        more["raw"] = model.to_dict() if hasattr(model, "to_dict") else model
        missing = False
        kinds: tuple[Any, Any] = cls, type(model)
        for name, path, attribute, required in _reads(*kinds):
            if name in more:
                continue
            value = getattr(model, attribute, NOTHING)
            if value is NOTHING or type(value).__name__ == "Unset":
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


@lru_cache(1024)
def _reads(kind: Any, model: Any) -> list[tuple[str, str, str, bool]]:
    """Return how each field is read from a model: its name, its path, the model's attribute if it
    has one for it, and whether it is required.
    """
    known = {one.name for one in getattr(model, "__attrs_attrs__", ())}
    found = []
    for one in fields(kind):
        path = kind._SOURCES.get(one.name, one.name)  # noqa: SLF001  # a subclass of ours
        attribute = next((name for name in attribute_names(path) if name in known), "")
        required = one.default is MISSING and one.default_factory is MISSING
        found.append((one.name, path, attribute, required))
    return found
