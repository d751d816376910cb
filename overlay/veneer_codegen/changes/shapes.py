"""The shape of the values that a schema allows, however it is written.

A reference and its target have one shape, and so do the forms of 3.0 and 3.1, and an enum and a
union of constants.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.contract import pointers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LIMITS: Final = {
    "minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1,
    "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
    "multipleOf": 0, "uniqueItems": 0, "minContains": 1, "maxContains": -1,
}  # fmt: skip
"""The keywords that limit values.

1 if a greater number is tighter, -1 if a smaller one is, 0 if neither is.
"""

_LIMITED: Final = {
    "minimum": {"number", "integer"}, "exclusiveMinimum": {"number", "integer"},
    "maximum": {"number", "integer"}, "exclusiveMaximum": {"number", "integer"},
    "multipleOf": {"number", "integer"}, "minLength": {"string"}, "maxLength": {"string"},
    "minItems": {"array"}, "maxItems": {"array"}, "uniqueItems": {"array"},
    "minContains": {"array"}, "maxContains": {"array"},
    "minProperties": {"object"}, "maxProperties": {"object"},
}  # fmt: skip
"""The types that a limit applies to. It does not restrict other values."""

_WORDS: Final = frozenset(
    {"description", "title", "example", "examples", "externalDocs", "xml", "$comment", "deprecated"}
)
_DEEPEST: Final = 12
"""The number of levels of a condition (`if`, `not`) that are compared."""

_MOST_PARTS: Final = 16
"""The most parts of an allOf to merge for one property. More means a circle."""


@dataclass(eq=False)
class Contents:
    """One version of a contract, with the shapes read so far."""

    content: Mapping[str, Any]
    shapes: dict[str, Shape] = field(default_factory=dict)
    pending: dict[str, Shape] = field(default_factory=dict)
    """Shapes that were read within a circle. They are valid until the current reading ends."""
    targets: dict[str, Node | None] = field(default_factory=dict)
    signatures: dict[tuple[str, int], str] = field(default_factory=dict)
    cuts: int = 0
    """The number of circles cut so far."""

    @cached_property
    def components(self) -> Mapping[str, Any]:
        """The named schemas, by name."""
        components = self.content.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        return schemas if isinstance(schemas, dict) else {}


@dataclass(frozen=True, eq=False)
class Node:
    """A schema in a document, with its place.

    `parts` are the schemas that an allOf merges into this one, which is not in the document itself.
    """

    document: Contents = field(repr=False)
    schema: Any
    place: str
    parts: tuple[Node, ...] = ()
    values: tuple[Any, ...] = ()
    """The values of several enums in one union. No schema in the document lists them together."""

    @property
    def key(self) -> str:
        """The unique key of this node in its document."""
        if self.values:
            return f"{self.place} {json.dumps(self.schema)}"
        return " & ".join(sorted(part.key for part in self.parts)) if self.parts else self.place

    def child(self, *keys: str | int) -> Node:
        """Return the schema at `keys` below this one."""
        schema = self.schema
        for key in keys:
            schema = schema[key]
        return Node(self.document, schema, pointers.join(self.place, *keys))

    @property
    def component(self) -> str:
        """The name of this component; empty for any other schema."""
        head, _, name = self.place.rpartition("/")
        return pointers.split(f"/{name}")[0] if head == "#/components/schemas" and not self.parts else ""


@dataclass(frozen=True)
class Shape:
    """The meaning of a schema, resolved one level deep. Below it are nodes."""

    place: str
    types: frozenset[str] = frozenset()
    nullable: bool = False
    enum: tuple[Any, ...] | None = None
    known: tuple[Any, ...] = ()
    """Listed values of an open enum: a union of the enum and its own type."""
    format: str | None = None
    encoding: str | None = None
    media: str | None = None
    pattern: str | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    default: Any = None
    properties: Mapping[str, Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    extra: Node | bool = True
    patterns: Mapping[str, Node] = field(default_factory=dict)
    items: Node | bool = True
    prefix: tuple[Node, ...] = ()
    dependent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conditions: tuple[tuple[str, Node, Node | None], ...] = ()
    """Further conditions on a value: the keyword, its schema, and the `if` that it depends on."""
    union: tuple[Node, ...] = ()
    discriminator: Mapping[str, Any] | None = None
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False


def resolve(node: Node) -> Node:
    """Return the target of a node that is only a reference.

    One that leads nowhere allows anything.
    """
    seen: set[str] = set()
    while isinstance(node.schema, dict) and isinstance(reference := node.schema.get("$ref"), str):
        if node.schema.keys() - _WORDS - {"$ref"} or "deprecated" in node.schema:
            break
        target = _target(node.document, reference) if reference not in seen else None
        if target is None:
            return Node(node.document, True, node.place)
        seen.add(reference)
        node = target
    return node


def shape(node: Node) -> Shape:
    """Return the shape of a schema. A circular part allows anything."""
    return _read(node, frozenset())


def says_nothing(node: Node | bool) -> bool:
    """Return whether a schema allows any value."""
    if isinstance(node, bool):
        return node
    schema = resolve(node).schema if not node.parts else node.schema
    return schema is True or (isinstance(schema, dict) and not schema.keys() - _WORDS)


def _read(node: Node, seen: frozenset[str]) -> Shape:
    node = resolve(node)
    document, key = node.document, node.key
    known = document.shapes.get(key) or document.pending.get(key)
    if known is not None:
        return known
    if key in seen:
        document.cuts += 1
        return Shape(node.place)
    cuts = document.cuts
    found = _settled(_composed(node, seen | {key}))
    # Within a circle, the result depends on where the reading began.
    (document.shapes if not seen or cuts == document.cuts else document.pending)[key] = found
    if not seen:
        document.pending.clear()
    return found


def _composed(node: Node, seen: frozenset[str]) -> Shape:
    """Return the shape of a schema and all its compositions."""
    if node.parts:
        found = Shape(node.place)
        for part in node.parts:
            found = merge(found, _read(part, seen))
        return replace(found, place=node.place)
    schema = node.schema
    if not isinstance(schema, dict):
        return Shape(node.place)
    reference = schema.get("$ref")
    if isinstance(reference, str):
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        target = _target(node.document, reference)
        below = _read(target, seen) if target else Shape(node.place)
        return merge(below, _composed(Node(node.document, rest, node.place), seen))
    found = _own(node, schema)
    for index in range(len(schema["allOf"]) if isinstance(schema.get("allOf"), list) else 0):
        found = merge(found, _read(node.child("allOf", index), seen))
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            members = [node.child(key, index) for index in range(len(schema[key]))]
            found = _with_union(found, members, seen)
    return found


def _target(document: Contents, reference: str) -> Node | None:
    """Return the target of a local reference, with its place; None if it leads nowhere."""
    if reference not in document.targets:
        document.targets[reference] = None
        with contextlib.suppress(KeyError):
            target = pointers.resolve(document.content, reference)
            place = pointers.join("#", *pointers.split(reference))
            document.targets[reference] = Node(document, target, place)
    return document.targets[reference]


def _own(node: Node, schema: dict[str, Any]) -> Shape:
    """Return the shape of one schema's own keywords, without its compositions."""
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
    properties, required = _dict(schema.get("properties")), schema.get("required")
    if not types and (properties or "additionalProperties" in schema or schema.get("patternProperties")):
        types = {"object"}
    if not types and schema.keys() & {"items", "prefixItems"}:
        types = {"array"}
    listed_items = next((key for key in ("prefixItems", "items") if isinstance(schema.get(key), list)), "")
    rest = "additionalItems" if listed_items == "items" else "items"
    tag = schema.get("discriminator")
    form, encoding, media = _text_form(schema)
    return Shape(
        place=node.place,
        types=frozenset(types - {"null"}) or (frozenset({"null"}) if types else frozenset()),
        nullable=nullable,
        enum=tuple(values) if values else None,
        format=form,
        encoding=encoding,
        media=media,
        pattern=_text(schema.get("pattern")),
        limits=_limits(schema),
        default=schema.get("default"),
        properties={str(name): node.child("properties", name) for name in properties},
        required=frozenset(name for name in required if isinstance(name, str))
        if isinstance(required, list)
        else frozenset(),
        extra=_below(node, "additionalProperties", "unevaluatedProperties"),
        patterns={
            str(name): node.child("patternProperties", name)
            for name in _dict(schema.get("patternProperties"))
        },
        items=_below(node, rest, "unevaluatedItems"),
        prefix=tuple(node.child(listed_items, index) for index in range(len(schema[listed_items])))
        if listed_items
        else (),
        dependent={
            str(name): frozenset(map(str, names))
            for key in ("dependentRequired", "dependencies")
            for name, names in _dict(schema.get(key)).items()
            if isinstance(names, list)
        },
        conditions=tuple(_conditions(node, schema)),
        discriminator=tag if isinstance(tag, dict) else None,
        deprecated=schema.get("deprecated") is True,
        read_only=schema.get("readOnly") is True,
        write_only=schema.get("writeOnly") is True,
    )


def _below(node: Node, *keys: str) -> Node | bool:
    """Return the schema of the members that a schema does not name. The first keyword decides."""
    for key in keys:
        said = node.schema.get(key)
        if said is False or (isinstance(said, dict) and said.keys() - _WORDS):
            return said if isinstance(said, bool) else node.child(key)
        if key in node.schema:
            return True
    return True


def _text_form(schema: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Return format, encoding and media type of a text, in the terms of OpenAPI 3.1."""
    form, encoding = _text(schema.get("format")), _text(schema.get("contentEncoding"))
    media = _text(schema.get("contentMediaType"))
    if form in {"byte", "base64"}:
        return None, encoding or "base64", media
    if media and media.lower() == "application/octet-stream" and not encoding:
        return form or "binary", None, None
    return form, encoding, media


def _conditions(node: Node, schema: dict[str, Any]) -> Iterator[tuple[str, Node, Node | None]]:
    for key in ("contains", "propertyNames", "contentSchema", "not"):
        if isinstance(schema.get(key), dict | bool) and (key == "not" or schema[key] not in (True, {})):
            yield key, node.child(key), None
    for holder in ("dependentSchemas", "dependencies"):
        for name, value in _dict(schema.get(holder)).items():
            if isinstance(value, dict):
                yield pointers.join("dependentSchemas", name), node.child(holder, name), None
    for key in ("then", "else"):
        if "if" in schema and isinstance(schema.get(key), dict | bool):
            yield key, node.child(key), node.child("if")


def conditions(found: Shape, depth: int = _DEEPEST) -> dict[str, Node]:
    """Return the conditions of a shape by a key that equal conditions share."""
    named: dict[str, Node] = {}
    for word, node, guard in found.conditions:
        key = f"not {signature(node, depth)}" if word == "not" else word
        key = f"{key} if {signature(guard, depth)}" if guard else key
        while key in named:
            key += "'"
        named[key] = node
    return named


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _limits(schema: dict[str, Any]) -> dict[str, Any]:
    found = {
        key: schema[key]
        for key in LIMITS.keys() & schema.keys()
        if schema[key] is not None and schema[key] is not False
    }
    for key, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if found.get(key) is True:  # 3.0: the number is under the other keyword
            found[key] = found.pop(plain, None)
    if found.get("minContains") == 1:
        del found["minContains"]
    return {
        key: value
        for key, value in found.items()
        if value is not None
        and not (key.startswith("min") and value == 0 and key not in {"minimum", "minContains"})
    }


def _json_type(value: Any) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def distinct(value: Any) -> str:
    """Return a text that only equal JSON values share: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def unique(values: Iterable[Any]) -> dict[str, Any]:
    """Return the distinct values by their key, in order."""
    return {distinct(value): value for value in values}


def _settled(found: Shape) -> Shape:
    """Return a composed shape in its plainest form."""
    types, enum = found.types, found.enum
    if not (found.limits or enum or "number" in types):
        return found
    if "number" in types:
        types -= {"integer"}
    if enum is not None and types == {"boolean"} and len(unique(enum)) == 2:
        enum = None
    limits = dict(found.limits)
    if types == {"integer"}:
        limits = _integer_limits(limits)
    limits = {key: value for key, value in limits.items() if not types or types & _LIMITED[key]}
    return replace(found, types=types, enum=enum, limits=limits)


def _integer_limits(limits: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds of integers as `minimum` and `maximum` alone."""
    numbers = {key: value for key, value in limits.items() if _finite(value)}
    least = [math.ceil(numbers["minimum"])] if "minimum" in numbers else []
    least += [math.floor(numbers["exclusiveMinimum"]) + 1] if "exclusiveMinimum" in numbers else []
    most = [math.floor(numbers["maximum"])] if "maximum" in numbers else []
    most += [math.ceil(numbers["exclusiveMaximum"]) - 1] if "exclusiveMaximum" in numbers else []
    bounds = {"minimum": max(least, default=None), "maximum": min(most, default=None)}
    others = {
        key: value
        for key, value in limits.items()
        if key not in {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
        and (key, value) != ("multipleOf", 1)
    }
    return {**others, **{key: value for key, value in bounds.items() if value is not None}}


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def merge(first: Shape, second: Shape) -> Shape:
    """Return the shape of values that both allow (allOf)."""
    types = first.types & second.types if first.types and second.types else first.types | second.types
    enum = first.enum or second.enum
    if first.enum and second.enum:
        both = unique(second.enum)
        enum = tuple(value for key, value in unique(first.enum).items() if key in both)
    properties = dict(first.properties)
    for name, node in second.properties.items():
        properties[name] = _both(properties[name], node) if name in properties else node
    patterns = dict(first.patterns)
    for name, node in second.patterns.items():
        patterns[name] = _both(patterns[name], node) if name in patterns else node
    return Shape(
        place=first.place,
        types=types,
        nullable=(first.nullable or not _says_type(first))
        and (second.nullable or not _says_type(second))
        and (first.nullable or second.nullable),
        enum=enum,
        known=first.known or second.known,
        format=second.format or first.format,
        encoding=second.encoding or first.encoding,
        media=second.media or first.media,
        pattern=second.pattern or first.pattern,
        limits={**first.limits, **second.limits},
        default=first.default if second.default is None else second.default,
        properties=properties,
        required=first.required | second.required,
        extra=_narrower(first.extra, second.extra),
        patterns=patterns,
        items=_narrower(first.items, second.items),
        prefix=first.prefix or second.prefix,
        dependent={
            name: first.dependent.get(name, frozenset()) | second.dependent.get(name, frozenset())
            for name in {**first.dependent, **second.dependent}
        },
        conditions=first.conditions + second.conditions,
        union=first.union or second.union,
        discriminator=second.discriminator or first.discriminator,
        deprecated=first.deprecated or second.deprecated,
        read_only=first.read_only or second.read_only,
        write_only=first.write_only or second.write_only,
    )


def _narrower(first: Node | bool, second: Node | bool) -> Node | bool:
    if isinstance(first, bool) or isinstance(second, bool):
        return second if first is True else False if second is False else first
    return _both(first, second)


def _both(first: Node, second: Node) -> Node:
    """Return a node of what two schemas require of one value."""
    parts = {part.key: part for node in (first, second) for part in (node.parts or (resolve(node),))}
    if len(parts) == 1 or first.schema == second.schema:
        return second
    if len(parts) > _MOST_PARTS:
        return first
    schema = {"allOf": [part.schema for part in parts.values()]}
    return Node(second.document, schema, second.place, tuple(parts.values()))


def _says_type(found: Shape) -> bool:
    return bool(found.types or found.enum or found.union)


def _with_union(base: Shape, members: list[Node], seen: frozenset[str]) -> Shape:
    """Add the members of an anyOf or oneOf.

    A member that is only null, a plain type or an enum means the same as a type list or an enum.
    """
    shapes = list(_opened(members, seen))
    nullable = base.nullable or any(found.nullable or _is_null(found) for _, found in shapes)
    real = [(member, found) for member, found in shapes if not _is_null(found)]
    real = list({resolve(member).key: (member, found) for member, found in real}.values())
    if len(real) == 1:
        only = real[0][1]
        merged = merge(base, only) if _says_anything(base) else only
        return replace(
            merged,
            nullable=nullable,
            default=base.default if base.default is not None else merged.default,
            place=base.place if _says_anything(base) else only.place,
            read_only=base.read_only or merged.read_only,
            write_only=base.write_only or merged.write_only,
            deprecated=base.deprecated or merged.deprecated,
        )
    plain = frozenset().union(*(found.types for _, found in real if _plain(found)))
    listed = [found for _, found in real if _listed(found)]
    values = tuple(unique(value for found in listed for value in found.enum or ()).values())
    if (
        real
        and all(_plain(found) or _listed(found) for _, found in real)
        and (not plain or all(_covered(found.types, plain) for found in listed))
    ):
        types = plain or frozenset().union(*(found.types for found in listed))
        own = Shape(base.place, types, nullable, None if plain else values, values if plain else ())
        return replace(merge(replace(base, nullable=nullable), own), nullable=nullable)
    if len(listed) > 1:  # several enums in one union are one
        first = next(member for member, found in real if _listed(found))
        one = Node(first.document, {"enum": list(values)}, first.place, values=values)
        real = [(member, found) for member, found in real if not _listed(found)] + [(one, listed[0])]
    return replace(base, union=tuple(member for member, _ in real), nullable=nullable)


def _opened(members: list[Node], seen: frozenset[str]) -> Iterable[tuple[Node, Shape]]:
    """Return the members of a union, with nested unions flattened."""
    for member in members:
        found = _read(member, seen)
        if found.union and found == Shape(found.place, nullable=found.nullable, union=found.union):
            for inner in found.union:
                yield inner, _read(inner, seen)
            if found.nullable:
                yield member, Shape(found.place, frozenset({"null"}), nullable=True)
        else:
            yield member, found


def _is_null(found: Shape) -> bool:
    """Return whether a member means null, as `nullable: true` alone does beside other members."""
    return found.types == {"null"} or (found.nullable and not _says_anything(found))


def _says_anything(found: Shape) -> bool:
    return bool(
        _says_type(found)
        or found.properties
        or found.required
        or found.limits
        or found.items is not True
        or found.pattern
        or found.format
        or found.conditions
        or found.dependent
    )


def _covered(types: frozenset[str], plain: frozenset[str]) -> bool:
    return all(kind in plain or (kind == "integer" and "number" in plain) for kind in types)


def _plain(found: Shape) -> bool:
    return bool(found.types) and found == Shape(
        found.place, found.types, found.nullable, default=found.default, deprecated=found.deprecated
    )


def _listed(found: Shape) -> bool:
    return bool(found.enum) and _plain(replace(found, enum=None))


def signature(node: Node, depth: int = 3) -> str:
    """Return a digest of a schema's shape, by which a renamed schema is recognised.

    Below `depth` levels all schemas are equal.
    """
    node = resolve(node)
    key = (node.key, depth)
    known = node.document.signatures.get(key)
    if known is None:
        known = node.document.signatures[key] = _signature(shape(node), depth)
    return known


def _signature(found: Shape, depth: int) -> str:
    if not depth:
        return ",".join(sorted(found.types))
    named = [found.properties, found.patterns, conditions(found, depth - 1)]
    parts = {
        "types": sorted(found.types), "null": found.nullable, "enum": sorted(unique(found.enum or ())),
        "text": [found.format, found.encoding, found.media, found.pattern], "limits": found.limits,
        "named": [{name: signature(child, depth - 1) for name, child in nodes.items()} for nodes in named],
        "required": sorted(found.required),
        "dependent": {name: sorted(names) for name, names in found.dependent.items()},
        "rest": [
            signature(child, depth - 1) if isinstance(child, Node) else child
            for child in (found.items, found.extra)
        ],
        "prefix": [signature(child, depth - 1) for child in found.prefix],
        "union": sorted(Counter(signature(member, depth - 1) for member in found.union).items()),
    }  # fmt: skip
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
