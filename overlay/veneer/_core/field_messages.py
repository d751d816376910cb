"""Find messages about fields in an error's body, in the shapes that APIs use most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from veneer._core.redact import is_secret_name

__all__ = ["field_messages", "sent_secrets"]

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
"""Members that hold messages about fields in FastAPI, JSON:API, Google, RFC 9457, zod and others."""

_PLACES: Final = ("loc", "field", "path", "param", "pointer", "name", "parameter", "instancePath", "property")
_TEXTS: Final = ("msg", "message", "reason", "detail", "description", "title", "error")
_CONTEXT: Final = frozenset({"detail", "details"})
"""Those that may also hold the rejected values."""
_TEXT_LISTS: Final = ("message", "messages")
_MOST, _LONGEST, _DEEPEST = 5, 120, 4
_READ: Final = 1 << 20
"""Bytes of a request that are searched for secrets."""


def field_messages(body: Any) -> str:
    """Return `amount: must be positive; currency: unknown`, or "" without messages about fields.

    Only places and messages are included: a sent value (FastAPI's `input`) may be a secret. There
    are at most five, of at most 120 characters each. Messages without a place
    (`{"errors": ["Name is taken"]}`) count too. The caller masks what was sent under the name of a
    secret (`sent_secrets`): any message may repeat it.
    """
    if isinstance(body, list):
        body = {"errors": body}
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
            yield from _by_name(inner, sentences=name in _CONTEXT)
        elif isinstance(inner, str) and name not in _CONTEXT:
            yield inner
    for name in _TEXT_LISTS:  # NestJS
        inner = node.get(name)
        if isinstance(inner, list):
            yield from (one for one in inner if isinstance(one, str))
    if not depth and not any(
        isinstance(node.get(name), (str, list, Mapping)) for name in (*_LISTS, *_TEXTS, *_TEXT_LISTS)
    ):
        yield from _by_name(node)  # Django REST framework: fields, and nothing else


def _listed(rows: list[Any], depth: int) -> Iterator[str]:
    for row in rows:
        if isinstance(row, str):
            yield row
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


def _by_name(fields: Mapping[str, Any], *, sentences: bool = True) -> Iterator[str]:
    """Yield messages of `{"email": ["is taken"]}` and `{"field": "email", "reason": "is taken"}`.

    With `sentences`, a single word is not a message: `{"currency": "EUR"}` is a value.
    """
    place = next((_place(fields[one]) for one in _PLACES if isinstance(fields.get(one), str)), "")
    text = next((fields[one] for one in _TEXTS if isinstance(fields.get(one), str)), "")
    if place and text:
        yield f"{place}: {text}"
        return
    for name, told in fields.items():
        if name in _LISTS:
            continue
        if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
            yield f"{name}: {', '.join(told)}"
        elif isinstance(told, str) and (" " in told.strip() or not sentences) and told:
            yield f"{name}: {told}"


def sent_secrets(content: bytes, media_type: str) -> list[str]:
    """Return the text values of a request's JSON or form under names of secrets."""
    from urllib.parse import parse_qsl

    if len(content) > _READ:
        return []
    if "json" in media_type:
        from veneer._core import jsontext

        try:
            return list(_secrets(jsontext.loads(content)))
        except ValueError:
            return []
    if media_type == "application/x-www-form-urlencoded":
        return list(_secrets(dict(parse_qsl(content.decode("utf-8", "replace")))))
    return []


def _secrets(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _secrets(one)
    elif isinstance(node, Mapping):
        for name, one in node.items():
            if isinstance(one, str) and is_secret_name(name):
                yield one
            yield from _secrets(one)


def _place(value: Any) -> str:
    return ".".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
