"""Send one request over connections of our own."""

from __future__ import annotations

import functools
import logging
import os
import sys
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

import httpx

from veneer._core.errors import ConfigurationError
from veneer._core.late import Protocol
from veneer._core.options import ClientConfig
from veneer._core.redact import clear_locals
from veneer._http._async.http11 import AsyncConnection, Server
from veneer._http._async.pool import AsyncPool, Route
from veneer._http.http1 import HTTP1Protocol, llhttp_problem

if TYPE_CHECKING:
    import ssl

    from veneer._core.proxies import Proxy

__all__ = ["AsyncEngine", "AsyncSend"]

# Origins whose proxy is remembered: an API has one, and links to storage a few more.
_MOST_ROUTES = 1024


class AsyncEngine:
    """Our own connections: at most `max_connections` at once, kept alive between calls.

    Requests use them directly. They use httpx's transport if a proxy is given, or
    named by the environment, and if the transport has been replaced, as
    mocks and instrumentation do.
    """

    def __init__(self, config: ClientConfig) -> None:
        self._new_protocol = PROTOCOLS[config.engine]
        self._pool = AsyncPool(config.max_connections)
        self._config = config
        self._variables = _proxy_variables() if config.trust_env and config.proxy is None else {}
        self._routes: dict[Route, Proxy | None] = {}
        self._servers: dict[Route, Server] = {}
        self._transports: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return once the headers arrived; closing the response frees its connection."""
        # The parts of `raw_scheme`, `raw_host` and `port`, without a call for each.
        parts = request.url._uri_reference  # noqa: SLF001  # see `url_cache`
        route = (parts.scheme, parts.host, parts.port)
        server = self._servers.get(route)
        if server is None or _replaced():
            try:
                proxy = self._routes[route]
            except KeyError:
                proxy = self._proxy_for(request.url, route)
            if proxy is not None or _replaced() or parts.scheme not in _SCHEMES:
                response = await self._transport(proxy).handle_async_request(request)
                response.request = request
                return response
            server = self._servers[route] = Server.of(request.url, self._context)
        pool = self._pool
        connection: AsyncConnection = pool.take_idle(route) or await pool.take(
            route,
            request.extensions.get("timeout", {}).get("pool"),
            functools.partial(self._connection, route, server),
        )
        try:
            response = await connection.send(request)
        except BaseException:
            await pool.drop(connection)
            raise
        if type(response.stream) is httpx.ByteStream and not pool.keep(route, connection):
            await pool.give(route, connection)
        return response

    def _connection(self, route: Route, server: Server) -> AsyncConnection:
        """Return a connection that its first request opens."""
        return AsyncConnection(server, self._new_protocol(), functools.partial(self._pool.give, route))

    def _proxy_for(self, url: httpx.URL, route: Route) -> Proxy | None:
        """Return an origin's proxy, or None. Raises ConfigurationError for an invalid variable."""
        found = self._config.proxy
        if self._variables:
            from veneer._core.proxies import proxy_for

            port = url.port or (443 if url.scheme == "https" else 80)
            try:
                found = proxy_for(self._variables, url.scheme, url.raw_host.decode("ascii"), port)
            except ConfigurationError as error:
                clear_locals(error)  # the variables may hold a password
                raise
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
            self._servers.clear()
        self._routes[route] = found
        return found

    def _context(self) -> ssl.SSLContext:
        """Return the TLS settings.

        Raises ConfigurationError, or httpx.ConnectError if they cannot be read right now.
        """
        from veneer._http import tls

        try:
            return tls.context(self._config.verify, trust_env=self._config.trust_env)
        except OSError as error:
            raise httpx.ConnectError(f"the certificates of authorities cannot be read: {error}") from error

    def _transport(self, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        """Return httpx's transport for a proxy, with connections in our pool.

        Raises ConfigurationError.
        """
        made = self._transports.get(proxy)
        if made is None:
            from veneer._http import tls
            from veneer._http._async.corepool import AsyncCorePool

            try:
                # httpcore changes the settings that it gets: the real ones are set later, by
                # the pool.
                made = httpx.AsyncHTTPTransport(
                    verify=tls.no_certificates(),
                    proxy=None if proxy is None else httpx.Proxy(proxy.url, auth=proxy.auth),
                )
            except ImportError:
                raise ConfigurationError(
                    f"{proxy.source if proxy else 'a proxy'} names a SOCKS proxy, which needs another package: "
                    "pip install 'httpx[socks]'"
                ) from None
            made._pool = cast("Any", AsyncCorePool(made._pool, self._pool, proxy, self._context))  # noqa: SLF001  # httpx takes no pool; a test watches the name
            self._transports[proxy] = made
        return made

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


_SCHEMES = frozenset({"http", "https"})


def _python() -> HTTP1Protocol:
    return HTTP1Protocol()


def _llhttp() -> HTTP1Protocol:
    from veneer._http.llhttp import LlhttpProtocol

    return LlhttpProtocol()


def _best() -> HTTP1Protocol:
    return _llhttp() if _has_llhttp() else _python()


@functools.cache
def _has_llhttp() -> bool:
    problem = llhttp_problem()
    if problem is not None:
        logging.getLogger("veneer").debug("responses are read in Python: %s", problem)
    return problem is None


PROTOCOLS: dict[str, Callable[[], HTTP1Protocol]] = {"auto": _best, "default": _python, "fast": _llhttp}
"""The HTTP protocol on a connection, by the name of a client's engine."""


def _replaced() -> bool:
    """Return whether the transport's or connection pool's function was replaced, as by pytest-httpx or respx."""
    httpcore = sys.modules.get("httpcore")  # it cannot be changed before it is loaded
    below = None if httpcore is None else httpcore.AsyncHTTPConnection.handle_async_request
    return _are_replaced(httpx.AsyncHTTPTransport.handle_async_request, below)


@functools.lru_cache(8)
def _are_replaced(sent: Any, below: Any) -> bool:
    # By the module of their code: they may be replaced before this import.
    return not (_is_of(sent, "httpx") and (below is None or _is_of(below, "httpcore")))


def _is_of(function: Any, package: str) -> bool:
    """Return whether a function's code is in a package; `functools.wraps` can fake its `__module__`."""
    home = str(function.__globals__.get("__name__")) if isinstance(function, FunctionType) else ""
    return home.partition(".")[0] == package


def _proxy_variables() -> dict[str, str]:
    """Return the environment variables for proxies, empty if none is set."""
    found = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    if found and "REQUEST_METHOD" in os.environ:
        found["REQUEST_METHOD"] = os.environ["REQUEST_METHOD"]
    return found


class AsyncSend(Protocol):
    """Sends a request within its timeouts, and returns the response with its body unread."""

    async def __call__(self, request: httpx.Request, /) -> httpx.Response: ...
