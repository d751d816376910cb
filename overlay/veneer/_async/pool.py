"""Keep connections between requests in a free list for each origin: constant work a request, however many are open.

httpcore's own pool walks all its connections several times a request, closes what it takes for surplus by counting those in use, and loses the
connections that cancelled requests were waiting for (1.0.9).
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import httpcore

from veneer import _io

__all__ = ["AsyncCorePool", "AsyncPool", "Route"]

Route = tuple[bytes, bytes, int | None] | tuple[bytes, bytes, int | None, str]
"""Scheme, host and port, and the proxy if there is one."""


class AsyncPooled(Protocol):
    """What a pool asks of a connection; httpcore's have the same names."""

    def is_idle(self) -> bool: ...

    def has_expired(self) -> bool: ...

    async def aclose(self) -> None: ...


class AsyncPool:
    """At most `most` connections, each serving one request at a time; requests beyond them wait in a queue of ours.

    Whoever takes a connection gives it back, once. Idle ones of other origins make way for new ones.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots = _io.AsyncSlots(most)
        self._open: set[Any] = set()
        self._idle: dict[Route, list[Any]] = {}

    async def take(self, route: Route, seconds: float | None, create: Callable[[], Any]) -> Any:
        """Wait for a turn, then give the connection used last, or a new one. Raises SlotTimeoutError after so many seconds."""
        await self._slots.take(seconds)
        try:
            idle = self._idle.get(route)
            while idle:
                try:
                    connection = idle.pop()
                except IndexError:  # another thread was faster
                    break
                if not connection.has_expired():
                    return connection
                await self._close(connection)
            if len(self._open) >= self._most:
                for others in list(self._idle.values()):
                    if others:
                        await self._close(others.pop(0))
                        break
            connection = create()
            self._open.add(connection)
        except BaseException:
            self._slots.give()
            raise
        return connection

    async def give(self, route: Route, connection: AsyncPooled) -> None:
        """Take back a connection whose response is over, in whatever state it is."""
        try:
            if connection.is_idle() and len(self._open) <= self._most:
                self._idle.setdefault(route, []).append(connection)
            else:
                await self._close(connection)
        finally:
            self._slots.give()

    async def drop(self, connection: AsyncPooled) -> None:
        """Take back a connection whose request failed."""
        try:
            await self._close(connection)
        finally:
            self._slots.give()

    async def aclose(self) -> None:
        """Close the idle connections; one that is in use is closed when it is given back."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                await self._close(idle.pop())

    async def _close(self, connection: AsyncPooled) -> None:
        self._open.discard(connection)
        with _io.async_shield():
            await connection.aclose()


class AsyncCorePool:
    """Stands where a transport of httpx has its `httpcore` pool: connections are made as that pool would (proxies included), and kept by ours."""

    def __init__(self, inner: Any, pool: AsyncPool, proxy: str) -> None:
        self._inner = inner
        self._pool = pool
        self._proxy = proxy

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on an idle connection, the one used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port, self._proxy)
        seconds = request.extensions.get("timeout", {}).get("pool")
        create = functools.partial(self._inner.create_connection, url.origin)
        connection = await self._pool.take(route, seconds, create)
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._pool.drop(connection)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_AsyncBody(response.stream, functools.partial(self._pool.give, route, connection)),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Nothing: the connections are the pool's."""


class _AsyncBody:
    """A response's body, which gives its connection back when it is closed."""

    def __init__(self, stream: Any, release: Callable[[], Any]) -> None:
        self._stream = stream
        self._release: Callable[[], Any] | None = release

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            with _io.async_shield():
                await self._stream.aclose()
                await release()
