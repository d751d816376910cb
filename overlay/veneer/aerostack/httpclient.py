"""What an HTTP client of one's own must do: any client of httpx or httpx2 does, or an object around one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from veneer._async.foreign import HttpRequest, HttpResponse

__all__ = ["AsyncHttpClient", "HttpClient"]


@runtime_checkable
class HttpClient(Protocol):
    """Builds and sends requests; the arguments are those of `httpx.Client`."""

    def build_request(self, method: str, url: Any, *args: Any, **kwargs: Any) -> HttpRequest:
        """Make a request."""
        ...

    def send(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a request; with `stream=True` the body is left to be read."""
        ...


@runtime_checkable
class AsyncHttpClient(Protocol):
    """Builds and sends requests; the arguments are those of `httpx.AsyncClient`."""

    def build_request(self, method: str, url: Any, *args: Any, **kwargs: Any) -> HttpRequest:
        """Make a request."""
        ...

    async def send(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a request; with `stream=True` the body is left to be read."""
        ...
