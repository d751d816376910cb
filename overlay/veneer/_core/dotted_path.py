"""Read a dotted path from JSON or from a generated model, by the contract's names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = ["MISSING", "attribute_names", "look", "pick"]

MISSING: Any = object()
"""Stands for a name that is not there at all."""

_WITHOUT_MEMBERS = frozenset({str, int, float, bool, list, tuple, type(None)})
"""JSON's values besides objects: what their Python types can do (`list.count`) is none of the document's."""

_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def pick(value: Any, path: str) -> Any:
    """Return what stands at `path` (keys separated by dots, "" for the value itself), None where there is nothing.

    >>> pick({"data": {"hasMore": True}}, "data.hasMore")
    True
    """
    found = look(value, path)
    return None if found is MISSING else found


def look(value: Any, path: str) -> Any:
    """As `pick`, but MISSING for a name that is not there; a model's optional field that was not sent is None."""
    for name, attributes in _names(path):
        value = _member(value, name, attributes)
        if value is MISSING:
            return MISSING
        if type(value).__name__ == "Unset":  # each generated package has a class of its own for it
            return None
    return value


def _member(value: Any, name: str, attributes: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return value.get(name, MISSING)
    if type(value) in _WITHOUT_MEMBERS:
        return MISSING
    for attribute in attributes:
        found = getattr(value, attribute, MISSING)
        if found is not MISSING:
            return found
    additional = getattr(value, "additional_properties", None)
    return additional.get(name, MISSING) if isinstance(additional, Mapping) else MISSING


@lru_cache(maxsize=1024)
def _names(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each key of a path with the attributes that the generator may call it."""
    return tuple((key, attribute_names(key)) for key in path.split(".") if path)


@lru_cache(maxsize=4096)
def attribute_names(key: str) -> tuple[str, str, str]:
    """Return the attributes that the generator may call a member: `hasMore` is `has_more`, `from` is `from_`."""
    return _snake(key), f"{_snake(key)}_", key


def _snake(key: str) -> str:
    return _BETWEEN_WORDS.sub("_", key).lower()
