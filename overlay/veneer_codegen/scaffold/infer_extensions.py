"""Recognise the pagination and streams of a contract, by common names and the shapes of responses.

A name alone is not enough. A list has a parameter that moves through it, and rows in the response.
A stream has its media type. Findings become `x-veneer-pagination` or `x-veneer-stream` in a patch
that a maintainer can read and correct.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from veneer_codegen.contract import pointers
from veneer_codegen.contract.operations import (
    Found,
    find_operations,
    is_json,
    is_texts,
    media_type,
    parameters_of,
    successes_of,
)
from veneer_codegen.normalise.rules import well_formed

# Names are compared in lower case, without separators: `nextCursor` is `next_cursor`.
_LIMITS: Final = ("limit", "pagesize", "perpage", "size", "maxresults", "maxitems", "itemsperpage", "resultsperpage", "pagelimit", "pagelen", "take", "top", "first", "count")  # fmt: skip
_OFFSETS: Final = ("offset", "skip", "startindex", "startat", "pageoffset")
_STARTS: Final = ("start",)
"""Offsets in some APIs, times in others."""
_PAGES: Final = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage")
_CURSORS: Final = ("cursor", "nextcursor", "pagecursor", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken", "continuation", "continue", "after", "afterid", "startingafter", "pageafter", "marker", "startcursor", "offset", "page")  # fmt: skip
_NEXT_CURSORS: Final = ("nextcursor", "nextpagetoken", "nexttoken", "nextpagecursor", "endcursor", "aftercursor", "continuationtoken", "nextmarker", "nextafter", "nextpage", "continuation", "cursor", "next", "lastid")  # fmt: skip
_TOKENS: Final = ("pagetoken", "nexttoken", "nextpagetoken", "pageinfo", "continuationtoken")
_ROWS: Final = ("items", "data", "results", "rows", "records", "entries", "values", "content", "objects", "list", "hits", "elements")  # fmt: skip
_NO_ROWS: Final = ("errors", "warnings", "links", "included", "facets", "aggregations")
_TOTALS: Final = ("total", "filtercount", "filteredcount", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords", "totalrows", "totalhits", "totalentries", "totalmatching")  # fmt: skip
_MORE: Final = ("hasmore", "hasnext", "hasnextpage", "hasmoreitems", "hasmorepages", "hasmoreresults", "more", "truncated", "istruncated")  # fmt: skip
_LAST: Final = ("islast", "islastpage", "lastpage", "last", "listcomplete")
_LAST_PAGES: Final = ("lastpage", "lastpagenumber", "maxpage")
_PAGE_COUNTS: Final = ("pages", "totalpages", "pagecount", "numpages", "numberofpages", "totalpagecount")
_COUNTS: Final = ("count", "itemcount", "resultcount")
_LINKS: Final = ("next", "nextpage", "nexturl", "nextlink", "nexthref", "nexturi", "nextpageurl", "nextpageuri", "nextpagelink")  # fmt: skip
_NEXT_HEADERS: Final = ("xnextcursor", "nextcursor", "xnextpagetoken", "xnexttoken")
_COUNT_HEADERS: Final = ("xtotalcount", "xtotal", "xpaginationtotal", "xpaginationnext", "xnextpage")

# Objects of a response that describe the list itself.
_ABOUT: Final = frozenset({"meta", "metadata", "pagination", "paging", "page", "pages", "pageinfo", "paginginfo", "responsemetadata", "links", "next", "nextpage", "cursors", "cursor"})  # fmt: skip
_DEPTH: Final = 3
_NUMBERS: Final = frozenset({"integer", "number"})
_DATES: Final = frozenset({"date", "date-time"})
_URL_WORDS: Final = re.compile(r"\b(?:ur[il]|link|https?)\b", re.IGNORECASE)
_LAST_ROW_WORDS: Final = re.compile(
    r"\b(?:id|identifier)\b.*\b(?:last|previous)\b|\b(?:last|previous)\b.*\b(?:id|identifier)\b|\bobject id\b",
    re.IGNORECASE | re.DOTALL,
)
_FROM_ZERO: Final = re.compile(
    r"\b(?:zero|0)[- ]?(?:based|indexed)\b|\b(?:start|begin|count|index|number)\w* (?:at|from|with) (?:0|zero)\b|\bfirst page is (?:page )?(?:0|zero)\b",
    re.IGNORECASE,
)
_UNPAGED_WORDS: Final = re.compile(
    r"\bwithout pagination\b|\bnot (?:specified|given|set|provided|present)\b.*\ball\b",
    re.IGNORECASE | re.DOTALL,
)
_NEXT_WORDS: Final = re.compile(r"\bnext\b", re.IGNORECASE)

_EVENTS: Final = "text/event-stream"
_CLOSING: Final = "[DONE]"
"""The last event of most model streams; its data is not JSON."""


@dataclass(frozen=True)
class Finding:
    """An operation's extension, and the reason for it."""

    method: str
    path: str
    extension: str
    facts: dict[str, Any]
    reason: str


@dataclass(frozen=True)
class _Shape:
    """A schema with references followed and null left out."""

    types: frozenset[str] = frozenset()
    properties: Mapping[str, Any] = field(default_factory=dict)
    items: Any = None
    node: Mapping[str, Any] = field(default_factory=dict)

    def is_a(self, kind: str) -> bool:
        return kind in self.types


def recognised(document: Mapping[str, Any]) -> list[Finding]:
    """Return the findings of operations that do not declare their pagination or stream."""
    found = []
    for one in find_operations(document):
        method, path = one.method, one.path
        if "x-veneer-pagination" not in one.node and (facts := paging_of(document, one)):
            reason = "Recognised by its parameters and response: the pagination of the list."
            found.append(Finding(method, path, "x-veneer-pagination", facts, reason))
        if "x-veneer-stream" not in one.node and (facts := _stream(document, one)):
            reason = "Recognised by its body, responses and description: what requests the stream, and how it ends."
            found.append(Finding(method, path, "x-veneer-stream", facts, reason))
    return found


def _stream(document: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """Return what requests an operation's stream, and how the stream ends, if known."""
    operation = found.node
    responses = successes_of(document, operation)
    contents = {
        media_type(str(kind)): media
        for response in responses
        for kind, media in _object(response.get("content")).items()
    }
    streams = {kind for kind in contents if kind == _EVENTS or is_texts(kind)}
    if not streams:
        # Only event streams have this header (WHATWG HTML §9.2.4). Frameworks document their
        # responses as
        # any JSON.
        typed = any(isinstance(media, dict) and media.get("schema") for media in contents.values())
        return {} if typed or not _takes_event_id(document, found) else {"kind": _EVENTS}
    facts: dict[str, Any] = {}
    switch = _shape(document, _json(document, operation.get("requestBody"))).properties.get("stream")
    if contents.keys() - streams and _shape(document, switch).is_a("boolean"):
        facts["request"] = {"stream": True}
    if _CLOSING in json.dumps([operation, responses], default=str):
        facts["terminator"] = _CLOSING
    return facts


def _takes_event_id(document: Mapping[str, Any], found: Found) -> bool:
    return any(
        parameter.get("in") == "header" and str(parameter.get("name")).lower() == "last-event-id"
        for parameter in parameters_of(document, found)
    )


@dataclass(frozen=True)
class _List:
    """The inputs of recognition: parameters, response and headers."""

    sent: Mapping[str, _Shape]
    leaves: Mapping[str, _Shape]
    rows: str
    row: _Shape
    headers: Mapping[str, str]

    def parameter(self, names: Iterable[str], *kinds: str) -> str | None:
        """Return the first parameter of these kinds, in the order of names."""
        fitting = {
            _squeezed(name): name
            for name in reversed(list(self.sent))
            if self.sent[name].types & set(kinds) and self.sent[name].node.get("format") not in _DATES
        }
        return next((fitting[name] for name in names if name in fitting), None)

    def leaf(self, names: Iterable[str], *kinds: str) -> str | None:
        """Return the path of the first, shallowest member of these kinds, in the order of names."""
        paths = sorted(
            (path for path, leaf in self.leaves.items() if leaf.types & set(kinds)),
            key=lambda path: path.count("."),
        )
        return next((path for name in names for path in paths if _squeezed(_last(path)) == name), None)

    def number(self, names: Iterable[str]) -> str | None:
        """Return the path of the first number, in the order of names."""
        return self.leaf(names, *_NUMBERS)

    def header(self, names: Iterable[str]) -> str | None:
        """Return the first header of the response, in the order of names."""
        held = {_squeezed(name): name for name in self.headers}
        return next((held[name] for name in names if name in held), None)


def paging_of(document: Mapping[str, Any], one: Found) -> dict[str, Any] | None:
    """Return an operation's pagination by parameters and response; None if unrecognised."""
    found = _list_of(document, one)
    if found is None:
        return None
    plain = {} if found.row.is_a("object") else {"distinct_pages": False}
    facts = _style(found, links=one.method == "get")
    if facts is not None:
        return {**facts, **plain}
    found = replace(found, sent=body_of(document, one))
    facts = _style(found, links=False) if one.method == "post" else None
    # A body's `page` or `limit` may mean something else: only a response that tells of more rows
    # makes
    # it a list.
    telling = {"next_cursor", "next_header", "next_row", "more", "total", "last_page", "page_count"}
    if facts is None or not (telling & facts.keys() or found.number(_COUNTS) or found.header(_COUNT_HEADERS)):
        return None
    return {"style": facts.pop("style"), "in": "body", **facts, **plain}


def parts_of(document: Mapping[str, Any], one: Found) -> dict[str, Any]:
    """Return the common parts of any pagination: rows, page size, total, and a flag for more."""
    found = _list_of(document, one)
    if found is None:
        return {}
    limit = found.parameter(_LIMITS, *_NUMBERS)
    size = {"limit": limit} if limit else {}
    return {**size, "items": found.rows, **_told(found, "", limit)}


def _list_of(document: Mapping[str, Any], one: Found) -> _List | None:
    """Return the inputs of recognition for an operation; None if it cannot be a list."""
    answer = answer_schema(document, one.node)
    rows = None if answer is None or one.method not in {"get", "post"} else _rows(document, answer)
    if rows is None:
        return None
    leaves = {path: leaf for path, leaf in _leaves(document, answer) if _is_about(path, rows)}
    row = _row(document, answer, rows)
    return _List(query_of(document, one), leaves, rows, row, _headers(document, one.node))


def query_of(document: Mapping[str, Any], one: Found) -> dict[str, _Shape]:
    """Return the shapes of an operation's query parameters by name, without deprecated ones."""
    found = {}
    for parameter in parameters_of(document, one):
        if parameter.get("in") == "query" and not parameter.get("deprecated"):
            shape = _shape(document, parameter.get("schema"))
            described = {
                **shape.node,
                **{key: parameter[key] for key in ("description",) if key in parameter},
            }
            found[str(parameter.get("name"))] = replace(shape, node=described)
    return found


def body_of(document: Mapping[str, Any], one: Found, *, needed: bool = False) -> dict[str, _Shape]:
    """Return the shapes of a JSON body by name; `needed`: only the required members."""
    body = _shape(document, _json(document, one.node.get("requestBody")))
    required = body.node.get("required") or ()
    return {
        name: _shape(document, schema)
        for name, schema in body.properties.items()
        if name in required or not needed
    }


def answer_of(document: Mapping[str, Any], one: Found) -> dict[str, _Shape]:
    """Return the shapes of a JSON response by name; "" is a list that is the response."""
    whole = _shape(document, answer_schema(document, one.node))
    if whole.is_a("array"):
        return {"": whole}
    return {name: _shape(document, schema) for name, schema in whole.properties.items()}


def _style(found: _List, *, links: bool) -> dict[str, Any] | None:
    """Return the pagination style: cursor, else offset, else page number, else link (of a GET)."""
    limit = found.parameter(_LIMITS, *_NUMBERS)
    size = {"limit": limit} if limit else {}
    items = {"items": found.rows}
    if cursor := _cursor(found):
        return {"style": "cursor", **size, **cursor, **items, **_told(found, "cursor", limit)}
    if limit and (offset := _offset(found)):
        return {"style": "offset", **size, "offset": offset, **items, **_told(found, "offset", limit, offset)}
    link = _link(found) if links else None
    linked = {"style": "next_url", "next": link, **items, **_total(found)} if link else None
    if linked and found.parameter(_TOKENS, "string"):
        return linked  # a page number beside a token is only informative
    if page := found.parameter(_PAGES, *_NUMBERS):
        first = _first(found.sent[page])
        told = _told(found, "page", limit, page, first=first)
        # A page of a book has a number too: the response must describe a list, or the request its
        # size.
        # If no number means all rows, the first response would have all of them.
        words = str(found.sent[page].node.get("description", ""))
        if (size or told) and not _UNPAGED_WORDS.search(words):
            start = {"first": 0} if first == 0 else {}
            return {"style": "page", **size, "page": page, **start, **items, **told}
    return linked or _by_row(found, size) or (_by_header(found) if links else None)


def _cursor(found: _List) -> dict[str, Any] | None:
    """Return the cursor's parameter and the member of its next value, by names."""
    ahead = {
        path: leaf
        for path, leaf in found.leaves.items()
        if (leaf.types & {"string", *_NUMBERS} or not leaf.types) and not _is_url(path, leaf)
    }
    for name in _CURSORS:
        sent = found.parameter([name], "string") or _untyped(found, name)
        if sent and (path := next((path for path in ahead if _belongs(name, path)), None)):
            return {"cursor": sent, "next_cursor": path}
    cursor = found.parameter(_CURSORS, "string")
    usual = replace(found, leaves=ahead).leaf(_NEXT_CURSORS, "string")
    if cursor and usual:
        return {"cursor": cursor, "next_cursor": usual}
    if cursor and (header := found.header(_NEXT_HEADERS)):
        return {"cursor": cursor, "next_header": header}
    return _by_last_id(found, ahead)


def _untyped(found: _List, squeezed: str) -> str | None:
    """Return a parameter of several types, such as an id that is a number or a text."""
    return next(
        (name for name, shape in found.sent.items() if _squeezed(name) == squeezed and not shape.types), None
    )


def _belongs(cursor: str, path: str) -> bool:
    """Return whether a member is a parameter's next value: `next_x`, `next.x` or `x`."""
    *parents, name = map(_squeezed, path.split("."))
    if name in {f"next{cursor}", f"nextpage{cursor}"}:
        return True
    inside = bool(parents) and parents[-1] in {"next", "nextpage", "cursors"}
    own = cursor in {*_TOKENS, "cursor", "nextcursor", "continue", "marker", "offset"}
    return name == cursor and (inside or own)


def _by_last_id(found: _List, ahead: Mapping[str, _Shape]) -> dict[str, Any] | None:
    """Return a parameter `start_after_x` whose next value is the response's `last_x`."""
    if not found.leaf(_MORE, "boolean"):
        return None
    for sent, shape in found.sent.items():
        name = _squeezed(sent)
        row = name.partition("after")[2]
        if name in {f"startafter{row}", f"startingafter{row}"} and shape.is_a("string"):
            path = next((path for path in ahead if _squeezed(_last(path)) == f"last{row}"), None)
            if path:
                return {"cursor": sent, "next_cursor": path}
    return None


def _by_row(found: _List, size: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a cursor that is the last row's id, by the parameter's description, beside a flag."""
    if "id" not in found.row.properties or not found.leaf(_MORE, "boolean"):
        return None
    cursor = next(
        (
            name
            for name in (
                found.parameter([one], "string") for one in ("startingafter", "after", "afterid", "cursor")
            )
            if name and _LAST_ROW_WORDS.search(str(found.sent[name].node.get("description", "")))
        ),
        None,
    )
    if cursor is None:
        return None
    facts = {"style": "cursor", **size, "cursor": cursor, "next_row": "id", "items": found.rows}
    return {**facts, **_told(found, "cursor", size.get("limit"))}


def _by_header(found: _List) -> dict[str, Any] | None:
    """Return the Link header's style if the contract documents one (RFC 8288)."""
    link = found.header(["link"])
    if link and _NEXT_WORDS.search(found.headers[link]):
        return {"style": "link_header", "items": found.rows}
    return None


def _offset(found: _List) -> str | None:
    offset = found.parameter(_OFFSETS, *_NUMBERS)
    if (
        offset is None
        and found.number(_TOTALS)
        and not found.parameter(["end", "stop", "to", "until"], *_NUMBERS)
    ):
        offset = found.parameter(_STARTS, *_NUMBERS)
    return offset


def _first(page: _Shape) -> Any:
    """Return the number of the first page: the default, the minimum, or the description's."""
    if _FROM_ZERO.search(str(page.node.get("description", ""))):
        return 0
    return page.node.get("default", page.node.get("minimum", 1))


def _link(found: _List) -> str | None:
    return next((path for path, leaf in found.leaves.items() if _is_link(path, leaf)), None)


def _is_link(path: str, leaf: _Shape) -> bool:
    """Return whether a member is the next page's URL, by name, format or description."""
    *parents, name = map(_squeezed, path.split("."))
    if name == "href" and parents and parents[-1] == "next":
        return leaf.is_a("string")
    if name not in _LINKS or not leaf.is_a("string"):
        return False
    named = name not in {"next", "nextpage"} or (bool(parents) and parents[-1] == "links")
    return named or _is_url(path, leaf)


def _is_url(path: str, leaf: _Shape) -> bool:
    """Return whether a text is a URL, by its format, description, example or place among links."""
    words = " ".join(str(leaf.node.get(key, "")) for key in ("format", "description", "example", "examples"))
    *parents, name = map(_squeezed, path.split("."))
    among = any(parent == "links" for parent in parents) or name in _LINKS[2:]
    return among or _URL_WORDS.search(words) is not None or "uri" in str(leaf.node.get("format", ""))


def _told(
    found: _List, style: str, limit: str | None, position: str = "", *, first: Any = 1
) -> dict[str, Any]:
    """Return the response's facts about the list: total, flag for more, applied limits."""
    told: dict[str, Any] = _total(found)
    if more := found.leaf(_MORE, "boolean"):
        told["more"] = more
    elif last := found.leaf(_LAST, "boolean"):
        told["more"] = {last: False}
    if limit:
        if reported := found.number((_squeezed(limit), "limit", "pagesize", "perpage")):
            told["reported_limit"] = reported
        maximum = found.sent[limit].node.get("maximum")
        if isinstance(maximum, int) and not isinstance(maximum, bool):
            told["max_limit"] = maximum
    if style == "offset" and (reported := found.number((_squeezed(position),))):
        told["reported_offset"] = reported
    if style == "page":
        if reported := found.number((_squeezed(position), "page", "currentpage")):
            told["reported_page"] = reported
        if last := found.number(_LAST_PAGES):
            told["last_page"] = last
        elif count := found.number(_PAGE_COUNTS):
            told["page_count" if first == 0 else "last_page"] = count
    return told


def _total(found: _List) -> dict[str, Any]:
    """Return the count of all rows.

    A `count` beside `next` and `previous` is one (Django REST framework).
    """
    leaves = found.leaves
    linked = {"count", "next", "previous"} <= leaves.keys() and bool(leaves["count"].types & _NUMBERS)
    total = found.number(_TOTALS) or ("count" if linked else None)
    return {"total": total} if total else {}


def _headers(document: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of an operation's success, with description and examples as one text."""
    responses = _object(operation.get("responses"))
    for status in sorted(map(str, responses)):
        if status.startswith("2"):
            held = _object(pointers.follow(document, responses.get(status)).get("headers"))
            return {
                str(name): json.dumps(pointers.follow(document, node), default=str)
                for name, node in held.items()
            }
    return {}


def _is_about(path: str, rows: str) -> bool:
    """Return whether a member describes the list, by its place."""
    around = rows.split(".")[:-1] if rows else []
    parents = path.split(".")[:-1]
    while parents and around and parents[0] == around[0]:
        parents, around = parents[1:], around[1:]
    return all(_squeezed(name) in _ABOUT for name in parents)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _squeezed(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _leaves(
    document: Mapping[str, Any], schema: Any, path: str = "", depth: int = 1
) -> Iterator[tuple[str, _Shape]]:
    """Yield the members of a response by dotted path, two or three levels deep."""
    for name, node in _shape(document, schema).properties.items():
        if "." in name:
            continue
        member = _shape(document, node)
        yield f"{path}{name}", member
        if depth < _DEPTH - 1 or (depth < _DEPTH and _squeezed(name) in _ABOUT):
            yield from _leaves(document, node, f"{path}{name}.", depth + 1)


def _rows(document: Mapping[str, Any], schema: Any) -> str | None:
    """Return the path of the only list of rows in a response; "" for a response that is a list."""
    if _shape(document, schema).is_a("array"):
        return ""
    lists = [
        path
        for path, leaf in _leaves(document, schema)
        if leaf.is_a("array") and path.count(".") < _DEPTH - 1 and _squeezed(_last(path)) not in _NO_ROWS
    ]
    outer = [path for path in lists if "." not in path]
    for paths in (outer, lists):
        named = [path for name in _ROWS for path in paths if _squeezed(_last(path)) == name]
        # Of two lists of one name, no name can tell which one is paginated.
        if named and [_squeezed(_last(path)) for path in named].count(_squeezed(_last(named[0]))) == 1:
            return named[0]
        if len(paths) == 1:
            return paths[0]
    return None


def _row(document: Mapping[str, Any], schema: Any, rows: str) -> _Shape:
    """Return the shape of one row. Pages of plain values can be equal, pages of objects cannot."""
    for name in rows.split(".") if rows else ():
        schema = _shape(document, schema).properties.get(name)
    return _shape(document, _shape(document, schema).items)


def answer_schema(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """Return the schema of an operation's JSON response; None if there is none."""
    responses = _object(operation.get("responses"))
    for status in sorted(map(str, responses)):
        if status.startswith("2"):
            found = _json(document, responses.get(status))
            if found is not None:
                return found
    return None


def _json(document: Mapping[str, Any], holder: Any) -> Any:
    for kind, media in _object(pointers.follow(document, holder).get("content")).items():
        if is_json(media_type(str(kind))) and isinstance(media, dict):
            return media.get("schema")
    return None


def _object(node: Any) -> Mapping[str, Any]:
    """Return a part of the contract that must be an object, else an empty object."""
    return node if isinstance(node, Mapping) else {}


def _shape(document: Mapping[str, Any], schema: Any, depth: int = 0) -> _Shape:
    """Return the shape of a schema, without references, `allOf` and null."""
    node = well_formed(dict(pointers.follow(document, schema)))
    if depth > 8:
        return _Shape()
    branches = [
        branch
        for key in ("anyOf", "oneOf")
        for branch in node.get(key) or ()
        if pointers.follow(document, branch).get("type") != "null"
    ]
    parts = [_shape(document, part, depth + 1) for part in node.get("allOf") or ()]
    if len(branches) == 1:
        parts.append(_shape(document, branches[0], depth + 1))
    stated = node.get("type")
    types = {stated} if isinstance(stated, str) else {one for one in stated or () if isinstance(one, str)}
    properties = {name: sub for part in parts for name, sub in part.properties.items()} | dict(node.get("properties") or {})  # fmt: skip
    merged = {key: value for part in parts for key, value in part.node.items()} | dict(node)
    items = node.get("items", next((part.items for part in parts if part.items is not None), None))
    return _Shape(
        frozenset(types.union(*(part.types for part in parts)) | ({"object"} if properties else set())),
        properties,
        items,
        merged,
    )
