"""Bring the schemas of a contract into the terms of the generator: classes, enums and what they are made of.

Only objects with properties and enums become components of the generator's input, each with a name of its own and no title; everything else
(aliases, scalars, arrays, unions, free-form objects) is written out where it is used. So the generator never sees two
classes of one name, a reference to something that it does not know, or a circle that it cannot close.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from veneer_codegen import pointers
from veneer_codegen.normalise import names
from veneer_codegen.normalise.merge import merge
from veneer_codegen.normalise.report import Level
from veneer_codegen.normalise.rules import NULL, RULES, Schema, default_fits, pick, read_keys, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer_codegen.normalise.report import Report

COMPONENTS: Final = "#/components/schemas/"
MAP: Final = "x-veneer-map:"
"""Marks, as an `example` that the generator carries along, an untyped schema that is in truth a free-form object."""

_MAP_VALUES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_MOST_MEMBERS: Final = 200


@dataclass(frozen=True)
class Scope:
    """Where a schema stands: its place in the contract, the name for a class made of it, and what it is part of."""

    place: str
    name: str
    body: Literal["json", "multipart", "form"] = "json"

    def child(self, key: str, name: str = "") -> Scope:
        """Go one step down; `name` is added to the class name."""
        keys = key.split("/") if key else ()
        return replace(
            self, place=pointers.join(self.place, *keys), name=f"{self.name}_{name}" if name else self.name
        )


class Schemas:
    """The schemas of one contract, normalised on demand; `classes` collects what the generator will make classes of."""

    def __init__(self, document: dict[str, Any], report: Report, fixed: Mapping[str, str]) -> None:
        self.classes: dict[str, Schema] = {}
        self.wire: dict[tuple[str, str], str] = {}
        """The JSON name of each property that had to be renamed, by class and placeholder."""
        self.secrets: set[tuple[str, str]] = set()
        """The properties that nobody should read in a log, by class and attribute."""
        self.multipart: set[str] = set()
        """The pointers of schemas that are bodies of multipart forms: their binary strings are files."""
        self._tags: list[tuple[dict[str, Any], list[Schema]]] = []
        self._document = document
        self._report = report
        self._names = names.ClassNames()
        self._sources: dict[str, tuple[str, Any]] = {}
        self._by_pointer: dict[str, str] = {}
        self._done: dict[str, Schema] = {}
        self._active: set[str] = set()
        self._queue: list[str] = []
        components = (document.get("components") or {}).get("schemas") or {}
        chosen = names.schema_names(components, fixed, self._names)
        for key, schema in components.items():
            self._register(pointers.join("#/components/schemas", key), chosen[key], schema)
            if chosen[key] != key:
                report.add(
                    "schema-renamed", pointers.join("#/components/schemas", key), f"class {chosen[key]}"
                )

    def _register(self, pointer: str, name: str, schema: Any) -> None:
        self._by_pointer[pointer] = name
        self._sources[name] = (pointer, schema)

    def note(self, rule: str, place: str, detail: str, level: Level = Level.NOTE) -> None:
        """Record what was changed."""
        self._report.add(rule, place, detail, level)

    # References

    def reference(self, reference: str, scope: Scope) -> Schema:
        """Give what a `$ref` stands for: a reference to a class, or the thing itself where it is none."""
        if not reference.startswith("#"):
            self.note("reference", scope.place, f"{reference} leads out of the contract", Level.LOSS)
            return {}
        pointer = pointers.join("#", *pointers.split(reference))
        if pointer not in self._by_pointer:
            try:
                schema = pointers.resolve(self._document, pointer)
            except KeyError:
                self.note("reference", scope.place, f"{reference} leads nowhere", Level.LOSS)
                return {}
            self._register(pointer, self._names.claim(_telling_name(pointer) or scope.name), schema)
        return self._use(self._by_pointer[pointer])

    def _use(self, name: str) -> Schema:
        if name not in self._done and name not in self._active and _surely_class(self._sources[name][1]):
            self._active.add(name)
            self._queue.append(name)
        if name not in self._done and name not in self._active:
            self._normalise(name)
        return dict(self._done.get(name, {"$ref": COMPONENTS + name}))

    def _normalise(self, name: str) -> None:
        pointer, schema = self._sources[name]
        self._active.add(name)
        scope = Scope(pointer, name, "multipart" if pointer in self.multipart else "json")
        result = self.schema(schema, scope, top=True)
        self._active.discard(name)
        self._done[name] = self._keep(name, result) if is_class(result) else result

    def _keep(self, name: str, schema: Schema) -> Schema:
        """Make a component of a class and give the reference to it."""
        self.classes[name] = schema
        return {"$ref": COMPONENTS + name}

    def finish(self, roots: Mapping[str, Any]) -> None:
        """Normalise what is still waiting, cut circles that no class closes, and drop classes that nothing uses."""
        self._drain()
        for discriminator, members in self._tags:
            self._tag_members(discriminator, members)
        for name, schema in self.classes.items():
            self._free_identifiers(name, schema)
        for place, root in roots.items():
            self._cut(root, place)
        for name, schema in self.classes.items():
            self._cut(schema, COMPONENTS + name)
        used: set[str] = set()
        todo = list(_classes_in(list(roots.values())))
        while todo:
            name = todo.pop()
            if name not in used:
                used.add(name)
                todo += _classes_in(self.classes[name])
        for name in [name for name in self.classes if name not in used]:
            del self.classes[name]
        for pointer, name in self._by_pointer.items():
            if name not in self._done and pointer.startswith(COMPONENTS):
                self.note("unused-schema", pointer, "no operation uses it")

    def _drain(self) -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, 20_000))
        try:
            while self._queue:
                self._normalise(self._queue.pop(0))
        finally:
            sys.setrecursionlimit(limit)

    def _cut(self, node: Any, place: str) -> None:
        """Replace references to what turned out to be no class: a list or union that holds itself."""
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.removeprefix(COMPONENTS) not in self.classes:
                node.clear()
                self.note(
                    "endless-type",
                    place,
                    f"{reference.removeprefix(COMPONENTS)} holds itself without an object in between: any value",
                    Level.WEAKER,
                )
            for key, value in node.items():
                self._cut(value, pointers.join(place, key))
            if isinstance(node.get("anyOf"), list) and not all(node["anyOf"]):
                description = {key: node[key] for key in ("description",) if key in node}
                node.clear()
                node.update(description)
        elif isinstance(node, list):
            for index, value in enumerate(node):
                self._cut(value, pointers.join(place, index))

    # Schemas

    def schema(self, node: Any, scope: Scope, *, top: bool = False) -> Schema:
        """Normalise one schema and all below it; `top` says that `scope.name` already is its class."""
        if node is True or node is None:
            return {}
        if not isinstance(node, dict):
            what = (
                "a schema that allows no value"
                if node is False
                else f"not a schema but {type(node).__name__}"
            )
            self.note("boolean-schema", scope.place, what, Level.WEAKER if node is False else Level.LOSS)
            return {}
        schema = self._apply_rules(read_keys(node), scope)
        if "$ref" in schema:
            return self._with_default(self.reference(schema["$ref"], scope), schema)
        if "anyOf" in schema or "oneOf" in schema:
            return self._union(schema, scope, top=top)
        if "allOf" in schema:
            return self._all_of(schema, scope, top=top)
        if schema.get("type") == "object":
            return self._object(schema, scope, top=top)
        if schema.get("type") == "array":
            items = self.schema(schema["items"], scope.child("items", "item"))
            return {**_described(schema), "type": "array", "items": items}
        return self._scalar(schema, scope, top=top)

    def _apply_rules(self, schema: Schema, scope: Scope) -> Schema:
        for rule in RULES:
            changed = rule.apply(schema)
            if changed is not schema:
                self.note(rule.name, scope.place, rule.reason, rule.level)
                schema = changed
        return schema

    def _scalar(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        kept = pick(schema, "type", "format", "enum", "const", "default", "description")
        binary = schema.get("format") == "binary" or (
            "contentEncoding" not in schema and _is_file(str(schema.get("contentMediaType", "")))
        )
        if scope.body == "multipart" and binary and kept.get("type") == "string":
            return {**kept, "format": "binary"}
        if kept.get("format") == "binary":
            kept.pop("format")
            self.note("binary-outside-multipart", scope.place, "bytes travel as text in JSON and in forms")
        if "enum" in kept and not top:
            # A default stands where the enum is used, not on the enum, which others may use too.
            default = kept.pop("default", None)
            return self._with_default(
                self._hoist(kept, scope), {"default": default} if default is not None else {}
            )
        return kept

    def _with_default(self, target: Schema, schema: Schema) -> Schema:
        """Let a reference keep the default that stands beside it, where the generator can carry it."""
        if "default" not in schema or not target:
            return target
        resolved = self.expand(target)
        if "anyOf" in resolved or not default_fits({**resolved, "default": schema["default"]}):
            return target
        if "$ref" in target:
            return {"allOf": [target], "default": schema["default"]} if "enum" in resolved else target
        return {**target, "default": schema["default"]}

    def _hoist(self, schema: Schema, scope: Scope) -> Schema:
        """Make a component of an inline class."""
        # A component that only says "this object, or null" lends its name to the object.
        name = (
            scope.name
            if scope.name in self._active and scope.name not in self.classes
            else self._names.claim(scope.name)
        )
        self.note("inline-class", scope.place, f"class {name}")
        return self._keep(name, schema)

    def expand(self, schema: Schema) -> Schema:
        """Follow a reference to the class that it names; an unfinished one is {}."""
        if "allOf" in schema and len(schema["allOf"]) == 1:
            schema = schema["allOf"][0]
        if "$ref" not in schema:
            return schema
        name = schema["$ref"].removeprefix(COMPONENTS)
        if name in self._queue:
            self._queue.remove(name)
            self._normalise(name)
        return self.classes.get(name, {})

    # Objects

    def _object(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        """Make a class of an object; a dictionary of one without properties, where its values need no class."""
        properties = schema.get("properties") or {}
        extra = schema.get("additionalProperties")
        values = (
            self.schema(extra, scope.child("additionalProperties", "value"))
            if isinstance(extra, dict)
            else {}
        )
        if not properties and (kind := self._map_kind(values)):
            return {**_described(schema), "example": f"{MAP}{kind}"}
        result: Schema = {**_described(schema), "type": "object"}
        if properties:
            result["properties"] = {
                name: self._property(node, scope.child(f"properties/{name.replace('/', '~1')}", name))
                for name, node in properties.items()
            }
            if required := [name for name in dict.fromkeys(schema.get("required", ())) if name in properties]:
                result["required"] = required
        if extra is False:
            self.note(
                "closed-object",
                scope.place,
                "kept open: a server may send more later, and what it sends is kept",
            )
        elif values:
            result["additionalProperties"] = values
        return result if top else self._hoist(result, scope)

    def _property(self, node: Any, scope: Scope) -> Schema:
        """Normalise a property; a secret one is marked `writeOnly`, whatever the contract said so with."""
        schema = self.schema(node, scope)
        return {**schema, "writeOnly": True} if self._is_secret(node) and "$ref" not in schema else schema

    def _is_secret(self, node: Any) -> bool:
        """Tell whether a contract calls a value secret; `x-veneer-secret` says so, or that it is none, where OpenAPI's own words do not."""
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            with contextlib.suppress(KeyError):
                node = pointers.resolve(self._document, node["$ref"])
        if not isinstance(node, dict):
            return False
        told = node.get("x-veneer-secret")
        return told is True or (
            told is None and (node.get("format") == "password" or node.get("writeOnly") is True)
        )

    def _map_kind(self, values: Schema) -> str | None:
        """Give the Python type of a dictionary's values, None where it needs a class."""
        expanded = self.expand(values)
        if not expanded.keys() - {"description"}:
            return "Any"
        return (
            _MAP_VALUES.get(expanded["type"])
            if not expanded.keys() - {"type", "description"} and "type" in expanded
            else None
        )

    def _free_identifiers(self, name: str, schema: Schema) -> None:
        """Give properties whose identifiers are taken a placeholder, noted in `wire`."""
        taken: set[str] = set()
        renamed: dict[str, str] = {}
        for real in schema.get("properties", ()):
            renamed[real] = names.field_placeholder(real, taken)
            taken.add(names.identifier(renamed[real]))
            if schema["properties"][real].get("writeOnly"):
                self.secrets.add((name, names.identifier(renamed[real])))
            if renamed[real] != real:
                self.wire[name, renamed[real]] = real
                self.note(
                    "property-renamed",
                    f"{COMPONENTS}{name}",
                    f"{real} is the attribute {names.identifier(renamed[real])}",
                )
        if renamed:
            schema["properties"] = {renamed[real]: value for real, value in schema["properties"].items()}
            if "required" in schema:
                schema["required"] = [renamed[real] for real in schema["required"]]

    def form(self, node: Any, scope: Scope) -> Schema:
        """Normalise the body of a form, which the generator wants to be a class: a union becomes one class with the fields of all."""
        schema = self.schema(node, scope)
        expanded = self.expand(schema)
        if expanded.get("type") == "object" and "$ref" in schema:
            return schema
        members = [self.expand(member) for member in expanded.get("anyOf", ())]
        if members:
            self.note("form-union", scope.place, "one class with the fields of all members", Level.WEAKER)
        properties = {
            name: value for member in members for name, value in member.get("properties", {}).items()
        }
        return self._hoist(
            {**_described(schema), "type": "object", **({"properties": properties} if properties else {})},
            scope,
        )

    # Compositions

    def _union(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        union = "anyOf" if "anyOf" in schema else "oneOf"
        members = (
            [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
            if union == "anyOf"
            else list(schema["oneOf"])
        )
        base = pick(
            schema, "type", "properties", "required", "additionalProperties", "allOf", "items", "format"
        )
        if members and all(_constrains_only(member) for member in members):
            self.note(
                "constraint-union",
                scope.place,
                "its members only say which properties go together",
                Level.WEAKER,
            )
            return self.schema({**base, **_described(schema)}, scope, top=top)
        if base.keys() & {"properties", "allOf"}:
            self.note("union-distributed", scope.place, "what stands beside the union goes into each member")
            members = [{"allOf": [base, member]} for member in members]
        elif isinstance(base.get("type"), str):
            members = [
                {**base, **member}
                if isinstance(member, dict)
                and "type" not in member
                and not member.keys() & {"$ref", "allOf", "anyOf", "oneOf", "enum", "const"}
                else member
                for member in members
            ]
        normalised = self._members(members, schema, union, scope)
        if any(not member for member in normalised):
            self.note(
                "union-with-anything", scope.place, "one member is any value, so the union is", Level.WEAKER
            )
            return _described(schema)
        if len(normalised) == 1:
            return self._with_default(
                {**_described(schema), **normalised[0]} if "$ref" not in normalised[0] else normalised[0],
                schema,
            )
        if isinstance(schema.get("discriminator"), dict):
            self._tags.append((schema["discriminator"], normalised))
        result = {**_described(schema), "anyOf": normalised}
        if "default" in schema and any(
            default_fits({**self.expand(member), "default": schema["default"]}) for member in normalised
        ):
            result["default"] = schema["default"]
        return result

    def _members(self, members: list[Any], schema: Schema, union: str, scope: Scope) -> list[Schema]:
        """Normalise the members of a union: unions within it opened, lists merged, null last, each once."""
        found: list[Schema] = []
        one = sum(member != NULL for member in members) == 1
        for index, member in enumerate(members[:_MOST_MEMBERS]):
            name = "" if one else _variant_name(member, schema.get("discriminator"), index)
            normalised = self.schema(member, scope.child(f"{union}/{index}", name))
            for part in normalised.get("anyOf", [normalised]):
                bare = without(part, "default") if "default" in part and "$ref" not in part else part
                bare = bare["allOf"][0] if len(bare.get("allOf", ())) == 1 else bare
                if bare not in found:
                    found.append(bare)
        found = self._merge_lists(found, scope)
        return [member for member in found if member != NULL] + ([NULL] if NULL in found else [])

    def _merge_lists(self, members: list[Schema], scope: Scope) -> list[Schema]:
        """A union of lists cannot be told apart by a look at the value: make it a list of the union."""
        lists = [member for member in members if member.get("type") == "array"]
        if len(lists) < 2:
            return members
        self.note(
            "union-of-lists",
            scope.place,
            "lists are told apart by their items: a list of the union",
            Level.WEAKER,
        )
        items: list[Schema] = []
        for member in lists:
            items += [item for item in member["items"].get("anyOf", [member["items"]]) if item not in items]
        items = self._merge_lists(items, scope)
        merged = items[0] if len(items) == 1 else {} if not all(items) else {"anyOf": items}
        return [member for member in members if member.get("type") != "array"] + [
            {"type": "array", "items": merged}
        ]

    def _tag_members(self, discriminator: dict[str, Any], members: list[Schema]) -> None:
        """Write a discriminator's values into the classes that they stand for, so that a response can be told apart."""
        tag = discriminator.get("propertyName")
        mapping = discriminator.get("mapping")
        values: dict[str, list[str]] = {}
        for value, target in mapping.items() if isinstance(mapping, dict) else ():
            pointer = (
                target
                if isinstance(target, str) and target.startswith("#")
                else pointers.join("#/components/schemas", str(target))
            )
            name = self._by_pointer.get(pointers.join("#", *pointers.split(pointer)))
            if name:
                values.setdefault(name, []).append(str(value))
        originals = {
            name: pointers.split(pointer)[-1]
            for pointer, name in self._by_pointer.items()
            if pointer.startswith(COMPONENTS)
        }
        for member in members:
            name = member.get("$ref", "").removeprefix(COMPONENTS)
            target = self.expand(member)
            current = target.get("properties", {}).get(tag)
            if current is None or without(current, "description") != {"type": "string"}:
                continue
            found = values.get(name) or ([] if mapping else [originals[name]] if name in originals else [])
            if len(found) == 1:
                target["properties"][tag] = {**current, "const": found[0]}

    def _all_of(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        rest = without(schema, "allOf", "description", "default", "discriminator")
        parts = [part for part in [*schema["allOf"], rest] if part]
        if len(parts) == 1:
            single = (
                {
                    **parts[0],
                    **{
                        key: schema[key]
                        for key in ("default", "description")
                        if key in schema and "$ref" not in parts[0]
                    },
                }
                if isinstance(parts[0], dict)
                else parts[0]
            )
            if isinstance(single, dict) and "$ref" in single and "default" in schema:
                single = {**single, "default": schema["default"]}
            return self.schema(single, scope, top=top)
        self.note("allOf-merged", scope.place, "parts that overlap stop the generator")
        normalised = [self._part(part, scope.child(f"allOf/{index}")) for index, part in enumerate(parts)]
        merged = merge(
            normalised, self.expand, lambda what: self.note("allOf-conflict", scope.place, what, Level.WEAKER)
        )
        merged = {**merged, **_described(schema)} if "$ref" not in merged else merged
        return self._name_merged(merged, scope, top=top)

    def _part(self, part: Any, scope: Scope) -> Schema:
        """Normalise one part of an allOf, a class not hoisted: it is only an ingredient."""
        normalised = self.schema(part, scope, top=True)
        if (
            isinstance(part, dict)
            and "required" in part
            and "type" not in normalised
            and not normalised.get("anyOf")
        ):
            return {
                "type": "object",
                "required": [name for name in part["required"] if isinstance(name, str)],
            }
        if normalised.get("example", "").startswith(MAP):
            kinds = {python: kind for kind, python in _MAP_VALUES.items()}
            kind = kinds.get(normalised["example"].removeprefix(MAP))
            required = part.get("required", []) if isinstance(part, dict) else []
            return {
                "type": "object",
                **({"additionalProperties": {"type": kind}} if kind else {}),
                **({"required": required} if required else {}),
            }
        return normalised

    def _name_merged(self, merged: Schema, scope: Scope, *, top: bool) -> Schema:
        """Give the classes of a merged schema their names; those of a distributed union are all inline."""
        if "anyOf" in merged:
            members = [
                self._name_merged(member, scope.child("", f"type_{index}"), top=False)
                for index, member in enumerate(merged["anyOf"])
            ]
            return {**merged, "anyOf": members}
        if merged.get("type") == "object" and not merged.get("properties"):
            return self._object(merged, scope, top=top)
        return self._hoist(merged, scope) if is_class(merged) and not top else merged


def is_class(schema: Schema) -> bool:
    """Tell whether the generator makes a class (or a named enum) of a schema."""
    return schema.get("type") == "object" or "enum" in schema


def _described(schema: Schema) -> Schema:
    return {"description": schema["description"]} if isinstance(schema.get("description"), str) else {}


def _is_file(kind: str) -> bool:
    """Tell whether a string of a content type is a file rather than text."""
    return bool(kind) and not kind.startswith("text/") and not kind.endswith("json")


def _constrains_only(member: Any) -> bool:
    return isinstance(member, dict) and (
        not member.keys() - {"required", "not", "title", "description", "type"}
        and member.get("type") in (None, "object")
        and bool(member.keys() & {"required", "not"})
    )


def _surely_class(schema: Any) -> bool:
    """Tell, without a look at other schemas, that a component is a class."""
    return (
        isinstance(schema, dict)
        and isinstance(schema.get("properties"), dict)
        and bool(schema["properties"])
        and schema.get("type", "object") == "object"
        and not schema.keys() & {"$ref", "allOf", "anyOf", "oneOf", "enum", "const", "nullable"}
    )


def _telling_name(pointer: str) -> str:
    """Name what a pointer leads to after its last keys that tell something."""
    keys = [
        key
        for key in pointers.split(pointer)
        if not key.isdigit()
        and key
        not in {
            "properties",
            "items",
            "schemas",
            "components",
            "$defs",
            "definitions",
            "schema",
            "x-external",
        }
    ]
    return "_".join(keys[-2:] if pointer.startswith(COMPONENTS) and "/$defs/" not in pointer else keys[-1:])


def _variant_name(member: Any, discriminator: Any, index: int) -> str:
    """Name a member of a union after its title, or after the constant that tells it from the others."""
    if not isinstance(member, dict):
        return f"type_{index}"
    title = member.get("title")
    if isinstance(title, str) and names.identifier(title).strip("_"):
        return title
    properties = member.get("properties")
    if isinstance(properties, dict):
        tag = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        candidates = (
            [properties[tag]] if isinstance(tag, str) and tag in properties else list(properties.values())
        )
        for candidate in candidates:
            values = (
                [candidate.get("const"), *(candidate.get("enum") or ())]
                if isinstance(candidate, dict)
                else []
            )
            text = [value for value in values if isinstance(value, str)]
            if len(text) == 1 and len(text[0]) < 40:
                return text[0]
    return f"type_{index}"


def _classes_in(node: Any) -> list[str]:
    found: list[str] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            if isinstance(current.get("$ref"), str):
                found.append(current["$ref"].removeprefix(COMPONENTS))
            stack += current.values()
        elif isinstance(current, list):
            stack += current
    return found
