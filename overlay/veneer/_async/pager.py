"""Iterate items and pages: lazily, or with the next pages under way while the caller works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from veneer import _io
from veneer._async.session import AsyncSession, Exchange
from veneer._core.call import Call
from veneer._core.errors import APIError, ConfigurationError, VeneerError
from veneer._core.options import Options
from veneer._core.pages import Page, PageRequest, PageStyle, Walk, paged

__all__ = ["AsyncPager", "AsyncPages"]

T = TypeVar("T")
U = TypeVar("U")


class AsyncPages(Generic[T]):
    """The pages of one walk, in order: an iterator and context manager.

    With `ahead` > 0, that many pages at most are under way or waiting while the caller works on one; leaving early cancels them.
    """

    def __init__(
        self,
        session: AsyncSession,
        call: Call,
        options: Options,
        style: PageStyle,
        walk: Walk,
        read: Callable[[Exchange], Any],
        item: Callable[[Any], T] | None,
        ahead: int,
    ) -> None:
        self._session = session
        self._call = call
        self._options = options
        self._style = style
        self._walk = walk
        self._read = read
        self._item = item
        self._ahead = ahead
        self._flight: dict[object, _io.AsyncJob[Exchange | None]] = {}

    @property
    def state(self) -> dict[str, Any]:
        """What `resume_from` takes to go on with the page that comes next."""
        return self._walk.state

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page[T]:
        try:
            request = self._walk.next()
            if request is None:
                raise StopAsyncIteration
            self._send_ahead()
            job = self._flight.pop(request.position, None)
            done = await self._fetch(request) if job is None else await job.result()
            page = self._walk.receive(
                None if done is None else self._read(done),
                headers=None if done is None else done.parsed.headers,
                url=None if done is None else str(done.parsed.response.url),
                response=None if done is None else done.parsed.response,
            )
        except VeneerError as error:
            await self.aclose()
            raise self._own(error) from error.__cause__
        except BaseException:
            await self.aclose()
            raise
        self._send_ahead()
        return page if self._item is None else _mapped(page, self._item)

    async def aclose(self) -> None:
        """Cancel the pages under way."""
        while self._flight:
            await self._flight.popitem()[1].cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        for job in self._flight.values():
            job.abandon()

    def _send_ahead(self) -> None:
        """Have the walk's next requests under way, and only those."""
        if not self._ahead:
            return
        wanted = self._walk.ahead(self._ahead)
        positions = {request.position for request in wanted}
        for position in [position for position in self._flight if position not in positions]:
            self._flight.pop(position).abandon()
        for request in wanted:
            if request.position not in self._flight:
                self._flight[request.position] = _io.AsyncJob(self._fetch, request)

    async def _fetch(self, request: PageRequest) -> Exchange | None:
        """Get a page; None for a status by which this API says that there are no rows."""
        try:
            return await self._session.exchange(paged(self._call, request), self._options)
        except APIError as error:
            if error.status_code in self._style.empty_statuses:
                return None
            raise

    def _own(self, error: VeneerError) -> VeneerError:
        """Give an error of the walk in the platform's family; errors of calls are already."""
        made = self._session.platform.kind(type(error))
        if isinstance(error, made):
            return error
        own = made(error.message, operation=self._call.operation.id, method=self._call.method)
        own.response = error.response
        return own


class AsyncPager(Generic[T]):
    """All items of a list, page by page; iterating it asks for a page when its first item is needed.

        async for item in client.paginate(list_audit_log, action="abp.invoke"):
            ...

    | use | gives |
    |---|---|
    | iterating | the items |
    | `.pages()` | `Page` objects: items, limit, offset/page/cursor, total, response |
    | `.first()` | the first item, None where there is none |
    | `.collect(limit)` | a list of at most `limit` items |
    | `.state` | a small JSON value: `resume_from=` goes on after the item given last, also in another process |
    """

    def __init__(self, start: Callable[[], AsyncPages[T]]) -> None:
        self._start = start
        self._pages: AsyncPages[T] | None = None
        self._page: Page[T] | None = None
        self._index = 0

    def pages(self) -> AsyncPages[T]:
        """Iterate pages instead of items; each call is a walk of its own."""
        return self._start()

    async def first(self) -> T | None:
        """Give the first item, and ask for nothing more."""
        items = await self.collect(1)
        return items[0] if items else None

    async def collect(self, limit: int | None = None) -> list[T]:
        """Give the items as a list, at most `limit`. Raises ConfigurationError for a negative limit."""
        if limit is not None and limit < 0:
            raise ConfigurationError("limit must not be negative")
        items: list[T] = []
        if limit == 0:
            return items
        async with self._start() as pages:
            async for page in pages:
                items.extend(page.items if limit is None else page.items[: limit - len(items)])
                if limit is not None and len(items) >= limit:
                    break
        return items

    @property
    def state(self) -> dict[str, Any]:
        """What `resume_from` takes to go on after the item that was given last."""
        if self._page is not None and self._index < len(self._page.items):
            return self._page.state(self._index)
        return (self._pages or self._start()).state

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if self._pages is None:
            self._pages = self._start()
        while self._page is None or self._index >= len(self._page.items):
            self._page = await anext(self._pages)
            self._index = 0
        item = self._page.items[self._index]
        self._index += 1
        return item

    async def aclose(self) -> None:
        """Cancel the pages under way."""
        if self._pages is not None:
            await self._pages.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _mapped(page: Page[Any], item: Callable[[Any], U]) -> Page[U]:
    import dataclasses

    return dataclasses.replace(page, items=[item(row) for row in page.items])


def start_pages(
    session: AsyncSession,
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
) -> AsyncPages[T]:
    """Begin a walk. Raises ConfigurationError for a state that is not this walk's, or a concurrency under 1."""
    if concurrency < 1:
        raise ConfigurationError("concurrency must be at least 1")
    walk = Walk(
        style,
        params={**options.query, **(call.params or {})},
        body=call.json,
        base_url=options.base_url,
        resume_from=resume_from,
        max_pages=max_pages,
        max_items=max_items,
    )
    ahead = concurrency if concurrency > 1 or prefetch else 0
    return AsyncPages(session, call, options, style, walk, read, item, ahead)
