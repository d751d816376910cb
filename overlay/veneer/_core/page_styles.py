"""The ways in which APIs page, as frozen values: offsets, page numbers, cursors, links.

    OffsetPages(total="total", reported_limit="limit")                        # ?limit=50&offset=100
    PageNumberPages(items="data.data", total="data.total", more="data.hasMore")   # ?page=3
    CursorPages(place="body", items="keys", next_cursor="cursor", more={"list_complete": False})
    NextLinkPages(next="_pagination.next.url")
    LinkHeaderPages()                                                         # Link: <…>; rel="next"

Parameters and paths are named as in the contract; a path is keys separated by dots. `style_of`
reads a style from a contract's `x-veneer-pagination`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from veneer._core.checks import check_range
from veneer._core.dotted_path import MISSING, look, pick
from veneer._core.errors import ConfigurationError, PaginationError, PaginationLoopError
from veneer._core.late import dataclass, field_names, replace
from veneer._core.links import next_link, same_origin_target
from veneer._core.pages import Arguments, PageRequest, PageResponse, PageStyle, PageValue

if TYPE_CHECKING:
    from veneer._core.call import Call

__all__ = [
    "AssumedPages",
    "CursorPages",
    "LinkHeaderPages",
    "NextLinkPages",
    "OffsetPages",
    "PageNumberPages",
    "sized",
    "style_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """The fields that all styles share.

    | field | meaning |
    |---|---|
    | items | path of the rows in the payload, "" for the payload itself |
    | optional_items | a response without that key is an empty page (some servers leave empty lists out), not an error |
    | total | path of the count of all rows |
    | distinct_pages | two pages are never equal; False for lists of plain values, where they can be |
    | empty_statuses | HTTP statuses that mean "no rows": the pagination receives None for them |
    """

    items: str = "items"
    optional_items: bool = False
    total: str | None = None
    distinct_pages: bool = True
    empty_statuses: frozenset[int] = frozenset({204})

    style: ClassVar[str] = ""
    counted: ClassVar[bool] = False
    """Whether the client counts positions, and must detect a server that ignores them."""

    def rows(self, payload: Any) -> Sequence[Any]:
        """Return the payload's rows; none for null. Raises PaginationError if `items` is not a list."""
        found = look(payload, self.items) if payload is not None else None
        if found is None or (found is MISSING and self.optional_items):
            return ()
        if isinstance(found, Sequence) and not isinstance(found, (str, bytes)):
            return found
        has = f"; it has {', '.join(sorted(map(str, payload)))}" if isinstance(payload, Mapping) else ""
        raise PaginationError(f"the response has no list at {self.items!r}{has}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sized(_Style):
    """The fields of styles that send their position as a parameter.

    | field | meaning |
    |---|---|
    | limit | name of the parameter for the page size |
    | max_limit | the contract's bound for it; a larger one is not sent |
    | reported_limit | path of the page size that the server used |
    | more | path of the flag for more rows; or paths with the value that means "more": `{"list_complete": False}` |
    | place | where paging parameters go: "query" or "body" |
    """

    limit: str = "limit"
    max_limit: int | None = None
    reported_limit: str | None = None
    more: str | Mapping[str, Any] | None = None
    place: Literal["query", "body"] = "query"

    @property
    def parameter(self) -> str:
        """The name of the parameter for the position."""
        raise NotImplementedError

    def begin(self, position: Any) -> int | str | None:
        """Read a position from the caller or a saved state; None: the first."""
        raise NotImplementedError

    def start(self, arguments: Arguments, state: Mapping[str, Any]) -> PageRequest:
        """Begin at a saved position, the caller's, or the first page. Raises ConfigurationError."""
        given = arguments.params if self.place == "query" else arguments.body
        limit = given.get(self.limit)
        changes: dict[str, Any] = {}
        if isinstance(limit, int):
            changes[self.limit] = limit if self.max_limit is None else min(limit, self.max_limit)
        saved = self.begin(state["position"]) if state.get("position") is not None else None
        if saved is not None:
            changes[self.parameter] = saved
        at = self.begin(given.get(self.parameter)) if saved is None else saved
        params, body = (changes, {}) if self.place == "query" else ({}, changes)
        return PageRequest(self.style, at, params, body, size=state.get("size"), before=state.get("before"))

    def after(self, request: PageRequest, position: int | str) -> PageRequest:
        """Return the request with another position."""
        changes = {**self._sent(request), self.parameter: position}
        params, body = (changes, request.body) if self.place == "query" else (request.params, changes)
        return replace(request, position=position, index=request.index + 1, params=params, body=body)

    def page_limit(self, request: PageRequest, payload: Any) -> int | None:
        """Return the page size that the server reports, else the requested one."""
        return _reported(payload, self.reported_limit) or _count(self._sent(request).get(self.limit))

    def refuse_nothing(self, request: PageRequest, rows: Sequence[Any]) -> None:
        """Raise PaginationError if a limit of 0 returned no rows: that does not mean the end."""
        if not rows and self._sent(request).get(self.limit) == 0:
            raise PaginationError(f"{self.limit}=0 asks for pages without rows; give at least 1")

    def says_more(self, payload: Any) -> bool | None:
        """Read the flags; None if the response has none of them."""
        if self.more is None:
            return None
        flags = {self.more: True} if isinstance(self.more, str) else self.more
        said = [(pick(payload, path), value) for path, value in flags.items()]
        heard = [flag == value for flag, value in said if flag is not None]
        return any(heard) if heard else None

    def _sent(self, request: PageRequest) -> Mapping[str, Any]:
        return (request.params if self.place == "query" else request.body) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetPages(_Sized):
    """Pages by limit and offset, the offset counted in rows from 0.

    `offset` names the parameter; `reported_offset` is the path of the offset that the server
    reports.
    """

    offset: str = "offset"
    reported_offset: str | None = None

    style: ClassVar[str] = "offset"
    counted: ClassVar[bool] = True

    @property
    def parameter(self) -> str:
        """The name of the parameter for the offset."""
        return self.offset

    def begin(self, position: Any) -> int:
        """Read an offset, 0 for None."""
        return _whole(position, 0)

    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]:
        """Read a page. Raises PaginationLoopError if the server reports an earlier offset than requested."""
        rows = self.rows(answer.payload)
        self.refuse_nothing(request, rows)
        at = _whole(request.position, 0)
        end = at + len(rows)
        reported = _reported(answer.payload, self.reported_offset)
        _heeded(rows, "offset", at, reported)
        if (
            rows and reported is not None and at < reported != end
        ):  # some servers report where the next page begins
            raise PaginationError(
                f"asked for offset {at}, the server answered offset {reported}: rows are missing between them"
            )
        total = _reported(answer.payload, self.total)
        following, later, problem = None, range(0), None
        more = _more(
            rows,
            flag=self.says_more(answer.payload),
            counted=_counted(end, total),
            reported=_reported(answer.payload, self.reported_limit),
            before=request.size,
        )
        if more and rows:
            following = replace(self.after(request, end), size=len(rows))
            later = range(end + len(rows), total or 0, len(rows))
        elif more:
            problem = PaginationLoopError(f"no rows at offset {at}, and the server says that there is more")
        limit = self.page_limit(request, answer.payload)
        return PageValue(rows, request, following, limit, total, later=later, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedPages(OffsetPages):
    """Limit and offset for a route whose pagination nobody declared.

    The list's end is trusted only if the response shows no other kind of pagination.
    """

    total: str | None = "total"
    reported_limit: str | None = "limit"

    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]:
        """Read a page; its problem is a cursor, flag or link that means "more"."""
        page = OffsetPages.page(self, request, answer)  # a class with slots has no super()
        if page.next is not None or page.problem is not None:
            return page
        told = next((name for name in _OTHERWISE if pick(answer.payload, name)), None)
        if told is None and next_link(_header(answer.headers, "link") or "", answer.url or ""):
            told = "a Link header to the next page"
        if told is None:
            return page
        problem = PaginationError(
            f"the response has {told}, so there is more: say how the list is paged with pages=CursorPages(…) or another style"
        )
        return replace(page, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNumberPages(_Sized):
    """Pages by number, counted from `first`.

    `page_number` names the parameter (`page` in contracts). `reported_page` is the path of the
    number that the server used, `last_page` that of the last page's number and `page_count` that of
    the number of pages.
    """

    page_number: str = "page"
    first: int = 1
    reported_page: str | None = None
    last_page: str | None = None
    page_count: str | None = None

    style: ClassVar[str] = "page"
    counted: ClassVar[bool] = True

    @property
    def parameter(self) -> str:
        """The name of the parameter for the number."""
        return self.page_number

    def begin(self, position: Any) -> int:
        """Read a page's number, the first for None."""
        return _whole(position, self.first)

    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]:
        """Read a page. Raises PaginationLoopError if the server reports an earlier page than requested."""
        rows = self.rows(answer.payload)
        self.refuse_nothing(request, rows)
        number = _whole(request.position, self.first)
        reported = _reported(answer.payload, self.reported_page)
        if rows and reported is not None and reported < number == self.first and request.index == 0:
            raise PaginationError(
                f"the first page is page {reported} to the server, not {self.first}: say first={reported}"
            )
        _heeded(rows, "page", number, reported)
        total = _reported(answer.payload, self.total)
        # Rows are counted as they come. If pagination begins later, earlier pages are assumed to be as long as this one, not
        # as long as requested: a server may cap.
        before = request.before if request.before is not None else (number - self.first) * len(rows)
        end = before + len(rows)
        last = _reported(answer.payload, self.last_page)
        if last is None and (pages := _reported(answer.payload, self.page_count)) is not None:
            last = self.first + pages - 1
        counted = _counted(end, total)
        following, later = None, range(0)
        if _more(
            rows,
            flag=self.says_more(answer.payload),
            counted=counted if last is None else number < last,
            reported=_reported(answer.payload, self.reported_limit),
            before=request.size,
        ):
            following = replace(self.after(request, number + 1), size=len(rows), before=end)
            if last is None and rows:
                last = number - (end - (total or 0)) // len(rows)
            later = range(number + 2, (last or 0) + 1)
        return PageValue(
            rows, request, following, self.page_limit(request, answer.payload), total, later=later
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPages(_Sized):
    """Pages by an opaque cursor in the query or, with `place="body"`, in the JSON body.

    `cursor` names the parameter; `next_cursor` is the path of the next one in the payload. Or the
    cursor is in the response header `next_header`, or it is the value of the page's last row at the
    path `next_row` (Stripe's `starting_after`). A missing, null or empty cursor ends the
    pagination, an empty page does not; a `more` flag overrides both.
    """

    cursor: str = "cursor"
    next_cursor: str = "next_cursor"
    next_header: str | None = None
    next_row: str | None = None

    style: ClassVar[str] = "cursor"

    @property
    def parameter(self) -> str:
        """The name of the parameter for the cursor."""
        return self.cursor

    def begin(self, position: Any) -> int | str | None:
        """Read a cursor; None: the first page."""
        return position if isinstance(position, (str, int)) and position != "" else None

    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]:
        """Read a page; its problem is a "more" flag without a cursor, or a cursor that cannot be sent."""
        rows = self.rows(answer.payload)
        self.refuse_nothing(request, rows)
        cursor: Any
        if self.next_row is not None:
            cursor = pick(rows[-1], self.next_row) if rows else None
        elif self.next_header is not None:
            cursor = _header(answer.headers, self.next_header)
        else:
            cursor = pick(answer.payload, self.next_cursor)
        more = self.says_more(answer.payload)
        following, problem = None, None
        if more is False or (more is None and cursor in (None, "", False)):
            pass
        elif isinstance(cursor, (str, int)) and cursor != "" and not isinstance(cursor, bool):
            following = self.after(request, cursor)
        else:
            problem = PaginationError(f"the server says that there is more, but its cursor is {cursor!r}")
        total = _reported(answer.payload, self.total)
        return PageValue(
            rows, request, following, self.page_limit(request, answer.payload), total, problem=problem
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked(_Style):
    """The styles whose next page is a URL, followed only on the client's origin, below its base path."""

    def start(self, arguments: Arguments, state: Mapping[str, Any]) -> PageRequest:
        """Begin at a saved link, or with the call as it is. Raises ConfigurationError for a link elsewhere."""
        position = state.get("position")
        if position is None:
            return PageRequest(self.style)
        try:
            url = same_origin_target(arguments.base_url or "", str(position))
        except ValueError as error:
            raise ConfigurationError(f"resume_from cannot be followed: {error}") from None
        return PageRequest(self.style, url, url=url)

    def after(self, request: PageRequest, position: int | str) -> PageRequest:
        """Return the request for a URL."""
        return PageRequest(self.style, position, url=str(position), index=request.index + 1)

    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]:
        """Read a page; its problem is a link that must not be followed."""
        rows = self.rows(answer.payload)
        link = self.link(answer)
        following, problem = None, None
        if isinstance(link, Mapping) and "href" in link:  # as HAL and JSON:API have it
            link = link["href"]
        if link not in (None, "", False) and not isinstance(link, str):
            problem = PaginationError(f"the link to the next page is not text but {type(link).__name__}")
        elif link:
            try:
                url = same_origin_target(answer.base_url or answer.url or "", link, answer.url)
                following = self.after(request, url)
            except ValueError as error:
                problem = PaginationError(f"the next page cannot be followed: {error}")
        return PageValue(
            rows, request, following, None, _reported(answer.payload, self.total), problem=problem
        )

    def link(self, answer: PageResponse) -> Any:
        """Find the next page's URL, as the server wrote it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLinkPages(_Linked):
    """Pages by the URL of the next one in the payload, at the path `next`."""

    next: str = "next"

    style: ClassVar[str] = "next_url"

    def link(self, answer: PageResponse) -> Any:
        """Find the next page's URL in the payload."""
        return pick(answer.payload, self.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHeaderPages(_Linked):
    """Pages by the Link header's relation `rel` (RFC 8288). By default the payload itself is the rows."""

    items: str = ""
    rel: str = "next"

    style: ClassVar[str] = "link_header"

    def link(self, answer: PageResponse) -> str | None:
        """Find the next page's URL in the Link header."""
        header = _header(answer.headers, "link")
        return next_link(header, answer.url or answer.base_url or "", self.rel) if header else None


_STYLES: Mapping[str, type[OffsetPages | PageNumberPages | CursorPages | NextLinkPages | LinkHeaderPages]] = {
    style.style: style
    for style in (OffsetPages, PageNumberPages, CursorPages, NextLinkPages, LinkHeaderPages)
}
_DIGITS = 18
_OTHERWISE = (
    "next_cursor",
    "nextCursor",
    "next_page_token",
    "nextPageToken",
    "nextToken",
    "next",
    "next_url",
    "nextLink",
    "next_page",
    "links.next",
    "has_more",
    "hasMore",
)
"""Members of a response that mean "more" in styles other than offsets."""
_RENAMED = {"in": "place", "page": "page_number"}


def sized(call: Call, style: PageStyle, size: int) -> Call:
    """Return a call that asks for pages of at most `size` items.

    Raises ConfigurationError for an invalid size, for a second one, and if the style has no
    parameter for it.
    """
    check_range("page_size", size, "a whole number, 1 or more", good=lambda n: n > 0, whole=True)
    if not isinstance(style, _Sized):
        raise ConfigurationError(
            f"page_size: {type(style).__name__} has no parameter for it; give the operation's own, if it has one"
        )
    in_body = style.place == "body"
    given = (call.json if in_body else call.params) or {}
    if style.limit in given:
        raise ConfigurationError(f"page_size= and {style.limit}= are two names of one option: pass one")
    changed = {**given, style.limit: size}
    return call._replace(json=changed, has_json=True) if in_body else call._replace(params=changed)


def style_of(facts: Mapping[str, Any]) -> PageStyle:
    """Make the style that a contract's `x-veneer-pagination` describes: `style`, `in`, and that style's fields.

    Raises ConfigurationError for a style or field that does not exist.
    """
    known = _known.get(id(facts))
    if known is not None and known[0] is facts:
        return known[1]
    kind = _STYLES.get(facts.get("style", ""))
    if kind is None:
        raise ConfigurationError(f"no paging style {facts.get('style')!r}; there are {', '.join(_STYLES)}")
    fields = {_RENAMED.get(name, name): value for name, value in facts.items() if name != "style"}
    unknown = sorted(set(fields).difference(field_names(kind)))
    if unknown:
        raise ConfigurationError(f"paging style {kind.style!r} has no field {unknown[0]!r}")
    if "empty_statuses" in fields:
        fields["empty_statuses"] = frozenset(fields["empty_statuses"])
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    made = kind(**fields)
    _known[id(facts)] = facts, made
    return made


# The styles of operations: with their facts, so that no other object gets the same id meanwhile.
_known: dict[int, tuple[Mapping[str, Any], PageStyle]] = {}
_MOST_KNOWN = 1_000


def _more(
    rows: Sequence[Any], *, flag: bool | None, counted: bool | None, reported: int | None, before: int | None
) -> bool:
    """Decide whether another page follows; `veneer._core.pages` documents the order of the reasons."""
    if flag is not None:
        return flag
    if not rows:
        return False
    if counted is not None:
        return counted
    if reported:
        return len(rows) >= reported
    return before is None or len(rows) >= before


def _counted(end: int, total: int | None) -> bool | None:
    """Return whether rows follow, by the total; None if it is too small: more have come already."""
    return None if total is None or end > total else end < total


def _heeded(rows: Sequence[Any], what: str, asked: int, reported: int | None) -> None:
    if rows and reported is not None and reported < asked:
        raise PaginationLoopError(
            f"asked for {what} {asked}, the server answered {what} {reported}: it would never end"
        )


def _whole(value: Any, otherwise: int) -> int:
    """Read the caller's or a saved number. Raises ConfigurationError unless it is 0 or more."""
    if value is None or (type(value) is int and value >= 0):
        return otherwise if value is None else value
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise ConfigurationError(f"a page's position must be a whole number, not {value!r}")
    return number


def _count(value: Any) -> int | None:
    """Read a server's number; None for anything else. Some send it as text, or as 20.0."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _reported(payload: Any, path: str | None) -> int | None:
    if path is None:
        return None
    found = payload.get(path) if type(payload) is dict and "." not in path else pick(payload, path)
    return found if type(found) is int and found >= 0 else _count(found)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)
