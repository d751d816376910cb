"""The shape of the values that a schema allows, whichever way it is written: by reference or inline, in 3.0's words or 3.1's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from veneer_codegen import pointers

LIMITS: Final = {
    "minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1,
    "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
    "multipleOf": 0, "uniqueItems": 0,
}  # fmt: skip
"""The keywords that limit values: 1 where a greater number is tighter, -1 where a smaller one is, 0 where it cannot be said."""

_WORDS: Final = frozenset(
    {"description", "title", "example", "examples", "externalDocs", "xml", "$comment", "deprecated"}
)


@dataclass(frozen=True)
class Node:
    """A schema as it stands in a document, with its place."""

    document: Any = field(repr=False)
    schema: Any
    place: str
    merged: bool = False
    """True where two parts of an allOf say something of one property: no schema in the document says just this."""

    @property
    def key(self) -> str:
        """Tell this node from all others of its document."""
        return self.place if not self.merged else f"{self.place} {json.dumps(self.schema, sort_keys=True)}"

    def child(self, *keys: str | int) -> Node:
        """Give the schema some keys below this one."""
        schema = self.schema
        for key in keys:
            schema = schema[key]
        return Node(self.document, schema, pointers.join(self.place, *keys))


@dataclass(frozen=True)
class Shape:
    """What a schema says, resolved one level deep; what lies below are nodes again."""

    place: str
    types: frozenset[str] = frozenset()
    nullable: bool = False
    enum: tuple[Any, ...] | None = None
    format: str | None = None
    pattern: str | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    default: Any = None
    properties: dict[str, Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    extra: Node | bool = True
    items: Node | None = None
    union: tuple[Node, ...] = ()
    discriminator: str | None = None
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False


def shape(node: Node, seen: frozenset[str] = frozenset()) -> Shape:
    """Resolve a schema. A reference that leads nowhere, or round in a circle, allows anything."""
    schema = node.schema
    if not isinstance(schema, dict):
        return Shape(node.place)
    reference = schema.get("$ref")
    if isinstance(reference, str):
        rest = {key: value for key, value in schema.items() if key != "$ref" and key not in _WORDS}
        target = follow(node.document, reference)
        if target is None or reference in seen:
            return Shape(node.place)
        found = shape(target, seen | {reference})
        return merge(found, shape(Node(node.document, rest, node.place), seen)) if rest else found
    found = _own(node, schema)
    for index in range(len(schema["allOf"]) if isinstance(schema.get("allOf"), list) else 0):
        found = merge(found, shape(node.child("allOf", index), seen))
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            found = _with_union(found, [node.child(key, index) for index in range(len(schema[key]))], seen)
    return found


def follow(document: Any, reference: str) -> Node | None:
    """Give what a local reference leads to, with its place."""
    try:
        target = pointers.resolve(document, reference)
    except KeyError:
        return None
    return Node(document, target, pointers.join("#", *pointers.split(reference)))


def _own(node: Node, schema: dict[str, Any]) -> Shape:
    """Read the keywords of one schema, without its compositions."""
    kinds = schema.get("type")
    types = {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
    listed = schema.get("enum")
    values: list[Any] | None = (
        listed if isinstance(listed, list) else [schema["const"]] if "const" in schema else None
    )
    nullable = (
        "null" in types
        or schema.get("nullable") is True
        or (values is not None and None in values and not types)
    )
    if values is not None:
        values = [value for value in values if value is not None]
    if not types and values:
        types = {_json_type(value) for value in values}
    declared, required = schema.get("properties"), schema.get("required")
    properties = declared if isinstance(declared, dict) else {}
    if not types and (properties or "additionalProperties" in schema):
        types = {"object"}
    if not types and "items" in schema:
        types = {"array"}
    extra = schema.get("additionalProperties", True)
    tag = schema.get("discriminator")
    return Shape(
        place=node.place,
        types=frozenset(types - {"null"}) or (frozenset({"null"}) if types else frozenset()),
        nullable=nullable,
        enum=tuple(values) if values else None,
        format=_text(schema.get("format")),
        pattern=_text(schema.get("pattern")),
        limits=_limits(schema),
        default=schema.get("default"),
        properties={str(name): node.child("properties", name) for name in properties},
        required=frozenset(name for name in required if isinstance(name, str))
        if isinstance(required, list)
        else frozenset(),
        extra=node.child("additionalProperties") if isinstance(extra, dict) and extra else extra is not False,
        items=node.child("items") if isinstance(schema.get("items"), dict) else None,
        discriminator=json.dumps(tag, sort_keys=True) if isinstance(tag, dict) else None,
        deprecated=schema.get("deprecated") is True,
        read_only=schema.get("readOnly") is True,
        write_only=schema.get("writeOnly") is True,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _limits(schema: dict[str, Any]) -> dict[str, Any]:
    found = {
        key: schema[key]
        for key in LIMITS
        if key in schema and schema[key] is not None and schema[key] is not False
    }
    for key, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if found.get(key) is True:  # 3.0: the number stands under the other keyword
            found[key] = found.pop(plain, None)
    return {
        key: value
        for key, value in found.items()
        if value is not None and not (key.startswith("min") and value == 0 and key != "minimum")
    }


def _json_type(value: Any) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def merge(first: Shape, second: Shape) -> Shape:
    """Give the shape of values that both allow (allOf)."""
    types = first.types & second.types if first.types and second.types else first.types | second.types
    enum = (
        tuple(value for value in first.enum if value in second.enum)
        if first.enum and second.enum
        else first.enum or second.enum
    )
    properties = dict(first.properties)
    for name, node in second.properties.items():
        known = properties.get(name)
        if known is None or known.schema == node.schema:
            properties[name] = node
        else:
            # The parts may stand in two documents' places; their references are local to the same document.
            properties[name] = Node(
                node.document, {"allOf": [known.schema, node.schema]}, node.place, merged=True
            )
    return Shape(
        place=first.place,
        types=types,
        nullable=(first.nullable or not _says_type(first))
        and (second.nullable or not _says_type(second))
        and (first.nullable or second.nullable),
        enum=enum,
        format=second.format or first.format,
        pattern=second.pattern or first.pattern,
        limits={**first.limits, **second.limits},
        default=first.default if second.default is None else second.default,
        properties=properties,
        required=first.required | second.required,
        extra=second.extra if first.extra is True else first.extra,
        items=second.items or first.items,
        union=first.union or second.union,
        discriminator=second.discriminator or first.discriminator,
        deprecated=first.deprecated or second.deprecated,
        read_only=first.read_only or second.read_only,
        write_only=first.write_only or second.write_only,
    )


def _says_type(found: Shape) -> bool:
    return bool(found.types or found.enum or found.union)


def _with_union(base: Shape, members: list[Node], seen: frozenset[str]) -> Shape:
    """Add the members of an anyOf or oneOf; null among them, or members that say a plain type alone, are types like others."""
    shapes = [(member, shape(member, seen)) for member in members]
    nullable = base.nullable or any(found.types == {"null"} or found.nullable for _, found in shapes)
    real = [(member, found) for member, found in shapes if found.types != {"null"}]
    if len(real) == 1:
        merged = merge(base, real[0][1]) if _says_anything(base) else real[0][1]
        return _replace(
            merged,
            nullable=nullable,
            default=base.default if base.default is not None else merged.default,
            place=base.place if _says_anything(base) else real[0][1].place,
        )
    if real and all(_plain(found) for _, found in real):
        return _replace(base, types=frozenset().union(*(found.types for _, found in real)), nullable=nullable)
    return _replace(base, union=tuple(member for member, _ in real), nullable=nullable)


def _says_anything(found: Shape) -> bool:
    return bool(
        _says_type(found)
        or found.properties
        or found.required
        or found.limits
        or found.items
        or found.pattern
        or found.format
    )


def _plain(found: Shape) -> bool:
    return bool(found.types) and found == Shape(
        found.place, types=found.types, nullable=found.nullable, default=found.default
    )


def _replace(found: Shape, **changes: Any) -> Shape:
    from dataclasses import replace

    return replace(found, **changes)


def signature(node: Node, depth: int = 3) -> str:
    """Write a schema's shape as text, to recognise it under another name; below `depth` levels everything is alike."""
    found = shape(node)
    if not depth:
        return ",".join(sorted(found.types))
    parts = {
        "types": sorted(found.types), "null": found.nullable, "enum": found.enum, "format": found.format, "limits": found.limits, "pattern": found.pattern,
        "properties": {name: signature(child, depth - 1) for name, child in sorted(found.properties.items())},
        "required": sorted(found.required),
        "items": signature(found.items, depth - 1) if found.items else None,
        "union": sorted(signature(member, depth - 1) for member in found.union),
        "extra": signature(found.extra, depth - 1) if isinstance(found.extra, Node) else found.extra,
    }  # fmt: skip
    return json.dumps(parts, sort_keys=True, default=str)
