"""Merge the parts of an allOf, which are already in the generator's terms, into one schema.

The generator merges allOf itself, but fails for parts that describe one property differently. The
functions here take and return plain schemas: objects with properties, enums, constants, scalars,
arrays, unions, references.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.normalise.rules import MAP, NULL, Schema

if TYPE_CHECKING:
    from collections.abc import Callable

_ANNOTATIONS: Final = frozenset({"description", "example"})
_NARROWNESS: Final = ("const", "enum", "$ref", "format", "items")


def merge(parts: list[Schema], expand: Callable[[Schema], Schema], conflict: Callable[[str], None]) -> Schema:
    """Return one schema with the meaning of all parts.

    `expand` returns the target of a reference. `conflict` is called for a property whose parts
    contradict each other: the later part wins. Unions are distributed: keywords beside them go into
    each member.
    """
    expanded = [expand(part) for part in parts if part]
    unions = [part for part in expanded if "anyOf" in part]
    if unions and len(expanded) > 1:
        return _distribute(unions[0], [part for part in expanded if part is not unions[0]], expand, conflict)
    objects = [part for part in expanded if part.get("type") == "object"]
    if objects:
        if len(objects) < len(expanded):
            conflict("a part that is not an object is left out")
        return _merge_objects(objects, expand, conflict)
    merged: Schema = {}
    for part in expanded:
        merged = _merge_two(
            merged, part, expand, lambda: conflict("its parts have different types; the last is taken")
        )
    return merged


def _distribute(
    union: Schema, others: list[Schema], expand: Callable[[Schema], Schema], conflict: Callable[[str], None]
) -> Schema:
    members = [merge([*others, member], expand, conflict) for member in union["anyOf"] if member != NULL]
    unique = [member for index, member in enumerate(members) if member not in members[:index]]
    if not all(unique):
        return {}
    return unique[0] if len(unique) == 1 else {"anyOf": unique}


def _merge_objects(
    objects: list[Schema], expand: Callable[[Schema], Schema], conflict: Callable[[str], None]
) -> Schema:
    merged: Schema = {"type": "object"}
    properties: dict[str, Schema] = {}
    required: dict[str, None] = {}
    about: dict[str, Schema] = {}
    for part in objects:
        for name, schema in part.get("properties", {}).items():
            clash = partial(conflict, f"{name} differs between parts; the last is taken")
            properties[name] = _merge_two(properties.get(name, {}), schema, expand, clash)
        required |= dict.fromkeys(part.get("required", ()))
        for name, said in part.get("x-veneer-about", {}).items():
            about[name] = {**about.get(name, {}), **said}
        # `additionalProperties: false` beside a part with other names would refuse these, which is
        # a
        # well-known trap of JSON Schema.
        if part.get("additionalProperties") not in (None, False):
            merged["additionalProperties"] = part["additionalProperties"]
        if "description" in part:
            merged["description"] = part["description"]
    if properties:
        merged["properties"] = properties
    if kept := [name for name in required if name in properties]:
        merged["required"] = kept
    if about:
        merged["x-veneer-about"] = about
    return merged


def _merge_two(
    first: Schema, second: Schema, expand: Callable[[Schema], Schema], conflict: Callable[[], None]
) -> Schema:
    """Return the merge of two schemas of one value: the narrower one if one includes the other."""
    if _bare(first) == _bare(second) or not _bare(second):
        return {**first, **{key: second[key] for key in _ANNOTATIONS & second.keys() if "$ref" not in first}}
    if not _bare(first):
        return second
    one, other = _bare(expand(first)), _bare(expand(second))
    if "enum" in one and "enum" in other and one.get("type") == other.get("type"):
        known = set(other["enum"])
        both = [value for value in one["enum"] if value in known]
        return (
            second
            if both == other["enum"] or not both
            else first
            if both == one["enum"]
            else {**second, "enum": both}
        )
    if one.get("type") == other.get("type") or "const" in one or "const" in other:
        narrower = max((first, one), (second, other), key=lambda pair: _narrowness(pair[1]))[0]
        if _narrowness(one) != _narrowness(other):
            return narrower
        if one == other:
            return second
    null_free = [member for member in one.get("anyOf", ()) if member != NULL]
    if len(null_free) == 1 and _bare(null_free[0]) == _bare(second):
        return second
    conflict()
    return second


def _narrowness(schema: Schema) -> int:
    """Return the rank of a schema by how much it restricts a value."""
    return next((len(_NARROWNESS) - index for index, key in enumerate(_NARROWNESS) if key in schema), 0)


def _bare(schema: Any) -> Any:
    """Return a schema without the keywords that do not change its type."""
    if str(schema.get("example", "")).startswith(MAP):
        return schema
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
