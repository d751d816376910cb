"""Compare two contracts: operations, webhooks and callbacks, and every schema below them.

Each pair of schemas is compared once, whatever refers to it. Its users are found afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.changes import schemas, servers
from veneer_codegen.changes.kinds import Change, Direction, severity
from veneer_codegen.changes.operations import Operation, as_dict, deref
from veneer_codegen.changes.shapes import Contents, Node, resolve
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations
from veneer_codegen.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veneer_codegen.changes.schemas import Difference, Side

_VARIABLE: Final = re.compile(r"{[^{}]*}")


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return the changes from one version of a contract to another, the worst first.

    Raises ContractError for schemas that are composed of each other too deeply.
    """
    found = _Changes(Contents(old), Contents(new))
    try:
        _operations(found, "", list(find_operations(old)), list(find_operations(new)))
        _operations(found, "webhook", list(_webhooks(old)), list(_webhooks(new)))
        for difference in servers.compare(old.get("servers"), new.get("servers"), "#/servers"):
            found.add(*difference)
        _schemes(old, new, found)
        return found.sorted()
    except RecursionError:
        raise ContractError(
            "schemas are composed of each other too deeply to be compared", place="#/components"
        ) from None


def _operations(found: _Changes, word: str, old: list[Found], new: list[Found], of: str = "") -> None:
    """Compare operations. A `word` names those that the server calls: webhooks and callbacks."""
    for before, after in _match(old, new):
        present = after or before
        if present is None:
            continue
        title = " ".join(part for part in (word, _title(present), of) if part)
        if before and after:
            Operation(found, before, after, title, event=bool(word)).compare()
            if not word:
                _operations(
                    found,
                    "callback",
                    list(_callbacks(found.old.content, before)),
                    list(_callbacks(found.new.content, after)),
                    of=f"of {title}",
                )
        elif after:
            found.add("operation-added", after.place, f"{title} was added", operation=title)
        else:
            found.add("operation-removed", present.place, f"{title} was removed", operation=title)


def _title(operation: Found) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _webhooks(document: Mapping[str, Any]) -> Iterator[Found]:
    yield from _events(document, document.get("webhooks"), "#/webhooks")


def _callbacks(document: Mapping[str, Any], operation: Found) -> Iterator[Found]:
    place = pointers.join(operation.place, "callbacks")
    for name, node in as_dict(operation.node.get("callbacks")).items():
        for event in _events(document, deref(document, node), pointers.join(place, name)):
            yield replace(event, path=f"{name} {event.path}")


def _events(document: Mapping[str, Any], items: Any, place: str) -> Iterator[Found]:
    """Yield the operations of path items that are not below `paths`."""
    for event in find_operations({**document, "paths": items}):
        yield replace(event, place=place + event.place.removeprefix("#/paths"))


def _match(old: list[Found], new: list[Found]) -> Iterator[tuple[Found | None, Found | None]]:
    """Pair operations by method and path, whatever the names of its variables, then by id."""
    by_route = {(operation.method, _VARIABLE.sub("{}", operation.path)): operation for operation in new}
    pairs = {
        id(operation): by_route.get((operation.method, _VARIABLE.sub("{}", operation.path)))
        for operation in old
    }
    taken = {id(after) for after in pairs.values() if after}
    by_id = {
        operation.node.get("operationId"): operation
        for operation in new
        if id(operation) not in taken and isinstance(operation.node.get("operationId"), str)
    }
    for before in old:
        name = before.node.get("operationId")
        if pairs[id(before)] is None and isinstance(name, str) and (moved := by_id.pop(name, None)):
            pairs[id(before)] = moved
            taken.add(id(moved))
        yield before, pairs[id(before)]
    yield from ((None, after) for after in new if id(after) not in taken)


@dataclass(eq=False)
class _Pair:
    """Two compared schemas: their differences, the pairs below, and the operations using them."""

    here: list[Difference]
    below: list[tuple[str, str, Side]]
    users: int = 0


@dataclass(eq=False)
class _Changes:
    """The changes found so far. A change that several operations reach is listed once.

    Each operation has one bit for each direction in the numbers of affected operations.
    """

    old: Contents
    new: Contents
    found: dict[tuple[str, str, str], int] = field(default_factory=dict)
    users: dict[tuple[str, Direction], int] = field(default_factory=dict)
    pairs: dict[tuple[str, str, Side], _Pair] = field(default_factory=dict)

    def add(
        self, kind: str, place: str, message: str, *, direction: Direction = "", operation: str = ""
    ) -> None:
        """Record a change that affects one operation."""
        key = (kind, place, message)
        self.found[key] = self.found.get(key, 0) | self._bit(operation, direction)

    def _bit(self, operation: str, direction: Direction) -> int:
        return 1 << self.users.setdefault((operation, direction), len(self.users))

    def schema(self, before: Node, after: Node, direction: Direction, operation: str) -> None:
        """Compare two schemas that an operation uses, and everything below them."""
        side: Side = "response" if direction in {"response", "received"} else "request"
        root = self._key(before, after, side)
        todo = [(root, before, after)]
        while todo:
            key, old, new = todo.pop()
            if key in self.pairs:
                continue
            here, below = schemas.compare(resolve(old), resolve(new), side)
            keyed = [(self._key(*pair, side), *pair) for pair in below]
            self.pairs[key] = _Pair(here, [inner for inner, _, _ in keyed])
            todo += keyed
        self.pairs[root].users |= self._bit(operation, direction)

    def _key(self, before: Node, after: Node, side: Side) -> tuple[str, str, Side]:
        return resolve(before).key, resolve(after).key, side

    def _spread(self) -> None:
        """Pass the operations that use a pair to all pairs below it."""
        order = self._order()
        changed = True
        while changed:
            changed = False
            for key in order:
                pair = self.pairs[key]
                for inner in pair.below:
                    below = self.pairs[inner]
                    if pair.users & ~below.users:
                        below.users |= pair.users
                        changed = True

    def _order(self) -> list[tuple[str, str, Side]]:
        """Return all pairs in topological order; circles are cut."""
        order: list[tuple[str, str, Side]] = []
        seen: set[tuple[str, str, Side]] = set()
        for start in self.pairs:
            todo = [(start, False)]
            while todo:
                key, done = todo.pop()
                if done:
                    order.append(key)
                elif key not in seen:
                    seen.add(key)
                    todo += [(key, True), *((inner, False) for inner in self.pairs[key].below)]
        return order[::-1]

    def sorted(self) -> list[Change]:
        """Return the changes, the worst first."""
        if any(pair.here for pair in self.pairs.values()):
            self._spread()
        for pair in self.pairs.values():
            for key in pair.here:
                self.found[key] = self.found.get(key, 0) | pair.users
        users = list(self.users)
        changes = []
        for (kind, place, message), bits in self.found.items():
            touched = [users[number] for number in _numbers(bits)]
            directions = sorted({direction for _, direction in touched})
            worst = max(severity(kind, direction) for direction in directions)
            operations = tuple(dict.fromkeys(title for title, _ in touched if title))
            changes.append(Change(worst, kind, place, message, tuple(directions), operations))
        return sorted(
            changes, key=lambda change: (-change.severity, change.place, change.kind, change.message)
        )


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _schemes(old: Mapping[str, Any], new: Mapping[str, Any], found: _Changes) -> None:
    before, after = (
        as_dict(as_dict(document.get("components")).get("securitySchemes")) for document in (old, new)
    )
    for name in sorted(before.keys() & after.keys()):
        facts = [
            {
                key: value
                for key, value in as_dict(deref(document, node)).items()
                if key in {"type", "in", "name", "scheme", "openIdConnectUrl", "flows"}
            }
            for document, node in ((old, before[name]), (new, after[name]))
        ]
        if facts[0] != facts[1]:
            found.add(
                "security-scheme-changed",
                pointers.join("#/components/securitySchemes", name),
                f"credentials of scheme {name} are sent otherwise",
            )
