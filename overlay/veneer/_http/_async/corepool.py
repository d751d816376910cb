"""Keep httpcore's connections in our own pool."""

from __future__ import annotations

import copy
import functools
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import httpcore

from veneer import _io
from veneer._http import backends, net
from veneer._http._async.pool import AsyncPool

if TYPE_CHECKING:
    import ssl

    from veneer._core.proxies import Proxy

__all__ = ["AsyncCorePool"]


class AsyncCorePool:
    """A replacement for a transport's `httpcore` pool: it makes connections, our pool keeps them."""

    def __init__(
        self, inner: Any, pool: AsyncPool, proxy: Proxy | None, context: Callable[[], ssl.SSLContext]
    ) -> None:
        self._inner = inner
        self._pool = pool
        self._proxy = proxy
        self._context = context

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on the idle connection that was used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port, self._proxy)
        seconds = request.extensions.get("timeout", {}).get("pool")
        connection = await self._pool.take(
            route, seconds, lambda: _AsyncCoreConnection(self._inner, url.origin, self._context)
        )
        started = _AsyncStarted(connection.backend, request.extensions.get("trace"))
        request.extensions = {**request.extensions, "trace": started}
        try:
            response = await connection.inner.handle_async_request(request)
        except BaseException as error:
            await self._pool.drop(connection)
            if self._proxy is not None and not started.started:
                backends.raise_for_proxy(error, self._proxy)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_AsyncBody(response.stream, connection, functools.partial(self._pool.give, route)),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Do nothing: the connections are the pool's."""


class _AsyncCoreConnection:
    """An httpcore connection for our pool; closing it closes its socket in any state."""

    def __init__(self, pool: Any, origin: Any, context: Callable[[], ssl.SSLContext]) -> None:
        self.backend = backends.AsyncBackend(pool._network_backend, context)  # noqa: SLF001  # httpx does not pass on a backend; a test watches the name
        own = copy.copy(pool)
        own._network_backend = self.backend  # noqa: SLF001  # same reason
        self.inner = own.create_connection(origin)
        self.slot: object = None
        self.is_idle = self.inner.is_idle
        self.has_expired = self.inner.has_expired

    async def aclose(self) -> None:
        try:
            await self.inner.aclose()
        finally:
            await self.backend.aclose()


class _AsyncStarted:
    """Note when the request itself, not a tunnel's, begins to leave: httpcore's `trace` extension."""

    def __init__(self, backend: backends.AsyncBackend, callers: Any) -> None:
        self._backend = backend
        self._callers = callers
        self.started = False

    async def __call__(self, event: str, info: Any) -> None:
        if event.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
            self.started = True
            self._backend.request_begins()
            net.mark_sent()
        if self._callers is not None:
            await self._callers(event, info)


class _AsyncBody:
    """A response body that releases its connection when closed."""

    def __init__(self, stream: Any, connection: _AsyncCoreConnection, release: Callable[[Any], Any]) -> None:
        self._stream = stream
        self._connection: _AsyncCoreConnection | None = connection
        self._release = release

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with _io.async_shield():
            try:
                await self._stream.aclose()
            finally:
                await self._release(connection)
