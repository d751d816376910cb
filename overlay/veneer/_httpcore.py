"""Network backends for httpcore, which makes the connections through proxies, below mocks, and under trio.

Each wait heeds the call's time limit, and the first byte that leaves is noted.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import httpcore
import httpx

from veneer import _io, _net, _sockets

__all__ = ["async_install", "install", "trio_connect"]

_SLICE = 64 * 1024


def async_install(pool: Any) -> None:
    """Make an async connection pool note what it sends (its waits need no bounds: tasks can be cancelled)."""
    pool._network_backend = _AsyncBackend(pool._network_backend)  # noqa: SLF001  # httpx passes on no backend of its own; a test watches the name


def install(pool: Any) -> None:
    """Make a sync connection pool heed `time_limit` and note what it sends.

    The engine reads its time-outs once for a body and gives each read the whole of it, so a body that dribbles outlives any limit; its network backend is the
    documented place to bound each single wait.
    """
    pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001  # as above


class _bounded:  # noqa: N801  # a context manager, called as a function is
    """Give the time-out for one wait, at most the time left. Raises OutOfTimeError when it is the time limit that ends the wait."""

    __slots__ = ("_timeout",)

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout

    def __enter__(self) -> float | None:
        return _io.bounded(self._timeout)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, httpcore.TimeoutException):
            _io.check_time()


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _io.waiting(self._inner), _bounded(timeout) as limit:
            return self._inner.read(max_bytes, limit)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        _net.mark_sent()
        # In slices: the engine gives each partial send the whole time-out again.
        for start in range(0, len(buffer), _SLICE):
            with _io.waiting(self._inner), _bounded(timeout) as limit:
                self._inner.write(buffer[start : start + _SLICE], limit)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _io.waiting(self._inner), _bounded(timeout) as limit:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kw: Any
    ) -> httpcore.NetworkStream:
        # One by one: the engine would give every address all of the time.
        failure: Exception | None = None
        try:
            for (*_, address), limit in _sockets.addresses(host, port, timeout):
                name, _service = socket.getnameinfo(address, socket.NI_NUMERICHOST)
                try:
                    return _Stream(self._inner.connect_tcp(name, port, limit, *args, **kw))
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
        except OSError as error:  # no address at all, or no time for the next
            failure = httpcore.ConnectError(str(error))
        _io.check_time()
        raise failure or httpcore.ConnectError("the host has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *args: Any, **kw: Any
    ) -> httpcore.NetworkStream:
        with _bounded(timeout) as limit:
            return _Stream(self._inner.connect_unix_socket(path, limit, *args, **kw))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # the engine's signature
        try:
            return await self._inner.read(max_bytes, timeout)
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        _net.mark_sent()
        try:
            await self._inner.write(buffer, timeout)
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except (
            BaseException
        ):  # the engine closes after errors only: a cancelled handshake would leave its socket open
            with _io.async_shield():
                await self._inner.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *args: Any,
        **kw: Any,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _AsyncStream(await self._inner.connect_tcp(host, port, *args, **kw))
        except UnicodeError as error:  # a host with a label that is empty or too long
            raise httpcore.ConnectError(str(error)) from error

    async def connect_unix_socket(self, path: str, *args: Any, **kw: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._inner.connect_unix_socket(path, *args, **kw))

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def trio_connect(
    host: str,
    port: int,
    context: ssl.SSLContext | None,
    timeout: float | None,  # noqa: ASYNC109  # handed down
) -> _sockets.AsyncNetworkStream:
    """Open a connection, with TLS where there is a context; `timeout` (seconds) bounds each of its two steps. Raises httpx's errors."""
    inner: Any = httpcore.AnyIOBackend()  # where anyio is not installed it is a stub of no type in particular
    with _as_httpx():
        stream = await _AsyncBackend(inner).connect_tcp(host, port, timeout)
        return _Translated(stream if context is None else await stream.start_tls(context, host, timeout))


class _Translated:
    """A stream that raises httpx's errors, as the others do."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.aclose = inner.aclose
        self.get_extra_info = inner.get_extra_info

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # as above
        with _as_httpx():
            return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        with _as_httpx():
            await self._inner.write(buffer, timeout)


@contextlib.contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)  # named alike
        raise kind(str(error)) from error
