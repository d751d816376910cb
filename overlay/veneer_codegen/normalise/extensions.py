"""Checks of an operation's `x-veneer-…` extensions. Each returns the fault, or ""."""

from __future__ import annotations

from typing import Any, Final

from veneer._core.errors import ConfigurationError
from veneer._core.page_styles import style_of

_STREAM: Final = {
    "kind": str, "terminator": str, "sentinel": str, "order": str, "type_field": str,
    "resumable": bool, "endless": bool, "request": dict,
}  # fmt: skip


_KINDS: Final = {str: "a text", bool: "true or false", dict: "an object"}


def idempotency(said: Any) -> str:
    """Check the place of an idempotency key."""
    if not isinstance(said, dict) or said.get("in") not in {"body", "header"}:
        return "x-veneer-idempotency needs `in`: body or header"
    return "" if isinstance(said.get("name"), str) and said["name"] else "x-veneer-idempotency needs a `name`"


def pagination(said: Any) -> str:
    """Check the pagination style and its fields."""
    if not isinstance(said, dict) or not isinstance(said.get("style"), str):
        return "x-veneer-pagination needs a `style`"
    try:
        style_of(said)
    except (ConfigurationError, TypeError, ValueError, AttributeError) as error:
        return f"x-veneer-pagination: {' '.join(str(error).split())}"
    return ""


def stream(said: Any) -> str:
    """Check the description of a stream."""
    for name, value in (said or {}).items():
        kind = _STREAM.get(name)
        if kind is not None and not isinstance(value, kind):
            return f"x-veneer-stream: {name} is not {_KINDS[kind]}"
    return ""
