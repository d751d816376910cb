"""Raw responses beside results, as in Stainless's clients.

A derived client has them if its facade has `raw = true`:

    response = client.orders.with_raw_response.retrieve("order_1")
    print(response.headers["etag"], response.status_code, response.retries_taken)
    order = response.parse()          # with an async client: await response.parse()

`raw(client.orders.retrieve)("order_1")` is the same, typed. The body has been read already: for
streams and files, use `stream_…` and `download_…`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from veneer._core.heard import Heard

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncRawResponse", "RawMethods", "RawResponse", "raw"]

P = ParamSpec("P")
T = TypeVar("T")


class _Answered(Generic[T]):
    """The last response of a call, with the attributes of `httpx.Response`, and the call's result."""

    def __init__(self, heard: Heard, value: T) -> None:
        self._heard, self._value = heard, value

    @property
    def http_response(self) -> httpx.Response:
        """The response itself. Raises LookupError if nothing was sent yet."""
        return self._heard.response

    @property
    def http_request(self) -> httpx.Request:
        """The request of the response."""
        return self._heard.response.request

    @property
    def request_id(self) -> str | None:
        """The platform's request id; None without one."""
        return self._heard.request_id

    @property
    def retries_taken(self) -> int:
        """How many responses came before it."""
        return len(self._heard.responses) - 1

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._heard.response, name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._heard!r})"


class RawResponse(_Answered[T]):
    """The response of a call; `parse()` is its result."""

    def parse(self) -> T:
        """Return what the method returns."""
        return self._value


class AsyncRawResponse(_Answered[T]):
    """The response of a call of an async client; `await parse()` is its result."""

    async def parse(self) -> T:
        """Return what the method returns."""
        return self._value


@overload
def raw(  # type: ignore[overload-overlap]  # the awaitable overload comes first
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Awaitable[AsyncRawResponse[T]]]: ...


@overload
def raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]: ...


def raw(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a version of a client's method that returns the response beside the result."""
    owner: Any = getattr(method, "__self__", None)
    client = getattr(owner, "_client", owner)
    if not hasattr(client, "with_options"):
        raise TypeError("raw() takes a method of a client, such as client.orders.retrieve")

    def heard() -> tuple[Heard, Callable[..., Any]]:
        kept = Heard()
        view = client.with_options(heard=kept)
        return kept, getattr(view if owner is client else type(owner)(view), method.__name__)

    async def wait(*args: Any, **kwargs: Any) -> AsyncRawResponse[Any]:
        kept, call = heard()
        return AsyncRawResponse(kept, await call(*args, **kwargs))

    def act(*args: Any, **kwargs: Any) -> RawResponse[Any]:
        kept, call = heard()
        return RawResponse(kept, call(*args, **kwargs))

    return wait if inspect.iscoroutinefunction(method) else act


class RawMethods:
    """The methods of a client or namespace, each wrapped in `raw`; so are its namespaces."""

    def __init__(self, owner: object) -> None:
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._owner, name)
        return raw(found) if callable(found) else RawMethods(found)

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._owner) if not name.startswith("_")]
