"""Choose a part of a contract: some of its operations, and everything that they refer to."""

from __future__ import annotations

import json
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import METHODS
from veneer_codegen.documents import EXTERNAL
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LEFT_OUT: Final = "left_out"
"""The key of omitted operations of which a kept one uses a part by reference."""

_SECTIONS: Final = ("paths", "webhooks")
_METHODS: Final = (*METHODS, "query")
_MORE: Final = "additionalOperations"


def select(
    document: Mapping[str, Any],
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    *,
    strict: bool = True,
) -> dict[str, Any]:
    """Return a contract with the operations in `only`, without those in `without`.

    A name is a tag, an operationId, a path or the name of a webhook, or a method and a path
    (`GET /pets`); shell wildcards are allowed (`/pets/*`). Without `only`, all operations are
    chosen. Unreachable components are dropped; `document` is unchanged. Raises ContractError if no
    operation is left and, if `strict`, for a name that matches nothing, with similar names.
    """
    if not only and not without:
        return dict(document)
    called = {place: _names(document, place, operation) for place, operation in _operations(document)}
    every = {name: None for names in called.values() for name in names}
    for name in (*only, *without) if strict else ():
        if not any(_matches(name, names) for names in called.values()):
            raise ContractError(
                f"no tag, operationId or path is called {name!r}{_near(name, every)}", place="#/paths"
            )
    kept = {
        place
        for place, names in called.items()
        if (not only or any(_matches(name, names) for name in only))
        and not any(_matches(name, names) for name in without)
    }
    if not any(section == "paths" for section, _, _ in kept):
        raise ContractError("these names leave no operation", place="#/paths")
    part = {
        key: _cut(document, key, kept) if key in _SECTIONS and isinstance(value, dict) else value
        for key, value in document.items()
    }
    return _closed(document, part)


Place = tuple[str, str, str]
"""An operation: `paths` or `webhooks`, its key there, its method."""


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    for section in _SECTIONS:
        items = document.get(section)
        for key, node in items.items() if isinstance(items, dict) else ():
            item = _follow(document, node)
            for method in _METHODS:
                if method in item:
                    yield (section, key, method), item[method]
            more = item.get(_MORE)
            for method, operation in more.items() if isinstance(more, dict) else ():
                yield (section, key, method), operation


def _names(document: Mapping[str, Any], place: Place, operation: Any) -> tuple[str, ...]:
    """Return all names of an operation."""
    section, key, method = place
    node = _follow(document, operation)
    tags = node.get("tags")
    found = [key, *([f"{method.upper()} {key}"] if section == "paths" else [])]
    found += [node["operationId"]] if isinstance(node.get("operationId"), str) else []
    found += [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return tuple(found)


def _matches(name: str, names: Iterable[str]) -> bool:
    return any(name == one or fnmatchcase(one, name) for one in names)


def _near(name: str, every: Iterable[str]) -> str:
    lowered = {one.lower(): one for one in every}
    near = [lowered[one] for one in get_close_matches(name.lower(), lowered, cutoff=0.5)]
    return f": did you mean {' or '.join(map(repr, near))}?" if near else ""


def _cut(document: Mapping[str, Any], section: str, kept: set[Place]) -> dict[str, Any]:
    """Return `paths` or `webhooks` with only the kept operations."""
    found = {}
    for key, node in document[section].items():
        item = _follow(document, node)
        methods = {method for place, path, method in kept if (place, path) == (section, key)}
        more = item.get(_MORE)
        more = (
            {method: one for method, one in more.items() if method in methods}
            if isinstance(more, dict)
            else {}
        )
        left = {name: one for name, one in item.items() if name not in (*_METHODS, _MORE) or name in methods}
        if methods:
            found[key] = left | ({_MORE: more} if more else {})
    return found


def _closed(document: Mapping[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Drop unreachable components, and keep used parts of omitted operations."""
    components = document.get("components")
    components = components if isinstance(components, dict) else {}
    reached: set[tuple[str, ...]] = {
        ("components", "securitySchemes", name) for name in _schemes(part, components)
    }
    todo: list[Any] = [value for key, value in part.items() if key not in ("components", EXTERNAL)]
    todo += [_at(document, unit) for unit in reached]
    more = _unwritten(components)
    while todo:
        for keys in _references(todo.pop()):
            unit = keys[: {"components": 3, EXTERNAL: 2}.get(keys[0], len(keys))]
            if unit not in reached:
                reached.add(unit)
                todo += [_at(document, unit), *({"$ref": one} for one in more.get(unit, ()))]
    part["components"] = {
        kind: {name: one for name, one in entries.items() if ("components", kind, name) in reached}
        for kind, entries in components.items()
        if isinstance(entries, dict)
    }
    part["components"] = {kind: entries for kind, entries in part["components"].items() if entries}
    if EXTERNAL in document:
        part[EXTERNAL] = {
            label: one for label, one in document[EXTERNAL].items() if (EXTERNAL, label) in reached
        }
    emptied = {key for key in ("components", EXTERNAL, *_SECTIONS) if not part.get(key)}
    result: dict[str, Any] = json.loads(
        json.dumps({key: one for key, one in part.items() if key not in emptied})
    )
    gone = [unit for unit in sorted(reached) if unit[0] in _SECTIONS and _at(result, unit) is None]
    for unit in gone:
        _bring_back(result, unit, _at(document, unit))
    return _redirected(result, gone) if gone else result


def _references(node: Any) -> Iterator[tuple[str, ...]]:
    """Yield the references in a part of a contract as keys of pointers; anchors as `_ANCHORS`."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, list):
            stack += current
        elif isinstance(current, dict):
            stack += current.values()
            mapping = current.get("mapping")
            for one in mapping.values() if isinstance(mapping, dict) else ():
                if isinstance(one, str):  # a reference, or a schema's name
                    yield tuple(pointers.split(one)) if "/" in one else ("components", "schemas", one)
            for key in ("$ref", "$dynamicRef"):
                if isinstance(one := current.get(key), str):
                    yield tuple(pointers.split(one)) if one.startswith("#/") else _ANCHORS


_ANCHORS: Final = ("$anchor",)


def _unwritten(components: Mapping[str, Any]) -> dict[tuple[str, ...], list[str]]:
    """Return the schemas that are reached without a pointer to them.

    An `allOf` parent with a discriminator reaches its children, and an anchor reaches its schema.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    schemas = components.get("schemas")
    for name, node in schemas.items() if isinstance(schemas, dict) else ():
        own = pointers.join("#/components/schemas", name)
        parents = node.get("allOf") if isinstance(node, dict) else None
        for parent in parents if isinstance(parents, list) else ():
            reference = parent.get("$ref") if isinstance(parent, dict) else None
            keys = tuple(pointers.split(reference)) if isinstance(reference, str) else ()
            base = components["schemas"].get(keys[-1]) if keys[:2] == ("components", "schemas") else None
            if isinstance(base, dict) and "discriminator" in base:
                found.setdefault(keys, []).append(own)
        if any(key in one for one in _dicts(node) for key in ("$anchor", "$dynamicAnchor", "$id")):
            found.setdefault(_ANCHORS, []).append(own)
    return found


def _schemes(part: Mapping[str, Any], components: Mapping[str, Any]) -> set[str]:
    """Return the security schemes of the kept operations; all without any `security`."""
    said = [
        node for node in (part, *(_follow(part, one) for _, one in _operations(part))) if "security" in node
    ]
    if not said:
        return set(components.get("securitySchemes") or ())
    return {
        name
        for node in said
        for one in (node["security"] if isinstance(node["security"], list) else ())
        if isinstance(one, dict)
        for name in one
    }


def _bring_back(result: dict[str, Any], unit: tuple[str, ...], value: Any) -> None:
    """Move omitted parts that are still used beside the bundled documents."""
    holder = result.setdefault(EXTERNAL, {}).setdefault(_LEFT_OUT, {})
    for key in unit[:-1]:
        holder = holder.setdefault(key, {})
    holder[unit[-1]] = json.loads(json.dumps(value))


def _redirected(result: dict[str, Any], gone: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """Point references at the new places of parts that were moved."""
    for node in _dicts(result):
        reference = node.get("$ref")
        if isinstance(reference, str) and (keys := tuple(pointers.split(reference))) in gone:
            node["$ref"] = pointers.join(f"#/{EXTERNAL}/{_LEFT_OUT}", *keys)
    return result


def _dicts(node: Any) -> Iterator[dict[str, Any]]:
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack += current.values()
        elif isinstance(current, list):
            stack += current


def _follow(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    try:
        found = pointers.deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _at(document: Mapping[str, Any], unit: tuple[str, ...]) -> Any:
    try:
        return pointers.resolve(document, pointers.join("#", *unit))
    except KeyError:
        return None
