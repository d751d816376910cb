"""The members of models and results: their attributes, those that a repr shows, and their JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from veneer._core.late import is_a

__all__ = ["OTHERS", "contract_class", "declared", "dumped", "holders", "shown_fields"]

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


_PLAIN_WORDS = frozenset(
    ["Any", "None", "Unset", "UUID", "bool", "bytes", "date", "datetime", "dict", "float", "int", "list", "str"]
)  # fmt: skip


@functools.cache
def holders(model: Any) -> tuple[str, ...]:
    """Return the attributes of a model class that may hold models: their types name more than plain values."""
    words = {name: re.findall(r"[A-Za-z_]\w*", str(hint)) for name, hint in declared(model).items()}
    return tuple(name for name, found in words.items() if not _PLAIN_WORDS.issuperset(found))


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
    if is_a(value, "uuid", "UUID"):
        return str(value)
    return value.to_dict() if hasattr(value, "to_dict") else value
