"""What the results of facades share: how they are read from the generated models."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

from veneer._core.pick import pick

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """A result with fewer surprises than a generated model: fixed fields, None for what was not sent, secrets out of the repr."""

    @classmethod
    def of(cls, model: Any, **more: Any) -> Self:
        """Take the fields from a generated model, and `more` beside it."""
        for field in fields(cls):
            value = pick(model, field.name) if field.name not in more else None
            if value is not None or (field.default is MISSING and field.default_factory is MISSING):
                more.setdefault(field.name, value)
        return cls(**more)
