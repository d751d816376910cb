# Derived from overlay/veneer/_http/_async/corepool.py by scripts/unasync.py: edit that file, not this one.
"""Keep httpcore's connections in our own pool."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpcore

from veneer import _io
from veneer._http import backends, net
from veneer._http._sync.pool import Pool

if TYPE_CHECKING:
    import ssl

    from veneer._core.proxies import Proxy

__all__ = ["CorePool"]


class CorePool:
    """A replacement for a transport's `httpcore` pool: it makes connections, our pool keeps them."""

    def __init__(
        self, inner: Any, pool: Pool, proxy: Proxy | None, context: Callable[[], ssl.SSLContext]
    ) -> None:
        self._inner = inner
        self._pool = pool
        self._proxy = proxy
        self._context = context

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on the idle connection that was used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port, self._proxy)
        seconds = request.extensions.get("timeout", {}).get("pool")
        connection = self._pool.take(
            route, seconds, lambda: _CoreConnection(self._inner, url.origin, self._context)
        )
        started = _Started(connection.backend, request.extensions.get("trace"))
        request.extensions = {**request.extensions, "trace": started}
        try:
            response = connection.inner.handle_request(request)
        except BaseException as error:
            self._pool.drop(connection)
            if self._proxy is not None and not started.started:
                backends.raise_for_proxy(error, self._proxy)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_Body(response.stream, connection, functools.partial(self._pool.give, route)),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Do nothing: the connections are the pool's."""


class _CoreConnection:
    """An httpcore connection for our pool; closing it closes its socket in any state."""

    def __init__(self, pool: Any, origin: Any, context: Callable[[], ssl.SSLContext]) -> None:
        self.backend = backends.Backend(pool._network_backend, context)  # noqa: SLF001  # httpx does not pass on a backend; a test watches the name
        own = copy.copy(pool)
        own._network_backend = self.backend  # noqa: SLF001  # same reason
        self.inner = own.create_connection(origin)
        self.slot: object = None
        self.is_idle = self.inner.is_idle
        self.has_expired = self.inner.has_expired

    def close(self) -> None:
        try:
            self.inner.close()
        finally:
            self.backend.close()


class _Started:
    """Note when the request itself, not a tunnel's, begins to leave: httpcore's `trace` extension."""

    def __init__(self, backend: backends.Backend, callers: Any) -> None:
        self._backend = backend
        self._callers = callers
        self.started = False

    def __call__(self, event: str, info: Any) -> None:
        if event.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
            self.started = True
            self._backend.request_begins()
            net.mark_sent()
        if self._callers is not None:
            self._callers(event, info)


class _Body:
    """A response body that releases its connection when closed."""

    def __init__(self, stream: Any, connection: _CoreConnection, release: Callable[[Any], Any]) -> None:
        self._stream = stream
        self._connection: _CoreConnection | None = connection
        self._release = release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with _io.shield():
            try:
                self._stream.close()
            finally:
                self._release(connection)
