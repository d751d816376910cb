"""The members of models and results: their attributes, those that a repr shows, and their JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final
from uuid import UUID

__all__ = ["OTHERS", "contract_class", "declared", "dumped", "shown_fields"]

OTHERS: Final = "additional_properties"


def contract_class(cls: Any) -> Any:
    """Return the model's class from the contract, whether its response fitted or not."""
    return getattr(cls, "_contract_class", cls)


def declared(model: Any) -> dict[str, Any]:
    """Return the attributes of a model class with their annotations; none if attrs did not make it.

    They are those of its source, so that attrs is not loaded for them (see a package's `types.py`).
    """
    made = next((one for one in model.__mro__ if "__attrs_attrs__" in vars(one)), None)
    hints: dict[str, Any] = made.__annotations__ if made is not None else {}
    return {name: hint for name, hint in hints.items() if "ClassVar" not in str(hint)}


@functools.cache
def shown_fields(cls: Any) -> dict[str, bool]:
    """Return the attributes of a model or result class, and whether its repr shows them."""
    fields = getattr(cls, "__attrs_attrs__", None) or dataclasses.fields(cls)
    return {one.name: bool(one.repr) for one in fields if one.name != OTHERS}


def dumped(value: Any) -> Any:
    """Return the JSON of any attribute's value."""
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
