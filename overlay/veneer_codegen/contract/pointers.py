"""JSON pointers and references that use them (RFC 6901, as URI fragments)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote


def join(pointer: str, *keys: str | int) -> str:
    """Return a pointer with escaped keys appended."""
    for key in keys:
        text = str(key)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer


def split(pointer: str) -> list[str]:
    """Return the decoded keys of a pointer or of a `#/…` reference."""
    text = unquote(pointer.removeprefix("#"))
    return [key.replace("~1", "/").replace("~0", "~") for key in text.split("/")[1:]] if text else []


def resolve(document: Any, pointer: str) -> Any:
    """Return the target of a pointer, through local references.

    Raises KeyError if it leads nowhere.
    """
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
    """Return the target of a chain of `$ref`.

    Raises KeyError for one that is remote, broken or circular.
    """
    seen: set[str] = set()
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in seen or not reference.startswith("#"):
            raise KeyError(reference)
        seen.add(reference)
        node = resolve(document, reference)
    return node


def follow(document: Any, node: Any) -> Mapping[str, Any]:
    """Return the object that a node is or refers to, else an empty object."""
    try:
        found = deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}
