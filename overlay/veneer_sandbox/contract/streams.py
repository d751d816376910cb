"""Respond with streams (server-sent events, JSON Lines, JSON text sequences) of items by the contract's schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from veneer_sandbox.store import dump

from .reading import EVENTS, LINES, ContractDocument, ContractOperation, Said, bare

Maker = Callable[[Any, str], Any]
"""Generates a value from a schema and a seed."""

ITEMS: Final = 3


def kind_of(operation: ContractOperation, said: Said) -> str | None:
    """Return the media type of a response's stream; None if it has none."""
    about = facts(operation)
    kinds = (EVENTS, *LINES, *([about["kind"]] if isinstance(about.get("kind"), str) else []))
    return next((kind for kind in said.content if bare(kind) in map(bare, kinds)), None)


def facts(operation: ContractOperation) -> Mapping[str, Any]:
    """Return `x-veneer-stream`, which may be on the operation or on the media type."""
    said = operation.node.get("x-veneer-stream")
    return said if isinstance(said, Mapping) else {}


def frames(
    document: ContractDocument, operation: ContractOperation, media: Any, kind: str, make: Maker, seed: str
) -> Iterator[bytes | float]:
    """Yield the stream's bytes: some items and, if the contract has one, its terminator."""
    node = document.node(media)
    own = node.get("x-veneer-stream")
    about = {**(own if isinstance(own, Mapping) else {}), **facts(operation)}
    schema = node.get("itemSchema", node.get("schema", True))
    if "itemSchema" not in node and document.kinds(schema) == {"array"}:
        schema = document.items(schema)
    terminator, field = about.get("terminator"), about.get("type_field")
    typed = isinstance(terminator, str) and terminator.isidentifier() and isinstance(field, str)
    for at in range(ITEMS):
        last = {str(field): terminator} if typed and at == ITEMS - 1 else {}
        yield from _item(document, schema, kind, make, f"{seed}/{at}", last)
    if isinstance(terminator, str) and not typed:
        yield f"data: {terminator}\n\n".encode() if bare(kind) == EVENTS else f"{terminator}\n".encode()


def _item(
    document: ContractDocument, schema: Any, kind: str, make: Maker, seed: str, last: Mapping[str, Any]
) -> Iterator[bytes]:
    if bare(kind) != EVENTS:
        value = _with(make(schema, seed), last)
        yield (b"\x1e" if bare(kind) == "application/json-seq" else b"") + dump(value).encode() + b"\n"
        return
    members = document.members(schema)
    if not ("data" in members and members.keys() <= {"data", "event", "id", "retry", "comment"}):
        yield _event({"data": dump(_with(make(schema, seed), last))})
        return
    # 3.2: the item is the event with its fields, and its data may be JSON with its own schema.
    event = make(schema, seed)
    fields = (
        {name: str(value) for name, value in event.items() if value is not None}
        if isinstance(event, dict)
        else {}
    )
    content = next(
        (
            part["contentSchema"]
            for part in document.parts(members["data"], alternatives=True)
            if "contentSchema" in part
        ),
        None,
    )
    if content is not None:
        fields["data"] = dump(_with(make(content, seed), last))
    elif isinstance(event, dict) and not isinstance(event.get("data"), str):
        fields["data"] = dump(event.get("data"))
    yield _event(fields)


def _with(value: Any, last: Mapping[str, Any]) -> Any:
    return {**value, **last} if isinstance(value, dict) else value


def _event(fields: Mapping[str, str]) -> bytes:
    lines = []
    for name in ("id", "event", "retry", "data"):
        if name in fields:
            lines += [f"{name}: {line}" for line in fields[name].split("\n")]
    return ("\n".join(lines) + "\n\n").encode()
