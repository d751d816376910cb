"""Find what an error's body says of single fields, in the shapes that APIs use most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["field_messages"]

_LISTS: Final = (
    "detail",
    "details",
    "errors",
    "fields",
    "fieldViolations",
    "invalid-params",
    "invalid_params",
    "issues",
    "violations",
)
"""Members that hold what is said of fields: FastAPI's, JSON:API's, Google's, RFC 9457's, zod's and their like."""

_PLACES: Final = ("loc", "field", "path", "param", "pointer", "name", "parameter", "instancePath", "property")
_TEXTS: Final = ("msg", "message", "reason", "detail", "description", "title", "error")
_MOST, _LONGEST, _DEEPEST = 5, 120, 4


def field_messages(body: Any) -> str:
    """Return `amount: must be positive; currency: unknown`, "" where the body says nothing of fields.

    Only places and the texts about them: a value that was sent (FastAPI's `input`) may be a secret. The first five, of at
    most 120 characters each.
    """
    found = list(dict.fromkeys(" ".join(one.split()) for one in _said(body, 0)))
    shown = [one if len(one) <= _LONGEST else f"{one[: _LONGEST - 1]}…" for one in found[:_MOST]]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "; ".join(shown + more)


def _said(node: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST or not isinstance(node, Mapping):
        return
    if isinstance(node.get("error"), Mapping):
        yield from _said(node["error"], depth + 1)
    for name in _LISTS:
        inner = node.get(name)
        if isinstance(inner, list):
            yield from _listed(inner, depth)
        elif isinstance(inner, Mapping):
            yield from _said(inner, depth + 1)
            yield from _by_name(inner)


def _listed(rows: list[Any], depth: int) -> Iterator[str]:
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        source = row.get("source")
        place = next((_place(row[one]) for one in _PLACES if row.get(one)), "")
        if not place and isinstance(source, Mapping):
            place = next(
                (str(source[one]) for one in ("pointer", "parameter", "header") if source.get(one)), ""
            )
        text = next((row[one] for one in _TEXTS if isinstance(row.get(one), str)), "")
        if text:
            yield f"{place}: {text}" if place else text
        else:
            yield from _said(row, depth + 1)


def _by_name(fields: Mapping[str, Any]) -> Iterator[str]:
    """`{"email": ["is taken"]}` and `{"field": "email", "reason": "is taken"}`."""
    place = next((_place(fields[one]) for one in _PLACES if isinstance(fields.get(one), str)), "")
    text = next((fields[one] for one in _TEXTS if isinstance(fields.get(one), str)), "")
    if place and text:
        yield f"{place}: {text}"
        return
    for name, told in fields.items():
        # A text alone may be the value that was sent.
        if (
            name not in _LISTS
            and isinstance(told, list)
            and told
            and all(isinstance(one, str) for one in told)
        ):
            yield f"{name}: {', '.join(told)}"


def _place(value: Any) -> str:
    return ".".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
