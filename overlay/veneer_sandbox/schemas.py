"""Read, check and generate JSON values by the schemas of a contract.

    schemas = ContractSchemas(document)                    # OpenAPI 3.0 or 3.1; `$ref`s are local, cycles allowed
    schemas.check(value, schema, ("body",))        # -> list[Problem]: empty when the value fits
    schemas.read(value, schema, ("body",))         # -> Reading(value, problems, ignored): defaults in, readOnly members out
    schemas.resolve(node)                          # the target of a `$ref`, or the node itself
    samples.generate(schemas, schema, "things/7")  # -> a value that fits; always the same for the same schema and seed

A schema comes from the document, or is made by the caller. `direction` is "request" or "response": readOnly members are
ignored in a request and writeOnly ones in a response. Ignored members are not required, not checked and never generated;
`read` removes them and lists them in `ignored`. A request may fit several alternatives of a `oneOf`: if nothing tells them
apart, no value fits exactly one. Formats are checked.
"""

from __future__ import annotations

import base64
import binascii
import copy
import logging
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import unquote

import jsonschema_rs

from .check import Location, Problem

Direction = Literal["request", "response"]
Schema = Mapping[str, Any] | bool

_BITS: Final = {"int32": 31, "int64": 63}
_LOG: Final = logging.getLogger("veneer_sandbox")
_KEPT: Final = 8192
_FLAG: Final = {"request": "readOnly", "response": "writeOnly"}
HIDDEN: Final = "x-hidden"
"""Marks, in an adapted schema, a member that the direction ignores."""
AMBIGUOUS: Final = "union_ambiguous"
"""The problem's type if several alternatives of a `oneOf` fit."""
_ONE: Final = frozenset(
    "additionalProperties contains else if items not propertyNames then unevaluatedItems unevaluatedProperties".split()  # noqa: SIM905 - as words
)
_SEVERAL: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED: Final = frozenset(("dependentSchemas", "patternProperties", "properties"))
_PLAIN: Final = frozenset(
    """const default dependentRequired discriminator enum exclusiveMaximum exclusiveMinimum format maxContains maxItems
    maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf pattern required type
    uniqueItems""".split()  # noqa: SIM905 - as words
)


class SchemaError(ValueError):
    """A schema cannot be used: a reference is broken, a keyword is malformed, or no value fits."""


class Reading(NamedTuple):
    """A value that was read, its problems, and the places of ignored members."""

    value: Any
    problems: list[Problem]
    ignored: list[Location]


class ContractSchemas:
    """The schemas of one document, each compiled at its first use.

    What cannot be checked (a pattern that does not compile, an unknown type) is skipped, and logged once.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._left_out: set[str] = set()
        self._is_3_0 = str(document.get("openapi", "")).startswith("3.0")
        self._names: dict[str, str] = {}
        # By direction and name: the targets of `#/$defs/NAME` in adapted schemas.
        self._defs: dict[Direction, dict[str, dict[str, Any] | bool]] = {"request": {}, "response": {}}
        # The first value of each keeps the key's object alive, and so its id unique. Callers' own schemas are here too.
        self._adapted: dict[tuple[int, Direction], tuple[Schema, dict[str, Any] | bool]] = {}
        self._validators: dict[int, tuple[object, jsonschema_rs.Draft202012Validator]] = {}
        self._plans: dict[int, tuple[object, _Plan]] = {}

    def resolve(self, node: Any) -> Any:
        """Return the final target of a node's `$ref`, or the node. Raises SchemaError."""
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(pointer := node.get("$ref"), str):
            if pointer in seen:
                raise SchemaError(f"the reference {pointer!r} leads to itself")
            seen.add(pointer)
            node = self._at(pointer)
        return node

    @cached_property
    def _anchors(self) -> dict[str, Any]:
        """Return the targets of `$anchor` and `$id`, by reference."""
        found: dict[str, Any] = {}
        pending: list[Any] = [self.document]
        while pending:
            node = pending.pop()
            if isinstance(node, Mapping):
                for key, mark in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", "")):
                    if isinstance(name := node.get(key), str):
                        found.setdefault(f"{mark}{name}", node)
            if isinstance(node, Mapping | list):
                pending += node.values() if isinstance(node, Mapping) else node
        return found

    def _at(self, pointer: str) -> Any:
        if pointer != "#" and not pointer.startswith("#/") and pointer in self._anchors:
            return self._anchors[pointer]
        if not pointer.startswith("#"):
            raise SchemaError(
                f"the reference {pointer!r} leads out of the document: bundle the documents first"
            )
        node: Any = self.document
        first, *parts = pointer.split("/")
        try:
            if first != "#":
                raise KeyError(first)
            for part in parts:
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                node = node[int(key)] if isinstance(node, list) else node[key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise SchemaError(f"the reference {pointer!r} leads nowhere") from None
        return node

    def check(
        self, value: Any, schema: Schema, loc: Location = (), *, direction: Direction = "request"
    ) -> list[Problem]:
        """Return the problems of a value, with their places below `loc`; none if it fits."""
        validator = self._validator(self.adapt(schema, direction), direction)
        if validator.is_valid(value):
            return []
        return list(_problems(validator.iter_errors(value), loc))

    def read(
        self, value: Any, schema: Schema, loc: Location = (), *, direction: Direction = "request"
    ) -> Reading:
        """Return the value without ignored members and with the defaults of absent ones, and its problems.

        A value with problems is returned unchanged.
        """
        problems = self.check(value, schema, loc, direction=direction)
        return (
            Reading(value, problems, []) if problems else self.settle(value, schema, loc, direction=direction)
        )

    def settle(
        self, value: Any, schema: Schema, loc: Location = (), *, direction: Direction = "request"
    ) -> Reading:
        """Return the reading of a value that is known to fit."""
        ignored: list[Location] = []
        value = self._settle(value, self.adapt(schema, direction), loc, direction, ignored)
        return Reading(value, [], ignored)

    # Adapting: OpenAPI's dialects become JSON Schema 2020-12 with `$defs`, and the direction's ignored members are marked.

    def adapt(self, schema: Schema, direction: Direction) -> dict[str, Any] | bool:
        """Return the schema in the dialect of validators and `samples`; the same object each time."""
        found = self._adapted.get((id(schema), direction))
        if found is None:
            found = (schema, self._adapt(schema, direction))
            _remember(self._adapted, (id(schema), direction), found)
        return found[1]

    def definition(self, ref: str, direction: Direction) -> dict[str, Any] | bool:
        """Return the target of an adapted schema's `$ref`."""
        return self._defs[direction][ref.rpartition("/")[2]]

    def tag(self, ref: str, discriminator: Mapping[str, Any]) -> str | None:
        """Return a discriminator's value for the target of an adapted schema's `$ref`."""
        name = ref.rpartition("/")[2]
        pointer = next((one for one, known in self._names.items() if known == name), None)
        return None if pointer is None else _tags(pointer, discriminator)[0]

    def _adapt(
        self, schema: Any, direction: Direction, hidden: AbstractSet[str] = frozenset()
    ) -> dict[str, Any] | bool:
        """Adapt a schema; `hidden` are the ignored members of the schema that contains it."""
        if schema is None:  # an empty schema in YAML
            return True
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise SchemaError(f"a schema should be an object, not {schema!r}")
        out: dict[str, Any] = {}
        if isinstance(pointer := schema.get("$ref"), str):
            out["$ref"] = self._define(pointer, direction)
        # References of 3.0 have no siblings, but `nullable` beside one is meant to count.
        if "$ref" not in out or not self._is_3_0:
            self._adapt_keywords(schema, out, direction, hidden | self._hidden(schema, direction))
        # Many documents of 3.1 still use it for what callers may send.
        nullable = schema.get("nullable") is True and (self._is_3_0 or direction == "request")
        return _nullable(out) if nullable else out

    def _adapt_keywords(
        self, schema: Mapping[str, Any], out: dict[str, Any], direction: Direction, hidden: AbstractSet[str]
    ) -> None:
        for key, value in schema.items():
            if key in _PLAIN:
                out[key] = value
            elif key in _ONE and isinstance(value, Mapping | bool):
                out[key] = self._adapt(value, direction)
            elif key in _SEVERAL and isinstance(value, list):
                inner = hidden if key == "allOf" else frozenset()
                out[key] = [self._adapt(one, direction, inner) for one in value]
                if key in ("anyOf", "oneOf") and isinstance(schema.get("discriminator"), Mapping):
                    out[key] = _told_apart(value, out[key], schema["discriminator"])
            elif key in _NAMED and isinstance(value, Mapping):
                out[key] = {name: self._adapt(one, direction) for name, one in value.items()}
        for name in hidden & out.get("properties", {}).keys():
            out["properties"][name] = {HIDDEN: True}
        if "example" in schema:
            out["examples"] = [schema["example"]]
        elif isinstance(schema.get("examples"), list):
            out["examples"] = schema["examples"]
        self._repair(out, hidden, direction)

    def _repair(self, out: dict[str, Any], hidden: AbstractSet[str], direction: Direction) -> None:
        """Convert keywords to their form in 2020-12."""
        if "required" in out:
            required = out.pop("required")
            # `required: true` at a property is a leftover of older drafts, and means nothing.
            if isinstance(required, list):
                out["required"] = [name for name in dict.fromkeys(required) if name not in hidden]
        for exclusive, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(out.get(exclusive), bool) and out.pop(exclusive) and plain in out:
                out[exclusive] = out.pop(plain)
        if (bits := _BITS.get(str(out.get("format")))) and "string" not in out.get("type", ()):
            out |= {"minimum": -(2**bits), "maximum": 2**bits - 1} | out
        for key in [key for key in ("allOf", "anyOf", "oneOf", "prefixItems") if out.get(key) == []]:
            del out[key]
        named = out.get("type", [])
        if unknown := [
            name for name in (named if isinstance(named, list) else [named]) if name not in _TYPES
        ]:
            self._leave_out(f"the type {', '.join(map(str, unknown))}", "JSON Schema has no such type")
            del out["type"]
        if direction == "request" and "oneOf" in out:
            alternatives = {"anyOf": out.pop("oneOf")}
            if "anyOf" in out:
                out["allOf"] = [*out.get("allOf", ()), alternatives]
            else:
                out.update(alternatives)
        if "pattern" in out and not self._compiles(out["pattern"]):
            del out["pattern"]

    def _compiles(self, pattern: Any) -> bool:
        try:
            jsonschema_rs.Draft202012Validator({"pattern": pattern})
        except ValueError as error:
            self._leave_out(f"the pattern {pattern}", str(error).partition("\n")[0])
            return False
        return True

    def _leave_out(self, what: str, why: str) -> None:
        if what not in self._left_out:
            self._left_out.add(what)
            _LOG.warning("not checked: %s (%s)", what, why)

    def _define(self, pointer: str, direction: Direction) -> str:
        name = self._names.setdefault(pointer, f"s{len(self._names)}")
        defs = self._defs[direction]
        if name not in defs:
            defs[name] = True  # for a recursive reference
            try:
                defs[name] = self._adapt(self.resolve({"$ref": pointer}), direction)
            except SchemaError:
                del defs[name]
                raise
        return f"#/$defs/{name}"

    def _hidden(self, schema: Mapping[str, Any], direction: Direction) -> set[str]:
        """Return the names of ignored members of the schema and of the schemas that it is composed of."""
        flag, names = _FLAG[direction], set()
        for part in self._parts(schema):
            properties = part.get("properties")
            for name, member in properties.items() if isinstance(properties, Mapping) else ():
                if isinstance(member, Mapping) and any(one.get(flag) is True for one in self._parts(member)):
                    names.add(name)
        return names

    def _parts(self, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the schema, the targets of its references and its `allOf`, each once."""
        found: dict[int, Mapping[str, Any]] = {}
        pending: list[Any] = [schema]
        while pending:
            one = pending.pop()
            if not isinstance(one, Mapping) or id(one) in found:
                continue
            found[id(one)] = one
            if isinstance(pointer := one.get("$ref"), str):
                pending.append(self._at(pointer))
            pending += one["allOf"] if isinstance(one.get("allOf"), list) else []
        return list(found.values())

    def _validator(self, adapted: Any, direction: Direction) -> jsonschema_rs.Draft202012Validator:
        found = self._validators.get(id(adapted))
        if found is None:
            whole: dict[str, Any] = dict(adapted) if isinstance(adapted, dict) else {"allOf": [adapted]}
            needed: dict[str, Any] = {}
            pending = [adapted]
            while pending:
                for name in _references(pending.pop()):
                    if name not in needed:
                        needed[name] = self._defs[direction][name]
                        pending.append(needed[name])
            try:
                validator = jsonschema_rs.Draft202012Validator(
                    {**whole, "$defs": needed} if needed else whole,
                    formats=_FORMATS,
                    validate_formats=True,
                    mask="Input",
                )
            except ValueError as error:
                raise SchemaError(f"a schema is malformed: {str(error).partition(chr(10))[0]}") from None
            found = (adapted, validator)
            _remember(self._validators, id(adapted), found)
        return found[1]

    def fits(self, value: Any, adapted: dict[str, Any] | bool, direction: Direction) -> bool:
        """Return whether a value fits an adapted schema."""
        return self._validator(adapted, direction).is_valid(value)

    # Reading

    def _settle(
        self, value: Any, adapted: Any, loc: Location, direction: Direction, ignored: list[Location]
    ) -> Any:
        if isinstance(value, float):
            is_whole = value.is_integer() and "number" not in self.types(adapted, direction)
            return int(value) if is_whole else value
        if not isinstance(value, dict | list):
            return value
        plan = self._plan(adapted, direction)
        for branches in plan.unions:
            fitting = next((one for one in branches if self.fits(value, one, direction)), True)
            value = self._settle(value, fitting, loc, direction, ignored)
        if isinstance(value, list):
            if plan.items is None:
                return value
            return [
                self._settle(one, plan.items, (*loc, at), direction, ignored) for at, one in enumerate(value)
            ]
        out = {}
        for name, one in value.items():
            if name in plan.hidden:
                ignored.append((*loc, name))
            elif name in plan.members:
                out[name] = self._settle(one, plan.members[name], (*loc, name), direction, ignored)
            else:
                out[name] = one
        for name, default in plan.defaults.items():
            if name not in value:
                out[name] = copy.deepcopy(default)
        return out

    def _plan(self, adapted: Any, direction: Direction) -> _Plan:
        found = self._plans.get(id(adapted))
        if found is None:
            plan = _Plan({}, {}, set(), [], None)
            for part in self.ingredients(adapted, direction):
                for name, member in part.get("properties", {}).items():
                    if member is not True and isinstance(member, dict) and HIDDEN in member:
                        plan.hidden.add(name)
                        continue
                    plan.members.setdefault(name, member)
                    for one in self.ingredients(member, direction):
                        if "default" in one and self.fits(one["default"], member, direction):
                            plan.defaults[name] = one["default"]
                plan.unions.extend(part[key] for key in ("anyOf", "oneOf") if key in part)
                if isinstance(part.get("items"), dict):
                    plan = plan._replace(items=part["items"])
            found = (adapted, plan)
            _remember(self._plans, id(adapted), found)
        return found[1]

    def ingredients(self, adapted: Any, direction: Direction) -> Iterator[dict[str, Any]]:
        """Yield an adapted schema and the parts of it by references and `allOf`, each once."""
        seen: set[int] = set()
        pending = [adapted]
        while pending:
            one = pending.pop(0)
            if isinstance(one, bool) or id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            if "$ref" in one:
                pending.append(self.definition(one["$ref"], direction))
            pending += one.get("allOf", ())

    def types(self, adapted: Any, direction: Direction) -> set[str]:
        """Return the JSON types that an adapted schema allows; all seven if it has no `type`."""
        types = set(_TYPES)
        for part in self.ingredients(adapted, direction):
            if "type" in part:
                named = {part["type"]} if isinstance(part["type"], str) else set(part["type"])
                types &= named | ({"integer"} if "number" in named else set())
            values = [part["const"]] if "const" in part else part.get("enum")
            if values is not None:
                types &= {name for value in values for name in types_of(value)}
            for key in ("anyOf", "oneOf"):
                if key in part:
                    types &= set().union(*(self.types(one, direction) for one in part[key]))
        return types


def _remember(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """Cache a value; clear the cache when it is large, so that a server's memory stays bounded."""
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


class _Plan(NamedTuple):
    """The steps of reading a value by one schema."""

    members: dict[str, Any]
    defaults: dict[str, Any]
    hidden: set[str]
    unions: list[list[Any]]
    items: dict[str, Any] | None


def types_of(value: Any) -> set[str]:
    """Return the JSON types of a value: an integer is a number too."""
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int | float):
        return {"number", "integer"} if float(value).is_integer() else {"number"}
    return {_NAMES[type(value)]}


_NAMES: Final = {str: "string", dict: "object", list: "array", type(None): "null"}
_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")


def _nullable(out: dict[str, Any]) -> dict[str, Any]:
    """Return an adapted schema that also allows null."""
    if "type" in out and isinstance(out["type"], str):
        out["type"] = [out["type"], "null"]
        if "enum" in out and None not in out["enum"]:
            out["enum"] = [*out["enum"], None]
        if not out.keys() & {"$ref", "allOf", "anyOf", "oneOf", "not"}:
            return out
    about: dict[str, Any] = {key: out.pop(key) for key in ("default", "examples") if key in out}
    return {"anyOf": [out, {"type": "null"}], **about}


def _tags(pointer: str, discriminator: Mapping[str, Any]) -> list[str]:
    """Return a discriminator's values for a schema: those of its mapping, else the schema's name."""
    mapping = discriminator.get("mapping")
    pairs = mapping.items() if isinstance(mapping, Mapping) else ()
    found = [str(tag) for tag, target in pairs if pointer in (target, f"#/components/schemas/{target}")]
    return found or [pointer.rpartition("/")[2]]


def _told_apart(given: list[Any], adapted: list[Any], discriminator: Mapping[str, Any]) -> list[Any]:
    """Return the alternatives, none of which fits a value whose discriminator names another one."""
    name = discriminator.get("propertyName")
    tags = [
        set(_tags(one["$ref"], discriminator)) if isinstance(one, Mapping) and "$ref" in one else set()
        for one in given
    ]
    out = []
    for branch, own in zip(adapted, tags, strict=True):
        others = sorted(set().union(*tags) - own)
        apart = {"properties": {name: {"not": {"enum": others}}}}
        is_plain = isinstance(branch, dict) and branch.keys() == {"$ref"}
        out.append({**branch, **apart} if is_plain and others and isinstance(name, str) else branch)
    return out


def _references(node: Any) -> Iterator[str]:
    """Yield the names of the definitions that an adapted schema refers to."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += node
        elif isinstance(node, dict):
            if isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/$defs/"):
                yield node["$ref"].rpartition("/")[2]
            pending += [value for key, value in node.items() if key in _ONE or key in _SEVERAL]
            pending += [one for key in _NAMED & node.keys() for one in node[key].values()]


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_FORMATS: Final = {"byte": _is_base64}

# Problems: the keywords of JSON Schema in FastAPI's vocabulary.

_TYPE_WORDS: Final = {
    "string": ("string", "string_type"),
    "integer": ("integer", "int_type"),
    "number": ("number", "float_type"),
    "boolean": ("boolean", "bool_type"),
    "object": ("dictionary", "dict_type"),
    "array": ("list", "list_type"),
    "null": ("null", "none_required"),
}
_LIMIT_WORDS: Final = {
    "minLength": ("String should have at least {} characters", "string_too_short"),
    "maxLength": ("String should have at most {} characters", "string_too_long"),
    "minimum": ("Input should be greater than or equal to {}", "greater_than_equal"),
    "maximum": ("Input should be less than or equal to {}", "less_than_equal"),
    "exclusiveMinimum": ("Input should be greater than {}", "greater_than"),
    "exclusiveMaximum": ("Input should be less than {}", "less_than"),
    "minItems": ("List should have at least {} items", "too_short"),
    "maxItems": ("List should have at most {} items", "too_long"),
    "minProperties": ("Dictionary should have at least {} items", "too_short"),
    "maxProperties": ("Dictionary should have at most {} items", "too_long"),
}


def _problems(errors: Iterable[jsonschema_rs.ValidationError], loc: Location) -> Iterator[Problem]:
    for error in errors:
        kind = error.kind
        place = (*loc, *error.instance_path)
        details = kind.as_dict()
        if kind.name in _LIMIT_WORDS:
            words, name = _LIMIT_WORDS[kind.name]
            yield Problem(place, words.format(details["limit"]), name)
        elif kind.name == "required":
            yield Problem((*place, details["property"]), "Field required", "missing")
        elif kind.name in ("additionalProperties", "unevaluatedProperties"):
            for name in details["unexpected"]:
                yield Problem((*place, name), "Extra inputs are not permitted", "extra_forbidden")
        elif kind.name in ("anyOf", "oneOf") and "context" in details:
            yield from _of_union(details["context"], place, loc)
        elif kind.name == "type":
            yield _of_type(details["types"], place)
        elif kind.name == "enum":
            expected = " or ".join(repr(one) for one in details["options"])
            yield Problem(place, f"Input should be {expected}", "enum")
        elif kind.name == "const":
            yield Problem(place, f"Input should be {details['expected_value']!r}", "literal_error")
        elif kind.name == "pattern":
            yield Problem(
                place, f"String should match pattern '{details['pattern']}'", "string_pattern_mismatch"
            )
        elif kind.name == "format":
            yield Problem(place, f"Input should be a valid {details['format']}", "string_format")
        else:
            yield Problem(place, error.message, kind.name)


def _of_union(
    context: list[list[jsonschema_rs.ValidationError]], place: Location, loc: Location
) -> Iterator[Problem]:
    """Yield the problems of the alternative that was meant, if that is clear."""
    branches = [[list(_problems([error], loc)) for error in errors] for errors in context if errors]
    flat = [[one for problems in errors for one in problems] for errors in branches]
    # Alternatives of another type, or with other constant members, were not meant.
    meant = [one for one in flat if not any(at == place and kind in _OTHER_TYPE for at, _, kind in one)]
    meant = [one for one in meant if not any(kind in _OTHER_KIND for _, _, kind in one)] or meant
    if len(meant) == 1 and len(branches) == len(context):
        yield from meant[0]
        return
    others = [one for one in flat if all(kind != "none_required" for _, _, kind in one)]
    if not meant and len(others) == 1:  # nullable, and neither null nor of the type
        yield from others[0]
        return
    if len(branches) == len(context):
        yield Problem(place, f"Input should match one of {len(context)} alternatives", "union")
    else:
        yield Problem(place, f"Input should match only one of {len(context)} alternatives", AMBIGUOUS)


def _of_type(types: list[str], place: Location) -> Problem:
    named = [name for name in types if name != "null"] or types
    words = " or ".join(_TYPE_WORDS[name][0] for name in named)
    return Problem(
        place,
        f"Input should be a valid {words}",
        _TYPE_WORDS[named[0]][1] if len(named) == 1 else "type_error",
    )


_OTHER_TYPE: Final = {kind for _, kind in _TYPE_WORDS.values()} | {"type_error"}
_OTHER_KIND: Final = {"enum", "literal_error", "not"}
