"""Network backends for the engine: each wait heeds the call's time limit, and the first byte that leaves is noted."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import select
import socket
import ssl
from typing import Any, Self

import httpcore

from veneer import _io

__all__ = ["Sending", "async_backend", "async_install", "backend", "install", "mark_sent", "readable"]

_SLICE = 64 * 1024


class Sending:
    """One attempt on its way; `sent` turns true with the first byte that may have left.

    A context manager: an attempt within an attempt (of a hook or key function) is its own.
    """

    __slots__ = ("_outer", "sent")

    def __init__(self) -> None:
        self.sent = False

    def __enter__(self) -> Self:
        self._outer = _sending.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _sending.reset(self._outer)


_sending: contextvars.ContextVar[Sending | None] = contextvars.ContextVar("veneer_sending", default=None)


class _Quiet(logging.Filter):
    """Take response headers (cookies, presigned addresses) out of what the engine logs of our requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _sending.get() is not None and "receive_response_headers.complete" in str(record.msg):
            record.msg = str(record.msg).partition(", [")[0] + ", ...)"
        return True


_QUIET = _Quiet()
for _name in ("http11", "http2", "proxy"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_QUIET)


def mark_sent() -> None:
    """From here on the request of this attempt may reach the server."""
    attempt = _sending.get()
    if attempt is not None:
        attempt.sent = True


def async_backend() -> httpcore.AsyncNetworkBackend:
    """Where async connections come from (asyncio or trio)."""
    return _ASYNC_BACKEND


def backend() -> httpcore.NetworkBackend:
    """Where connections come from: each wait of theirs heeds `time_limit`."""
    return _BACKEND


def readable(sock: socket.socket) -> bool:
    """Tell whether a socket has something to read, which of an idle connection can only be its end."""
    if sock.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


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
    """Give the time-out for one wait, at most a `share`-th of the time left. Raises OutOfTimeError when it is the time limit that ends the wait."""

    __slots__ = ("_left", "_limit")

    def __init__(self, timeout: float | None, share: int = 1) -> None:
        self._left = left = _io.time_left()
        self._limit = (
            timeout if left is None else left / share if timeout is None else min(left / share, timeout)
        )

    def __enter__(self) -> float | None:
        if self._left is not None and self._left <= 0:
            raise _io.OutOfTimeError
        return self._limit

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, httpcore.TimeoutException):
            left = _io.time_left()
            if left is not None and left <= 0:
                raise _io.OutOfTimeError from None


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order to try them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
        raise httpcore.ConnectError(str(error)) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    # A scope (fe80::1%eth0) is lost on the way: a host with one address is connected to by its name.
    return addresses if len(addresses) > 1 else [host]


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _io.waiting(self._inner), _bounded(timeout) as limit:
            return self._inner.read(max_bytes, limit)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        mark_sent()
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
        # One by one, each with a share of what is left: the engine would give every address all of it.
        with _io.waiting(None):
            pass
        addresses = _addresses(host, port)
        for tried, address in enumerate(addresses[:-1]):
            with (
                contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout),
                _bounded(timeout, len(addresses) - tried) as limit,
            ):
                return _Stream(self._inner.connect_tcp(address, port, limit, *args, **kw))
        with _bounded(timeout) as limit:
            return _Stream(self._inner.connect_tcp(addresses[-1], port, limit, *args, **kw))

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
        mark_sent()
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


_ASYNC_BACKEND = _AsyncBackend(httpcore.AnyIOBackend())
_BACKEND = _Backend(httpcore.SyncBackend())
