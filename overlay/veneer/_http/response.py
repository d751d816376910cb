"""Build httpx's response from a head that was read, without the steps for what a caller may pass.

And read a request's headers as they are kept.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from veneer._core import jsontext
from veneer._http.framing import ResponseHead

__all__ = ["LazyResponse", "fields_of", "new_response"]


def fields_of(headers: httpx.Headers) -> Sequence[tuple[bytes, ...]]:
    """Return tuples that begin with a header's name and end with its value: the headers' own list, not a copy."""
    return headers._list if _is_known() else headers.raw  # noqa: SLF001  # `_is_known` checks the name


def new_response(
    head: ResponseHead, stream: Any, request: httpx.Request, extensions: dict[str, Any]
) -> httpx.Response:
    """Return a response, its body unread: the same as its constructor's, at a fraction of the cost."""
    if not _is_known():
        return httpx.Response(
            head.status, headers=head.headers, stream=stream, request=request, extensions=extensions
        )
    headers = Headers.__new__(Headers)
    headers._pairs = head.headers  # noqa: SLF001  # ours
    headers._encoding = None  # noqa: SLF001  # `_is_known` checks the names
    made = LazyResponse.__new__(LazyResponse)
    made.status_code = head.status
    made.headers = headers
    made._request = request  # noqa: SLF001  # same
    made.next_request = None
    made.extensions = extensions
    made.history = []
    made.is_closed = made.is_stream_consumed = False
    made.default_encoding = "utf-8"
    made.stream = stream
    made._num_bytes_downloaded = 0  # noqa: SLF001  # same
    return made


class LazyResponse(httpx.Response):
    """httpx's response; its JSON is read as models are, and its time is a `timedelta` once that is asked for."""

    _seconds: float | None = None

    def json(self, **kwargs: Any) -> Any:
        """Return the body's JSON; arguments are those of `json.loads`. Raises ValueError for invalid text."""
        return super().json(**kwargs) if kwargs else jsontext.loads(self.content)

    @property
    def elapsed(self) -> timedelta:
        """The time from the request's first byte to the end of the body."""
        if self._seconds is not None:
            self.elapsed = timedelta(0, self._seconds)
        found: timedelta = httpx.Response.elapsed.__get__(self)
        return found

    @elapsed.setter
    def elapsed(self, elapsed: timedelta) -> None:
        vars(self).pop("_seconds", None)
        self._elapsed = elapsed

    def __reduce__(self) -> tuple[Any, ...]:
        if self._seconds is not None:
            self.elapsed = timedelta(0, self._seconds)
        return object.__new__, (httpx.Response,), self.__getstate__()


class Headers(httpx.Headers):
    """httpx's headers, prepared for look-up by name when that is first needed."""

    _pairs: list[tuple[bytes, bytes]]

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """The headers as they were sent."""
        return httpx.Headers.raw.__get__(self) if "_list" in vars(self) else self._pairs.copy()

    def __getattr__(self, name: str) -> Any:
        if name != "_list":
            raise AttributeError(name)
        self._list = found = [(name, name.lower(), value) for name, value in self._pairs]
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return httpx.Headers, (self.raw,)


_RESPONSE = {
    "status_code", "headers", "_request", "next_request", "extensions", "history", "is_closed", "is_stream_consumed",
    "default_encoding", "stream", "_num_bytes_downloaded",
}  # fmt: skip


@functools.cache
def _is_known() -> bool:
    """Return whether the constructors of this httpx set the attributes that are set above."""
    made = httpx.Response(200, headers=[(b"A", b"b")], stream=httpx.ByteStream(b""))
    headers = {"_list": [(b"A", b"a", b"b")], "_encoding": None}
    return (
        getattr(made, "__dict__", {}).keys() == _RESPONSE and getattr(made.headers, "__dict__", {}) == headers
    )
