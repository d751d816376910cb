"""Keep the connections that httpcore makes in our own pool."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpcore

from veneer import _io
from veneer._async.pool import AsyncPool

__all__ = ["AsyncCorePool"]


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
