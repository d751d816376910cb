"""Describe an operation's arguments as one self-contained JSON Schema of limited length."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from veneer_cli.contract import Operation
from veneer_cli.text import clean
from veneer_codegen.contract import pointers

__all__ = ["FILE", "arguments_schema", "body_schema", "shortened_text"]

# From most to least detail: levels of schemas, characters of a description, values of an enum.
_DETAIL: Final = (
    (8, 600, 200),
    (5, 300, 100),
    (4, 200, 50),
    (3, 120, 30),
    (2, 80, 20),
    (1, 60, 10),
    (1, 0, 5),
)

_PLAIN: Final = ("type", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "multipleOf")  # fmt: skip
_EDGES: Final = ("exclusiveMinimum", "exclusiveMaximum")  # in 3.0 they are booleans, which are left out
_VALUES: Final = ("const", "default", "example")
_UNIONS: Final = ("allOf", "anyOf", "oneOf")
_LONGEST_VALUE: Final = 200
_SHORTEST: Final = 12
"""The fewest characters of a schema, its name and commas counted."""
FILE: Final = {
    "type": "object",
    "description": 'A file: {"text": …}, {"base64": …} or {"path": …} in the server\'s folder of files; "name" is its file name.',
    "properties": {name: {"type": "string"} for name in ("text", "base64", "path", "name")},
}


def arguments_schema(document: Mapping[str, Any], operation: Operation, longest: int) -> dict[str, Any]:
    """Return the JSON Schema of an operation's arguments, if possible in at most `longest` characters.

    To fit, descriptions are shortened first, then the insides of nested objects are left out.
    """
    return _fitting(document, longest, lambda inline, levels: _arguments(inline, operation, levels))


def body_schema(document: Mapping[str, Any], schema: Any, longest: int) -> dict[str, Any]:
    """Return the JSON Schema of a whole body, if possible in at most `longest` characters."""
    return _fitting(document, longest, lambda inline, levels: inline.schema(schema, levels))


def _fitting(
    document: Mapping[str, Any], longest: int, made: Callable[[_Inliner, int], dict[str, Any]]
) -> dict[str, Any]:
    """Return the most detailed schema that is not too long."""
    found: dict[str, Any] = {}
    for levels, said, values in _DETAIL:
        found = made(_Inliner(document, said, values, longest // _SHORTEST), levels)
        if len(json.dumps(found, ensure_ascii=False)) <= longest:
            break
    return found


def shortened_text(text: Any, longest: int) -> str:
    """Return a contract's text cleaned, on few lines, in at most `longest` characters; "" if not a text."""
    found = clean(text).strip() if isinstance(text, str) else ""
    return found if len(found) <= longest else f"{found[:longest].rstrip()}…"


def _arguments(inline: _Inliner, operation: Operation, levels: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for one in operation.parameters:
        said = dict(FILE) if one.kind == "file" else inline.schema(one.schema, levels)
        if text := inline.text(one.description):
            said["description"] = text
        if one.name in members:  # in the path and in the body: one value serves both
            continue
        members[one.name] = said
    found: dict[str, Any] = {"type": "object", "properties": members}
    if required := [
        name for name in members if any(one.required for one in operation.parameters if one.name == name)
    ]:
        found["required"] = required
    return found


class _Inliner:
    """Writes schemas with their references filled in, to a depth."""

    def __init__(self, document: Mapping[str, Any], said: int, values: int, most: int) -> None:
        self._document = document
        self._said = said
        self._values = values
        self._left = most

    def text(self, text: Any) -> str:
        return shortened_text(text, self._said) if self._said else ""

    def schema(self, node: Any, levels: int) -> dict[str, Any]:
        self._left -= 1
        if self._left < 0:  # already too long
            return {"x-cut": True}
        found, can_be_null = self._without_null(pointers.follow(self._document, node))
        made: dict[str, Any] = {name: found[name] for name in _PLAIN if name in found}
        made |= {name: found[name] for name in _EDGES if not isinstance(found.get(name, True), bool)}
        if isinstance(made.get("type"), str) and (can_be_null or found.get("nullable") is True):
            made["type"] = [made["type"], "null"]
        if text := self.text(found.get("description")):
            made["description"] = text
        made |= dict(self._stated(found))
        if any(found.get(name) for name in ("properties", "items", "additionalProperties", *_UNIONS)):
            made |= self._inside(found, levels - 1) if levels > 1 else {"x-cut": True}
        return made

    def _without_null(self, found: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
        """Return a schema without a union with null, and whether there was one."""
        name = next((one for one in ("anyOf", "oneOf") if one in found), "")
        parts = [pointers.follow(self._document, one) for one in found[name]] if name else []
        others = [one for one in parts if one.get("type") != "null"]
        if len(parts) != 2 or len(others) != 1 or not isinstance(others[0].get("type"), str):
            return found, False
        return {**others[0], **{key: value for key, value in found.items() if key != name}}, True

    def _stated(self, found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        listed = found.get("enum")
        if isinstance(listed, list):
            yield "enum", listed[: self._values]
            if len(listed) > self._values:
                yield "x-cut", True
        for name in _VALUES:
            if name in found and len(json.dumps(found[name], default=str)) <= _LONGEST_VALUE:
                yield name, found[name]

    def _inside(self, found: Mapping[str, Any], levels: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        properties = found.get("properties")
        if isinstance(properties, Mapping):
            # Read-only members cannot be given.
            given = {
                name: one
                for name, one in properties.items()
                if pointers.follow(self._document, one).get("readOnly") is not True
            }
            made["properties"] = {name: self.schema(one, levels) for name, one in given.items()}
            if required := [name for name in found.get("required") or () if name in given]:
                made["required"] = required
        for name in ("items", "additionalProperties"):
            if isinstance(found.get(name), Mapping):
                made[name] = self.schema(found[name], levels)
            elif name in found and isinstance(found[name], bool):
                made[name] = found[name]
        for name in _UNIONS:
            if isinstance(found.get(name), list):
                made[name] = [self.schema(one, levels) for one in found[name]]
        return made
