"""JSON pointers and the references that are written with them (RFC 6901, as URI fragments)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote


def join(pointer: str, *keys: str | int) -> str:
    """Append keys to a pointer, escaped."""
    return pointer + "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def split(pointer: str) -> list[str]:
    """Give the keys of a pointer or of a `#/…` reference; percent-encoding and escapes undone."""
    text = unquote(pointer.removeprefix("#"))
    return [key.replace("~1", "/").replace("~0", "~") for key in text.split("/")[1:]] if text else []


def resolve(document: Any, pointer: str) -> Any:
    """Follow a pointer, through local references on the way. Raises KeyError when it leads nowhere."""
    node = document
    if pointer.removeprefix("#") and not unquote(pointer.removeprefix("#")).startswith("/"):
        raise KeyError(pointer)  # the name of an anchor that the document does not have
    for key in split(pointer):
        if isinstance(node, dict) and key not in node and isinstance(node.get("$ref"), str):
            node = deref(document, node)
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            raise KeyError(pointer)
    return node


def deref(document: Any, node: Any) -> Any:
    """Follow `$ref` until there is none. Raises KeyError for one that leads nowhere, remotely, or in a circle."""
    seen: set[str] = set()
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in seen or not reference.startswith("#"):
            raise KeyError(reference)
        seen.add(reference)
        node = resolve(document, reference)
    return node


def follow(document: Any, node: Any) -> Mapping[str, Any]:
    """Return the object that a node is or refers to; an empty one where there is none."""
    try:
        found = deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}
