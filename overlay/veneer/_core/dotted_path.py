"""Read a dotted path from JSON or from a generated model, by the contract's names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from veneer._core.late import pattern

__all__ = ["MISSING", "attribute_names", "look", "pick"]

MISSING: Any = object()
"""Marks a name that does not exist."""

_WITHOUT_MEMBERS = frozenset({str, int, float, bool, list, tuple, type(None)})
"""JSON values that are not objects: attributes of their Python types (`list.count`) are not data."""

_JSON = frozenset({*_WITHOUT_MEMBERS, dict})

_BETWEEN_WORDS = pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def pick(value: Any, path: str) -> Any:
    """Return the value at `path` (dotted keys, "" for the value itself), or None if there is none.

    >>> pick({"data": {"hasMore": True}}, "data.hasMore")
    True
    """
    found = look(value, path)
    return None if found is MISSING else found


def look(value: Any, path: str) -> Any:
    """Return as `pick` does, but MISSING for an unknown name; an unset optional field is None."""
    for name, attributes in _names(path):
        value = value.get(name, MISSING) if type(value) is dict else _member(value, name, attributes)
        if value is MISSING:
            return MISSING
        if (
            type(value) not in _JSON and type(value).__name__ == "Unset"
        ):  # each generated package has a class of its own for it
            return None
    return value


def _member(value: Any, name: str, attributes: tuple[str, ...]) -> Any:
    kind: Any = type(value)
    if _is_mapping(kind):
        return value.get(name, MISSING)
    if kind in _WITHOUT_MEMBERS:
        return MISSING
    for attribute in attributes:
        found = getattr(value, attribute, MISSING)
        if found is not MISSING:
            return found
    additional: Any = getattr(value, "additional_properties", None)
    kind = type(additional)
    return additional.get(name, MISSING) if _is_mapping(kind) else MISSING


@lru_cache(maxsize=1024)
def _is_mapping(kind: Any) -> bool:
    return issubclass(kind, Mapping)


@lru_cache(maxsize=1024)
def _names(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each key of a path with the attribute names that the generator may use for it."""
    return tuple((key, attribute_names(key)) for key in path.split(".") if path)


@lru_cache(maxsize=4096)
def attribute_names(key: str) -> tuple[str, str, str]:
    """Return a member's possible attribute names: `hasMore` is `has_more`, `from` is `from_`."""
    return _snake(key), f"{_snake(key)}_", key


def _snake(key: str) -> str:
    if key.isalnum() and key.islower() and key.isascii():
        return key
    return _BETWEEN_WORDS.sub("_", key).lower()
