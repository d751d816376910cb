"""The rules for single schemas. Each replaces a form that the generator rejects or misreads.

A rule is a pure function of one schema. It reads only that schema, changes nothing in place, and
returns the schema itself if it does not apply. Rules run in the order of `RULES`. Each change is
one line of the report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.normalise.report import Level

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")

Schema = dict[str, Any]

MAP: Final = "x-veneer-map:"
"""The mark of a free-form object, as an `example` that the generator carries along."""

NULL: Final[Schema] = {"type": "null"}
_MOST_VALUES: Final = 5_000
"""The most values of an enum to write as a type. Type checkers take seconds for more."""

# The keywords that the generator and the rules read. All others constrain or annotate, and change
# no type.
# The server applies defaults: they are documented (`Schemas.said`), and never sent.
_READ: Final = frozenset(
    [
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "contentEncoding",
        "contentMediaType",
        "description",
        "discriminator",
        "enum",
        "format",
        "items",
        "nullable",
        "oneOf",
        "patternProperties",
        "prefixItems",
        "properties",
        "required",
        "title",
        "type",
    ]
)
_SHAPES: Final = frozenset(
    [
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "enum",
        "items",
        "oneOf",
        "prefixItems",
        "properties",
        "required",
        "type",
    ]
)
_ANNOTATIONS: Final = frozenset({"description", "title", "nullable", "discriminator"})


@dataclass(frozen=True)
class Rule:
    """A rule with its name in the report, its reason, and the cost of a change."""

    name: str
    reason: str
    apply: Callable[[Schema], Schema]
    level: Level = Level.NOTE


RULES: Final[list[Rule]] = []


def rule(
    name: str, reason: str, level: Level = Level.NOTE
) -> Callable[[Callable[[Schema], Schema]], Callable[[Schema], Schema]]:
    """Register a rule after those above it."""

    def register(function: Callable[[Schema], Schema]) -> Callable[[Schema], Schema]:
        RULES.append(Rule(name, reason, function, level))
        return function

    return register


def read_keys(schema: Schema) -> Schema:
    """Keep the keywords that the generator reads.

    Others change no type, and malformed ones stop it.
    """
    return {
        key: value for key, value in schema.items() if key in _READ and (value is not None or key == "const")
    }


def is_settled(schema: Schema) -> bool:
    """Return whether a schema is a reference or a plain value, to which no rule applies: most are."""
    if not isinstance(schema.get("description", ""), str):
        return False
    if isinstance(schema.get("$ref"), str):
        return schema.keys() <= {"$ref", "description"}
    return schema.get("type") in _SCALARS and schema.keys() <= {"type", "description"}


_SCALARS: Final = ("boolean", "integer", "number", "string")


def shapeless(schema: Any) -> bool:
    """Return whether a schema says nothing about the type of a value."""
    return schema is True or (isinstance(schema, dict) and not _SHAPES & schema.keys())


def without(schema: Schema, *keys: str) -> Schema:
    """Return a copy of a schema without some keys."""
    return {key: value for key, value in schema.items() if key not in keys}


def pick(schema: Schema, *keys: str) -> Schema:
    """Return a copy of some keys of a schema."""
    return {key: schema[key] for key in keys if key in schema}


@rule("malformed-keyword", "a keyword whose value has the wrong JSON type means nothing", Level.WEAKER)
def well_formed(schema: Schema) -> Schema:
    expected: dict[str, type | tuple[type, ...]] = {
        "$ref": str, "allOf": list, "anyOf": list, "oneOf": list, "enum": list, "properties": dict, "patternProperties": dict,
        "required": list, "prefixItems": list, "format": str, "type": (str, list), "additionalProperties": (dict, bool),
        "description": str, "discriminator": dict,
    }  # fmt: skip
    bad = [key for key, kind in expected.items() if key in schema and not isinstance(schema[key], kind)]
    return without(schema, *bad) if bad else schema


@rule(
    "title-dropped", "the generator names classes after titles, which repeat; the component's key is the name"
)
def title_dropped(schema: Schema) -> Schema:
    return without(schema, "title") if "title" in schema else schema


@rule(
    "single-boolean-required",
    "`required: true` on a property is Swagger 1 style, its owner's `required` list decides",
)
def required_is_a_list(schema: Schema) -> Schema:
    if "required" in schema and not all(isinstance(name, str) for name in schema["required"]):
        return {**schema, "required": [name for name in schema["required"] if isinstance(name, str)]}
    return schema


@rule("nullable", "3.0 says nullable: true; 3.1 and the generator have a null type")
def nullable(schema: Schema) -> Schema:
    if "nullable" not in schema:
        return schema
    rest = without(schema, "nullable")
    if schema["nullable"] is not True:
        return rest
    if shapeless(rest):
        # Found beside a union's other members, where it can only mean null (OpenAPI 3.0.3, proposal
        # 003).
        return {**NULL, **pick(rest, "description")}
    return _or_null(rest)


def _or_null(schema: Schema) -> Schema:
    """Return a schema that also allows null, in the plainest form."""
    kind = schema.get("type")
    if "enum" in schema and None not in schema["enum"]:
        schema = {**schema, "enum": [*schema["enum"], None]}
    if isinstance(kind, str) and not any(key in schema for key in ("allOf", "anyOf", "oneOf")):
        return {**schema, "type": [kind, "null"]}
    if isinstance(kind, list):
        return schema if "null" in kind else {**schema, "type": [*kind, "null"]}
    for union in ("anyOf", "oneOf"):
        if union in schema and "allOf" not in schema and "properties" not in schema:
            return {**schema, union: [*schema[union], NULL]}
    if "enum" in schema and kind is None:
        return schema
    outer = pick(schema, "description")
    return {**outer, "anyOf": [schema, NULL]}


@rule("unknown-type", "a type that JSON Schema does not have means nothing", Level.WEAKER)
def known_types(schema: Schema) -> Schema:
    kinds = schema.get("type")
    if kinds is None:
        return schema
    listed = kinds if isinstance(kinds, list) else [kinds]
    known = [kind for kind in listed if kind in TYPES]
    if len(known) == len(listed) and listed:
        return schema
    # One unknown member makes the whole list meaningless: any value is allowed.
    return without(schema, "type")


@rule(
    "reference-siblings",
    "3.1 allows keywords beside a `$ref`; the generator reads only the reference",
)
def reference_siblings(schema: Schema) -> Schema:
    if "$ref" not in schema or not (schema.keys() & _SHAPES - {"$ref"}):
        return schema
    rest = without(schema, "$ref", *_ANNOTATIONS)
    outer = pick(schema, "description")
    return {**outer, "allOf": [{"$ref": schema["$ref"]}, rest]}


@rule("empty-composition", "an empty allOf, anyOf or oneOf means nothing")
def empty_composition(schema: Schema) -> Schema:
    empty = [key for key in ("allOf", "anyOf", "oneOf") if key in schema and not schema[key]]
    return without(schema, *empty) if empty else schema


@rule("type-inferred", "properties or items without a type: the type is what they belong to")
def type_inferred(schema: Schema) -> Schema:
    if schema.keys() & {"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"}:
        return schema
    if schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
        return {**schema, "type": "object"}
    if schema.keys() & {"items", "prefixItems"}:
        return {**schema, "type": "array"}
    return schema


@rule("type-list", "the generator needs a union instead of a list of types")
def type_list(schema: Schema) -> Schema:
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    kinds = list(dict.fromkeys(kinds))
    if len(kinds) == 1:
        return {**schema, "type": kinds[0]}
    outer = pick(schema, "description")
    if schema.keys() & {"anyOf", "oneOf", "allOf"}:
        return (
            without(schema, "type")
            if "null" not in kinds
            else {**outer, "anyOf": [without(schema, "type"), NULL]}
        )
    return {**outer, "anyOf": [_only(schema, kind) for kind in kinds]}


_BY_TYPE: Final[dict[str, frozenset[str]]] = {
    "string": frozenset({"format", "enum", "const", "contentEncoding", "contentMediaType"}),
    "array": frozenset({"items", "prefixItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "patternProperties"}),
    "integer": frozenset({"enum", "const"}),
    "number": frozenset({"enum", "const"}),
}


def _only(schema: Schema, kind: str) -> Schema:
    """Return the part of a schema with several types that belongs to one of them."""
    kept = {key: value for key, value in schema.items() if key in _BY_TYPE.get(kind, frozenset())}
    if "enum" in kept:
        kept["enum"] = [
            value
            for value in kept["enum"]
            if json_type(value) == kind or (kind, json_type(value)) == ("number", "integer")
        ]
        if not kept["enum"]:
            kept.pop("enum")
    if "const" in kept and json_type(kept["const"]) != kind:
        kept.pop("const")
    if kind == "object" and "description" in schema:
        kept["description"] = schema["description"]
    return {"type": kind, **kept}


def json_type(value: Any) -> str:
    """Return the JSON Schema type of a value."""
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


@rule("format-without-string", "date, time, uuid and binary are formats of strings")
def format_of_a_string(schema: Schema) -> Schema:
    if schema.get("format") not in ("date", "date-time", "uuid", "binary") or schema.get("type") == "string":
        return schema
    return {"type": "string", **schema} if shapeless(schema) else without(schema, "format")


@rule("pattern-properties", "the generator has one type for all names that are not listed", Level.WEAKER)
def pattern_properties(schema: Schema) -> Schema:
    if "patternProperties" not in schema:
        return schema
    rest = without(schema, "patternProperties")
    values = list(schema["patternProperties"].values())
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        values.append(extra)
    elif extra is not False and "additionalProperties" in schema:
        values.append({})
    return {
        **rest,
        "additionalProperties": values[0] if len(values) == 1 else {"anyOf": values} if values else {},
    }


@rule("enum-null", "a null among an enum's values is a null type beside it")
def enum_null(schema: Schema) -> Schema:
    if None not in schema.get("enum", ()):
        return schema
    values = [value for value in schema["enum"] if value is not None]
    if not values:
        return {**NULL, **pick(schema, "description")}
    return {**pick(schema, "description"), "anyOf": [{**schema, "enum": values}, NULL]}


@rule("enum-repeated", "an enum's values are a set")
def enum_repeated(schema: Schema) -> Schema:
    if "enum" not in schema:
        return schema
    unique = {(type(value), json.dumps(value, sort_keys=True)): value for value in schema["enum"]}
    return schema if len(unique) == len(schema["enum"]) else {**schema, "enum": list(unique.values())}


@rule("enum-empty", "an enum without values allows none; the generator stops at it", Level.WEAKER)
def enum_empty(schema: Schema) -> Schema:
    return without(schema, "enum") if schema.get("enum") == [] else schema


@rule("enum-long", "more values than a type can list: any value of their type", Level.WEAKER)
def enum_long(schema: Schema) -> Schema:
    if len(schema.get("enum", ())) <= _MOST_VALUES:
        return schema
    kinds = {json_type(value) for value in schema["enum"]}
    kind = {"type": kinds.pop()} if len(kinds) == 1 else {}
    return {**kind, **without(schema, "enum")}


@rule(
    "enum-beside-composition",
    "the generator reads either the enum or the composition; the values are the narrower",
)
def enum_beside_composition(schema: Schema) -> Schema:
    if "enum" not in schema or not schema.keys() & {"allOf", "anyOf", "oneOf", "$ref"}:
        return schema
    return without(schema, "allOf", "anyOf", "oneOf", "$ref", "discriminator")


@rule("enum-type-mismatch", "values of another type than the schema's can never be sent", Level.WEAKER)
def enum_type_mismatch(schema: Schema) -> Schema:
    kind = schema.get("type")
    if "enum" not in schema or not isinstance(kind, str):
        return schema
    fitting = [
        value
        for value in schema["enum"]
        if json_type(value) == kind or (kind, json_type(value)) == ("number", "integer")
    ]
    if len(fitting) == len(schema["enum"]):
        return schema
    return {**schema, "enum": fitting} if fitting else without(schema, "enum")


@rule("enum-of-several-types", "the generator needs one type per enum: a union of enums")
def enum_of_several_types(schema: Schema) -> Schema:
    if "enum" not in schema or schema.get("type") == "number":
        return schema
    kinds = list(dict.fromkeys(json_type(value) for value in schema["enum"]))
    if len(kinds) == 1:
        return schema
    outer = pick(schema, "description")
    members = [
        {"type": kind, "enum": [value for value in schema["enum"] if json_type(value) == kind]}
        for kind in kinds
    ]
    return {**outer, "anyOf": members}


@rule("enum-of-numbers", "the generator has enums of strings and integers only", Level.WEAKER)
def enum_of_numbers(schema: Schema) -> Schema:
    if "enum" not in schema:
        return schema
    kinds = {json_type(value) for value in schema["enum"]}
    if kinds <= {"string"} or kinds <= {"integer"}:
        return schema
    kind = kinds.pop() if len(kinds) == 1 else "number"
    plain = without(schema, "enum")
    return {**plain, "type": kind} if kind in {"boolean", "number"} else without(plain, "type")


@rule("enum-of-one", "an enum of one value is a constant")
def enum_of_one(schema: Schema) -> Schema:
    if len(schema.get("enum", ())) != 1:
        return schema
    return {**without(schema, "enum"), "const": schema["enum"][0]}


@rule("enum-type", "the generator needs an explicit type of an enum")
def enum_type(schema: Schema) -> Schema:
    if "enum" not in schema:
        return schema
    kind = json_type(schema["enum"][0])
    if schema.get("type") == kind and "format" not in schema:
        return schema
    return {**without(schema, "format"), "type": kind}


@rule("const-of-null", "a constant null is the null type")
def const_of_null(schema: Schema) -> Schema:
    if schema.get("type") == "null" and len(schema) > 1:
        return {key: value for key, value in schema.items() if key in {"type", "description"}}
    if "const" in schema and schema["const"] is None:
        return {**NULL, **pick(schema, "description")}
    return schema


@rule(
    "const-unsupported",
    "the generator has constants of strings, integers, numbers and booleans",
    Level.WEAKER,
)
def const_unsupported(schema: Schema) -> Schema:
    if "const" in schema and json_type(schema["const"]) in {"array", "object", "number"}:
        kind = json_type(schema["const"])
        return {"type": kind, **without(schema, "const")}
    return schema


@rule(
    "const-beside-composition",
    "the generator reads either the constant or the composition; the constant is the narrower",
)
def const_beside_composition(schema: Schema) -> Schema:
    if "const" not in schema or not schema.keys() & {"allOf", "anyOf", "oneOf", "$ref", "format"}:
        return schema
    return without(schema, "allOf", "anyOf", "oneOf", "$ref", "discriminator", "format")


@rule(
    "tuple", "the generator has lists of one type: a tuple is a list of the union of its types", Level.WEAKER
)
def tuples(schema: Schema) -> Schema:
    items = schema.get("items")
    listed = schema.get("prefixItems", items if isinstance(items, list) else None)
    if listed is None:
        return schema
    members = [*listed, *([items] if isinstance(items, dict) and items else [])]
    return {
        **without(schema, "prefixItems"),
        "items": members[0] if len(members) == 1 else {"anyOf": members} if members else {},
    }


@rule("array-without-items", "the generator needs the items of an array: any value")
def array_without_items(schema: Schema) -> Schema:
    if schema.get("type") == "array" and "items" not in schema:
        return {**schema, "items": {}}
    return schema
