# Derived from overlay/veneer/_async/pager.py by scripts/unasync.py: edit that file, not this one.
"""Iterate items and pages: lazily, or with the next pages under way while the caller works."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from veneer import _io
from veneer._core import jsontext
from veneer._core.call import Call
from veneer._core.checks import check_bool, check_range
from veneer._core.errors import APIError, ConfigurationError, PaginationError, VeneerError
from veneer._core.late import dataclass, field
from veneer._core.options import Options
from veneer._core.pages import (
    PageRequest,
    PageStyle,
    PageValue,
    PageWalk,
    paged,
    without_secrets,
)
from veneer._sync.session import Exchange, Session

if TYPE_CHECKING:
    import os

    import pyarrow  # noqa: ICN001  # the name that users see in signatures

    from veneer._tables import Parts

__all__ = ["Page", "Pager", "Pages"]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, repr=False)
class Page(PageValue[T]):
    """One page of a list: its rows, to be iterated and counted, and the way to the next.

    | | |
    |---|---|
    | `items`, `len(page)`, iterating | the rows |
    | `limit`, `total` | the page's size by the server's own word, and how many rows there are, where it tells |
    | `offset`, `page`, `cursor` | where it begins, by whichever the list is counted |
    | `raw`, `response` | the response as JSON, and unparsed |
    | `has_next`, `next_page()` | whether there is a next page; that page, None after the last |
    | `to_dict()`, `to_json()` | the rows and these facts as JSON |
    """

    start: Callable[[Mapping[str, Any]], Pages[T]] | None = field(default=None, compare=False)
    """Starts pagination at a state."""

    @property
    def raw(self) -> Any:
        """The answer as JSON; None where it had no body."""
        return (
            jsontext.loads(self.response.content)
            if self.response is not None and self.response.content
            else None
        )

    def next_page(self) -> Page[T] | None:
        """Ask for the page after this one, None after the last. Raises PaginationError for what stops the pagination while there is more."""
        if self.start is None or (self.next is None and self.problem is None):
            return None
        return next(self.start(self.state()), None)


class Pages(Generic[T]):
    """The pages of one pagination, in order: an iterator and context manager.

    With `ahead` > 0, that many pages at most are under way or waiting while the caller works on one; leaving early cancels them, and so does dropping the iterator.
    An error ends nothing: its `resume_from`, and `state`, say where it stopped, and iterating on asks for the same page again.
    """

    def __init__(
        self,
        session: Session,
        call: Call,
        options: Options,
        style: PageStyle,
        walk: PageWalk,
        read: Callable[[Exchange], Any],
        item: Callable[[Any], T] | None,
        ahead: int,
        start: Callable[[Mapping[str, Any]], Pages[T]] | None = None,
    ) -> None:
        self._session = session
        self._call = call
        self._options = options
        self._empty = style.empty_statuses
        self._inside = bool(getattr(style, "items", ""))  # the rows are a member of the response
        self._walk = walk
        self._read = read
        self._item = item
        self.ahead = ahead
        self.start = start
        self._flight: dict[object, _io.BackgroundCall[Exchange | None]] = {}

    @property
    def state(self) -> dict[str, Any]:
        """What `resume_from` takes to go on with the page that comes next."""
        return self._walk.state

    def kept_state(self) -> dict[str, Any]:
        """Return the state without credentials that the server put into its link: each request has them anyway."""
        return without_secrets(self.state, self._session.secrets())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Page[T]:
        walk = self._walk
        begun = walk.position
        try:
            request = walk.next()
            if request is None:
                raise StopIteration
            found = self._receive(request)
            if not found.items and found.next is None:
                self._tell_of_missing(found)
            rows = found.items if self._item is None else [self._item(row) for row in found.items]
            page = _page(found, rows, self.start)
        except VeneerError as error:
            self.close()
            own = self._session.platform.adopt(
                error,
                operation=self._call.operation.id,
                method=self._call.method,
                resume_from=walk.state_at(*begun),
            )
            raise own from error.__cause__
        except BaseException:
            self.close()
            raise
        if self.ahead:
            self._send_ahead()
        return page

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._call.operation.id}, {self.had})"

    @property
    def had(self) -> str:
        """How far it came, in words; nothing is asked for."""
        walk = self._walk
        over = ", over" if walk.state.get("done") else ""
        return f"pages={walk.pages}, items={walk.items}{over}" if walk.pages else "not begun"

    def close(self) -> None:
        """Cancel the pages under way, and wait until they have let go of their connections."""
        for job in self._flight.values():
            job.abandon()
        while self._flight:
            self._flight.popitem()[1].cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        for job in self._flight.values():
            job.abandon()

    def _tell_of_missing(self, page: PageValue[Any]) -> None:
        """Log that pagination ended at an empty page although the server counts more rows.

        It may count what a filter leaves out, so this is no error.
        """
        had = page.offset if page.offset is not None else page.request.before
        if had is not None and page.total is not None and had < page.total:
            self._session.logger.warning(
                "%s: the server counts %d rows and gave none after %d",
                self._call.operation.id,
                page.total,
                had,
            )

    def _receive(self, request: PageRequest) -> PageValue[Any]:
        if self.ahead and request.position not in self._flight:
            self._send_ahead()
        job = self._flight.pop(request.position, None) if self._flight else None
        if job is None:
            done = _fetch(self._session, paged(self._call, request), self._options, self._empty)
        else:
            try:
                done = job.result()
            except BaseException:
                job.cancel()
                raise
        if done is None:
            return self._walk.receive(None)
        response = done.parsed.response
        empty = response.status_code in self._empty
        payload = None if empty else self._read(done)
        if payload is None and self._inside and not empty:
            raise PaginationError("the response is null or empty; it has no list of rows")
        if done.parsed.violations:
            self._session.tell(done.parsed.violations)
        return self._walk.receive(payload, response=response)

    def _send_ahead(self) -> None:
        """Keep exactly the next requests in flight."""
        wanted = self._walk.ahead(self.ahead)
        positions = {request.position for request in wanted}
        for position in [position for position in self._flight if position not in positions]:
            self._flight.pop(position).abandon()
        for request in wanted:
            if request.position not in self._flight:
                call = paged(self._call, request)
                self._flight[request.position] = _io.BackgroundCall(
                    _fetch, self._session, call, self._options, self._empty
                )


def _page(
    found: PageValue[Any], rows: Sequence[T], start: Callable[[Mapping[str, Any]], Pages[T]] | None
) -> Page[T]:
    made: Page[T] = Page.__new__(Page)
    made.__dict__.update(found.__dict__, items=rows, start=start)
    return made


def _fetch(session: Session, call: Call, options: Options, empty: Collection[int]) -> Exchange | None:
    """Get a page; None for a status by which this API says that there are no rows.

    A function, not a method: a page under way must not keep alive the iterator that nobody holds any more.
    """
    try:
        return session.exchange(call, options)
    except APIError as error:
        if error.status_code in empty and not error.of_caller:
            return None
        raise


class Pager(Generic[T]):
    """All items of a list, page by page; iterating it asks for a page when its first item is needed.

        for item in client.paginate(list_audit_log, action="abp.invoke"):
            ...

    | use | gives |
    |---|---|
    | iterating | the items |
    | `.pages()` | `Page` objects: items, limit, offset/page/cursor, total, response |
    | `.page()` | one page, which knows its next |
    | `.first()` | the first item, None where there is none |
    | `.collect(limit)` | a list of at most `limit` items |
    | `.to_parquet(path)` | a Parquet file of all items |
    | `.to_arrow()`, `.to_pandas()` | all items as a table |
    | `.state` | a small JSON value: `resume_from=` goes on after the item given last, also in another process |
    """

    def __init__(
        self,
        start: Callable[[Mapping[str, Any] | None], Pages[T]],
        resume_from: Mapping[str, Any] | None = None,
        name: str = "",
        source: tuple[Call, str | None, PageStyle, object] | None = None,
    ) -> None:
        self._name = name
        self._source = source
        self._resume_from = resume_from
        # Not a method: a page that held its pager would keep a dropped pagination alive.
        self._start = functools.partial(_begin, start, resume_from)
        self._pages: Pages[T] | None = None
        self._page: Page[T] | None = None
        self._index = 0

    def pages(self) -> Pages[T]:
        """Iterate pages instead of items; each call begins anew."""
        return self._start()

    def page(self) -> Page[T]:
        """Return the page where the pagination begins."""
        with self._start() as pages:
            pages.ahead = 0
            return next(pages)

    def first(self) -> T | None:
        """Return the first item, and request no further page."""
        with self._start() as pages:
            pages.ahead = 0
            for page in pages:
                if page.items:
                    return page.items[0]
        return None

    def collect(self, limit: int | None = None) -> list[T]:
        """Return the items as a list, at most `limit`. Raises ConfigurationError for a negative limit."""
        if limit is not None and limit < 0:
            raise ConfigurationError("limit must not be negative")
        items: list[T] = []
        if limit == 0:
            return items
        with self._start() as pages:
            for page in pages:
                items.extend(page.items if limit is None else page.items[: limit - len(items)])
                if limit is not None and len(items) >= limit:
                    break
        return items

    # -- tables ------------------------------------------------------------------------------------------------

    def to_parquet(
        self,
        path: str | os.PathLike[str],
        *,
        journal: str | os.PathLike[str] | None = None,
        schema: pyarrow.Schema | None = None,
        batch_rows: int = 10_000,
        compression: str = "zstd",
    ) -> int:
        """Write all items as a Parquet file, and return their number (extra `tables`).

        | option | meaning |
        |---|---|
        | journal | a file that keeps what has come: after an error or a kill, the same call goes on from there |
        | schema | a `pyarrow.Schema`: the file has its columns, and no others |
        | batch_rows | rows that are held at once, and at most requested again after a kill |
        | compression | "zstd", "snappy", "gzip", "brotli", "lz4" or "none" |

        A column has one type for all rows: the contract's, widened where values do not fit it. The
        file gets its name when it is whole. Raises ConfigurationError for a row that does not fit
        `schema`, for a path that cannot be written, and for a journal of other arguments.
        """
        from veneer._tables import Target

        target = Target(path, compression)
        return self._tabulate(lambda parts: parts.to_parquet(target), journal, schema, batch_rows)

    def to_arrow(
        self,
        *,
        journal: str | os.PathLike[str] | None = None,
        schema: pyarrow.Schema | None = None,
        batch_rows: int = 10_000,
    ) -> pyarrow.Table:
        """Return all items as a `pyarrow.Table` (extra `tables`); options and errors are those of `to_parquet`."""
        return self._tabulate(lambda parts: parts.to_arrow(), journal, schema, batch_rows)

    def to_pandas(
        self,
        *,
        journal: str | os.PathLike[str] | None = None,
        schema: pyarrow.Schema | None = None,
        batch_rows: int = 10_000,
    ) -> Any:
        """Return all items as a `pandas.DataFrame` (extra `tables`, and pandas); options and errors are those of `to_parquet`."""
        from veneer._tables import check_pandas

        check_pandas()
        return self._tabulate(lambda parts: parts.to_arrow().to_pandas(), journal, schema, batch_rows)

    def _tabulate(
        self,
        finish: Callable[[Parts], R],
        journal: str | os.PathLike[str] | None,
        schema: Any,
        batch_rows: int,
    ) -> R:
        """Keep all items as parts of a table, and return what `finish` makes of them."""
        from veneer._tables import Parts, Source, source

        given = Source(self._name) if self._source is None else source(*self._source, self._resume_from)
        with Parts(given, journal, schema, batch_rows) as parts:
            held: list[T] = []
            page: Page[T] | None
            with self._start(parts.state) as pages:
                while True:
                    try:
                        page = next(pages, None)
                    except VeneerError:
                        if journal is not None:  # what came is not requested again
                            _io.run(parts.add, held, pages.kept_state())
                        raise
                    if page is not None:
                        held.extend(page.items)
                    if page is None or len(held) >= batch_rows:
                        _io.run(parts.add, held, {} if journal is None else pages.kept_state())
                        held = []
                    if page is None:
                        break
            return _io.run(finish, parts)

    @property
    def state(self) -> dict[str, Any]:
        """What `resume_from` takes to go on after the item that was given last."""
        if self._page is not None and self._index < len(self._page.items):
            return self._page.state(self._index)
        return (self._pages or self._start()).state

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        if self._pages is None:
            self._pages = self._start()
        while self._page is None or self._index >= len(self._page.items):
            self._page = next(self._pages)
            self._index = 0
        item = self._page.items[self._index]
        self._index += 1
        return item

    def __repr__(self) -> str:
        had = "not begun" if self._pages is None else self._pages.had
        return f"{type(self).__name__}({self._name}, {had})"

    def _repr_html_(self) -> str:
        """Return the current page as a table, without a request."""
        from veneer._core.display import page_html

        return page_html(repr(self), self._page.items if self._page is not None else ())

    def close(self) -> None:
        """Cancel the pages under way."""
        if self._pages is not None:
            self._pages.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _begin(
    start: Callable[[Mapping[str, Any] | None], Pages[T]],
    resume_from: Mapping[str, Any] | None,
    state: Mapping[str, Any] | None = None,
) -> Pages[T]:
    """Start pagination, at a state if one is given; its pages can start another."""
    pages = start(resume_from if state is None else state)
    pages.start = functools.partial(_begin, start, resume_from)
    return pages


def start_pages(
    session: Session,
    call: Call,
    options: Options,
    style: PageStyle,
    read: Callable[[Exchange], Any],
    item: Callable[[Any], T] | None,
    *,
    concurrency: int,
    prefetch: bool,
    resume_from: Mapping[str, Any] | None,
    max_pages: int | None,
    max_items: int | None,
) -> Pages[T]:
    """Start pagination. Raises ConfigurationError for another's state, or a concurrency under 1."""
    if type(concurrency) is not int or concurrency < 1:
        check_range("concurrency", concurrency, "a whole number, 1 or more", good=lambda n: n > 0, whole=True)
    if prefetch is not False:
        check_bool("prefetch", prefetch)
    if item is not None and not callable(item):
        raise ConfigurationError(f"item takes a function of a row, not {type(item).__name__}")
    options = session.at_server(call, options)
    walk = PageWalk(
        style,
        params={**options.query, **(call.params or {})},
        body=call.json,
        base_url=options.base_url,
        resume_from=resume_from,
        max_pages=max_pages,
        max_items=max_items,
    )
    ahead = concurrency if concurrency > 1 or prefetch else 0
    return Pages(session, call, options, style, walk, read, item, ahead)
