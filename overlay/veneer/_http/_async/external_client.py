"""Send through the caller's HTTP client: httpx's, one with the same methods (httpx2's), or an object around either."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any, Protocol, cast, runtime_checkable

import httpx

from veneer import _io
from veneer._core.errors import ConfigurationError
from veneer._core.urls import same_origin
from veneer._http import net

__all__ = ["AsyncExternalClient", "AsyncHttpClient"]


class HttpRequest(Protocol):
    """The interface of a client's requests; `httpx.Request` has it."""

    method: str
    url: Any
    headers: Any
    stream: Any
    extensions: Any


class HttpResponse(Protocol):
    """The interface of a client's responses; `httpx.Response` has it."""

    status_code: int
    headers: Any
    stream: Any
    is_stream_consumed: bool
    extensions: Any


@runtime_checkable
class AsyncHttpClient(Protocol):
    """The caller's HTTP client: any `httpx.AsyncClient` or `httpx2.AsyncClient`, or an object around one."""

    def build_request(self, *args: Any, **kwargs: Any) -> HttpRequest:
        """Return a request from `method`, `url` (text, or `httpx.URL` for httpx's requests), `headers`, `cookies`, `extensions` and one of `content`, `data`, `files`.

        It is called one extra time, to find the package of its requests.
        """
        ...

    async def send(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a request: `stream=True`, `follow_redirects=False`, and `auth=None` for another origin than the API's."""
        ...


class AsyncExternalClient:
    """The caller's own client, used unchanged: not closed, and not told to follow redirects.

    Whatever its package, users of this engine see httpx's requests, responses and exceptions.
    Raises ConfigurationError for a client of the other flavour.
    """

    def __init__(self, client: AsyncHttpClient) -> None:
        _io.async_check_engine(client)
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
        content: bytes | _io.AsyncBodyChunks | None,
        files: Any,
        **parts: Any,
    ) -> httpx.Request:
        """Return a request of the client, with its headers, cookies and parameters, as `build_request` does."""
        build: Any = self._client.build_request
        if self._package is None:
            return cast("httpx.Request", build(method, url, content=content, files=files, **parts))
        with _as_httpx(self._package):
            made = build(method, str(url), content=content, files=files, **parts)
        whole = files is None and not isinstance(content, _io.AsyncBodyChunks)
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

    async def send(self, request: httpx.Request, base_url: str | None) -> httpx.Response:
        """Send a request, and return as soon as the headers have arrived.

        The client's own `auth=` belongs to the API: it is left out for origins other than the
        base URL's, and everywhere without a base URL.
        """
        if getattr(self._client, "is_closed", False):
            raise ConfigurationError("the http_client given to this client is closed")
        trusted = base_url is not None and same_origin(base_url, str(request.url))
        options = {} if trusted else {"auth": None}
        limits = request.extensions["timeout"]
        # The only bounds of such a client in a thread, which cannot be cancelled; a task's timeouts stay.
        request.extensions["timeout"] = {name: _io.bounded(limit) for name, limit in limits.items()}
        with _named(request.url), _as_httpx(self._package):
            _check_host(request.url)
            sent = request if self._package is None else _converted(request, self._kind)
            net.mark_sent()  # what happens inside is not visible here
            try:
                response = await self._client.send(sent, stream=True, follow_redirects=False, **options)
            except Exception as error:
                if _is_callers(error, sent):
                    raise _io.Raised(error) from None
                raise
            if self._package is None:
                return cast("httpx.Response", response)
            return _answer(response, request, self._package)

    def authenticates(self, headers: Collection[str]) -> bool:
        """Return whether the client may send a credential itself: with `auth`, or in one of these headers.

        True for a client that shows neither.
        """
        if getattr(self._client, "auth", self) is not None:
            return True
        own: Any = getattr(self._client, "headers", ())
        return any(name in own for name in headers)

    def opened(self, response: httpx.Response, limits: Mapping[str, float | None]) -> None:
        """Set the timeouts for the rest of a body: the request's bound only the opening of a stream."""
        response.request.extensions["timeout"].update(limits)


def _is_callers(error: Exception, request: Any) -> bool:
    """Return whether an exception came from the client's `auth=` or hooks, not from its engine.

    The client notes in its engine's exceptions which request failed; one for a status is never
    an engine's.
    """
    failed = getattr(error, "_request", None)
    if failed is None:
        return False
    by_status = any(kind.__name__ == "HTTPStatusError" for kind in type(error).__mro__)
    return by_status or (failed.method, str(failed.url)) != (request.method, str(request.url))


@contextlib.contextmanager
def _named(url: httpx.URL) -> Iterator[None]:
    """Name the server in a connect error, and what can be done."""
    try:
        yield
    except httpx.ConnectError as error:
        from veneer._core.connect_errors import place, why

        port = url.port or (443 if url.scheme == "https" else 80)
        raise httpx.ConnectError(why(error, place(url.raw_host.decode("ascii"), port))) from error


def _check_host(url: httpx.URL) -> None:
    """Raise httpx.ConnectError for an empty or too long host label: engines leak a UnicodeError."""
    try:
        url.raw_host.decode("ascii").encode("idna")
    except UnicodeError as error:
        raise httpx.ConnectError(str(error)) from error


def _converted(request: httpx.Request, kind: type[Any]) -> Any:
    """Return the request in the client's class; a body that is not in memory is read when it is sent."""
    # A chunked body is not passed whole: the class would add its length.
    whole = isinstance(request.stream, httpx.ByteStream) and "transfer-encoding" not in request.headers
    return kind(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        content=request.read() if whole else _AsyncParts(request.stream),
        extensions=dict(request.extensions),
    )


def _answer(response: Any, request: httpx.Request, package: str) -> httpx.Response:
    answer = httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=_AsyncBody(response, package),
        request=request,
        extensions=response.extensions,
        default_encoding=response.default_encoding,
    )
    if response.is_stream_consumed:  # by the client's hook, or a transport with the whole body
        answer._content = response.content  # noqa: SLF001  # as in session
        answer.is_closed = answer.is_stream_consumed = True
    return answer


class _AsyncParts:
    """A request body that is iterable only as the client needs it; engines' bodies are often both."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)


class _AsyncBody(httpx.AsyncByteStream):
    """The raw body of another package's response."""

    def __init__(self, response: Any, package: str) -> None:
        self._response = response
        self._package = package

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._package):
            async for piece in self._response.stream:
                yield piece

    async def aclose(self) -> None:
        with _as_httpx(self._package):
            await self._response.aclose()


@contextlib.contextmanager
def _as_httpx(package: str | None) -> Iterator[None]:
    """Raise another package's exceptions (None: there is none) as httpx's of the same name."""
    try:
        yield
    except Exception as error:
        known = _namesake(error, package)
        if known is None:
            raise
        raise known from error


def _namesake(error: Exception, package: str | None) -> Exception | None:
    """Return httpx's exception for the package's, by its name or its nearest base's; None for others."""
    for base in type(error).__mro__:
        kind = getattr(httpx, base.__name__, None)
        if base.__module__.partition(".")[0] == package and isinstance(kind, type):
            with contextlib.suppress(TypeError):  # one that needs more than text: use its base
                return cast("Exception", kind(str(error)))
    return None
