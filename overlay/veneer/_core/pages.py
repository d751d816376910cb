"""Decide which page request comes next, when pagination stops, and what it refuses. No I/O.

A *style* is a frozen value that describes how an API pages (see `veneer._core.page_styles`). A
`PageWalk` is one iteration in a style, with its guards. The shell drives it:

    walk = PageWalk(style, params=call.params, body=call.json, base_url=base_url, resume_from=state)
    while (request := walk.next()) is not None:              # raises why it must stop: a loop, a bad link, a cap
        answer = send(paged(call, request))
        page = walk.receive(payload, headers=answer.headers, url=str(answer.url), response=answer)
        yield page                                           # page.state(consumed) is what `resume_from` takes

With several requests in flight, `walk.ahead(n)` lists those to run now: the next one, and those
that follow if the server keeps to what its last page said. Receive the responses in that order;
after each one call `ahead` again and cancel the requests that it no longer lists. Pages, items and
errors are then the same as in sequential pagination. `ahead` never raises and is empty at the end:
`next()` then raises if something stopped pagination early.

Pagination stops at the first of these: the server's "more" flag; the total or last page number that
it reports; an empty page (cursors and links instead end when there is no next one); a page shorter
than the limit that the *server* reports. A server that reports neither flag, total nor limit may
cap pages silently. There, a page is short only compared with the page before it, and the first page
is always followed by another request.

Nothing here can freeze the rows. If rows are inserted or deleted between two requests, offset and
page-number pagination repeats or misses rows (in every client); a shrinking total ends it early and
a growing one extends it. Cursors avoid this if the server keeps them stable.

Payloads are plain JSON (dict, list) or generated models: `veneer._core.dotted_path` reads both.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from veneer._core.checks import check_mapping, check_range
from veneer._core.errors import ConfigurationError, PaginationError, PaginationLoopError
from veneer._core.late import NamedTuple, Protocol, dataclass, field, replace
from veneer._core.options import MAX_PAGES
from veneer._core.redact import mask_text
from veneer._core.value import Value

if TYPE_CHECKING:
    from veneer._core.call import Call

__all__ = [
    "MAX_PAGES",
    "Arguments",
    "PageRequest",
    "PageResponse",
    "PageStyle",
    "PageValue",
    "PageWalk",
    "paged",
    "without_secrets",
]

T = TypeVar("T")

_EMPTY_PAGES_IN_A_ROW = 100
_NO_MORE = range(0)


# -- values --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, init=False)
class PageRequest:
    """The changes to a call that fetch one page; requests are equal when they fetch the same page.

    `params` go into the query and `body` into the JSON body, by the contract's names; `url`, if set, replaces path
    and query. `position` is the requested offset, page number, cursor or URL (None: the server's first page), `index` is
    0-based within the pagination, `size` the rows of the page before it, `before` the rows of all earlier pages if the style counts them.
    """

    style: str
    position: int | str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None
    index: int = field(default=0, compare=False)
    size: int | None = field(default=None, compare=False)
    before: int | None = field(default=None, compare=False)

    def __init__(
        self,
        style: str,
        position: int | str | None = None,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        url: str | None = None,
        index: int = 0,
        size: int | None = None,
        before: int | None = None,
    ) -> None:
        held = self.__dict__  # a quarter of the time of a frozen dataclass's own `__init__`
        held["style"], held["position"] = style, position
        held["params"] = {} if params is None else params
        held["body"] = {} if body is None else body
        held["url"], held["index"], held["size"], held["before"] = url, index, size, before

    def state(self, skip: int = 0) -> dict[str, Any]:
        """Return the pagination state before this request, as JSON; `skip` rows of its page are done."""
        facts = {"skip": skip or None, "size": self.size, "before": self.before}
        return {
            "style": self.style,
            "position": self.position,
            **{name: value for name, value in facts.items() if value is not None},
        }


@dataclass(frozen=True, init=False, repr=False)
class PageValue(Value, Generic[T]):
    """One page: its rows and its position.

    `limit` is the page size that the server reports, else the requested one; `total` counts the
    rows of all pages, if the server reports it; `next` is the request for the next page, None after
    the last; `response` is what the page was read from.
    """

    items: Sequence[T]
    request: PageRequest
    next: PageRequest | None = None
    limit: int | None = None
    total: int | None = None
    skipped: int = 0
    later: range = field(default=_NO_MORE, compare=False)
    """Positions of the pages after the next, as far as this page reveals them."""
    response: Any = field(default=None, compare=False)
    problem: PaginationError | None = field(default=None, compare=False)
    """Why pagination cannot continue after this page, although the server has more."""

    def __init__(
        self,
        items: Sequence[T],
        request: PageRequest,
        next: PageRequest | None = None,  # noqa: A002  # the field's name
        limit: int | None = None,
        total: int | None = None,
        skipped: int = 0,
        later: range = _NO_MORE,
        response: Any = None,
        problem: PaginationError | None = None,
    ) -> None:
        held = self.__dict__  # see PageRequest
        held["items"], held["request"], held["next"], held["limit"] = items, request, next, limit
        held["total"], held["skipped"], held["later"] = total, skipped, later
        held["response"], held["problem"] = response, problem

    @property
    def offset(self) -> int | None:
        """The offset of the page's first row, 0-based; None where pages are not counted by rows."""
        position = self.request.position
        return (
            position + self.skipped if self.request.style == "offset" and isinstance(position, int) else None
        )

    @property
    def page(self) -> int | None:
        """The page's number; None where pages have none."""
        position = self.request.position
        return position if self.request.style == "page" and isinstance(position, int) else None

    @property
    def cursor(self) -> str | int | None:
        """The cursor that fetched this page; None for the first page and in styles without cursors."""
        return self.request.position if self.request.style == "cursor" else None

    @property
    def has_next(self) -> bool:
        """Whether the server has more rows after this page."""
        return self.next is not None or self.problem is not None

    def state(self, consumed: int | None = None) -> dict[str, Any]:
        """Return the state for `resume_from` after the first `consumed` rows of this page (default: all).

        It is a small JSON value, usable in another process with the same endpoint and arguments.
        For next links it holds the link.
        """
        if consumed is not None and consumed < len(self.items):
            return self.request.state(self.skipped + consumed)
        return {"style": self.request.style, "done": True} if self.next is None else self.next.state()

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def _members(self) -> Iterator[tuple[str, Any, bool]]:
        facts = ("items", "limit", "total", "offset", "page", "cursor", "has_next")
        return ((name, one, False) for name in facts if (one := getattr(self, name)) is not None)


def paged(call: Call, request: PageRequest) -> Call:
    """Return the call that fetches a page. Raises PaginationError for a body that has no keys to set."""
    if request.url is not None:
        return call._replace(target=request.url, params=None)
    changes: dict[str, Any] = {}
    if request.params:
        changes["params"] = {**(call.params or {}), **request.params}
    if request.body:
        if call.json is not None and not isinstance(call.json, Mapping):
            raise PaginationError("the body is no JSON object: there is no place for paging parameters")
        changes |= {"json": {**(call.json or {}), **request.body}, "has_json": True}
    return call._replace(**changes) if changes else call


def without_secrets(state: Mapping[str, Any], secrets: Sequence[str]) -> dict[str, Any]:
    """Return a state without the query members of its link in which there are secrets.

    Raises ConfigurationError for one that has a secret elsewhere.
    """
    position = state.get("position")
    if not isinstance(position, str) or mask_text(position, secrets) == position:
        return dict(state)
    url, _, query = position.partition("?")
    members = [member for member in query.split("&") if mask_text(member, secrets) == member]
    position = f"{url}?{'&'.join(members)}" if members else url
    if mask_text(position, secrets) != position:
        raise ConfigurationError(
            "the link to the next page has a credential in it: it cannot be kept in a journal"
        )
    return {**state, "position": position}


# -- what pagination needs of a style -------------------------------------------------------------------------------


class Arguments(NamedTuple):
    """The caller's own query and body, by the contract's names, and the client's base URL."""

    params: Mapping[str, Any]
    body: Mapping[str, Any]
    base_url: str | None = None


class PageResponse:
    """A response as far as paging reads it: JSON or a model, its headers, and the URL that it came from.

    Few styles read headers or URL: those of `response` are looked up when one does.
    """

    def __init__(
        self,
        payload: Any,
        headers: Mapping[str, str] | None = None,
        url: str | None = None,
        base_url: str | None = None,
        response: Any = None,
    ) -> None:
        self.payload = payload
        self.base_url = base_url
        self._headers = headers
        self._url = url
        self._response = response

    @property
    def headers(self) -> Mapping[str, str]:
        """The response's headers."""
        if self._headers is None:
            self._headers = {} if self._response is None else self._response.headers
        return self._headers

    @property
    def url(self) -> str | None:
        """The URL that was requested; None if it is not known."""
        if self._url is None and self._response is not None:
            self._url = str(self._response.url)
        return self._url


class PageStyle(Protocol):
    """How an API pages. Frozen: state lives in requests and pages.

    `start` returns the first request, from a saved state ({} for none) or the caller's arguments;
    `page` reads a response, its `next` and `problem` included; `after` returns a request with
    another position.
    """

    style: ClassVar[str]
    counted: ClassVar[bool]

    @property
    def empty_statuses(self) -> frozenset[int]: ...
    @property
    def distinct_pages(self) -> bool: ...
    def start(self, arguments: Arguments, state: Mapping[str, Any]) -> PageRequest: ...
    def page(self, request: PageRequest, answer: PageResponse) -> PageValue[Any]: ...
    def after(self, request: PageRequest, position: int | str) -> PageRequest: ...


# -- pagination ----------------------------------------------------------------------------------------------------


class PageWalk:
    """One iteration over pages: the next request, and the guards.

    | argument | meaning |
    |---|---|
    | params, body | the caller's own query and JSON body |
    | base_url | the client's; needed by styles that follow links |
    | resume_from | a state from `PageValue.state` or `PageWalk.state` |
    | max_pages, max_items | the bound after which PaginationError is raised if there is more; None: no bound |

    A repeated cursor or link, a page equal to the one before it or to the first, and page numbers
    that continue over a hundred empty pages raise PaginationLoopError. Raises ConfigurationError
    for a state of another style.
    """

    def __init__(
        self,
        style: PageStyle,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        base_url: str | None = None,
        resume_from: Mapping[str, Any] | None = None,
        max_pages: int | None = MAX_PAGES,
        max_items: int | None = None,
    ) -> None:
        for name, most in (("max_pages", max_pages), ("max_items", max_items)):
            if most is not None and (type(most) is not int or most < 1):
                check_range(
                    name, most, "a whole number, 1 or more, or None", good=lambda n: n > 0, whole=True
                )
        if not hasattr(style, "style"):
            raise ConfigurationError(
                f"pages takes a style such as OffsetPages(…), not {type(style).__name__}"
            )
        self._style = style
        self._base_url = base_url
        self._max_pages = max_pages
        self._max_items = max_items
        state = _checked(resume_from, style.style)
        arguments = Arguments(
            params or {}, body if body is not None and isinstance(body, Mapping) else {}, base_url
        )
        first = style.start(arguments, state)
        self._request: PageRequest | None = None if state.get("done") else first
        self._skip: int = state.get("skip", 0)
        self._later = _NO_MORE
        self._problem: PaginationError | None = None
        self._positions = {first.position} - {None}
        self._first: Sequence[Any] = ()
        self._previous: Sequence[Any] = ()
        self._empty_pages = 0
        self.pages = 0
        self.items = 0

    @property
    def state(self) -> dict[str, Any]:
        """Return the state for `resume_from` that fetches the next page: after an error, it retries it."""
        return self.state_at(*self.position)

    @property
    def position(self) -> tuple[PageRequest | None, int]:
        """The next request and the rows of its page that are done, for `state_at`."""
        return self._request, self._skip

    def state_at(self, request: PageRequest | None, skip: int) -> dict[str, Any]:
        """Return the state at a position."""
        return {"style": self._style.style, "done": True} if request is None else request.state(skip)

    def next(self) -> PageRequest | None:
        """Return the request to send now, None at the end. Raises if it must stop before the end."""
        problem = self._stopped()
        if problem is not None:
            raise problem
        return self._request

    def ahead(self, count: int) -> list[PageRequest]:
        """Return the requests to have in flight now: the next and its likely followers, at most `count`."""
        if self._request is None or self._stopped() is not None:
            return []
        if self._max_pages is not None:
            count = min(count, self._max_pages - self.pages)
        return list(itertools.islice(self._likely(self._request), count))

    def receive(
        self,
        payload: Any,
        *,
        headers: Mapping[str, str] | None = None,
        url: str | None = None,
        response: Any = None,
    ) -> PageValue[Any]:
        """Take the response to the request from `next` (None for a status without rows) and return its page.

        Headers and URL are those of `response`, unless they are given.

        Raises PaginationLoopError for a repeated page, PaginationError for a response without a
        list of rows.
        """
        request = self._request
        if request is None:
            raise PaginationError("the pagination is over: there is no request to receive an answer to")
        answer = PageResponse(payload, headers, url, self._base_url, response)
        page = self._style.page(request, answer)
        if not self._style.counted and answer.url is not None:
            self._positions.add(answer.url)  # catches a first page that links to itself as next
        self._refuse_repeats(page)
        if self._skip:
            kept = page.items[self._skip :]
            page = replace(page, items=kept, skipped=len(page.items) - len(kept))
            self._skip = 0
        vars(page)["response"] = response  # nobody else has it yet
        self.pages += 1
        self.items += len(page.items)
        self._request, self._later = page.next, page.later
        self._problem = page.problem or self._repeated(page.next)
        return page

    def _likely(self, request: PageRequest) -> Iterator[PageRequest]:
        yield request
        for position in self._later:
            request = self._style.after(request, position)
            yield request

    def _stopped(self) -> PaginationError | None:
        if self._problem is not None or self._request is None:
            return self._problem
        if self._max_pages is not None and self.pages >= self._max_pages:
            return PaginationError(f"there is more after {self.pages:,} pages; raise max_pages to go on")
        if self._max_items is not None and self.items >= self._max_items:
            return PaginationError(f"there is more after {self.items:,} items; raise max_items to go on")
        return None

    def _repeated(self, following: PageRequest | None) -> PaginationLoopError | None:
        """Check that a cursor or link is new. (Offsets and page numbers are ours, and grow.)"""
        if following is None:
            return None
        if following.position in self._positions:
            return PaginationLoopError(
                f"the server gave the same {following.style.replace('_', ' ')} twice: it would never end"
            )
        if not self._style.counted:
            self._positions.add(following.position)
        return None

    def _refuse_repeats(self, page: PageValue[Any]) -> None:
        if not self._style.counted:
            return
        rows = page.items
        if not rows:
            self._empty_pages += 1
            if page.next is not None and self._empty_pages > _EMPTY_PAGES_IN_A_ROW:
                raise PaginationLoopError(
                    f"{self._empty_pages} empty pages in a row, and the server says there is more"
                )
            return
        self._empty_pages = 0
        if self._style.distinct_pages and rows in (self._previous, self._first):
            raise PaginationLoopError(
                f"{page.request.style} {page.request.position} gave the rows of an earlier page: "
                "the server ignores it (distinct_pages=False if equal pages are meant)"
            )
        self._previous = rows
        self._first = self._first or rows


def _checked(state: Mapping[str, Any] | None, style: str) -> Mapping[str, Any]:
    if state is None:
        return {}
    check_mapping("resume_from", state)
    counts = [state.get(name, 0) for name in ("skip", "size", "before")]
    fits = state.get("style") == style and isinstance(state.get("position"), (int, str, type(None)))
    if not fits or not all(isinstance(count, int) and count >= 0 for count in counts):
        raise ConfigurationError(
            f"resume_from is not the state of a pagination by {style!r}: {sorted(state)}"
        )
    return state
