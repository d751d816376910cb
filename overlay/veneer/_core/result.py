"""Results: what a model of the contract holds, with fewer surprises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Self

from veneer._core.dotted_path import MISSING as NOTHING
from veneer._core.dotted_path import look

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """A frozen value made of a generated model: None for what was not sent, secrets out of the repr.

    `raw` is the answer as it was sent, members that the contract does not know among them.
    """

    _SOURCES: ClassVar[Mapping[str, str]] = {}
    """The model's attribute for each field that has another name."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, kw_only=True)

    @classmethod
    def of(cls, model: Any, **more: Any) -> Self:
        """Return the result that a model holds, and `more` beside it.

        A member that is required and was left out raises MissingMemberError when it is asked for.
        """
        # A server may send a text or a list where its contract has an object.
        more["raw"] = model.to_dict() if hasattr(model, "to_dict") else model
        missing = False
        for one in fields(cls):
            if one.name in more:
                continue
            value = look(model, cls._SOURCES.get(one.name, one.name))
            required = one.default is MISSING and one.default_factory is MISSING
            if value is NOTHING:
                missing = missing or required
            elif value is not None or required:
                more[one.name] = value
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
