# Derived from overlay/veneer/_async/pool.py by scripts/unasync.py: edit that file, not this one.
"""Keep connections between requests in a free list for each origin: constant work a request, however many are open.

httpcore's own pool walks all its connections several times a request, and closes what it takes for surplus by counting those in use (1.0.9).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpcore

from veneer import _io, _net

__all__ = ["Pool"]

Route = tuple[bytes, bytes, int | None]
"""Scheme, host and port."""


class Pool:
    """Stands where a transport has its `httpcore` pool; makes connections as that pool would (proxies included).

    A connection serves one request at a time. The caller bounds how many requests are in flight; `most` bounds the connections that are open in all, idle ones of other origins are closed first.
    """

    def __init__(self, pool: Any, most: int) -> None:
        self._create = pool.create_connection
        self._most = most
        self._open = 0
        self._idle: dict[Route, list[Any]] = {}

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on an idle connection, the one used last, or on a new one."""
        url = request.url
        route = (url.scheme, url.host, url.port)
        connection = self._take(route, url)
        try:
            response = connection.handle_request(request)
        except BaseException:
            self._drop(connection)
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_Body(response.stream, self, route, connection),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the idle connections; one that is in use is closed when it is given back."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                self._drop(idle.pop())

    def give(self, route: Route, connection: Any) -> None:
        """Take back a connection whose response is over."""
        if connection.is_idle() and self._open <= self._most:
            self._idle.setdefault(route, []).append(connection)
        else:
            self._drop(connection)

    def _take(self, route: Route, url: httpcore.URL) -> Any:
        idle = self._idle.get(route)
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                break
            if not connection.has_expired():
                return connection
            self._drop(connection)
        if self._open >= self._most:
            for others in list(self._idle.values()):
                if others:
                    self._drop(others.pop(0))
                    break
        self._open += 1
        connection = self._create(url.origin)
        _net.unlock(connection)
        return connection

    def _drop(self, connection: Any) -> None:
        self._open -= 1
        with _io.shield():
            connection.close()


class _Body:
    """A response's body, which gives its connection back when it is closed."""

    def __init__(self, stream: Any, pool: Pool, route: Route, connection: Any) -> None:
        self._stream = stream
        self._pool = pool
        self._route = route
        self._connection = connection
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            with _io.shield():
                self._stream.close()
                self._pool.give(self._route, self._connection)
