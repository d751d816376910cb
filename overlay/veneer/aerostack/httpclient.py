"""What an HTTP client of one's own must do: any `httpx.Client` or `httpx.AsyncClient` does, or an object around one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncHttpClient", "HttpClient"]


@runtime_checkable
class HttpClient(Protocol):
    """Builds and sends requests; the arguments are those of `httpx.Client`."""

    def build_request(self, method: str, url: Any, *args: Any, **kwargs: Any) -> httpx.Request:
        """Make a request."""
        ...

    def send(self, request: httpx.Request, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request; with `stream=True` the body is left to be read."""
        ...


@runtime_checkable
class AsyncHttpClient(Protocol):
    """Builds and sends requests; the arguments are those of `httpx.AsyncClient`."""

    def build_request(self, method: str, url: Any, *args: Any, **kwargs: Any) -> httpx.Request:
        """Make a request."""
        ...

    async def send(self, request: httpx.Request, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request; with `stream=True` the body is left to be read."""
        ...
