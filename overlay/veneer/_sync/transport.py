# Derived from overlay/veneer/_async/transport.py by scripts/unasync.py: edit that file, not this one.
"""Send one request over connections of our own, and say what an engine's exceptions mean."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, Protocol, cast

import httpx

from veneer import _io
from veneer._core.attempts import Outcome
from veneer._core.errors import ConfigurationError, ConnectError, RequestTimeoutError, TransportError
from veneer._http1 import Wire
from veneer._sync.http11 import Connection, Server
from veneer._sync.pool import Pool, Route

__all__ = ["Engine", "Send", "classify"]


class Engine:
    """Our own connections: at most `max_connections` at once, kept alive between calls.

    Requests go straight to them. They go by way of httpx's transport where the environment names a proxy, and where somebody has put something else
    in the transport's place: mocks and instrumentation do.
    """

    def __init__(self, max_connections: int, wire: str = "default") -> None:
        self._new_wire = WIRES[wire]
        self._pool = Pool(max_connections)
        self._proxies = _proxies()
        self._routes: dict[Route, str | None] = {}
        self._transports: dict[tuple[bool, str | None], httpx.HTTPTransport] = {}

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send, and return as soon as the headers are there; closing the response frees its connection."""
        url = request.url
        route = (url.raw_scheme, url.raw_host, url.port)
        try:
            proxy = self._routes[route]
        except KeyError:
            proxy = self._routes[route] = _proxy_for(url, self._proxies)
        if proxy is not None or _replaced() or url.scheme not in _SCHEMES:
            response = self._transport(tls=url.scheme == "https", proxy=proxy).handle_request(request)
            response.request = request
            return response
        seconds = request.extensions.get("timeout", {}).get("pool")
        connection: Connection = self._pool.take(
            route,
            seconds,
            lambda: Connection(Server.of(url), self._new_wire(), functools.partial(self._pool.give, route)),
        )
        try:
            response = connection.send(request)
        except BaseException:
            self._pool.drop(connection)
            raise
        if type(response.stream) is httpx.ByteStream:
            self._pool.give(route, connection)
        return response

    def _transport(self, *, tls: bool, proxy: str | None) -> httpx.HTTPTransport:
        made = self._transports.get((tls, proxy))
        if made is None:
            from veneer import _httpcore, _tls
            from veneer._sync.corepool import CorePool

            made = httpx.HTTPTransport(verify=_tls.context() if tls else _tls.no_certificates(), proxy=proxy)
            _httpcore.install(made._pool)  # noqa: SLF001  # see there
            made._pool = cast("Any", CorePool(made._pool, self._pool, proxy or ""))  # noqa: SLF001  # as above
            self._transports[tls, proxy] = made
        return made

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


_SCHEMES = frozenset({"http", "https"})


def _h11() -> Wire:
    from veneer._h11 import H11Wire

    return H11Wire()


def _llhttp() -> Wire:
    from veneer._llhttp import LlhttpWire

    return LlhttpWire()


WIRES: dict[str, Callable[[], Wire]] = {"default": _h11, "fast": _llhttp}
"""Who speaks HTTP on a connection, by the name of the engine that a client asks for."""


def _replaced() -> bool:
    """Tell whether somebody put a function of his own in the transport's place or, a level below, in the connection's: pytest-httpx and respx do."""
    httpcore = sys.modules.get("httpcore")  # which nobody has changed who has not loaded it
    below = None if httpcore is None else httpcore.HTTPConnection.handle_request
    return _are_replaced(httpx.HTTPTransport.handle_request, below)


@functools.lru_cache(8)
def _are_replaced(sent: Any, below: Any) -> bool:
    # By the files that they come from: at import they may be replaced already.
    return not (_comes_from(sent, "httpx") and (below is None or _comes_from(below, "httpcore")))


def _comes_from(function: Any, package: str) -> bool:
    return isinstance(function, FunctionType) and function.__code__.co_filename.startswith(
        sys.modules[package].__path__[0]
    )


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


class Send(Protocol):
    """Send a request, within the time-outs that it carries, and give the response with its body unread."""

    def __call__(self, request: httpx.Request, /) -> httpx.Response: ...


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
