"""Keep connections between requests in a free list for each origin: constant work a request, however many are open.

httpcore's own pool walks all its connections several times a request, and closes what it takes for surplus by counting those in use (1.0.9).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpcore

from veneer import _io, _net

__all__ = ["AsyncPool"]

Route = tuple[bytes, bytes, int | None]
"""Scheme, host and port."""


class AsyncPool:
    """Stands where a transport has its `httpcore` pool; makes connections as that pool would (proxies included).

    A connection serves one request at a time. The caller bounds how many requests are in flight; `most` bounds the connections that are open in all, idle ones of other origins are closed first.
    """

    def __init__(self, pool: Any, most: int) -> None:
        self._create = pool.create_connection
        self._most = most
        self._open = 0
        self._idle: dict[Route, list[Any]] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on an idle connection, the one used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port)
        connection = await self._take(route, url)
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._drop(connection)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_AsyncBody(response.stream, self, route, connection),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the idle connections; one that is in use is closed when it is given back."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                await self._drop(idle.pop())

    async def give(self, route: Route, connection: Any) -> None:
        """Take back a connection whose response is over."""
        if connection.is_idle() and self._open <= self._most:
            self._idle.setdefault(route, []).append(connection)
        else:
            await self._drop(connection)

    async def _take(self, route: Route, url: httpcore.URL) -> Any:
        idle = self._idle.get(route)
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                break
            if not connection.has_expired():
                return connection
            await self._drop(connection)
        if self._open >= self._most:
            for others in list(self._idle.values()):
                if others:
                    await self._drop(others.pop(0))
                    break
        self._open += 1
        connection = self._create(url.origin)
        _net.async_unlock(connection)
        return connection

    async def _drop(self, connection: Any) -> None:
        self._open -= 1
        with _io.async_shield():
            await connection.aclose()


class _AsyncBody:
    """A response's body, which gives its connection back when it is closed."""

    def __init__(self, stream: Any, pool: AsyncPool, route: Route, connection: Any) -> None:
        self._stream = stream
        self._pool = pool
        self._route = route
        self._connection = connection
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            with _io.async_shield():
                await self._stream.aclose()
                await self._pool.give(self._route, self._connection)
