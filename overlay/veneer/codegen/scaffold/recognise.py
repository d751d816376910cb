"""Recognise how a contract's lists are paged and its streams are asked for, by the names that APIs use and the shapes of their answers.

Nothing is recognised on a name alone: a list has a parameter that moves through it, and rows in the answer; a stream has its media type.
What is found becomes `x-veneer-pagination` or `x-veneer-stream`, in a patch that a maintainer can read and correct.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from veneer.codegen import pointers

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

# Names are compared in lower case, without signs between words: `nextCursor` is `next_cursor`.
_LIMITS: Final = ("limit", "pagesize", "perpage", "size", "maxresults", "maxitems", "itemsperpage", "pagelimit", "take", "top", "first", "count")  # fmt: skip
_OFFSETS: Final = ("offset", "skip", "startindex")
_PAGES: Final = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage")
_CURSORS: Final = ("cursor", "nextcursor", "pagecursor", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken", "continuation", "after", "afterid", "marker", "startcursor", "page")  # fmt: skip
_NEXT_CURSORS: Final = ("nextcursor", "nextpagetoken", "nexttoken", "nextpagecursor", "endcursor", "continuationtoken", "nextmarker", "nextafter", "nextpage", "continuation", "cursor", "next", "lastid")  # fmt: skip
_ROWS: Final = ("items", "data", "results", "rows", "records", "entries", "values", "content", "objects", "list", "hits", "elements")  # fmt: skip
_TOTALS: Final = ("total", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords", "totalrows", "totalhits", "totalentries")  # fmt: skip
_MORE: Final = ("hasmore", "hasnext", "hasnextpage", "more")
_LAST_PAGES: Final = ("pages", "totalpages", "lastpage", "pagecount")

_EVENTS: Final = "text/event-stream"
_CLOSING: Final = "[DONE]"
"""How most streams of models end; data that is no JSON."""


@dataclass(frozen=True)
class Finding:
    """What an operation's extension would say, and why."""

    method: str
    path: str
    extension: str
    facts: dict[str, Any]
    reason: str


@dataclass(frozen=True)
class _Shape:
    """A schema, references followed and null left out."""

    types: frozenset[str] = frozenset()
    properties: Mapping[str, Any] = field(default_factory=dict)
    items: Any = None
    node: Mapping[str, Any] = field(default_factory=dict)

    def is_a(self, kind: str) -> bool:
        return kind in self.types


def recognised(document: Mapping[str, Any]) -> list[Finding]:
    """Give what can be told of the operations of a contract that do not say it themselves."""
    found = []
    for path, method, operation, shared in operations(document):
        if "x-veneer-pagination" not in operation and (facts := _facts(document, method, operation, shared)):
            reason = "Recognised by its parameters and answer: how the list is paged."
            found.append(Finding(method, path, "x-veneer-pagination", facts, reason))
        if "x-veneer-stream" not in operation and (facts := _stream(document, operation)):
            reason = (
                "Recognised by its body, answers and words: what makes it stream, and how the stream ends."
            )
            found.append(Finding(method, path, "x-veneer-stream", facts, reason))
    return found


def _stream(document: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """Say what makes an operation stream, where it answers with JSON too, and how its stream ends, where the contract's words tell."""
    responses = [
        _deref(document, response)
        for status, response in (operation.get("responses") or {}).items()
        if str(status).startswith("2")
    ]
    kinds = {_plain(kind) for response in responses for kind in response.get("content") or {}}
    if _EVENTS not in kinds:
        return {}
    facts: dict[str, Any] = {}
    switch = _shape(document, _json(document, operation.get("requestBody"))).properties.get("stream")
    if len(kinds) > 1 and _shape(document, switch).is_a("boolean"):
        facts["request"] = {"stream": True}
    if _CLOSING in json.dumps([operation, responses]):
        facts["terminator"] = _CLOSING
    return facts


def _plain(media_type: Any) -> str:
    return str(media_type).partition(";")[0].strip().lower()


def operations(
    document: Mapping[str, Any],
) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any]]]:
    """Give each operation of a contract: path, method, itself, the parameters of its path."""
    for path, found in (document.get("paths") or {}).items():
        item = _deref(document, found)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield path, method, item[method], item.get("parameters") or []


def _deref(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    try:
        found = pointers.deref(document, node)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _facts(
    document: Mapping[str, Any], method: str, operation: Mapping[str, Any], shared: list[Any]
) -> dict[str, Any] | None:
    answer = answer_schema(document, operation)
    if answer is None or method not in {"get", "post"}:
        return None
    query = {
        str(parameter.get("name")): _shape(document, parameter.get("schema"))
        for parameter in (_deref(document, node) for node in (*shared, *(operation.get("parameters") or ())))
        if parameter.get("in") == "query"
    }
    leaves = dict(_leaves(document, answer))
    rows = _rows(document, answer)
    if rows is None:
        return None
    plain = {} if _row(document, answer, rows).is_a("object") else {"distinct_pages": False}
    facts = _style(query, leaves, rows)
    if facts is not None:
        return {**facts, **_told(facts, query, leaves), **plain}
    body = dict(_shape(document, _json(document, operation.get("requestBody"))).properties)
    sent = {name: _shape(document, schema) for name, schema in body.items()}
    facts = _style(sent, leaves, rows) if method == "post" else None
    # A body may have a `page` or `limit` of quite another kind: only an answer that tells of more rows makes it a list.
    told = _told(facts, sent, leaves) if facts else {}
    if facts is None or not ({"next_cursor", "more", "total"} & (facts.keys() | told.keys())):
        return None
    return {"style": facts.pop("style"), "in": "body", **facts, **told, **plain}


def _style(sent: Mapping[str, _Shape], leaves: Mapping[str, _Shape], rows: str) -> dict[str, Any] | None:
    """Say which parameter moves through the list: a cursor before an offset before a page number before a link."""
    limit = _named(sent, _LIMITS, "integer")
    size = {"limit": limit} if limit else {}
    cursor, ahead = _named(sent, _CURSORS, "string"), _next_cursor(leaves)
    if cursor and ahead:
        return {"style": "cursor", **size, "cursor": cursor, "next_cursor": ahead, "items": rows}
    if limit and (offset := _named(sent, _OFFSETS, "integer")):
        return {"style": "offset", **size, "offset": offset, "items": rows}
    if page := _named(sent, _PAGES, "integer"):
        node = sent[page].node
        first = node.get("default", node.get("minimum", 1))
        start = {"first": 0} if first == 0 else {}
        return {"style": "page", **size, "page": page, **start, "items": rows}
    link = next((path for path, leaf in leaves.items() if _squeezed(path) in {"next", "nexturl", "nextlink"} and leaf.is_a("string")), None)  # fmt: skip
    if link and rows:
        return {"style": "next_url", "next": link, "items": rows}
    return None


def _told(
    facts: Mapping[str, Any], sent: Mapping[str, _Shape], leaves: Mapping[str, _Shape]
) -> dict[str, Any]:
    """Find what the answer says of the list: how many rows there are, whether more follow, what the server made of the request."""
    style = facts["style"]
    told: dict[str, Any] = {}
    if total := _leaf(leaves, _TOTALS, "integer") or _linked_count(leaves):
        told["total"] = total
    if style == "next_url":
        return told
    if more := _leaf(leaves, _MORE, "boolean"):
        told["more"] = more
    if limit := facts.get("limit"):
        if reported := _leaf(leaves, (_squeezed(limit), "limit", "pagesize", "perpage"), "integer"):
            told["reported_limit"] = reported
        maximum = sent[limit].node.get("maximum")
        if isinstance(maximum, int) and not isinstance(maximum, bool):
            told["max_limit"] = maximum
    if style == "offset" and (reported := _leaf(leaves, (_squeezed(facts["offset"]),), "integer")):
        told["reported_offset"] = reported
    if style == "page":
        if reported := _leaf(leaves, (_squeezed(facts["page"]), "page", "currentpage"), "integer"):
            told["reported_page"] = reported
        if last := _leaf(leaves, _LAST_PAGES, "integer"):
            told["last_page"] = last
    return told


def _linked_count(leaves: Mapping[str, _Shape]) -> str | None:
    """A `count` beside `next` and `previous` is that of all rows (Django REST framework)."""
    return (
        "count"
        if {"count", "next", "previous"} <= leaves.keys() and leaves["count"].is_a("integer")
        else None
    )


def _next_cursor(leaves: Mapping[str, _Shape]) -> str | None:
    plain = {path: leaf for path, leaf in leaves.items() if "uri" not in str(leaf.node.get("format"))}
    return _leaf(plain, _NEXT_CURSORS, "string")


def _named(sent: Mapping[str, _Shape], names: tuple[str, ...], kind: str) -> str | None:
    """Give the first parameter of a kind by the order of names."""
    squeezed = {_squeezed(name): name for name in reversed(list(sent)) if sent[name].is_a(kind)}
    return next((squeezed[name] for name in names if name in squeezed), None)


def _leaf(leaves: Mapping[str, _Shape], names: tuple[str, ...], kind: str) -> str | None:
    """Give the path of the first member of a kind by the order of names, the shallowest first."""
    paths = sorted(
        (path for path, leaf in leaves.items() if leaf.is_a(kind)), key=lambda path: path.count(".")
    )
    return next(
        (path for name in names for path in paths if _squeezed(path.rpartition(".")[2]) == name), None
    )


def _squeezed(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _leaves(
    document: Mapping[str, Any], schema: Any, path: str = "", depth: int = 0
) -> Iterator[tuple[str, _Shape]]:
    """Give the members of an answer by dotted path, two objects deep."""
    for name, node in _shape(document, schema).properties.items():
        if "." in name:
            continue
        member = _shape(document, node)
        yield f"{path}{name}", member
        if depth < 1:
            yield from _leaves(document, node, f"{path}{name}.", depth + 1)


def _rows(document: Mapping[str, Any], schema: Any) -> str | None:
    """Give the path of the one list of an answer that holds its rows; "" for an answer that is a list itself."""
    if _shape(document, schema).is_a("array"):
        return ""
    lists = [path for path, leaf in _leaves(document, schema) if leaf.is_a("array")]
    outer = [path for path in lists if "." not in path]
    for paths in (outer, lists):
        named = next(
            (path for name in _ROWS for path in paths if _squeezed(path.rpartition(".")[2]) == name), None
        )
        if named or len(paths) == 1:
            return named or paths[0]
    return None


def _row(document: Mapping[str, Any], schema: Any, rows: str) -> _Shape:
    """Give the shape of one row: pages of plain values can be equal, pages of objects are not."""
    for name in rows.split(".") if rows else ():
        schema = _shape(document, schema).properties.get(name)
    return _shape(document, _shape(document, schema).items)


def answer_schema(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """Give the schema of an operation's JSON answer; None where there is none."""
    responses = operation.get("responses") or {}
    for status in sorted(map(str, responses)):
        if status.startswith("2"):
            found = _json(document, responses.get(status))
            if found is not None:
                return found
    return None


def _json(document: Mapping[str, Any], holder: Any) -> Any:
    for kind, media in (_deref(document, holder).get("content") or {}).items():
        plain = _plain(kind)
        if (plain == "application/json" or plain.endswith("+json")) and isinstance(media, dict):
            return media.get("schema")
    return None


def _shape(document: Mapping[str, Any], schema: Any, depth: int = 0) -> _Shape:
    """Read a schema: references followed, `allOf` merged, null left out of unions."""
    node = _deref(document, schema)
    if depth > 8:
        return _Shape()
    branches = [
        branch
        for key in ("anyOf", "oneOf")
        for branch in node.get(key) or ()
        if _deref(document, branch).get("type") != "null"
    ]
    parts = [_shape(document, part, depth + 1) for part in node.get("allOf") or ()]
    if len(branches) == 1:
        parts.append(_shape(document, branches[0], depth + 1))
    stated = node.get("type")
    types = {stated} if isinstance(stated, str) else set(stated or ())
    properties = {name: sub for part in parts for name, sub in part.properties.items()} | dict(node.get("properties") or {})  # fmt: skip
    merged = {key: value for part in parts for key, value in part.node.items()} | dict(node)
    items = node.get("items", next((part.items for part in parts if part.items is not None), None))
    return _Shape(
        frozenset(types.union(*(part.types for part in parts)) | ({"object"} if properties else set())),
        properties,
        items,
        merged,
    )
