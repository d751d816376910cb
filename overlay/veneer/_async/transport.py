"""Send one request over the HTTP engine: the only module that names the engine's client classes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, cast

import httpx

from veneer import _io, _net
from veneer._async.pool import AsyncPool
from veneer._core.attempts import Outcome
from veneer._core.errors import ConfigurationError, ConnectError, RequestTimeoutError, TransportError
from veneer._core.urls import same_origin

__all__ = ["AsyncEngine", "AsyncHttpClient", "AsyncSend", "classify", "foreign_engine"]


class AsyncHttpClient(Protocol):
    """What a caller's own HTTP client must do: any `httpx.AsyncClient`, or an object that wraps one."""

    def build_request(self, *args: Any, **kwargs: Any) -> httpx.Request:
        """Make a request: `method`, `url`, `headers`, `cookies`, `extensions` and one of `content`, `data`, `files`."""
        ...

    async def send(self, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request: `stream=True`, `follow_redirects=False`, and `auth=None` for another origin than the API's."""
        ...


class AsyncEngine:
    """Our own connections: at most `max_connections` at once, kept alive between calls.

    Requests wait in a queue of ours, never in the engine's pool: a request that is cancelled while it waits there takes a connection slot with it
    (httpcore 1.0.9), and it closes surplus connections that are in use rather than idle.
    """

    def __init__(self, max_connections: int) -> None:
        self._max = max_connections
        self._slots = _io.AsyncSlots(max_connections)
        self._proxies = _proxies()
        self._transports: dict[tuple[bool, str | None], httpx.AsyncHTTPTransport] = {}
        self._routes: dict[tuple[str, str, int | None], httpx.AsyncHTTPTransport] = {}

    async def send(self, request: httpx.Request, pool_limit: float | None) -> httpx.Response:
        """Send, and return as soon as the headers are there; closing the response frees its connection."""
        await self._slots.take(pool_limit)
        try:
            response = await self._transport(request.url).handle_async_request(request)
        except BaseException:
            self._slots.give()
            raise
        response.request = request
        response.stream = _AsyncHeld(cast("httpx.AsyncByteStream", response.stream), self._slots.give)
        return response

    def _transport(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        route = (url.scheme, url.host, url.port)
        transport = self._routes.get(route)
        if transport is None:
            tls = url.scheme == "https"
            key = (tls, _proxy_for(url, self._proxies))
            transport = self._transports.get(key) or self._connect(*key)
            self._routes[route] = self._transports[key] = transport
        return transport

    def _connect(self, tls: bool, proxy: str | None) -> httpx.AsyncHTTPTransport:
        transport = httpx.AsyncHTTPTransport(
            verify=_io.tls_context() if tls else _io.no_tls_context(),
            proxy=proxy,
            limits=httpx.Limits(max_connections=self._max, max_keepalive_connections=self._max),
        )
        _net.async_install(transport._pool)  # noqa: SLF001  # see there
        transport._pool = cast("Any", AsyncPool(transport._pool, self._max))  # noqa: SLF001  # as above
        return transport

    async def aclose(self) -> None:
        """Close every connection."""
        self._routes.clear()
        while self._transports:
            await self._transports.popitem()[1].aclose()


class _AsyncHeld(httpx.AsyncByteStream):
    """A body that gives its connection slot back when it is closed, once."""

    def __init__(self, inner: httpx.AsyncByteStream, give: Callable[[], None]) -> None:
        self._inner = inner
        self._give: Callable[[], None] | None = give

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._inner.aclose()
        finally:
            give, self._give = self._give, None
            if give is not None:
                give()


def _proxies() -> dict[str, str]:
    import urllib.request

    return urllib.request.getproxies_environment()


def _proxy_for(url: httpx.URL, proxies: dict[str, str]) -> str | None:
    """The proxy that the environment names for a URL (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), as curl and httpx read them."""
    if not proxies:
        return None
    import urllib.request

    bypass: Any = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed has it for macOS only
    if bypass(url.netloc.decode("ascii"), proxies):
        return None
    return proxies.get(url.scheme) or proxies.get("all")


class AsyncSend(Protocol):
    """Send a request and give the response with its body unread; `pool_limit` bounds the wait for a connection, seconds."""

    async def __call__(self, request: httpx.Request, pool_limit: float | None, /) -> httpx.Response: ...


def foreign_engine(client: AsyncHttpClient, base_url: str) -> AsyncSend:
    """Send through a caller's own client, which is used as it is: not changed, not closed, and not told to follow redirects.

    Its own `auth=` belongs to the API: it is left out for any other origin.
    """

    async def send(request: httpx.Request, _pool_limit: float | None) -> httpx.Response:
        if getattr(client, "is_closed", False):
            raise ConfigurationError("the http_client given to this client is closed")
        _net.mark_sent()  # what happens inside is not seen from here
        stray = {} if same_origin(base_url, str(request.url)) else {"auth": None}
        return await client.send(request, stream=True, follow_redirects=False, **stray)

    return send


# Nothing of the request had left when the engine raised one of these.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    _io.SlotTimeoutError,
)
_TIMED_OUT = {
    httpx.ConnectTimeout: "connect",
    httpx.WriteTimeout: "write",
    httpx.ReadTimeout: "read",
    httpx.PoolTimeout: "pool",
    _io.SlotTimeoutError: "pool",
}


def classify(
    error: BaseException, *, sent: bool
) -> tuple[type[TransportError | ConfigurationError], Outcome, str] | None:
    """Name the core's class, the outcome and a text without secrets for an engine's exception; None for one that is not the engine's.

    `sent` tells whether any byte of the request may have left.
    """
    outcome = Outcome.UNKNOWN if sent and not isinstance(error, _NOT_SENT) else Outcome.NOT_SENT
    # Most specific first.
    if isinstance(error, (httpx.TimeoutException, _io.SlotTimeoutError)):
        what = next((name for kind, name in _TIMED_OUT.items() if isinstance(error, kind)), "transport's own")
        return RequestTimeoutError, outcome, f"the {what} time-out passed"
    if isinstance(error, (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL)):
        # The engine's own text quotes header values.
        return ConfigurationError, outcome, "the request is not valid HTTP; check base_url, headers and body"
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError)):
        return ConnectError, outcome, f"no connection: {str(error) or type(error).__name__}"
    if isinstance(error, (httpx.HTTPError, httpx.StreamError)):
        return TransportError, outcome, f"the connection failed: {str(error) or type(error).__name__}"
    return None
