"""Open the connections that need no proxy: a socket for threads, a protocol of asyncio's for tasks (trio has httpcore's streams).

httpcore's own streams take ten steps for each of these: a time-out for every wait, a wrapper for every error that there might be.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any

import httpcore

from veneer import _io, _net

__all__ = ["SocketStream", "async_connect", "connect"]

_SLICE = 64 * 1024


def connect(
    host: str, port: int, context: ssl.SSLContext | None, timeout: float | None
) -> httpcore.NetworkStream:
    """Open a connection, with TLS where there is a context; `timeout` (seconds) bounds each of its two steps. Raises httpcore's errors."""
    stream = _net.backend().connect_tcp(host, port, timeout)
    if context is not None:
        stream = stream.start_tls(context, host, timeout)
    return SocketStream(stream.get_extra_info("socket"))


class SocketStream(httpcore.NetworkStream):
    """A socket, plain or with TLS, each of whose waits heeds the call's time limit."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at least a byte of it; nothing at the end. Raises httpcore.ReadTimeout or ReadError, or OutOfTimeError."""
        try:
            self._limit(timeout)
            return _io.interruptible(self, self._socket.recv, max_bytes)
        except TimeoutError as error:
            _io.check_time()
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it. Raises httpcore.WriteTimeout or WriteError, or OutOfTimeError."""
        _net.mark_sent()
        try:
            # In slices, each with its own time-out: a large body may take long as long as it moves.
            for start in range(0, len(buffer), _SLICE):
                self._limit(timeout)
                _io.interruptible(self, self._socket.sendall, buffer[start : start + _SLICE])
        except TimeoutError as error:
            _io.check_time()
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def _limit(self, timeout: float | None) -> None:
        limit = _io.bounded(timeout)
        if limit != self._socket.gettimeout():  # to set it is a system call
            self._socket.settimeout(limit)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore's streams tell: `socket`, `ssl_object`, `client_addr`, `server_addr`, `is_readable`."""
        sock = self._socket
        match info:
            case "is_readable":
                return _net.readable(sock)
            case "socket":
                return sock
            case "ssl_object":
                return sock if isinstance(sock, ssl.SSLSocket) else None
            case "client_addr":
                return sock.getsockname()
            case "server_addr":
                return sock.getpeername()
        return None


async def async_connect(
    host: str,
    port: int,
    context: ssl.SSLContext | None,
    timeout: float | None,  # noqa: ASYNC109  # handed down
) -> httpcore.AsyncNetworkStream:
    """Open a connection, with TLS where there is a context, within `timeout` seconds. Raises httpcore's errors."""
    if _io.in_asyncio():
        from veneer._asyncio_stream import asyncio_connect

        return await asyncio_connect(host, port, context, timeout)
    stream = await _net.async_backend().connect_tcp(host, port, timeout)
    return stream if context is None else await stream.start_tls(context, host, timeout)
