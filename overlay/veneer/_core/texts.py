"""Write scalar values as text, never as a Python repr; loaded only for unusual types."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from veneer._core.errors import ConfigurationError
from veneer._core.late import is_a

__all__ = ["as_json", "plain_fields", "text"]


def text(value: Any, name: str) -> str:
    """Return a scalar value as the text to send.

    Raises ConfigurationError, with the parameter's name, for other values: a
    Python repr must never be sent.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) or is_a(value, "decimal", "Decimal") or is_a(value, "uuid", "UUID"):
        return str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if value is None:
        return ""
    kind = type(value).__name__
    raise ConfigurationError(
        f"{name!r} cannot be a {kind} here: give text, a number, true or false"
        + (", or its JSON as text" if isinstance(value, (Mapping, list, tuple)) else "")
    )


def as_json(value: Any, name: str, *, spaced: bool = False) -> str:
    """Return a value as JSON text. Raises ConfigurationError for what JSON cannot hold."""
    separators = (", ", ": ") if spaced else (",", ":")
    try:
        return json.dumps(value, separators=separators, default=_plain, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ConfigurationError(f"{name!r} cannot be sent as JSON: it holds what JSON cannot") from None


def _plain(value: Any) -> Any:
    return value.to_dict() if hasattr(value, "to_dict") else text(value, "")


def plain_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form without a contract. Raises ConfigurationError, with the
    name, for a field that is neither a scalar nor a list of them.
    """
    return {
        name: [text(one, name) for one in value] if isinstance(value, (list, tuple)) else text(value, name)
        for name, value in data.items()
    }
