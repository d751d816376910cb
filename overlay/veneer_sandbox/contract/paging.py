"""Cut a list into the contract's pages: by `x-veneer-pagination`, else by names in parameters and responses.

A page sets the response's members for the total, whether more rows follow, and the next cursor or link.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from veneer_sandbox.check import Problem
from veneer_sandbox.responses import Invalid

from .composing import ABSENT, at, merged, nested
from .reading import ContractDocument, ContractOperation, squeezed

Path = tuple[str, ...]
Facts = Mapping[str, Any]
Row = tuple[str, dict[str, Any]]
"""A thing's key and the thing."""

_LIMITS: Final = ("limit", "pagesize", "perpage", "size", "maxresults", "maxitems", "itemsperpage", "pagelimit", "pagelen", "take", "top", "first", "count")  # fmt: skip
_OFFSETS: Final = ("offset", "skip", "startindex", "startat", "pageoffset", "start")
_PAGES: Final = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage")
_CURSORS: Final = ("cursor", "nextcursor", "pagecursor", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken", "continuation", "continue", "after", "afterid", "startingafter", "pageafter", "marker", "startcursor", "iterator")  # fmt: skip
_NEXT_CURSORS: Final = ("nextcursor", "nextpagetoken", "nexttoken", "nextpagecursor", "endcursor", "aftercursor", "continuationtoken", "nextmarker", "nextafter", "continuation", "cursor", "continue", "after", "iterator")  # fmt: skip
_TOTALS: Final = ("total", "filtercount", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords", "totalrows", "totalhits", "totalentries")  # fmt: skip
_MORE: Final = ("hasmore", "hasnext", "hasnextpage", "hasmoreitems", "hasmorepages", "more", "truncated", "istruncated")  # fmt: skip
_NO_MORE: Final = ("islast", "islastpage", "listcomplete", "done")
_COUNTS: Final = ("count", "itemcount", "resultcount", "numresults")
_PAGE_COUNTS: Final = ("pages", "totalpages", "pagecount", "numpages", "lastpage")
_NEXT: Final = (
    "next",
    "nextpage",
    "nexturl",
    "nextlink",
    "nexthref",
    "nexturi",
    "nextpageurl",
    "nextpageuri",
)
_PREVIOUS: Final = ("previous", "prev", "previouspage", "prevpage", "previousurl", "previouspageuri", "prevcursor", "previouscursor", "previouspageurl")  # fmt: skip
_TOTAL_HEADERS: Final = ("xtotalcount", "xtotal", "xpaginationtotal", "xpaginationtotalcount")
_DEFAULT: Final = 20


@dataclass
class Cut:
    """One page: its rows, the response's other members, and headers."""

    rows: list[Row]
    said: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Paging:
    """The pagination of one list."""

    def __init__(self, document: ContractDocument, operation: ContractOperation, rows: Path) -> None:
        self._document, self._operation, self._rows = document, operation, rows
        said = operation.node.get("x-veneer-pagination")
        self._leaves = {path: squeezed(path[-1]) for path in self._walk(operation.result, 3)}
        self.facts: Facts = said if isinstance(said, Mapping) else self._read()

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that select a page, and so are not filters."""
        names = [self.facts.get(key) for key in ("limit", "offset", "page", "cursor")]
        return frozenset(name for name in names if isinstance(name, str))

    def _walk(self, schema: Any, depth: int, above: Path = ()) -> Iterator[Path]:
        """Yield the members of the response outside its rows."""
        for name, member in self._document.members(schema).items():
            path = (*above, name)
            if path == self._rows:
                continue
            yield path
            if depth > 1 and "array" not in self._document.kinds(member):
                yield from self._walk(member, depth - 1, path)

    def _read(self) -> Facts:
        """Infer the pagination from names and types."""
        sent = {squeezed(one["name"]): one for one in self._operation.parameters if one["in"] == "query"}

        def parameter(names: Sequence[str], *kinds: str) -> str | None:
            return next(
                (
                    sent[name]["name"]
                    for name in names
                    if name in sent
                    and (not (of := self._document.kinds(sent[name].get("schema"))) or of & set(kinds))
                ),
                None,
            )

        facts: dict[str, Any] = {"limit": parameter(_LIMITS, "integer", "number"), "style": "all"}
        cursor = parameter(_CURSORS, "string", "integer")
        ahead = self._leaf(_NEXT_CURSORS, "string", "integer")
        if cursor and (ahead or self._leaf(_MORE, "boolean") or "after" in squeezed(cursor)):
            facts |= {"style": "cursor", "cursor": cursor}
            facts |= {"next_cursor": ".".join(ahead)} if ahead else {"next_row": True}
        elif offset := parameter(_OFFSETS, "integer", "number"):
            facts |= {"style": "offset", "offset": offset}
        elif page := parameter(_PAGES, "integer", "number"):
            schema = sent[squeezed(page)].get("schema")
            first = self._document.said(schema, "default")
            least = self._document.said(schema, "minimum")
            facts |= {"style": "page", "page": page, "first": 0 if 0 in (first, least) and first != 1 else 1}
        return {name: value for name, value in facts.items() if value is not None}

    def _leaf(self, names: Sequence[str], *kinds: str) -> Path | None:
        """Return the shallowest member of the response with one of these names, the first name preferred."""
        for name in names:
            for path in sorted(self._leaves, key=len):
                of = self._document.kinds(self._document.at(self._operation.result, path))
                if self._leaves[path] == name and (not of or of & set(kinds)):
                    return path
        return None

    def cut(self, rows: list[Row], arguments: Mapping[str, Any], url: str, query: Mapping[str, Any]) -> Cut:
        """Return the requested page; `url` and `query` are the request's. Raises Invalid for an unknown cursor."""
        size = self._size(arguments)
        start = self._start(rows, arguments, size)
        page = Cut(rows[start : start + size])
        end = start + len(page.rows)
        more = end < len(rows)
        url_of = self._urls(url, query, size)
        self._say(page, start, size, len(rows), more, url_of)
        declared = {squeezed(name): name for name in self._operation.success(200)[1].headers}
        if self.facts.get("style") == "link_header" or ("link" in declared and self._pages):
            links = {"next": end if more else None, "prev": max(0, start - size) if start else None}
            links |= {"first": 0 if start else None}
            text = ", ".join(f'<{url_of(to)}>; rel="{rel}"' for rel, to in links.items() if to is not None)
            page.headers |= {"link": text} if text else {}
        if name := next((declared[one] for one in _TOTAL_HEADERS if one in declared), None):
            page.headers[name] = str(len(rows))
        if (name := self.facts.get("next_header")) and more:
            page.headers[name] = self._token(rows, end)
        return page

    @property
    def _pages(self) -> bool:
        return self.facts.get("style") != "all" or "limit" in self.facts

    def _size(self, arguments: Mapping[str, Any]) -> int:
        name = self.facts.get("limit")
        asked = arguments.get(name) if name else None
        if asked is None and name and (parameter := self._operation.parameter(name)):
            asked = self._document.said(parameter.get("schema"), "default")
        if not isinstance(asked, int | float):
            return _DEFAULT if self._pages else 10**9
        most = self.facts.get("max_limit")
        return max(0, min(int(asked), most if isinstance(most, int) else int(asked)))

    def _start(self, rows: list[Row], arguments: Mapping[str, Any], size: int) -> int:
        for name in ("offset", "page", "cursor"):
            value = arguments.get(str(self.facts.get(name)))
            if value is None or value == "":
                continue
            if name == "cursor":
                return self._after(rows, str(value))
            number = int(value)
            return max(0, number if name == "offset" else (number - self._first) * size)
        return 0

    @property
    def _first(self) -> int:
        first = self.facts.get("first", 1)
        return first if isinstance(first, int) else 1

    def _after(self, rows: list[Row], cursor: str) -> int:
        """Return the position after a cursor: a page token, a number of rows, or the last row's id."""
        ids = [key for key, _ in rows]
        if cursor in ids:
            return ids.index(cursor) + 1
        try:
            token = cursor if cursor.isdecimal() else base64.urlsafe_b64decode(cursor.encode()).decode()
            place, _, last = token.partition(":")
            return ids.index(last) + 1 if last in ids else int(place)
        except (binascii.Error, ValueError):
            name = str(self.facts.get("cursor"))
            raise Invalid([Problem(("query", name), "No page has this cursor", "cursor")]) from None

    @staticmethod
    def _token(rows: list[Row], end: int) -> str:
        last = rows[end - 1][0] if end else ""
        return base64.urlsafe_b64encode(f"{end}:{last}".encode()).decode()

    def _urls(self, url: str, query: Mapping[str, Any], size: int) -> Any:
        name = next((self.facts[key] for key in ("offset", "page", "cursor") if self.facts.get(key)), "page")
        kind = next((key for key in ("offset", "page", "cursor") if self.facts.get(key)), "page")

        def url_of(start: int) -> str:
            value = start if kind != "page" else self._first + (start // size if size else 0)
            return f"{url}?{urlencode({**query, name: [str(value)]}, doseq=True)}"

        return url_of

    def _say(self, page: Cut, start: int, size: int, total: int, more: bool, url_of: Any) -> None:
        """Set the response's members about the page."""
        end = start + len(page.rows)
        pages = -(-total // size) if size else 0
        number = self._first + (start // size if size else 0)
        said: dict[Path, Any] = {}
        # By name first; the contract's own facts override it.
        words: tuple[tuple[Sequence[str], Any], ...] = (
            (_TOTALS, total), (_MORE, more), (_NO_MORE, not more), (_PAGE_COUNTS, pages), (_LIMITS, size),
            (_OFFSETS, start), (_PAGES, number), (_PREVIOUS, ABSENT),
            (("lastpage",), self._first + max(pages - 1, 0)), (_NEXT, url_of(end) if more else ABSENT),
        )  # fmt: skip
        linked = any(name in _NEXT for name in self._leaves.values())
        for path, name in self._leaves.items():
            if name in _COUNTS:
                said[path] = total if linked else len(page.rows)
            for names, value in words:
                if name in names and not (isinstance(value, int) and size > 10**8 and names is _LIMITS):
                    said[path] = value
            if name in ("firstid", "lastid"):
                ends = (
                    page.rows[0] if page.rows and name == "firstid" else page.rows[-1] if page.rows else None
                )
                said[path] = ends[0] if ends else ABSENT
        said |= self._by_facts(page, end, total, pages, more, url_of)
        for path, value in said.items():
            # `next` may be an object with a link or a cursor, which is set below.
            if not self._document.members(self._document.at(self._operation.result, path)) or value is ABSENT:
                page.said = (
                    merged(page.said, nested(path, value))
                    if at(page.said, path[:1]) is not ABSENT
                    else page.said
                )

    def _by_facts(
        self, page: Cut, end: int, total: int, pages: int, more: bool, url_of: Any
    ) -> dict[Path, Any]:
        facts, said = self.facts, dict[Path, Any]()
        token = self._token([*page.rows][-1:], 1) if page.rows else ""
        if page.rows:
            last = page.rows[-1][0]
            token = base64.urlsafe_b64encode(f"{end}:{last}".encode()).decode()
        for key, value in (
            ("total", total), ("page_count", pages), ("last_page", self._first + max(pages - 1, 0)),
            ("next", url_of(end) if more else ABSENT), ("next_cursor", token if more else ABSENT),
        ):  # fmt: skip
            if isinstance(facts.get(key), str):
                path = tuple(facts[key].split("."))
                if key == "next_cursor" and more:
                    kinds = self._document.kinds(self._document.at(self._operation.result, path))
                    value = end if kinds and "string" not in kinds else token  # noqa: PLW2901 - the value's own form
                said[path] = value
        flag = facts.get("more")
        if isinstance(flag, str):
            said[tuple(flag.split("."))] = more
        elif isinstance(flag, Mapping):
            for path, value in flag.items():
                said[tuple(path.split("."))] = (
                    value if more else (not value if isinstance(value, bool) else ABSENT)
                )
        return said
