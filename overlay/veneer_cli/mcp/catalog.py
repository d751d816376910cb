"""Find the operations of a contract for an agent: by words, by name, or one after another."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from veneer._core.errors import ConfigurationError
from veneer._core.retry import READING_METHODS, SAFE_METHODS
from veneer_cli.contract import Operation
from veneer_cli.contract import read as read_contract
from veneer_cli.mcp.bounded import as_text
from veneer_cli.mcp.ranking import Ranking, words
from veneer_cli.mcp.schemas import FILE, arguments_schema, body_schema, shortened_text
from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import Found, find_operations, is_json, media_type

__all__ = ["MOST_FOUND", "Catalog", "Offered"]

MOST_FOUND: Final = 20
"""The most operations of one reply."""

_WEIGHTS: Final = {"name": 3.0, "summary": 3.0, "namespace": 1.5, "path": 1.5, "act": 0.5, "arguments": 0.5, "description": 0.3}  # fmt: skip
_ACTS: Final = {
    "GET": "get list",
    "POST": "create",
    "PUT": "update create",
    "PATCH": "update",
    "DELETE": "delete",
}
# The most characters of one reply, of the operation that was named, of each other one found.
_ANSWER, _NAMED, _EACH = 40_000, 24_000, 3_000
_TEXT_NAMED, _TEXT_EACH, _TEXT_SPACE = 4_000, 300, 200
_NAMESPACES: Final = 60


@dataclass(frozen=True, slots=True)
class Offered:
    """An operation that may be called, and the contract's facts beside its arguments."""

    operation: Operation
    found: Found

    @property
    def namespace(self) -> str:
        """Its first tag; "" without one."""
        tags = self.found.node.get("tags")
        return str(tags[0]) if isinstance(tags, list) and tags else ""

    @property
    def description(self) -> str:
        """Its documentation; "" if that only repeats its summary."""
        said = str(self.found.node.get("description") or "").strip()
        return "" if said == self.operation.summary else said

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, by its method or `x-veneer-safe`."""
        return self.operation.method in READING_METHODS or self.found.node.get("x-veneer-safe") is True

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice has the same effect as once."""
        return self.reads or self.operation.method in SAFE_METHODS

    @property
    def key_name(self) -> str:
        """The header or member for an idempotency key; "" if there is none."""
        place = self.found.node.get("x-veneer-idempotency")
        return str(place.get("name", "")) if isinstance(place, Mapping) else ""

    @property
    def streams(self) -> bool:
        """Whether its response can be a stream."""
        return self.operation.streams or isinstance(self.found.node.get("x-veneer-stream"), Mapping)


class Catalog:
    """The operations of a document with local references; `read_only` leaves out those that may change data."""

    def __init__(self, document: Mapping[str, Any], *, read_only: bool = False) -> None:
        self._document = document
        offered = [
            Offered(operation, found)
            for operation, found in zip(
                read_contract(document).operations, find_operations(document), strict=True
            )
        ]
        self.offered = [one for one in offered if one.reads or not read_only]
        self._withheld = [one for one in offered if read_only and not one.reads]

    @cached_property
    def _ranking(self) -> Ranking:
        return Ranking([_fields(one) for one in self.offered], _WEIGHTS)

    def find(self, name: str) -> Offered:
        """Return an operation by name, operationId, or `"METHOD /path"`.

        Raises ConfigurationError with similar names.
        """
        found = self._named(name, self.offered)
        if found is not None:
            return found
        if self._named(name, self._withheld) is not None:
            raise ConfigurationError(
                f"{name} may change something, and this server is read-only: it was started with --read-only"
            )
        names = [one.operation.name for one in self.offered]
        close = difflib.get_close_matches(name.replace("-", "_"), names, n=3)
        close += [one for number in self._ranking.search(name)[:3] if (one := names[number]) not in close]
        hint = f"did you mean {' or '.join(close[:3])}?" if close else "`search` finds operations"
        raise ConfigurationError(f"no operation {name!r}; {hint}")

    def search(self, query: str, limit: int, offset: int) -> dict[str, Any]:
        """Return the operations that match a query, the best first; without words, all in the contract's order.

        An operation that the query names exactly comes first, with all its arguments.
        """
        named = self._named(query, self.offered)
        ranked = self._ranking.search(query) if words(query) else range(len(self.offered))
        found = [one for number in ranked if (one := self.offered[number]) is not named]
        shown = ([named] if named is not None else []) + found
        page = shown[offset : offset + limit]
        each = min(_EACH, (_ANSWER - _NAMED) // max(1, len(page)))
        answer: dict[str, Any] = {
            "total": len(shown),
            "operations": [
                self._entry(one, _NAMED if one is named else each, exact=one is named) for one in page
            ],
        }
        if offset + len(page) < len(shown):
            answer["next_offset"] = offset + len(page)
        if not words(query):
            answer["namespaces"] = self.namespaces()
        return answer

    def namespaces(self) -> list[dict[str, Any]]:
        """Return the contract's tags, their number of operations and description; of many, the largest first."""
        counts = Counter(one.namespace for one in self.offered)
        tags = self._document.get("tags")
        said = {
            str(tag.get("name")): shortened_text(tag.get("description"), _TEXT_SPACE)
            for tag in (tags if isinstance(tags, list) else ())
            if isinstance(tag, Mapping)
        }
        return [
            {"name": name, "operations": count, **({"about": said[name]} if said.get(name) else {})}
            for name, count in counts.most_common(_NAMESPACES)
        ]

    def _named(self, text: str, offered: Sequence[Offered]) -> Offered | None:
        wanted = {text.strip(), text.strip().replace("-", "_")}
        method, _, path = text.strip().partition(" ")
        for one in offered:
            operation = one.operation
            if wanted & {operation.id, operation.name} or (
                operation.method == method.upper() and operation.path == path.strip()
            ):
                return one
        return None

    def _entry(self, one: Offered, longest: int, *, exact: bool) -> dict[str, Any]:
        operation = one.operation
        entry: dict[str, Any] = {
            "name": operation.name,
            "namespace": one.namespace,
            "request": f"{operation.method} {operation.path}",
            "summary": shortened_text(operation.summary, _TEXT_EACH),
            "description": shortened_text(one.description, _TEXT_NAMED if exact else _TEXT_EACH),
            "arguments": arguments_schema(self._document, operation, longest),
            **dict(_facts(one)),
        }
        if operation.body and not any(parameter.place == "body" for parameter in operation.parameters):
            entry["body"] = self._body(one, longest)
        if "x-cut" in as_text(entry["arguments"]) and not exact:
            entry["cut"] = "some arguments are left out: search for the exact name"
        return {name: value for name, value in entry.items() if value not in ("", None)}

    def _body(self, one: Offered, longest: int) -> dict[str, Any]:
        """Return how to give a body that has no members."""
        node, kind = pointers.follow(self._document, one.found.node.get("requestBody")), one.operation.body
        facts: dict[str, Any] = {"media_type": kind, "required": node.get("required") is True}
        if is_json(media_type(kind)) or "form" in kind:
            schema = pointers.follow(self._document, (node.get("content") or {}).get(kind)).get("schema", {})
            return {**facts, "schema": body_schema(self._document, schema, longest)}
        return {**facts, "given_as": f"text, or {FILE['description']}"}


def _facts(one: Offered) -> Iterator[tuple[str, Any]]:
    operation = one.operation
    yield "read_only", one.reads
    if not one.reads:
        yield "destructive", operation.method in {"DELETE", "PUT", "PATCH"}
        yield "idempotent", one.repeatable
    for name, value in (
        ("paged", operation.paged),
        ("streams", one.streams),
        ("file", operation.binary),
        ("takes_idempotency_key", bool(one.key_name)),
        ("deprecated", one.found.node.get("deprecated") is True),
    ):
        if value:
            yield name, True


def _fields(one: Offered) -> dict[str, str]:
    operation = one.operation
    return {
        "name": f"{operation.name} {operation.id}",
        "summary": operation.summary,
        "namespace": one.namespace,
        "path": operation.path,
        "act": _ACTS.get(operation.method, ""),
        "arguments": " ".join(parameter.name for parameter in operation.parameters),
        "description": one.description,
    }
