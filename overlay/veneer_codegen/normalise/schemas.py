"""Rewrite the schemas of a contract in the terms of the generator: classes, enums and their parts.

Only objects with properties and enums become components of the generator's input, with unique names
and without titles. Everything else (aliases, scalars, arrays, unions, free-form objects) is inlined
at its use. So the generator never sees two classes of one name, an unknown reference, or a circle
that it cannot close.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from veneer_codegen.contract import pointers
from veneer_codegen.normalise import names, tags
from veneer_codegen.normalise.families import Family, families, parents
from veneer_codegen.normalise.merge import merge
from veneer_codegen.normalise.report import Level
from veneer_codegen.normalise.rules import MAP, NULL, RULES, Schema, is_settled, pick, read_keys, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer_codegen.normalise.report import Report

COMPONENTS: Final = "#/components/schemas/"
ABOUT: Final = "x-veneer-about"
"""The key of a class for its properties' defaults and directions."""
_MAP_VALUES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_MOST_MEMBERS: Final = 200
_WORDS: Final = frozenset({"default", "deprecated", "description", "example", "examples", "title"})
_BESIDE: Final = frozenset(
    {"additionalProperties", "allOf", "anyOf", "const", "enum", "items", "oneOf", "prefixItems", "properties", "required", "type"}
)  # fmt: skip
"""Keywords that add something to a reference."""
_MOST_LISTS: Final = 8
"""The deepest nesting of lists.

Each is a loop in the generated code, and Python nests at most 20.
"""


@dataclass(frozen=True)
class Scope:
    """The context of a schema: its place in the contract, the name of its class, and its parent."""

    place: str
    name: str
    body: Literal["json", "multipart", "form"] = "json"

    def child(self, key: str, name: str = "") -> Scope:
        """Return the scope one step down. `name` is added to the class name."""
        keys = key.split("/") if key else ()
        return replace(
            self, place=pointers.join(self.place, *keys), name=f"{self.name}_{name}" if name else self.name
        )


class Schemas:
    """The schemas of one contract, normalised on demand. `classes` collects the future classes."""

    def __init__(self, document: dict[str, Any], report: Report, fixed: Mapping[str, str]) -> None:
        self.classes: dict[str, Schema] = {}
        self.wire: dict[tuple[str, str], str] = {}
        """The JSON names of renamed properties, by class and placeholder."""
        self.secrets: set[tuple[str, str]] = set()
        self.harmless: set[tuple[str, str]] = set()
        """The properties that no log may show, by class and attribute."""
        self.defaults: dict[tuple[str, str], Any] = {}
        """The defaults of properties, by class and placeholder. The server applies them."""
        self.multipart: set[str] = set()
        """The pointers of multipart bodies' schemas. Their binary strings are files."""
        self.tags: dict[str, tags.TagTree] = {}
        """The discriminators of unions, by the number that marks the union."""
        self._tagged: dict[str, tags.Tagged] = {}
        self._families: dict[str, Family] = {}
        self._heirs: set[str] = set()
        """The children of parents with a discriminator."""
        self._family_unions: dict[str, Schema] = {}
        self._circle: set[str] = set()
        self._sure: dict[str, bool] = {}
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

        self._families = families(document)
        self._heirs = {heir for family in self._families.values() for heir in family.heirs}

    def _register(self, pointer: str, name: str, schema: Any) -> None:
        self._by_pointer[pointer] = name
        self._sources[name] = (pointer, schema)

    def note(self, rule: str, place: str, detail: str, level: Level = Level.NOTE) -> None:
        """Record a change."""
        self._report.add(rule, place, detail, level)

    # References

    def reference(self, reference: str, scope: Scope) -> Schema:
        """Return the meaning of a `$ref`: a reference to a class, or the inlined schema."""
        if not reference.startswith("#"):
            self.note("reference", scope.place, f"{reference} leads out of the contract", Level.LOSS)
            return {}
        pointer = pointers.join("#", *pointers.split(reference))
        if pointer == "#":
            what = "is the whole document" if reference == "#" else "leads nowhere"
            self.note("reference", scope.place, f"{reference} {what}", Level.LOSS)
            return {}
        if pointer not in self._by_pointer:
            try:
                schema = pointers.resolve(self._document, pointer)
            except KeyError:
                self.note("reference", scope.place, f"{reference} leads nowhere", Level.LOSS)
                return {}
            self._register(pointer, self._names.claim(_telling_name(pointer) or scope.name), schema)
        return self._use(self._by_pointer[pointer])

    def _any_of_family(self, reference: str, scope: Scope) -> Schema:
        """Return the meaning of a `$ref` to values: any class of a parent's family."""
        pointer = pointers.join("#", *pointers.split(reference)) if reference.startswith("#") else ""
        if pointer not in self._families:
            return self.reference(reference, scope)
        if pointer not in self._family_unions:
            family = self._families[pointer]
            members = [*family.heirs, pointer]
            if len(members) > _MOST_MEMBERS:
                what = f"its {len(family.heirs)} children are read as itself"
                self.note("large-union", pointer, what, Level.WEAKER)
                del self._families[pointer]
                return self.reference(reference, scope)
            classes = [_classes_of(self.reference(one, scope)) for one in members]
            found = list(dict.fromkeys(name for each in classes for name in each))
            if len(found) < 2:
                return self.reference(reference, scope)
            mark = self._tag(
                tags.Tagged(
                    pointer,
                    family.discriminator,
                    [
                        tags.Member(one, pointers.split(one)[-1], each)
                        for one, each in zip(members, classes, strict=True)
                    ],
                    [
                        number
                        for one in family.heirs
                        if one in self._families
                        and self._families[one].own
                        and (number := tags.number(self._any_of_family(one, scope)))
                    ],
                    other=classes[-1][0] if len(classes[-1]) == 1 else "",
                    inner_first=True,
                )
            )
            union = [{"$ref": COMPONENTS + name} for name in found]
            self._family_unions[pointer] = {"anyOf": union, **mark}
        return dict(self._family_unions[pointer])

    def _tag(self, tagged: tags.Tagged) -> Schema:
        """Record the discriminator of a union, and return the keywords that mark it."""
        number = str(len(self._tagged) + 1)
        self._tagged[number] = tagged
        return tags.mark(number)

    def _use(self, name: str) -> Schema:
        if name not in self._done and name not in self._active and self._surely_class(self._sources[name][1]):
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
        """Add a class as a component, and return the reference to it."""
        self.classes[name] = schema
        return {"$ref": COMPONENTS + name}

    def finish(self, roots: Mapping[str, Any]) -> None:
        """Normalise pending schemas, cut circles that no class closes, and drop unused classes."""
        self._drain()
        self._tell_tags()
        self._require_by_direction(roots)
        for name, schema in self.classes.items():
            self._free_identifiers(name, schema)
        for place, root in roots.items():
            self._cut(root, place, ())
        for name, schema in self.classes.items():
            self._cut(schema, COMPONENTS + name, ())
        used = self._reached(list(roots.values()))
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

    def _cut(self, node: Any, place: str, keys: tuple[str | int, ...]) -> None:
        """Replace references to lists and unions that contain themselves. `keys` lead there from `place`."""
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.removeprefix(COMPONENTS) not in self.classes:
                node.clear()
                self.note(
                    "endless-type",
                    pointers.join(place, *keys),
                    f"{reference.removeprefix(COMPONENTS)} holds itself without an object in between: any value",
                    Level.WEAKER,
                )
            for key, value in node.items():
                if isinstance(value, dict | list):
                    self._cut(value, place, (*keys, key))
            if isinstance(node.get("anyOf"), list) and not all(node["anyOf"]):
                description = {key: node[key] for key in ("description",) if key in node}
                node.clear()
                node.update(description)
        elif isinstance(node, list):
            for index, value in enumerate(node):
                self._cut(value, place, (*keys, index))

    # Schemas

    def schema(self, node: Any, scope: Scope, *, top: bool = False) -> Schema:
        """Return one schema and all below it, normalised; `top`: `scope.name` is already its class."""
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
            return self._any_of_family(schema["$ref"], scope)
        if "anyOf" in schema or "oneOf" in schema:
            return self._union(schema, scope, top=top)
        if "allOf" in schema:
            return self._all_of(schema, scope, top=top)
        if schema.get("type") == "object":
            return self._object(schema, scope, top=top)
        if schema.get("type") == "array":
            items = self.schema(schema["items"], scope.child("items", "item"))
            if _lists_within(items) >= _MOST_LISTS:
                self.note("deep-list", scope.place, "lists within lists: any value", Level.WEAKER)
                items = {}
            return {**_described(schema), "type": "array", "items": items}
        return self._scalar(schema, scope, top=top)

    def _apply_rules(self, schema: Schema, scope: Scope) -> Schema:
        if is_settled(schema):
            return schema
        for rule in RULES:
            changed = rule.apply(schema)
            if changed is not schema:
                self.note(rule.name, scope.place, rule.reason, rule.level)
                schema = changed
        return schema

    def _scalar(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        kept = pick(schema, "type", "format", "enum", "const", "description")
        binary = schema.get("format") == "binary" or (
            "contentEncoding" not in schema and _is_file(str(schema.get("contentMediaType", "")))
        )
        if scope.body == "multipart" and binary and kept.get("type") == "string":
            return {**kept, "format": "binary"}
        if kept.get("format") == "binary":
            kept.pop("format")
            self.note("binary-outside-multipart", scope.place, "bytes travel as text in JSON and in forms")
        if "enum" in kept and not top:
            return self._hoist(kept, scope)
        return kept

    def _hoist(self, schema: Schema, scope: Scope) -> Schema:
        """Add an inline class as a component, and return the reference to it."""
        # A component that is only "this object, or null" gives its name to the object.
        name = (
            scope.name
            if scope.name in self._active and scope.name not in self.classes
            else self._names.claim(scope.name)
        )
        self.note("inline-class", scope.place, f"class {name}")
        return self._keep(name, schema)

    def expand(self, schema: Schema) -> Schema:
        """Return the class that a reference names; {} for an unfinished one."""
        if "allOf" in schema and len(schema["allOf"]) == 1:
            schema = schema["allOf"][0]
        if "$ref" not in schema:
            return schema
        name = schema["$ref"].removeprefix(COMPONENTS)
        if name in self._queue:
            self._queue.remove(name)
            self._normalise(name)
        return self.classes.get(name, {})

    def class_of(self, schema: Schema) -> str:
        """Return the class that a value is certainly read as, perhaps its parent's."""
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix(COMPONENTS)
        else:
            tagged = self._tagged.get(tags.number(schema))
            name = tagged.other if tagged else ""
        return name if self.expand({"$ref": COMPONENTS + name}).get("type") == "object" else ""

    # Objects

    def _object(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        """Return the class of an object, or a dictionary if no class is needed."""
        properties = schema.get("properties") or {}
        extra = schema.get("additionalProperties")
        values = (
            self.schema(extra, scope.child("additionalProperties", "value"))
            if isinstance(extra, dict)
            else {}
        )
        if not properties and (found := self._map(schema, values)):
            return found
        result: Schema = {**_described(schema), "type": "object"}
        if properties:
            result["properties"] = {
                name: self._property(node, scope.child(f"properties/{name.replace('/', '~1')}", name))
                for name, node in properties.items()
            }
            if required := [name for name in dict.fromkeys(schema.get("required", ())) if name in properties]:
                result["required"] = required
            if about := {name: said for name, node in properties.items() if (said := self.said(node))}:
                result[ABOUT] = about
        if extra is False:
            self.note(
                "closed-object",
                scope.place,
                "kept open: a server may send more members later, and they are kept",
            )
        elif values:
            result["additionalProperties"] = values
        elif extra is not None or "patternProperties" in schema:
            result["additionalProperties"] = True  # declared open: an unlisted member is not a typing error
        return result if top else self._hoist(result, scope)

    def _property(self, node: Any, scope: Scope) -> Schema:
        """Return a property, normalised.

        A secret is marked `writeOnly`, however the contract marks it.
        """
        schema = self.schema(node, scope)
        return {**schema, "writeOnly": True} if self._is_secret(node) and "$ref" not in schema else schema

    def said(self, node: Any, seen: set[int] | None = None) -> Schema:
        """Return a property's default, direction and secrecy, also from its references."""
        seen = set() if seen is None else seen
        if not isinstance(node, dict) or id(node) in seen or len(seen) > _MOST_MEMBERS:
            return {}
        seen.add(id(node))
        parts = node.get("allOf")
        inner = list(parts) if isinstance(parts, list) else []
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError):
            inner += [pointers.resolve(self._document, node["$ref"])]
        found: Schema = {}
        for part in inner:
            found |= self.said(part, seen)
        found |= pick(node, "default", "readOnly", "writeOnly", "x-veneer-secret")
        kept = {"default", "x-veneer-secret"}
        return {key: value for key, value in found.items() if value not in (None, False) or key in kept}

    def _is_secret(self, node: Any) -> bool:
        """Return whether the contract marks a value as secret."""
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            with contextlib.suppress(KeyError):
                node = pointers.resolve(self._document, node["$ref"])
        if not isinstance(node, dict):
            return False
        told = node.get("x-veneer-secret")
        return told is True or (
            told is None and (node.get("format") == "password" or node.get("writeOnly") is True)
        )

    def _map(self, schema: Schema, values: Schema) -> Schema:
        """Return the dictionary for an object without properties; None if its values need a class."""
        kind = self._map_kind(values)
        return {**_described(schema), "example": f"{MAP}{kind}"} if kind else {}

    def _map_kind(self, values: Schema) -> str | None:
        """Return the Python type of a dictionary's values; None if they need a class."""
        expanded = self.expand(values)
        if not expanded.keys() - {"description"}:
            return "Any"
        return (
            _MAP_VALUES.get(expanded["type"])
            if not expanded.keys() - {"type", "description"} and "type" in expanded
            else None
        )

    def _free_identifiers(self, name: str, schema: Schema) -> None:
        """Rename properties whose identifiers are taken, and record their wire names in `wire`."""
        taken: set[str] = set()
        renamed: dict[str, str] = {}
        about = schema.pop(ABOUT, {})
        for real in schema.get("properties", ()):
            renamed[real] = names.field_placeholder(real, taken)
            taken.add(names.identifier(renamed[real]))
            if schema["properties"][real].get("writeOnly"):
                self.secrets.add((name, names.identifier(renamed[real])))
            elif about.get(real, {}).get("x-veneer-secret") is False:
                self.harmless.add((name, names.identifier(renamed[real])))
            if renamed[real] != real:
                self.wire[name, renamed[real]] = real
                self.note(
                    "property-renamed",
                    f"{COMPONENTS}{name}",
                    f"{real} is the attribute {names.identifier(renamed[real])}",
                )
        if renamed:
            for real, said in about.items():
                if said.get("default") is not None:
                    self.defaults[name, renamed[real]] = said["default"]
            schema["properties"] = {renamed[real]: value for real, value in schema["properties"].items()}
            if "required" in schema:
                schema["required"] = [renamed[real] for real in schema["required"]]

    def _require_by_direction(self, roots: Mapping[str, Any]) -> None:
        """Make read-only properties optional in requests, write-only ones in responses."""
        bodies, answers = [], []
        for paths in roots.values():
            for item in paths.values() if isinstance(paths, dict) else ():
                for operation in item.values():
                    bodies += [operation.get("requestBody"), operation.get("parameters")]
                    answers.append(operation.get("responses"))
            if isinstance(paths, list):  # models of errors and of events
                answers += paths
        for kind, found in (("readOnly", bodies), ("writeOnly", answers)):
            for name in self._reached(found):
                schema = self.classes[name]
                about = schema.get(ABOUT, {})
                kept = [one for one in schema.get("required", ()) if not about.get(one, {}).get(kind)]
                if len(kept) < len(schema.get("required", ())):
                    schema["required"] = kept

    def _reached(self, nodes: list[Any]) -> set[str]:
        """Return the classes that some nodes reach."""
        used: set[str] = set()
        todo = _classes_in(nodes)
        while todo:
            name = todo.pop()
            if name not in used and name in self.classes:
                used.add(name)
                todo += _classes_in(self.classes[name])
        return used

    def form(self, node: Any, scope: Scope) -> Schema:
        """Return the body of a form as a class.

        A union becomes one class with the fields of all members.
        """
        schema = self.schema(node, scope)
        expanded = self.expand(schema)
        if expanded.get("type") == "object" and "$ref" in schema:
            return schema
        members = [self.expand(member) for member in expanded.get("anyOf", ())]
        if members:
            self.note("form-union", scope.place, "one class with the fields of all members", Level.WEAKER)
        elif expanded.get("type") in ("array", "string", "integer", "number", "boolean"):
            what = f"a form of {expanded['type']}s has no names for its parts: set them as keys of the body"
            self.note("form-without-fields", scope.place, what, Level.WEAKER)
        properties = {
            name: value for member in members for name, value in member.get("properties", {}).items()
        }
        about = {name: said for member in members for name, said in member.get(ABOUT, {}).items()}
        return self._hoist(
            {
                **_described(schema),
                "type": "object",
                **({"properties": properties} if properties else {}),
                **({ABOUT: about} if about else {}),
            },
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
                "its members only list properties that go together",
                Level.WEAKER,
            )
            return self.schema({**base, **_described(schema)}, scope, top=top)
        raw = members
        if base.keys() & {"properties", "allOf"}:
            self.note("union-distributed", scope.place, "keywords beside the union go into each member")
            members = [
                member if self._is_made_of(member, scope.place) else {"allOf": [base, member]}
                for member in members
            ]
        elif isinstance(base.get("type"), str):
            members = [
                {**base, **member}
                if isinstance(member, dict)
                and "type" not in member
                and not member.keys() & {"$ref", "allOf", "anyOf", "oneOf", "enum", "const"}
                else member
                for member in members
            ]
        normalised, made = self._members(members, schema, union, scope)
        if any(not member for member in normalised):
            self.note(
                "union-with-anything", scope.place, "one member is any value, so the union is", Level.WEAKER
            )
            return _described(schema)
        if len(normalised) == 1:
            return {**_described(schema), **normalised[0]} if "$ref" not in normalised[0] else normalised[0]
        return {**_described(schema), "anyOf": normalised, **self._union_mark(schema, raw, made, scope)}

    def _members(
        self, members: list[Any], schema: Schema, union: str, scope: Scope
    ) -> tuple[list[Schema], list[Schema]]:
        """Return the members of a union, and what each original member became.

        Nested unions are flattened, lists merged, duplicates removed, and null comes last.
        """
        found: list[Schema] = []
        made: list[Schema] = []
        one = sum(member != NULL for member in members) == 1
        for index, member in enumerate(members[:_MOST_MEMBERS]):
            name = "" if one else _variant_name(member, schema.get("discriminator"), index)
            normalised = self.schema(member, scope.child(f"{union}/{index}", name))
            made.append(normalised)
            for part in normalised.get("anyOf", [normalised]):
                if part not in found:
                    found.append(part)
        if max(len(members), len(found)) > _MOST_MEMBERS:
            what = f"more than {_MOST_MEMBERS} members: any value"
            self.note("large-union", scope.place, what, Level.WEAKER)
            return [{}], made
        found = self._merge_lists(found, scope)
        return [member for member in found if member != NULL] + ([NULL] if NULL in found else []), made

    def _union_mark(self, schema: Schema, raw: list[Any], made: list[Schema], scope: Scope) -> Schema:
        """Record the discriminator of a union and of the unions in it; return the mark."""
        discriminator = schema.get("discriminator")
        inner = [number for one in made if (number := tags.number(one))]
        if discriminator is None:
            return self._tag(tags.Tagged(scope.place, None, (), inner)) if inner else {}
        members = []
        for node, one in zip(raw, made, strict=False):
            reference = _reference_in(node)
            pointer = pointers.join("#", *pointers.split(reference)) if reference else ""
            name = pointers.split(pointer)[-1] if pointer else ""
            members.append(tags.Member(pointer, name, _classes_of(one)))
        return self._tag(tags.Tagged(scope.place, discriminator, members, inner))

    def _merge_lists(self, members: list[Schema], scope: Scope) -> list[Schema]:
        """Return a union's members with its lists merged into one list of all items."""
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
        inner = [number for member in lists if (number := tags.number(member["items"]))]
        mark = self._tag(tags.Tagged(scope.place, None, (), inner)) if inner else {}
        merged = items[0] if len(items) == 1 else {} if not all(items) else {"anyOf": items, **mark}
        return [member for member in members if member.get("type") != "array"] + [
            {"type": "array", "items": merged}
        ]

    def _tell_tags(self) -> None:
        """Resolve the discriminators of all unions, and write single values into their classes."""
        values: dict[tuple[str, str], set[tags.Value]] = {}
        for number, tagged in self._tagged.items():
            told = (
                tags.tell(tagged, self._mapped, self._tag_property)
                if tagged.discriminator is not None
                else None
            )
            for problem in told.problems if told else ():
                self.note(
                    "discriminator", pointers.join(tagged.place, "discriminator"), problem, Level.WEAKER
                )
            inner = [self.tags[one].renamed(tagged.renamed) for one in tagged.inner]
            self.tags[number] = tags.combine(told, inner, inner_first=tagged.inner_first)
            if told and told.tags:
                for value, name in told.tags.classes:
                    if (value, name) not in told.names:
                        values.setdefault((name, told.tags.name), set()).add(value)
                values.setdefault((told.other, told.tags.name), set()).add("")
        for (name, tag), found in values.items():
            properties = self.classes.get(name, {}).get("properties", {})
            current = properties.get(tag)
            if (
                len(found) == 1
                and current is not None
                and without(current, "description") == {"type": "string"}
            ):
                properties[tag] = {**current, "const": next(iter(found))}

    def _mapped(self, target: str) -> tuple[str, str]:
        """Return the pointer and class of a mapping's value, a component's name or a reference."""
        components = (self._document.get("components") or {}).get("schemas") or {}
        if target in components:
            pointer = pointers.join("#/components/schemas", target)
        elif target.startswith("#"):
            pointer = pointers.join("#", *pointers.split(target))
        else:
            return "", ""
        name = self._by_pointer.get(pointer, "")
        made = _classes_of(self._done.get(name, {}))
        return pointer, made[0] if len(made) == 1 else ""

    def _tag_property(self, name: str, tag: str) -> Schema | None:
        """Return the schema of a class's property; None if it lacks the property."""
        found = self.classes.get(name, {}).get("properties", {}).get(tag)
        return None if found is None else self._opened(found)

    def _opened(self, schema: Schema) -> Schema:
        expanded = self.expand(schema)
        members = expanded.get("anyOf")
        return {**expanded, "anyOf": [self.expand(one) for one in members]} if members else expanded

    def _is_made_of(self, member: Any, place: str) -> bool:
        """Return whether a member's own allOf already has everything beside the union."""
        if not isinstance(member, dict) or not isinstance(member.get("$ref"), str):
            return False
        with contextlib.suppress(KeyError):
            return place in parents(pointers.deref(self._document, member))
        return False

    def _all_of(self, schema: Schema, scope: Scope, *, top: bool) -> Schema:
        rest = without(schema, "allOf", "description", "discriminator")
        parts = [part for part in [*schema["allOf"], rest] if part]
        spoken = [part for part in parts if isinstance(part, dict) and not part.keys() - _WORDS]
        if spoken and len(spoken) < len(parts):  # descriptions and the like are not part of a type
            words = {
                key: value
                for part in spoken
                for key, value in part.items()
                if key in ("default", "description")
            }
            schema, parts = {**words, **schema}, [part for part in parts if part not in spoken]
        if len(parts) == 1 and not (top and scope.place in self._heirs):
            single = (
                {
                    **parts[0],
                    **(_described(schema) if "$ref" not in parts[0] else {}),
                }
                if isinstance(parts[0], dict)
                else parts[0]
            )
            return self.schema(single, scope, top=top)
        self.note("allOf-merged", scope.place, "parts that overlap stop the generator")
        normalised = [self._part(part, scope.child(f"allOf/{index}")) for index, part in enumerate(parts)]
        merged = merge(
            normalised, self.expand, lambda what: self.note("allOf-conflict", scope.place, what, Level.WEAKER)
        )
        merged = {**merged, **_described(schema)} if "$ref" not in merged else merged
        named = self._name_merged(merged, scope, top=top)
        return {**named, **self._merged_mark(normalised, named, scope)} if "anyOf" in named else named

    def _merged_mark(self, parts: list[Schema], union: Schema, scope: Scope) -> Schema:
        """Adapt a union's discriminator to its members merged with the keywords beside it."""
        marked = [part for part in parts if tags.number(part)]
        before = [_classes_of(one) for one in marked[0]["anyOf"] if one != NULL] if len(marked) == 1 else []
        after = [_classes_of(one) for one in union["anyOf"]]
        if not before or len(before) != len(after) or not all(len(one) == 1 for one in [*before, *after]):
            return {}
        renamed = {old: new for (old,), (new,) in zip(before, after, strict=True)}
        return self._tag(tags.Tagged(scope.place, None, (), [tags.number(marked[0])], renamed=renamed))

    def _part(self, part: Any, scope: Scope) -> Schema:
        """Return one part of an allOf, normalised but not hoisted."""
        plain = isinstance(part, dict) and isinstance(part.get("$ref"), str) and not part.keys() & _BESIDE
        normalised = self._ingredient(part["$ref"], scope) if plain else self.schema(part, scope, top=True)
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

    def _ingredient(self, reference: str, scope: Scope) -> Schema:
        """Return the meaning of a `$ref` in an allOf: its own members only."""
        found = self.reference(reference, scope)
        name = found.get("$ref", "").removeprefix(COMPONENTS)
        if name not in self._active or name in self.classes or name in self._queue:
            return found
        pointer, schema = self._sources[name]
        if pointer in self._circle or not isinstance(schema, dict):
            self.note("circular-allOf", scope.place, f"{reference} is made of itself: left out", Level.WEAKER)
            return {}
        # A parent that lists its children: they are made of the keywords beside the list.
        self._circle.add(pointer)
        try:
            rest = {
                key: value for key, value in schema.items() if key not in {"oneOf", "anyOf", "discriminator"}
            }
            return self._part(rest, Scope(pointer, name))
        finally:
            self._circle.discard(pointer)

    def _surely_class(self, schema: Any) -> bool:
        """Return whether a component is certainly a class, before it is normalised."""
        if not isinstance(schema, dict) or schema.get("type", "object") != "object":
            return False
        if schema.keys() & {"$ref", "anyOf", "oneOf", "enum", "const", "nullable"}:
            return False
        found = isinstance(schema.get("properties"), dict) and bool(schema["properties"])
        parts = schema.get("allOf")
        for part in parts if isinstance(parts, list) else ():
            if not isinstance(part, dict):
                return False
            if (isinstance(part.get("$ref"), str) and self._refers_to_class(part["$ref"])) or (
                "$ref" not in part and self._surely_class(part)
            ):
                found = True
            elif part.keys() - _WORDS - {"required", "type"}:
                return False
        return found

    def _refers_to_class(self, reference: str) -> bool:
        if reference not in self._sure:
            self._sure[reference] = False  # until it is known: a component made of itself is uncertain
            if reference.startswith("#"):
                with contextlib.suppress(KeyError):
                    self._sure[reference] = self._surely_class(pointers.resolve(self._document, reference))
        return self._sure[reference]

    def _name_merged(self, merged: Schema, scope: Scope, *, top: bool) -> Schema:
        """Return a merged schema whose classes have names.

        Those of a distributed union are all inline.
        """
        if "anyOf" in merged:
            members = [
                self._name_merged(member, scope.child("", f"type_{index}"), top=False)
                for index, member in enumerate(merged["anyOf"])
            ]
            return {**merged, "anyOf": members}
        if merged.get("type") == "object" and not merged.get("properties"):
            found = self._map(merged, merged.get("additionalProperties") or {})
            if found:
                return found
        return self._hoist(merged, scope) if is_class(merged) and not top else merged


def _lists_within(schema: Schema) -> int:
    """Return the nesting depth of lists in an inlined schema."""
    if "anyOf" in schema:
        return max(map(_lists_within, schema["anyOf"]), default=0)
    return 1 + _lists_within(schema["items"]) if schema.get("type") == "array" else 0


def is_class(schema: Schema) -> bool:
    """Return whether the generator makes a class or a named enum of a schema."""
    return schema.get("type") == "object" or "enum" in schema


def _described(schema: Schema) -> Schema:
    return {"description": schema["description"]} if isinstance(schema.get("description"), str) else {}


def _is_file(kind: str) -> bool:
    """Return whether a string of a content type is a file rather than text."""
    return bool(kind) and not kind.startswith("text/") and not kind.endswith("json")


def _constrains_only(member: Any) -> bool:
    return isinstance(member, dict) and (
        not member.keys() - {"required", "not", "title", "description", "type"}
        and member.get("type") in (None, "object")
        and bool(member.keys() & {"required", "not"})
    )


def _classes_of(schema: Schema) -> tuple[str, ...]:
    """Return the classes that a normalised schema refers to, itself or as a union."""
    found = [
        one["$ref"].removeprefix(COMPONENTS)
        for part in schema.get("anyOf", [schema])
        for one in [part, *part.get("allOf", ())]
        if "$ref" in one
    ]
    return tuple(dict.fromkeys(found))


def _reference_in(node: Any) -> str:
    """Return the reference that a schema is, also as the only part of an allOf."""
    if not isinstance(node, dict):
        return ""
    parts = node.get("allOf")
    if "$ref" not in node and isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict):
        node = parts[0]
    reference = node.get("$ref")
    return reference if isinstance(reference, str) and reference.startswith("#") else ""


def _telling_name(pointer: str) -> str:
    """Return a name of a pointer's target, made of its last meaningful keys."""
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
    """Return the name of a union's member: its title, or the constant that identifies it."""
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
