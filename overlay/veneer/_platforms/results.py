"""What the results of facades share: how they are read from the generated models."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

from veneer._core.pick import MISSING as NOTHING
from veneer._core.pick import look

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """A result with fewer surprises than a generated model: fixed fields, None for what was not sent, secrets out of the repr."""

    @classmethod
    def of(cls, model: Any, **more: Any) -> Self:
        """Take the fields from a generated model, and `more` beside it.

        A required one that the server left out raises MissingMemberError when it is asked for.
        """
        missing = False
        for field in fields(cls):
            value = look(model, field.name) if field.name not in more else None
            required = field.default is MISSING and field.default_factory is MISSING
            if value is NOTHING:
                missing = missing or required
            elif value is not None or required:
                more.setdefault(field.name, value)
        if not missing:
            return cls(**more)
        from veneer._core.partial import make_partial

        defaults = {
            field.name: field.default if field.default_factory is MISSING else field.default_factory()
            for field in fields(cls)
            if field.default is not MISSING or field.default_factory is not MISSING
        }
        whole: Self = make_partial(cls, {**defaults, **more}, "$", {}, None)
        return whole
