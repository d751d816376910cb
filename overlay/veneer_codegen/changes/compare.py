"""Compare two contracts: operations, what they take and answer, and every schema below, in the direction in which it is used."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen import pointers
from veneer_codegen.changes.kinds import Change, Direction, severity
from veneer_codegen.changes.shapes import LIMITS, Node, Shape, shape, signature
from veneer_codegen.walk import Found, find_operations, media_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TYPED_FORMATS: Final = frozenset({"date", "date-time", "uuid", "binary"})
_EXTENSIONS: Final = ("x-veneer-safe", "x-veneer-idempotency", "x-veneer-stream", "x-veneer-pagination")
_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """List the changes from one version of a contract to another, the worst first."""
    found = _Changes()
    old_operations, new_operations = list(find_operations(old)), list(find_operations(new))
    pairs = _match(old_operations, new_operations)
    for before, after in pairs:
        if before and after:
            _Operation(found, old, new, before, after).compare()
        elif before:
            found.add(
                "operation-removed", before.place, f"{_title(before)} was removed", operation=_title(before)
            )
        elif after:
            found.add("operation-added", after.place, f"{_title(after)} was added", operation=_title(after))
    _servers(old, new, found)
    _schemes(old, new, found)
    return found.sorted()


@dataclass
class _Changes:
    """Changes as they are found; the same one, reached from several operations, is one."""

    found: dict[tuple[str, str, str], dict[str, dict[str, None]]] = field(default_factory=dict)
    local: dict[tuple[str, str], tuple[list[tuple[str, str, str]], list[tuple[Node, Node]]]] = field(
        default_factory=dict
    )
    """What differs between two schemas themselves and what lies below them, by their places: found once for all operations."""

    def add(
        self, kind: str, place: str, message: str, *, direction: Direction = "", operation: str = ""
    ) -> None:
        entry = self.found.setdefault((kind, place, message), {"directions": {}, "operations": {}})
        entry["directions"][direction] = None
        if operation:
            entry["operations"][operation] = None

    def sorted(self) -> list[Change]:
        changes = [
            Change(
                max(severity(kind, direction) for direction in entry["directions"]),  # type: ignore[arg-type]  # directions are kept as text
                kind, place, message,
                tuple(sorted(entry["directions"])),  # type: ignore[arg-type]  # as above
                tuple(entry["operations"]),
            )
            for (kind, place, message), entry in self.found.items()
        ]  # fmt: skip
        return sorted(
            changes, key=lambda change: (-change.severity, change.place, change.kind, change.message)
        )


def _title(operation: Found) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _match(old: list[Found], new: list[Found]) -> Iterator[tuple[Found | None, Found | None]]:
    """Pair operations: by method and path whatever its variables are called, then by id, where it moved."""
    by_route = {(operation.method, re.sub(r"{[^{}]*}", "{}", operation.path)): operation for operation in new}
    pairs = {
        id(operation): by_route.get((operation.method, re.sub(r"{[^{}]*}", "{}", operation.path)))
        for operation in old
    }
    taken = {id(after) for after in pairs.values() if after}
    by_id = {
        operation.node.get("operationId"): operation
        for operation in new
        if id(operation) not in taken and operation.node.get("operationId")
    }
    for before in old:
        if pairs[id(before)] is None and (moved := by_id.pop(before.node.get("operationId"), None)):
            pairs[id(before)] = moved
            taken.add(id(moved))
        yield before, pairs[id(before)]
    yield from ((None, after) for after in new if id(after) not in taken)


class _Operation:
    """The comparison of one operation."""

    def __init__(
        self, found: _Changes, old: Mapping[str, Any], new: Mapping[str, Any], before: Found, after: Found
    ) -> None:
        self._found = found
        self._old, self._new = old, new
        self._before, self._after = before, after

    def _add(self, kind: str, place: str, message: str, direction: Direction = "") -> None:
        self._found.add(kind, place, message, direction=direction, operation=_title(self._after))

    def compare(self) -> None:
        """Compare everything of the operation."""
        self._itself()
        self._parameters()
        self._body()
        self._responses()
        self._security()

    def _itself(self) -> None:
        before, after, place = self._before, self._after, self._after.place
        ids = before.node.get("operationId"), after.node.get("operationId")
        if (
            _title(before) != _title(after)
            and re.sub(r"{[^{}]*}", "{}", before.path) != re.sub(r"{[^{}]*}", "{}", after.path)
        ) or before.method != after.method:
            self._add("operation-moved", place, f"{ids[1]} moved from {_title(before)} to {_title(after)}")
        if ids[0] != ids[1] and ids[0]:
            self._add(
                "operation-renamed", pointers.join(place, "operationId"), f"renamed from {ids[0]} to {ids[1]}"
            )
        tags = [str((_list(operation.node.get("tags")) or ["default"])[0]) for operation in (before, after)]
        if tags[0] != tags[1]:
            self._add(
                "operation-tag-changed",
                pointers.join(place, "tags"),
                f"moved from tag {tags[0]} to {tags[1]}: its module moves",
            )
        deprecated = [operation.node.get("deprecated") is True for operation in (before, after)]
        if deprecated[0] != deprecated[1]:
            self._add(
                "operation-deprecated" if deprecated[1] else "operation-revived",
                place,
                "is deprecated now" if deprecated[1] else "is no longer deprecated",
            )
        for key in _EXTENSIONS:
            if before.node.get(key) != after.node.get(key):
                self._add(
                    "extension-changed",
                    pointers.join(place, key),
                    f"{key} changed from {before.node.get(key)!r} to {after.node.get(key)!r}",
                )

    # Parameters

    def _parameters(self) -> None:
        old = {
            _key(parameter): (place, parameter) for place, parameter in _parameters(self._old, self._before)
        }
        new = {
            _key(parameter): (place, parameter) for place, parameter in _parameters(self._new, self._after)
        }
        renamed = self._renamed_parameters(old, new)
        for key, (place, parameter) in old.items():
            if key in new:
                self._parameter(parameter, place, *reversed(new[key]))
            elif key not in renamed:
                moved = next((other for other in new if other[0] == key[0] and other not in old), None)
                if moved:
                    self._add(
                        "parameter-moved",
                        new[moved][0],
                        f"parameter {parameter['name']} moved from {key[1]} to {moved[1]}",
                        "request",
                    )
                    new = {other: value for other, value in new.items() if other != moved}
                else:
                    self._add(
                        "parameter-removed",
                        place,
                        f"{key[1]} parameter {parameter['name']} was removed",
                        "request",
                    )
        for key, (place, parameter) in new.items():
            if key not in old and key not in renamed.values():
                required = parameter.get("required") is True
                self._add(
                    "parameter-added-required" if required else "parameter-added",
                    place, f"{'required' if required else 'optional'} {key[1]} parameter {parameter['name']} was added", "request",
                )  # fmt: skip

    def _renamed_parameters(self, old: dict[Any, Any], new: dict[Any, Any]) -> dict[Any, Any]:
        """Recognise a parameter under another name: a path variable by its position, others by their schema."""
        renamed: dict[Any, Any] = {}
        variables = [re.findall(r"{([^{}]*)}", operation.path) for operation in (self._before, self._after)]
        for first, second in zip(*variables, strict=False):
            if first != second and (first, "path") in old and (second, "path") in new:
                renamed[first, "path"] = (second, "path")
                self._add(
                    "path-parameter-renamed",
                    new[second, "path"][0],
                    f"path parameter {first} is called {second} now: arguments by name break",
                    "request",
                )
                self._parameter(old[first, "path"][1], old[first, "path"][0], *reversed(new[second, "path"]))
        gone = [key for key in old if key not in new and key not in renamed]
        come = [key for key in new if key not in old and key not in renamed.values()]
        for key in gone:
            twins = [
                other for other in come
                if other[1] == key[1] and other[0] != key[0]
                and _parameter_signature(self._old, *old[key]) == _parameter_signature(self._new, *new[other])
            ]  # fmt: skip
            best = _best_name(key[0], [other[0] for other in twins], alone=len(gone) == len(come) == 1)
            if best is not None:
                renamed[key] = (best, key[1])
                come.remove((best, key[1]))
                self._add(
                    "parameter-renamed",
                    new[best, key[1]][0],
                    f"{key[1]} parameter renamed from {key[0]} to {best}",
                    "request",
                )
        return renamed

    def _parameter(self, before: dict[str, Any], old_place: str, after: dict[str, Any], place: str) -> None:
        name, location = after["name"], after.get("in", "")
        required = [parameter.get("required") is True or location == "path" for parameter in (before, after)]
        if required[0] != required[1]:
            self._add(
                "parameter-now-required" if required[1] else "parameter-now-optional",
                place,
                f"{location} parameter {name} is {'required' if required[1] else 'optional'} now",
                "request",
            )
        styles = [
            (
                style := parameter.get("style", _STYLES.get(location)),
                parameter.get("explode", style == "form"),
            )
            for parameter in (before, after)
        ]
        if styles[0] != styles[1]:
            self._add(
                "parameter-style-changed",
                place,
                f"{location} parameter {name} is written in another style",
                "request",
            )
        self._schema(
            _parameter_node(self._old, before, old_place), _parameter_node(self._new, after, place), "request"
        )

    # Bodies

    def _body(self) -> None:
        place = pointers.join(self._after.place, "requestBody")
        before, after = (
            _body(self._old, self._before),
            _body(self._new, self._after),
        )
        if before is None and after is None:
            return
        required = [body is not None and body.get("required") is True for body in (before, after)]
        if before is None or after is None:
            kind = "body-removed" if after is None else "body-added-required" if required[1] else "body-added"
            self._add(
                kind,
                place,
                "the request body was removed" if after is None else "a request body was added",
                "request",
            )
            return
        if required[0] != required[1]:
            self._add(
                "body-now-required" if required[1] else "body-now-optional",
                place,
                f"the request body is {'required' if required[1] else 'optional'} now",
                "request",
            )
        old_place = pointers.join(self._before.place, "requestBody")
        self._contents(before.get("content"), old_place, after.get("content"), place, "request")

    def _contents(self, before: Any, old_place: str, after: Any, place: str, direction: Direction) -> None:
        """Compare media types, and the schema of each that both have."""
        before, after = _dict(before), _dict(after)
        old = {media_type(kind): kind for kind in before}
        new = {media_type(kind): kind for kind in after}
        for kind in old.keys() - new.keys():
            self._add(
                "content-type-removed",
                pointers.join(old_place, "content", old[kind]),
                f"{kind} was removed",
                direction,
            )
        for kind in new.keys() - old.keys():
            self._add(
                "content-type-added",
                pointers.join(place, "content", new[kind]),
                f"{kind} was added",
                direction,
            )
        for kind in old.keys() & new.keys():
            first, second = before[old[kind]], after[new[kind]]
            for key in ("schema", "itemSchema"):
                if isinstance(first, dict) and isinstance(second, dict) and (key in first or key in second):
                    self._schema(
                        Node(
                            self._old,
                            first.get(key, True),
                            pointers.join(old_place, "content", old[kind], key),
                        ),
                        Node(
                            self._new, second.get(key, True), pointers.join(place, "content", new[kind], key)
                        ),
                        direction,
                    )

    def _responses(self) -> None:
        old, new = _responses(self._old, self._before), _responses(self._new, self._after)
        gone = [status for status in old if status not in new]
        come = [status for status in new if status not in old]
        # A success under another status is still the success: 200 that became 201 is one change, not two.
        swapped = dict(
            zip(
                [status for status in gone if status.startswith("2")],
                [status for status in come if status.startswith("2")],
                strict=False,
            )
        )
        for status, (old_place, before) in old.items():
            other = swapped.get(status, status)
            if other in new:
                place, after = new[other]
                if other != status:
                    self._add("response-removed", place, f"success {status} became {other}", "response")
                self._response(before, old_place, after, place)
            else:
                kind = "response-removed" if status.startswith("2") else "error-removed"
                self._add(kind, old_place, f"response {status} was removed", "response")
        for status in come:
            if status not in swapped.values():
                self._add(
                    "response-added" if status.startswith("2") else "error-added",
                    new[status][0],
                    f"response {status} was added",
                    "response",
                )

    def _response(self, before: Any, old_place: str, after: Any, place: str) -> None:
        contents = [_dict(_dict(response).get("content")) for response in (before, after)]
        if bool(contents[0]) != bool(contents[1]):
            self._add(
                "response-body-added" if contents[1] else "response-body-removed",
                place,
                f"the response has {'a' if contents[1] else 'no'} body now",
                "response",
            )
        else:
            self._contents(contents[0], old_place, contents[1], place, "response")
        headers = [
            {str(name).lower(): name for name in _dict(_dict(response).get("headers"))}
            for response in (before, after)
        ]
        for name in headers[0].keys() - headers[1].keys():
            self._add(
                "header-removed",
                pointers.join(old_place, "headers", headers[0][name]),
                f"header {headers[0][name]} was removed",
                "response",
            )
        for name in headers[1].keys() - headers[0].keys():
            self._add(
                "header-added",
                pointers.join(place, "headers", headers[1][name]),
                f"header {headers[1][name]} was added",
                "response",
            )

    # Security

    def _security(self) -> None:
        place = pointers.join(self._after.place, "security")
        old = _requirements(self._before.node.get("security", self._old.get("security")))
        new = _requirements(self._after.node.get("security", self._new.get("security")))
        if not old and not new:
            return
        names = [
            {frozenset(name for name, _ in requirement) for requirement in requirements}
            for requirements in (old, new)
        ]
        open_before, open_after = not old or frozenset() in names[0], not new or frozenset() in names[1]
        if open_before and not open_after:
            self._add("security-required", place, f"needs credentials now: {_schemes_text(new)}")
        elif open_after and not open_before:
            self._add("security-loosened", place, "needs no credentials any more")
        elif names[0] - names[1]:
            self._add(
                "security-changed",
                place,
                f"takes other credentials: {_schemes_text(old)} became {_schemes_text(new)}",
            )
        elif names[1] - names[0]:
            self._add("security-loosened", place, f"takes other credentials too: {_schemes_text(new)}")
        elif old != new and not all(any(_satisfies(held, needed) for needed in new) for held in old):
            self._add("security-scope-added", place, f"needs more scopes: {_schemes_text(new)}")
        elif old != new:
            self._add("security-loosened", place, f"needs fewer scopes: {_schemes_text(new)}")

    # Schemas

    def _schema(self, before: Node, after: Node, direction: Direction) -> None:
        """Compare two schemas and all below, each pair once."""
        seen: set[tuple[str, str]] = set()
        todo = [(before, after)]
        while todo:
            old, new = todo.pop()
            key = (old.key, new.key)
            if key in seen:
                continue
            seen.add(key)
            if key not in self._found.local:
                shapes = _as_unions(old, new)
                self._found.local[key] = list(differences(*shapes)), children(*shapes)
            here, below = self._found.local[key]
            for kind, place, message in here:
                self._add(kind, place, message, direction)
            todo += below


def _as_unions(old: Node, new: Node) -> tuple[Shape, Shape]:
    """Give two shapes; where one is a union and the other one of its members, that one is a union of one."""
    before, after = shape(old), shape(new)
    if before.union and not after.union and signature(new) in {signature(member) for member in before.union}:
        after = Shape(after.place, union=(new,), nullable=after.nullable, discriminator=before.discriminator)
    elif after.union and not before.union and signature(old) in {signature(member) for member in after.union}:
        before = Shape(
            before.place, union=(old,), nullable=before.nullable, discriminator=after.discriminator
        )
    return before, after


def differences(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    """Give what differs between two shapes themselves: kind, place and words."""
    yield from _types(old, new)
    yield from _enums(old, new)
    yield from _properties(old, new)
    yield from _unions(old, new)
    yield from _details(old, new)


def _types(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    was, now = _type_text(old), _type_text(new)
    if old.types != new.types and bool(old.union) == bool(new.union):
        grown, shrunk = _widened(old.types, new.types), _widened(new.types, old.types)
        kind = "type-widened" if grown else "type-narrowed" if shrunk else "type-changed"
        yield kind, new.place, f"the type changed from {was} to {now}"
    elif bool(old.union) != bool(new.union):
        yield (
            (
                "type-widened"
                if new.union and not old.types - _member_types(new)
                else "type-narrowed"
                if old.union and not new.types - _member_types(old)
                else "type-changed"
            ),
            new.place,
            f"the type changed from {was} to {now}",
        )
    if (
        old.nullable != new.nullable
        and old.types != {"null"}
        and new.types != {"null"}
        and (old.types or old.union or old.enum)
        and (new.types or new.union or new.enum)
    ):
        yield (
            "null-allowed" if new.nullable else "null-refused",
            new.place,
            f"null is {'allowed' if new.nullable else 'refused'} now",
        )


def _widened(old: frozenset[str], new: frozenset[str]) -> bool:
    """Tell whether `new` allows all that `old` does; no types at all means any, and every integer is a number."""
    return not new or (
        bool(old) and all(kind in new or (kind == "integer" and "number" in new) for kind in old)
    )


def _member_types(found: Shape) -> frozenset[str]:
    return frozenset().union(*(shape(member).types for member in found.union))


def _type_text(found: Shape) -> str:
    return "a union" if found.union else " or ".join(sorted(found.types)) or "anything"


def _enums(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    if old.enum is None and new.enum is None:
        return
    if old.enum is None:
        yield "enum-closed", new.place, f"only listed values are allowed now: {_values(new.enum or ())}"
    elif new.enum is None:
        yield "enum-opened", new.place, "any value is allowed now, not only listed ones"
    else:
        gone = [value for value in old.enum if value not in new.enum]
        come = [value for value in new.enum if value not in old.enum]
        if len(gone) == len(come) == 1 and len(old.enum) > 1:
            yield "enum-value-renamed", new.place, f"the value {gone[0]!r} became {come[0]!r}"
            return
        for value in gone:
            yield "enum-value-removed", new.place, f"the value {value!r} was removed"
        for value in come:
            yield "enum-value-added", new.place, f"the value {value!r} was added"


def _values(values: Iterable[Any]) -> str:
    return ", ".join(repr(value) for value in values)


def _properties(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    renamed = renamed_properties(old, new)
    for name, other in renamed.items():
        yield "property-renamed", new.properties[other].place, f"property renamed from {name} to {other}"
    for name, node in old.properties.items():
        if name not in new.properties and name not in renamed:
            yield "property-removed", node.place, f"property {name} was removed"
    for name, node in new.properties.items():
        if name not in old.properties and name not in renamed.values():
            required = name in new.required
            yield (
                ("property-added-required" if required else "property-added"),
                node.place,
                f"{'required' if required else 'optional'} property {name} was added",
            )
        elif name in old.properties and (name in old.required) != (name in new.required):
            yield (
                ("property-now-required" if name in new.required else "property-now-optional"),
                node.place,
                f"property {name} is {'required' if name in new.required else 'optional'} now",
            )
    extras = [found.extra is not False for found in (old, new)]
    if extras[0] != extras[1]:
        yield (
            ("extra-properties-allowed" if extras[1] else "extra-properties-refused"),
            new.place,
            f"properties that are not listed are {'allowed' if extras[1] else 'refused'} now",
        )
    elif isinstance(old.extra, Node) != isinstance(new.extra, Node):
        yield "extra-properties-changed", new.place, "the type of properties that are not listed changed"


def renamed_properties(old: Shape, new: Shape) -> dict[str, str]:
    """Recognise properties under another name: the same shape, and the only pair or a name much alike."""
    gone = [name for name in old.properties if name not in new.properties]
    come = [name for name in new.properties if name not in old.properties]
    renamed: dict[str, str] = {}
    for name in gone:
        alike = signature(old.properties[name])
        twins = [
            other
            for other in come
            if other not in renamed.values()
            and signature(new.properties[other]) == alike
            and (name in old.required) == (other in new.required)
        ]
        best = _best_name(name, twins, alone=len(gone) == len(come) == 1)
        if best is not None:
            renamed[name] = best
    return renamed


def _best_name(name: str, twins: list[str], *, alone: bool) -> str | None:
    """Choose the most similar name; when it is the only candidate for the only one that is gone, any will do."""
    if alone and len(twins) == 1:
        return twins[0]
    plain = name.lower().replace("_", "")
    scored = sorted(
        (
            (difflib.SequenceMatcher(None, plain, twin.lower().replace("_", "")).ratio(), twin)
            for twin in twins
        ),
        reverse=True,
    )
    return scored[0][1] if scored and scored[0][0] >= 0.6 else None


def _unions(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    if not old.union or not new.union:
        return
    pairs = _paired_members(old, new)
    for member in old.union:
        if not any(member is before for before, _ in pairs):
            yield (
                "union-member-removed",
                new.place,
                f"{_member_name(member)} is no member of the union any more",
            )
    for member in new.union:
        if not any(member is after for _, after in pairs):
            yield "union-member-added", new.place, f"{_member_name(member)} is a new member of the union"


def _member_name(member: Node) -> str:
    reference = member.schema.get("$ref") if isinstance(member.schema, dict) else None
    keys = pointers.split(reference) if isinstance(reference, str) else []
    return keys[-1] if keys else _type_text(shape(member))


def _paired_members(old: Shape, new: Shape) -> list[tuple[Node, Node]]:
    """Pair the members of two unions: those of one shape, those of one name, then the remaining ones in order when they are equally many."""
    left, right = list(old.union), list(new.union)
    pairs: list[tuple[Node, Node]] = []
    for alike in (signature, _member_name):
        for member in list(left):
            twin = next(
                (
                    other
                    for other in right
                    if alike(other) == alike(member) and (alike is signature or "$ref" in member.schema)
                ),
                None,
            )
            if twin is not None:
                pairs.append((member, twin))
                left.remove(member)
                right.remove(twin)
    if len(left) == len(right):
        same = [
            (before, after)
            for before, after in zip(left, right, strict=True)
            if shape(before).types == shape(after).types == {"object"}
            and set(shape(before).properties) & set(shape(after).properties)
        ]
        pairs += same
    return pairs


def _details(old: Shape, new: Shape) -> Iterator[tuple[str, str, str]]:
    if old.format != new.format and not (old.types != new.types and not old.types & new.types):
        typed = {old.format, new.format} & _TYPED_FORMATS
        yield (
            ("format-type-changed" if typed else "format-changed"),
            new.place,
            f"the format changed from {old.format or 'none'} to {new.format or 'none'}",
        )
    if old.pattern != new.pattern:
        yield (
            ("pattern-changed" if new.pattern else "pattern-removed"),
            new.place,
            f"the pattern changed from {old.pattern or 'none'} to {new.pattern or 'none'}",
        )
    for key in sorted(old.limits.keys() | new.limits.keys()):
        before, after = old.limits.get(key), new.limits.get(key)
        if before != after:
            yield (
                ("limit-tightened" if _tighter(key, before, after) else "limit-loosened"),
                new.place,
                f"{key} changed from {'none' if before is None else before} to {'none' if after is None else after}",
            )
    if old.default != new.default or type(old.default) is not type(new.default):
        yield "default-changed", new.place, f"the default changed from {old.default!r} to {new.default!r}"
    if (old.discriminator or "") != (new.discriminator or ""):
        yield "discriminator-changed", new.place, "what tells the members of the union apart changed"
    if new.deprecated and not old.deprecated:
        yield "property-deprecated", new.place, "is deprecated now"
    if new.read_only and not old.read_only:
        yield "property-read-only", new.place, "can only be read now"
    if new.write_only and not old.write_only:
        yield "property-write-only", new.place, "can only be written now"


def _tighter(key: str, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is None
    if LIMITS[key] == 0 or not isinstance(before, int | float) or not isinstance(after, int | float):
        return True
    return bool((after - before) * LIMITS[key] > 0)


def children(old: Shape, new: Shape) -> list[tuple[Node, Node]]:
    """Pair what lies below two shapes."""
    renamed = renamed_properties(old, new)
    pairs = [
        (node, new.properties[renamed.get(name, name)])
        for name, node in old.properties.items()
        if renamed.get(name, name) in new.properties
    ]
    if isinstance(old.extra, Node) and isinstance(new.extra, Node):
        pairs.append((old.extra, new.extra))
    if old.items and new.items:
        pairs.append((old.items, new.items))
    if old.union and new.union:
        pairs += _paired_members(old, new)
    return pairs


def _key(parameter: Mapping[str, Any]) -> tuple[str, str]:
    name, location = str(parameter["name"]), str(parameter.get("in"))
    return (name.lower() if location == "header" else name), location


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _body(document: Mapping[str, Any], operation: Found) -> dict[str, Any] | None:
    body = _resolve(document, operation.node.get("requestBody"))
    return body if isinstance(body, dict) else None


def _resolve(document: Mapping[str, Any], node: Any) -> Any:
    try:
        return pointers.deref(document, node)
    except KeyError:
        return None


def _parameters(document: Mapping[str, Any], operation: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: Counter[tuple[str, str]] = Counter()
    own = _list(operation.node.get("parameters"))
    places = [pointers.join(operation.place, "parameters", index) for index in range(len(own))]
    places += [
        pointers.join("#/paths", operation.path, "parameters", index)
        for index in range(len(operation.shared))
    ]
    for place, node in zip(places, [*own, *operation.shared], strict=True):
        parameter = _resolve(document, node)
        if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
            seen[_key(parameter)] += 1
            if seen[_key(parameter)] == 1:
                yield place, parameter


def _parameter_node(document: Mapping[str, Any], parameter: Mapping[str, Any], place: str) -> Node:
    content = parameter.get("content")
    if "schema" not in parameter and isinstance(content, dict) and content:
        kind, media = next(iter(content.items()))
        return Node(
            document,
            media.get("schema", True) if isinstance(media, dict) else True,
            pointers.join(place, "content", kind, "schema"),
        )
    return Node(document, parameter.get("schema", True), pointers.join(place, "schema"))


def _parameter_signature(
    document: Mapping[str, Any], place: str, parameter: Mapping[str, Any]
) -> tuple[str, bool]:
    return signature(_parameter_node(document, parameter, place)), parameter.get("required") is True


def _responses(document: Mapping[str, Any], operation: Found) -> dict[str, tuple[str, Any]]:
    declared = operation.node.get("responses")
    place = pointers.join(operation.place, "responses")
    return {
        str(status).upper() if str(status).lower() != "default" else "default": (
            pointers.join(place, status),
            _resolve(document, node),
        )
        for status, node in (declared.items() if isinstance(declared, dict) else ())
        if not str(status).startswith("x-")
    }


def _requirements(security: Any) -> set[frozenset[tuple[str, frozenset[str]]]]:
    """Give the alternatives: each a set of schemes with their scopes."""
    return {
        frozenset((name, frozenset(map(str, _list(scopes)))) for name, scopes in requirement.items())
        for requirement in (security if isinstance(security, list) else [])
        if isinstance(requirement, dict)
    }


def _satisfies(
    held: frozenset[tuple[str, frozenset[str]]], needed: frozenset[tuple[str, frozenset[str]]]
) -> bool:
    """Tell whether credentials that met one requirement meet another: every scheme, with at least its scopes."""
    scopes = dict(held)
    return all(name in scopes and wanted <= scopes[name] for name, wanted in needed)


def _schemes_text(requirements: Iterable[Iterable[tuple[str, frozenset[str]]]]) -> str:
    return " or ".join(
        sorted(
            "+".join(sorted(f"{name}{sorted(scopes) if scopes else ''}" for name, scopes in requirement))
            or "none"
            for requirement in requirements
        )
    )


def _servers(old: Mapping[str, Any], new: Mapping[str, Any], found: _Changes) -> None:
    before, after = (
        [
            str(server.get("url", "/")).rstrip("/")
            for server in _list(document.get("servers"))
            if isinstance(server, dict)
        ]
        for document in (old, new)
    )
    if before[:1] != after[:1] and before and after:
        found.add(
            "server-changed", "#/servers/0", f"the default server changed from {before[0]} to {after[0]}"
        )
    for index, url in enumerate(after):
        if url not in before and index:
            found.add("server-added", pointers.join("#/servers", index), f"server {url} was added")
    for index, url in enumerate(before):
        if url not in after and (index or not after):
            found.add("server-removed", pointers.join("#/servers", index), f"server {url} was removed")
    if after and not before:
        found.add("server-added", "#/servers/0", f"server {after[0]} was added")


def _schemes(old: Mapping[str, Any], new: Mapping[str, Any], found: _Changes) -> None:
    before, after = (
        _dict(_dict(document.get("components")).get("securitySchemes")) for document in (old, new)
    )
    for name in sorted(before.keys() & after.keys()):
        facts = [
            {
                key: value
                for key, value in scheme.items()
                if key in {"type", "in", "name", "scheme", "openIdConnectUrl", "flows"}
            }
            for scheme in (_dict(_resolve(old, before[name])), _dict(_resolve(new, after[name])))
        ]
        if facts[0] != facts[1]:
            found.add(
                "security-scheme-changed",
                pointers.join("#/components/securitySchemes", name),
                f"credentials of scheme {name} are sent otherwise",
            )
