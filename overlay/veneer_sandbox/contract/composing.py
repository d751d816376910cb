"""Compose values that fit a schema from known data: what a caller sent, what is stored, the facts of a page.

Members that do not fit are left out, missing required members are generated from the seed. The result always fits.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from veneer_sandbox import samples
from veneer_sandbox.schemas import AMBIGUOUS, SchemaError

from .reading import ContractDocument, Said, is_json, squeezed

# Marks a member to leave out if the schema allows it.
ABSENT: Final = object()
_CACHED: Final = 4_096


class Composer:
    """Composes values by the schemas of one contract."""

    def __init__(self, document: ContractDocument) -> None:
        self.document = document
        self._made: dict[tuple[Any, ...], Any] = {}
        # Beside each key's schema, so that its id stays its own.
        self._alive: dict[int, Any] = {}

    def fits(self, value: Any, schema: Any) -> bool:
        """Return whether a value may be in a response."""
        try:
            return not self.document.schemas.check(value, schema, direction="response")
        except ValueError:
            # An unusable schema, or a value with a member to leave out.
            return False

    def generate(self, schema: Any, seed: str) -> Any:
        """Return a generated value of the schema; None if there is none."""
        try:
            return samples.generate(self.document.schemas, schema, seed)
        except SchemaError:
            return None

    def examples(self, media: Any) -> list[Any]:
        """Return the examples of a media type, in their order."""
        node = self.document.node(media)
        named = node.get("examples")
        found = [node["example"]] if "example" in node else []
        for one in named.values() if isinstance(named, Mapping) else ():
            found += [self.document.node(one)["value"]] if "value" in self.document.node(one) else []
        return found

    def example(self, said: Said) -> Any:
        """Return the first example of a response's JSON that fits; None if there is none."""
        for kind, media in said.content.items():
            schema = self.document.node(media).get("schema", True)
            for one in self.examples(media) if is_json(kind) else ():
                if one is not None and self.fits(one, schema):
                    return self.shown(one, schema)
        return None

    def compose(
        self,
        schema: Any,
        known: Mapping[str, Any],
        seed: str,
        *,
        unset: frozenset[str] = frozenset(),
        sparse: bool = False,
    ) -> Any:
        """Return a value that fits, with the known members that it may have.

        `unset` are names that a caller may give: they are absent if they are unknown and optional. `sparse` means
        all names.
        """
        # ABSENT is written as something that JSON cannot be.
        text = json.dumps(known, default=lambda _: {"\0": 0})
        key = (id(schema), text, seed, unset, sparse)
        if key not in self._made:
            if len(self._made) >= _CACHED:
                self._made.clear()
            self._alive[id(schema)] = schema
            self._made[key] = self.shown(self._compose(schema, known, seed, unset, sparse), schema)
        return copy.deepcopy(self._made[key])

    def shown(self, value: Any, schema: Any) -> Any:
        """Return a value that fits without writeOnly members: a password is never in a response."""
        return self.document.schemas.read(value, schema, direction="response").value

    def _compose(
        self, schema: Any, known: Mapping[str, Any], seed: str, unset: frozenset[str], sparse: bool
    ) -> Any:
        ambiguous: Any = None
        for variant in self._variants(schema, known):
            base = self.generate(variant, seed)
            if not isinstance(base, Mapping):
                continue
            left: dict[str, Any] = dict(known)
            for _ in range(4):
                value = self._overlay(variant, base, left, seed, unset, sparse)
                problems = self.document.schemas.check(value, schema, direction="response")
                if not problems:
                    return value
                if ambiguous is None and all(one.type == AMBIGUOUS for one in problems):
                    ambiguous = value
                # Drop what breaks the whole: a known member, or an absence.
                names = {str(one.loc[0]) for one in problems if one.loc}
                left = {name: one for name, one in left.items() if squeezed(name) not in map(squeezed, names)}
                unset -= {squeezed(name) for name in names}
        # If nothing tells the alternatives apart, known members are better than a value that fits exactly one.
        return self.generate(schema, seed) if ambiguous is None else ambiguous

    def _variants(self, schema: Any, known: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the alternatives of a schema, those that fit most known members first, then the schema itself."""
        found = [
            one
            for part in self.document.parts(schema)
            for key in ("oneOf", "anyOf")
            if isinstance(part.get(key), list)
            for one in part[key]
            if self.document.members(one)
        ]
        plain = self.document.parts(schema)
        if len(found) > 1 and not any(part.get("properties") for part in plain):
            yield from sorted(found, key=lambda one: -self._room(one, known))[:4]
        yield schema

    def _room(self, schema: Any, known: Mapping[str, Any]) -> int:
        members = self.document.members(schema)
        return sum(
            1 if self.fits(value, members[name]) else -1
            for name, value in known.items()
            if name in members and value is not ABSENT
        )

    def _overlay(
        self,
        schema: Any,
        base: Mapping[str, Any],
        known: Mapping[str, Any],
        seed: str,
        unset: frozenset[str],
        sparse: bool,
    ) -> dict[str, Any]:
        members = self.document.members(schema)
        named = {squeezed(name): name for name in known}
        required = self.required(schema)
        out: dict[str, Any] = {}
        for name, member in members.items():
            source = name if name in known else named.get(squeezed(name))
            value = known[source] if source is not None else ABSENT
            fitted = ABSENT if value is ABSENT else self.fit(value, member, f"{seed}/{name}")
            if fitted is not ABSENT:
                out[name] = fitted
            elif source is not None and value is ABSENT and self.fits(None, member):
                out[name] = None
            elif name in base and (
                name in required or not (source is not None or sparse or squeezed(name) in unset)
            ):
                out[name] = self._least(member, base[name]) if source is not None else base[name]
        taken = {squeezed(name) for name in members}
        out |= {name: value for name, value in base.items() if name not in members and not sparse}
        if not members or self.document.said(schema, "additionalProperties") not in (None, False):
            out |= {name: value for name, value in present(known).items() if squeezed(name) not in taken}
        return out

    def _least(self, member: Any, made: Any) -> Any:
        """Return an empty value for a required member."""
        nothing: tuple[Any, ...] = (None, "", [], {})
        return next((one for one in nothing if self.fits(one, member)), made)

    def required(self, schema: Any) -> set[str]:
        """Return the members that a schema requires."""
        return {
            name
            for part in self.document.parts(schema)
            if isinstance(part.get("required"), list)
            for name in part["required"]
        }

    def fit(self, value: Any, schema: Any, seed: str) -> Any:
        """Return a known value converted to the schema, or ABSENT if that is impossible."""
        if not self.document.members(schema):
            value = present(value)
        if self.fits(value, schema):
            return self.shown(value, schema)
        if isinstance(value, Mapping) and self.document.members(schema):
            return self.compose(schema, value, seed)
        if isinstance(value, list) and "array" in self.document.kinds(schema):
            items = self.document.items(schema)
            fitted = [self.fit(one, items, f"{seed}/{at}") for at, one in enumerate(value)]
            out: list[Any] = [one for one in fitted if one is not ABSENT]
            return out if self.fits(out, schema) else ABSENT
        # An id may be a number in one place and text in another.
        for other in (str(value), int(value) if isinstance(value, str) and value.isdecimal() else None):
            if isinstance(value, str | int) and not isinstance(value, bool) and self.fits(other, schema):
                return other if other is not None else ABSENT
        return ABSENT


def present(value: Any) -> Any:
    """Return a value without ABSENT members."""
    if isinstance(value, Mapping):
        return {name: present(one) for name, one in value.items() if one is not ABSENT}
    return value


def nested(path: tuple[str, ...], value: Any) -> Any:
    """Return objects that hold a value at a path of members."""
    for name in reversed(path):
        value = {name: value}
    return value


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return two mappings merged recursively."""
    out = dict(one)
    for name, value in other.items():
        mine = out.get(name)
        out[name] = merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return out


def patched(value: Any, patch: Any) -> Any:
    """Apply a JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    out = dict(value) if isinstance(value, Mapping) else {}
    for name, one in patch.items():
        if one is None:
            out.pop(name, None)
        else:
            out[name] = patched(out.get(name), one)
    return out


def json_patched(value: Any, operations: list[Any]) -> Any:
    """Apply a JSON Patch (RFC 6902). Raises KeyError, IndexError, TypeError or ValueError if it does not apply."""
    whole = {"": copy.deepcopy(value)}
    for one in operations:
        if one["op"] in ("move", "copy"):
            moved = _within(whole, one["from"])
            new = moved[0][moved[1]]
            if one["op"] == "move":
                del moved[0][moved[1]]
        else:
            new = one.get("value")
        home, key = _within(whole, one["path"])
        if one["op"] == "test":
            if home[key] != new:
                raise ValueError(f"{one['path']} has another value")
        elif one["op"] == "remove":
            del home[key]
        elif isinstance(home, list) and one["op"] != "replace":
            home.insert(key, new)
        else:
            home[key] = new
    return whole[""]


def _within(whole: Any, pointer: str) -> tuple[Any, Any]:
    """Return the parent of a JSON Pointer's target, and the pointer's last part."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    home = whole
    for part in parts[:-1]:
        home = home[int(part)] if isinstance(home, list) else home[part]
    last = parts[-1]
    return home, (len(home) if last == "-" else int(last)) if isinstance(home, list) else last


def at(value: Any, path: tuple[str, ...]) -> Any:
    """Return the value at a path of members; None if there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
