# Derived from overlay/veneer/_http/_async/external_client.py by scripts/unasync.py: edit that file, not this one.
"""Send through a caller's own HTTP client: httpx's, one with the same methods (httpx2's), or an object around either."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol, cast, runtime_checkable

import httpx

from veneer import _io
from veneer._core.errors import ConfigurationError
from veneer._core.urls import same_origin
from veneer._http import net

__all__ = ["ExternalClient", "HttpClient"]


class HttpRequest(Protocol):
    """What is asked of a client's requests; `httpx.Request` has it."""

    method: str
    url: Any
    headers: Any
    stream: Any
    extensions: Any


class HttpResponse(Protocol):
    """What is asked of a client's responses; `httpx.Response` has it."""

    status_code: int
    headers: Any
    stream: Any
    is_stream_consumed: bool
    extensions: Any


@runtime_checkable
class HttpClient(Protocol):
    """What a caller's own HTTP client must do: any `httpx.Client` or `httpx2.Client`, or an object that wraps one."""

    def build_request(self, *args: Any, **kwargs: Any) -> HttpRequest:
        """Make a request: `method`, `url` (text, or an `httpx.URL` where httpx's requests are made), `headers`, `cookies`, `extensions` and one of `content`, `data`, `files`.

        Called once more than there are requests, to see whose they are.
        """
        ...

    def send(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a request: `stream=True`, `follow_redirects=False`, and `auth=None` for another origin than the API's."""
        ...


class ExternalClient:
    """A caller's own client, which is used as it is: not changed, not closed, and not told to follow redirects.

    Whatever it works with, those who stand on this engine see httpx's requests, responses and exceptions. Raises ConfigurationError for a client
    of the other flavour.
    """

    def __init__(self, client: HttpClient) -> None:
        _io.check_engine(client)
        self._client = client
        self._kind: type[Any] = type(client.build_request("GET", "http://localhost/"))
        self._package = (
            None if issubclass(self._kind, httpx.Request) else self._kind.__module__.partition(".")[0]
        )

    def build(
        self,
        method: str,
        url: httpx.URL,
        *,
        content: bytes | _io.BodyChunks | None,
        files: Any,
        **parts: Any,
    ) -> httpx.Request:
        """Let the client make a request: it adds its own headers, cookies and parameters. The arguments are those of its `build_request`."""
        build: Any = self._client.build_request
        if self._package is None:
            return cast("httpx.Request", build(method, url, content=content, files=files, **parts))
        with _as_httpx(self._package):
            made = build(method, str(url), content=content, files=files, **parts)
        whole = files is None and not isinstance(content, _io.BodyChunks)
        request = httpx.Request(
            made.method,
            str(made.url),
            headers=made.headers.raw,
            stream=httpx.ByteStream(made.read()) if whole else made.stream,
            extensions=made.extensions,
        )
        if whole:
            request.read()  # so that hooks can see its content
        return request

    def send(self, request: httpx.Request, base_url: str | None) -> httpx.Response:
        """Send, and return as soon as the headers are there.

        The client's own `auth=` belongs to the API: it is left out for any other origin than the
        base URL's, and everywhere where there is no base URL.
        """
        if getattr(self._client, "is_closed", False):
            raise ConfigurationError("the http_client given to this client is closed")
        trusted = base_url is not None and same_origin(base_url, str(request.url))
        options = {} if trusted else {"auth": None}
        limits = request.extensions["timeout"]
        # All that such a client heeds in a thread, where nobody can cancel it; a task's time-outs stay as they are.
        request.extensions["timeout"] = {name: _io.bounded(limit) for name, limit in limits.items()}
        with _named(request.url), _as_httpx(self._package):
            _check_host(request.url)
            sent = request if self._package is None else _converted(request, self._kind)
            net.mark_sent()  # what happens inside is not seen from here
            try:
                response = self._client.send(sent, stream=True, follow_redirects=False, **options)
            except Exception as error:
                if _is_callers(error, sent):
                    raise _io.Raised(error) from None
                raise
            if self._package is None:
                return cast("httpx.Response", response)
            return _answer(response, request, self._package)

    def authenticates(self, headers: Collection[str]) -> bool:
        """Return whether the client may send a credential itself: by `auth`, or in one of these headers.

        True for a client that does not show either.
        """
        if getattr(self._client, "auth", self) is not None:
            return True
        own: Any = getattr(self._client, "headers", ())
        return any(name in own for name in headers)

    def opened(self, response: httpx.Response, limits: Mapping[str, float | None]) -> None:
        """Set the time-outs for the rest of a body: what bounded the request bounds only the opening of a stream."""
        response.request.extensions["timeout"].update(limits)


def _is_callers(error: Exception, request: Any) -> bool:
    """Return whether an exception came from the client's `auth=` or hooks, not from its engine.

    The client writes into its engine's exceptions which request failed; one for a status is never
    an engine's.
    """
    failed = getattr(error, "_request", None)
    if failed is None:
        return False
    by_status = any(kind.__name__ == "HTTPStatusError" for kind in type(error).__mro__)
    return by_status or (failed.method, str(failed.url)) != (request.method, str(request.url))


@contextlib.contextmanager
def _named(url: httpx.URL) -> Iterator[None]:
    """Name the server that a client could not connect to, and what can be done."""
    try:
        yield
    except httpx.ConnectError as error:
        from veneer._core.connect_errors import place, why

        port = url.port or (443 if url.scheme == "https" else 80)
        raise httpx.ConnectError(why(error, place(url.raw_host.decode("ascii"), port))) from error


def _check_host(url: httpx.URL) -> None:
    """Raise httpx.ConnectError for a host with a label that is empty or too long: engines let Python's UnicodeError through."""
    try:
        url.raw_host.decode("ascii").encode("idna")
    except UnicodeError as error:
        raise httpx.ConnectError(str(error)) from error


def _converted(request: httpx.Request, kind: type[Any]) -> Any:
    """The request in the client's own class; a body in memory stays there, any other is read when it is sent."""
    # A body that is sent in chunks is no whole one: the class would add its length.
    whole = isinstance(request.stream, httpx.ByteStream) and "transfer-encoding" not in request.headers
    return kind(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        content=request.read() if whole else _Parts(request.stream),
        extensions=dict(request.extensions),
    )


def _answer(response: Any, request: httpx.Request, package: str) -> httpx.Response:
    answer = httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=_Body(response, package),
        request=request,
        extensions=response.extensions,
        default_encoding=response.default_encoding,
    )
    if response.is_stream_consumed:  # by a hook of the client's, or a transport that had it whole
        answer._content = response.content  # noqa: SLF001  # as in session
        answer.is_closed = answer.is_stream_consumed = True
    return answer


class _Parts:
    """A request's body, iterable in the one way that the client is to iterate it; engines' own bodies are often iterable in both."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)


class _Body(httpx.SyncByteStream):
    """The body of another package's response, as it came over the wire."""

    def __init__(self, response: Any, package: str) -> None:
        self._response = response
        self._package = package

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx(self._package):
            for piece in self._response.stream:
                yield piece

    def close(self) -> None:
        with _as_httpx(self._package):
            self._response.close()


@contextlib.contextmanager
def _as_httpx(package: str | None) -> Iterator[None]:
    """Raise the exceptions of another package (None: there is none) as those of httpx that have their names."""
    try:
        yield
    except Exception as error:
        known = _namesake(error, package)
        if known is None:
            raise
        raise known from error


def _namesake(error: Exception, package: str | None) -> Exception | None:
    """Httpx's exception for one of the package's, by its name or that of the nearest base; None for any other's."""
    for base in type(error).__mro__:
        kind = getattr(httpx, base.__name__, None)
        if base.__module__.partition(".")[0] == package and isinstance(kind, type):
            with contextlib.suppress(TypeError):  # one that takes more than a text: its base says enough
                return cast("Exception", kind(str(error)))
    return None
