"""Turn observations of a server into actions of an OpenAPI Overlay, to be reviewed.

Observations are its responses and the contract that it publishes.

| seen | becomes |
|---|---|
| null where the contract has a type | the schema allows null |
| another type | a list of types, or a union |
| a value that an enum does not list | one more value, if it is known |
| a member that is not in the contract | a property of the observed type |
| a required member that is missing | an optional member |
| a status or media type that is not listed | one more response, one more media type |
| an operation or schema that is published differently | the published one |

The rest is reported and left to a person: a body that is not JSON, a path that no operation has, a
member whose name was not kept.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from veneer_codegen import overlays
from veneer_codegen.changes import Change, compare
from veneer_codegen.contract import pointers
from veneer_codegen.errors import ContractError

Keys = tuple[str | int, ...]

_STEP: Final = re.compile(r"""\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*|\d+)\]""")
_DEPTH: Final = 32
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_OWN: Final = "x-veneer-"
"""Extensions for facts that OpenAPI cannot express. No server publishes them."""


@dataclass(frozen=True)
class Seen:
    """One finding of `veneer.sampling`, with its count and the time of its first occurrence."""

    kind: str
    path: str
    expected: str
    found: str
    operation: str
    status: str
    what: str
    count: int = 1
    first_seen: str = ""

    def __str__(self) -> str:
        since = f", first on {self.first_seen}" if self.first_seen else ""
        return f"{self.operation} {self.status}: {self.what} (seen {self.count:,}×{since})"


@dataclass(frozen=True)
class Corrections:
    """An Overlay document (1.0), and the findings without an action, with their reasons."""

    overlay: dict[str, Any]
    left: tuple[str, ...]

    def dump(self, *, yaml: bool = False) -> str:
        """Return the document as JSON, or as YAML."""
        if yaml:
            from yaml import safe_dump

            return str(safe_dump(self.overlay, sort_keys=False, allow_unicode=True, width=100))
        return json.dumps(self.overlay, indent=2, ensure_ascii=False) + "\n"


def read_report(text: str, source: str) -> list[Seen]:
    """Return the report of a sampler, as `report().to_json()` writes it. Raises ContractError."""
    from veneer._core.violations import SchemaViolation

    try:
        found = []
        for one in json.loads(text)["findings"]:
            fields = {name: str(one.get(name, "")) for name in SchemaViolation._fields}
            when = str(one.get("first_seen") or "")
            day = datetime.fromisoformat(when).date().isoformat() if when else ""
            found.append(
                Seen(
                    **fields,
                    what=SchemaViolation(**fields).what,
                    count=int(one.get("count", 1)),
                    first_seen=day,
                )
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ContractError(
            "is not a sampler's report: write one with `sampler.report().to_json()`", source=source
        ) from None
    return found


def correct(
    document: Mapping[str, Any],
    seen: Sequence[Seen] = (),
    *,
    published: Mapping[str, Any] | None = None,
    changes: Sequence[Change] = (),
    source: str = "",
) -> Corrections:
    """Return the actions that make a contract match the observations.

    `published` is the contract that the server publishes at `source`; `changes` are its
    differences. The actions apply to `document` in the given order, which is verified on a copy.
    """
    made = _Maker(copy.deepcopy(dict(document)))
    if published is not None:
        made.publish(published, changes, source)
    for one in seen:
        made.take(one)
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "Observed behaviour of the server, to be reviewed", "version": "1"},
        "actions": made.actions,
    }
    return Corrections(overlay, tuple(made.left))


class _Maker:
    """Makes actions one by one. Each sees the effects of those before it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.actions: list[dict[str, Any]] = []
        self.left: list[str] = []
        self._typed_null = not str(document.get("openapi", "")).startswith("3.0")
        self._done: dict[tuple[object, ...], list[dict[str, Any]]] = {}

    def take(self, seen: Seen) -> None:
        """Make the actions of one finding.

        An existing action for the same gets its evidence too.
        """
        try:
            if seen.kind == "route":
                raise _NoWayError("no operation of the contract has this path, which was not kept")
            operation = self._operation(seen.operation)
            match seen.kind:
                case "status":
                    self._once(seen, ("status", *operation, seen.status), self._status(operation, seen))
                case "media" | "body":
                    self._media(operation, seen)
                case "type" | "enum" | "unknown" | "missing" | "format":
                    self._schema(operation, seen)
                case _:
                    raise _NoWayError("no action can express this")
        except _NoWayError as error:
            self.left.append(f"{seen}: {error}")
        except ContractError as error:
            self.left.append(f"{seen}: {error.reason}")

    def _once(self, seen: Seen, key: tuple[object, ...], actions: Iterable[dict[str, Any]]) -> None:
        """Apply actions. Actions that were already applied only get the evidence."""
        if key in self._done:
            for action in self._done[key]:
                action["description"] += f"; {seen}"
            return
        made = []
        for action in actions:
            action["description"] = str(seen)
            overlays.carry_out(action, self.document)
            made.append(action)
        self.actions += made
        self._done[key] = made

    # Places

    def _operation(self, name: str) -> Keys:
        method, _, path = name.partition(" ")
        item = self._at(("paths", path))
        keys: Keys = self._followed(("paths", path)) if isinstance(item, dict) else ()
        if not keys or not isinstance(self._at((*keys, method.lower())), dict):
            raise _NoWayError("the contract has no such operation")
        return (*keys, method.lower())

    def _at(self, keys: Keys) -> Any:
        """Return the node at a place; None if there is none."""
        node: Any = self.document
        for key in keys:
            if (isinstance(node, dict) and key in node) or (
                isinstance(node, list) and isinstance(key, int) and key < len(node)
            ):
                node = node[key]  # type: ignore[index]  # held to its kind above
            else:
                return None
        return node

    def _followed(self, keys: Keys) -> Keys:
        """Return the place at the end of a place's references."""
        for _ in range(_DEPTH):
            node = self._at(keys)
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return keys
            keys = self._target(node["$ref"])
        raise _NoWayError("its references lead in a circle")

    def _target(self, reference: str) -> Keys:
        found: list[str | int] = []
        for key in pointers.split(reference):
            node = self._at(tuple(found))
            found.append(int(key) if isinstance(node, list) and key.isdecimal() else key)
        if not reference.startswith("#/") or self._at(tuple(found)) is None:
            raise _NoWayError(f"{reference} leads nowhere")
        return tuple(found)

    def _response(self, operation: Keys, status: str) -> Keys:
        responses = self._at((*operation, "responses")) or {}
        wanted = (status, f"{status[:1]}XX", f"{status[:1]}xx", "default")
        key = next((one for one in wanted if one in responses), None)
        if key is None:
            raise _NoWayError("the contract has no such response")
        return self._followed((*operation, "responses", key))

    def _parts(self, keys: Keys, depth: int = 0) -> Iterator[Keys]:
        """Yield every schema of a value: the one at a place, its references and its parts."""
        keys = self._followed(keys)
        node = self._at(keys)
        if not isinstance(node, dict) or depth > _DEPTH:
            return
        yield keys
        for word in ("allOf", "anyOf", "oneOf"):
            for number in range(len(node.get(word) or ())):
                yield from self._parts((*keys, word, number), depth + 1)

    def _sites(self, operation: Keys, seen: Seen) -> list[Keys]:
        """Return the schemas at the place that a finding names, with references not followed."""
        return self._below(self._roots(operation, seen), self._steps(seen.path))

    def _roots(self, operation: Keys, seen: Seen) -> list[Keys]:
        content = (*self._response(operation, seen.status), "content")
        return [
            (*self._followed((*content, media)), "schema")
            for media in self._at(content) or {}
            if re.fullmatch(
                r"application/(json|[\w.+-]+\+json)|\*/\*|application/\*",
                str(media).partition(";")[0].strip(),
            )
        ]

    def _steps(self, path: str) -> list[str | int]:
        rest, steps = path.removeprefix("$"), []
        while rest:
            found = _STEP.match(rest)
            if found is None:
                raise _NoWayError("its place cannot be followed")
            rest = rest[found.end() :]
            step: str | int = next(part for part in found.groups() if part is not None)
            steps.append(-1 if found[4] == "*" else int(step) if found[4] else step)
        return steps

    def _below(self, sites: list[Keys], steps: Sequence[str | int]) -> list[Keys]:
        for step in steps:
            sites = list(
                dict.fromkeys(
                    one for site in sites for part in self._parts(site) for one in self._step(part, step)
                )
            )
        return [site for site in sites if self._at(site) is not None]

    def _step(self, keys: Keys, step: str | int) -> Iterator[Keys]:
        node = self._at(keys)
        if isinstance(step, int):
            first = node.get("prefixItems") or ()
            if 0 <= step < len(first):
                yield (*keys, "prefixItems", step)
            elif "items" in node:
                yield (*keys, "items")
        elif step in (node.get("properties") or {}):
            yield (*keys, "properties", step)
        elif step == "*":
            if isinstance(node.get("additionalProperties"), dict):
                yield (*keys, "additionalProperties")
            for pattern in node.get("patternProperties") or ():
                yield (*keys, "patternProperties", pattern)

    # Corrections

    def _schema(self, operation: Keys, seen: Seen) -> None:
        if seen.kind in {"unknown", "missing"}:
            steps = self._steps(seen.path)
            name = steps.pop() if steps else ""
            if not isinstance(name, str) or name == "*":
                raise _NoWayError("its name was not kept")
            holders = self._below(self._roots(operation, seen), steps)
            places = [
                one
                for site in holders
                for one in (self._naming(site) if seen.kind == "unknown" else self._requiring(site, name))
            ]
        else:
            name, places = "", self._sites(operation, seen)
        key = (seen.kind == "missing", name)
        known = [one for one in self._done if one[:2] == key]
        if not places and seen.kind == "missing" and known:
            places = [one[2] for one in known if self._holds(holders, one[2])]  # type: ignore[misc]  # keys of its own
        if not places:
            raise _NoWayError("the contract has no such place")
        for place in dict.fromkeys(places):
            if seen.kind == "missing":
                self._once(seen, (*key, place), self._optional(place, name))
            elif seen.kind == "unknown":
                self._once(seen, (*key, place, seen.found), self._property(place, name, seen.found))
            elif seen.kind == "enum":
                self._enum(place, seen)
            elif seen.kind == "format":
                holder = next((one for one in self._parts(place) if "format" in self._at(one)), None)
                if holder is None:
                    raise _NoWayError("the contract has no format there")
                self._once(seen, ("format", "", holder), [_removal((*holder, "format"))])
            else:
                self._once(seen, ("type", "", place, seen.found), self._widened(place, seen.found))

    def _holds(self, holders: Sequence[Keys], place: Any) -> bool:
        return any(place == part for holder in holders for part in self._parts(holder))

    def _naming(self, site: Keys) -> list[Keys]:
        """Return the schemas that list the members of a value, one per branch of a union."""
        keys = self._followed(site)
        node = self._at(keys)
        if not isinstance(node, dict):
            return []
        if node.get("properties") or node.get("additionalProperties") is False:
            return [keys]
        for number in range(len(node.get("allOf") or ())):
            if found := self._naming((*keys, "allOf", number)):
                return found
        return [
            one
            for word in ("anyOf", "oneOf")
            for number in range(len(node.get(word) or ()))
            for one in self._naming((*keys, word, number))
        ]

    def _requiring(self, site: Keys, name: str) -> list[Keys]:
        return [keys for keys in self._parts(site) if name in (self._at(keys).get("required") or ())]

    def _optional(self, place: Keys, name: str) -> Iterator[dict[str, Any]]:
        listed = self._at((*place, "required"))
        if len(listed) == 1:
            yield _removal((*place, "required"))
        else:
            yield {"target": f"{_path((*place, 'required'))}[?(@ == {json.dumps(name)})]", "remove": True}

    def _property(self, place: Keys, name: str, found: str) -> Iterator[dict[str, Any]]:
        there = (*place, "properties", name)
        if self._at(there) is not None:  # seen with another type before
            yield from self._widened(there, found)
        else:
            yield _updating(place, {"properties": {name: self._typed(found)}})

    def _typed(self, found: str) -> dict[str, Any]:
        """Return a schema with only a JSON type."""
        if found == "null":
            return {"type": "null"} if self._typed_null else {"nullable": True}
        more: dict[str, dict[str, Any]] = {"object": {"additionalProperties": True}, "array": {"items": {}}}
        return {"type": found, **more.get(found, {})}

    def _widened(self, place: Keys, found: str) -> Iterator[dict[str, Any]]:
        """Make a schema allow one more type at the place of its use."""
        node = self._at(place)
        if not isinstance(node, dict):
            raise _NoWayError("the contract allows nothing there")
        types = node.get("type")
        listed = [types] if isinstance(types, str) else types if isinstance(types, list) else []
        if found == "number" and listed == ["integer"]:
            yield _updating(place, {"type": "number"})
            if str(node.get("format", "")).startswith("int"):
                yield _removal((*place, "format"))
        elif found == "null" and not self._typed_null and "$ref" not in node and "allOf" not in node:
            yield _updating(place, {"nullable": True, **self._null_value(node)})
        elif self._typed_null and listed and not {"$ref", "allOf", "anyOf", "oneOf", "const", "not"} & node.keys() and (found == "null" or "enum" not in node):  # fmt: skip
            new = [found] if isinstance(types, list) else [*listed, found]
            yield _updating(place, {"type": new, **(self._null_value(node) if found == "null" else {})})
        elif "anyOf" in node and not node.keys() - {"anyOf", "description", "title", "default"}:
            yield _updating(place, {"anyOf": [self._typed(found)]})
        else:
            yield from self._union(place, node, found)

    def _null_value(self, node: Mapping[str, Any]) -> dict[str, Any]:
        return {"enum": [None]} if "enum" in node and None not in node["enum"] else {}

    def _union(self, place: Keys, node: dict[str, Any], found: str) -> Iterator[dict[str, Any]]:
        """Replace a schema by a union with a schema of another type."""
        if not isinstance(place[-1], str):
            raise _NoWayError("a branch of a union: write the action by hand")
        if found == "null" and not self._typed_null:
            union: dict[str, Any] = {"nullable": True, "allOf": [node]}
        else:
            union = {"anyOf": [node, self._typed(found)]}
        yield _removal(place)
        yield _updating(place[:-1], {place[-1]: copy.deepcopy(union)})

    def _enum(self, place: Keys, seen: Seen) -> None:
        try:
            value = json.loads(seen.found)
        except ValueError:
            raise _NoWayError("the value was not kept: `Sampler(…, enum_values=True)` keeps words") from None
        lists = [one for one in self._parts(place) if {"enum", "const"} & self._at(one).keys()]
        if not lists:
            raise _NoWayError("the contract has no list there")
        for one in lists:
            self._once(seen, ("enum", "", one, seen.found), self._listed(one, value))

    def _listed(self, place: Keys, value: Any) -> Iterator[dict[str, Any]]:
        node = self._at(place)
        if "enum" in node:
            yield _updating(place, {"enum": [value]})
        else:
            yield _updating(place, {"enum": [node["const"], value]})
            yield _removal((*place, "const"))

    def _status(self, operation: Keys, seen: Seen) -> Iterator[dict[str, Any]]:
        response: dict[str, Any] = {"description": "Observed, and not in the contract."}
        if seen.found and seen.found not in {"none", "unusual"}:
            response["content"] = {seen.found: self._body(seen.found)}
        yield _updating((*operation, "responses"), {seen.status: response})

    def _media(self, operation: Keys, seen: Seen) -> None:
        if seen.kind == "body" and seen.expected != "no body":
            raise _NoWayError("a contract cannot express this")
        if seen.found in {"", "none", "unusual"}:
            raise _NoWayError("its content type was not kept")
        place = self._response(operation, seen.status)
        self._once(
            seen,
            ("media", "", place, seen.found),
            [_updating(place, {"content": {seen.found: self._body(seen.found)}})],
        )

    def _body(self, media: str) -> dict[str, Any]:
        """Return the schema of a body by its media type: anything, text or bytes."""
        if media.endswith(("/json", "+json")):
            return {"schema": {}}
        text = media.startswith("text/")
        return {"schema": {"type": "string", **({} if text else {"format": "binary"})}}

    # The published contract

    def publish(self, published: Mapping[str, Any], changes: Sequence[Change], source: str) -> None:
        """Make the actions that update changed operations and schemas to the published ones."""
        before = len(self.actions)
        chosen = self._chosen(published, changes)
        for keys in sorted(chosen, key=lambda keys: (keys[0] != "components", keys)):
            said = [str(change) for change in changes if _covers(keys, change.place)] or [
                "others refer to it"
            ]
            shown = "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")
            for action in self._difference(keys, published):
                action["description"] = f"{source} publishes this: {shown}"
                overlays.carry_out(action, self.document)
                self.actions.append(action)
        if len(self.actions) > before or changes:
            self.left += [f"published differently: {one}" for one in compare(self.document, dict(published))]

    def _chosen(self, published: Mapping[str, Any], changes: Sequence[Change]) -> set[Keys]:
        """Return the changed operations and components, and new ones that they refer to."""
        units = {*_units(self.document), *_units(published)}
        chosen = {keys for keys in units if any(_covers(keys, change.place) for change in changes)}
        waiting = list(chosen)
        while waiting:
            for reference in _references(_get(published, waiting.pop())):
                keys = tuple(pointers.split(reference))[:3]
                if keys in units and keys not in chosen and self._at(keys) is None:
                    chosen.add(keys)
                    waiting.append(keys)
        return chosen

    def _difference(self, keys: Keys, published: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        old, new = self._at(keys), _get(published, keys)
        if new is None:
            yield _removal(keys)
        elif old is None:
            yield self._adding(keys, new)
        else:
            yield from self._changed(keys, old, new)

    def _adding(self, keys: Keys, value: Any) -> dict[str, Any]:
        """Return the action that adds a node, with the objects around it that are missing."""
        while keys and not isinstance(self._at(keys[:-1]), dict):
            value, keys = {keys[-1]: value}, keys[:-1]
        return _updating(keys[:-1], {str(keys[-1]): copy.deepcopy(value)})

    def _changed(self, keys: Keys, old: Any, new: Any) -> Iterator[dict[str, Any]]:
        """Yield the actions that turn one object into another.

        A list that does not only grow is replaced.
        """
        if old == new and type(old) is type(new):
            return
        if isinstance(old, list) and isinstance(new, list) and new[: len(old)] == old:
            yield _updating(keys[:-1], {str(keys[-1]): copy.deepcopy(new[len(old) :])})
            return
        if not (isinstance(old, dict) and isinstance(new, dict)):
            if isinstance(old, (dict, list)):
                yield _removal(keys)
            yield _updating(keys[:-1], {str(keys[-1]): copy.deepcopy(new)})
            return
        for key in list(old):
            if key not in new and not key.startswith(_OWN):
                yield _removal((*keys, key))
        if added := {key: copy.deepcopy(value) for key, value in new.items() if key not in old}:
            yield _updating(keys, added)
        for key in list(old):
            if key in new:
                yield from self._changed((*keys, key), old[key], new[key])


class _NoWayError(Exception):
    """No action can express a finding. The message is the reason."""


def _units(document: Mapping[str, Any]) -> Iterator[Keys]:
    """Yield the places that are corrected as a whole: operations, parts of paths, components."""
    for path, item in (document.get("paths") or {}).items():
        yield from (("paths", path, key) for key in (item if isinstance(item, dict) else ()))
    for kind, named in (document.get("components") or {}).items():
        yield from (("components", kind, name) for name in (named if isinstance(named, dict) else ()))
    yield from (("webhooks", name) for name in (document.get("webhooks") or {}))
    yield from ((key,) for key in ("servers", "security") if key in document)


def _covers(keys: Keys, place: str) -> bool:
    """Return whether a change is in a unit, or in a node that contains the unit."""
    found = tuple(pointers.split(place))
    return found[: len(keys)] == keys[: len(found)]


def _get(document: Mapping[str, Any], keys: Keys) -> Any:
    node: Any = document
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _references(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("$ref"), str):
                yield one["$ref"]
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _path(keys: Keys) -> str:
    """Return a place as JSONPath."""
    return "$" + "".join(
        f"[{key}]" if isinstance(key, int) else f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"[{json.dumps(key, ensure_ascii=False)}]"
        for key in keys
    )  # fmt: skip


def _updating(keys: Keys, update: dict[str, Any]) -> dict[str, Any]:
    return {"target": _path(keys), "description": "", "update": update}


def _removal(keys: Keys) -> dict[str, Any]:
    return {"target": _path(keys), "description": "", "remove": True}
