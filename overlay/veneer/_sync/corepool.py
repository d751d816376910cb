# Derived from overlay/veneer/_async/corepool.py by scripts/unasync.py: edit that file, not this one.
"""Keep the connections that httpcore makes in our own pool."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import httpcore

from veneer import _io
from veneer._sync.pool import Pool

__all__ = ["CorePool"]


class CorePool:
    """Stands where a transport of httpx has its `httpcore` pool: connections are made as that pool would (proxies included), and kept by ours."""

    def __init__(self, inner: Any, pool: Pool, proxy: str) -> None:
        self._inner = inner
        self._pool = pool
        self._proxy = proxy

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on an idle connection, the one used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port, self._proxy)
        seconds = request.extensions.get("timeout", {}).get("pool")
        create = functools.partial(self._inner.create_connection, url.origin)
        connection = self._pool.take(route, seconds, create)
        try:
            response = connection.handle_request(request)
        except BaseException:
            self._pool.drop(connection)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_Body(response.stream, functools.partial(self._pool.give, route, connection)),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Nothing: the connections are the pool's."""


class _Body:
    """A response's body, which gives its connection back when it is closed."""

    def __init__(self, stream: Any, release: Callable[[], Any]) -> None:
        self._stream = stream
        self._release: Callable[[], Any] | None = release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            with _io.shield():
                self._stream.close()
                release()
