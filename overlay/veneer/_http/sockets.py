"""Open connections without a proxy: sockets for threads, asyncio's for tasks (httpcore's for trio).

httpcore's own streams take ten steps for each of these: a timeout for every wait, a wrapper for
every possible error.
"""

from __future__ import annotations

import functools
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx

from veneer import _io
from veneer._http import net

if TYPE_CHECKING:
    import ssl

__all__ = [
    "SocketStream",
    "async_connect",
    "connect",
]

T = TypeVar("T")

_READ_BYTES = 64 * 1024


def connect(host: str, port: int, context: ssl.SSLContext | None, timeout: float | None) -> net.NetworkStream:
    """Open a connection, with TLS where there is a context; `timeout` (seconds) bounds each step.

    Raises httpx.ConnectTimeout or ConnectError, which name the server, or OutOfTimeError.
    """
    with _io.waiting(None):
        pass
    stream = SocketStream(_first_connected(host, port, timeout))
    if context is None:
        return stream
    try:
        # Wrapped before any wait: interrupting a thread needs the socket that it waits for.
        stream = stream.wrapped(context, host, port)
        stream.handshake(timeout, host, port)
    except BaseException:
        stream.close()
        raise
    return stream


def _first_connected(host: str, port: int, timeout: float | None) -> socket.socket:
    """Connect to a host's addresses one by one, and return the first socket."""
    failure: OSError | None = None
    try:
        for (family, kind, protocol, _, address), limit in net.addresses(host, port, timeout):
            try:
                return _connected(socket.socket(family, kind, protocol), address, limit)
            except OSError as error:  # also for a family that this system lacks
                failure = error
    except OSError as error:  # no address
        failure = error
    _io.check_time()
    raise net.no_connection(failure or OSError("the host has no address"), host, port) from failure


def _connected(sock: socket.socket, address: Any, timeout: float | None) -> socket.socket:
    try:
        sock.settimeout(timeout)
        net.set_options(sock)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


class SocketStream:
    """A socket, plain or with TLS, whose waits respect the call's time limit.

    The socket never blocks: Python polls one with a timeout before each send, too, which can
    nearly always be done at once.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._is_plain = type(sock) is socket.socket
        self._readable = net.readiness(sock)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the received bytes, at least one; none at the end. Raises as httpx does, or OutOfTimeError."""
        limit = _io.bounded(timeout)
        milliseconds = None if limit is None else limit * 1000
        try:
            # TLS may have bytes that arrived before.
            if self._is_plain and not (
                self._readable(milliseconds)
                if _io.background.get() is None
                else _io.interruptible(self, self._readable, milliseconds)
            ):
                raise TimeoutError("timed out")
            try:
                return self._socket.recv(max_bytes)
            except OSError as error:
                if not net.would_wait(error):
                    raise
            return self._retry(self._socket.recv, max_bytes, limit)
        except TimeoutError as error:
            _io.check_time()
            raise httpx.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ReadError(str(error)) from error

    def _retry(self, receive: Callable[[Any], T], argument: object, limit: float | None) -> T:
        """Call what receives until it need not wait. Raises TimeoutError after `limit` seconds."""
        ends = None if limit is None else time.monotonic() + limit
        while True:
            try:
                return receive(argument)
            except OSError as error:
                events = net.READ if isinstance(error, BlockingIOError) else net.would_wait(error)
                if not events:
                    raise
            left = None if ends is None else max(0.0, ends - time.monotonic())
            _io.interruptible(self, functools.partial(net.wait, self._socket, events), left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes. Raises httpx.WriteTimeout or WriteError, or OutOfTimeError."""
        unsent: bytes | memoryview = buffer
        send = self._socket.send
        try:
            limit = _io.sending(timeout)
            while True:
                try:
                    sent = (
                        send(unsent)
                        if _io.background.get() is None
                        else _io.interruptible(self, send, unsent)
                    )
                except OSError as error:
                    events = net.would_wait(error)
                    if not events:
                        raise
                    events = events if events == net.READ else net.WRITE
                    _io.interruptible(self, functools.partial(net.wait, self._socket, events), limit)
                else:
                    if sent == len(unsent):
                        return
                    unsent = memoryview(unsent)[sent:]
                # Each wait has its own timeout: a large body may take long if it makes progress.
                limit = _io.bounded(timeout)
        except TimeoutError as error:
            _io.check_time()
            raise httpx.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpx.WriteError(str(error)) from error

    def upload(self, buffer: bytes | memoryview, timeout: float | None, receive: net.Receive) -> bool:
        """Send all bytes and receive meanwhile, until `receive` stops it; return whether all were sent.

        Raises httpx.WriteTimeout or WriteError, or OutOfTimeError.
        """
        net.mark_sent()
        sock, unsent = self._socket, memoryview(buffer)
        try:
            while unsent:
                limit = _io.bounded(timeout)
                try:
                    came = sock.recv(_READ_BYTES)
                except OSError as error:
                    if not net.would_wait(error):
                        raise
                else:
                    if not receive(came):
                        return False
                    continue
                try:
                    unsent = unsent[sock.send(unsent) :]
                except OSError as error:
                    events = net.would_wait(error)
                    if not events:
                        raise
                    _io.interruptible(self, functools.partial(net.wait, sock, events), limit)
        except TimeoutError as error:
            _io.check_time()
            raise httpx.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpx.WriteError(str(error)) from error
        return True

    def wrapped(self, context: ssl.SSLContext, host: str, port: int) -> SocketStream:
        """Return a stream with TLS, before its handshake. Raises httpx.ConnectError for an invalid name."""
        try:
            # Bytes: see `net.addresses`.
            name = net.name_of(host).encode("ascii")
            return SocketStream(
                context.wrap_socket(self._socket, server_hostname=name, do_handshake_on_connect=False)
            )
        except (OSError, ValueError) as error:
            raise net.no_connection(error, host, port) from error

    def handshake(self, timeout: float | None, host: str, port: int) -> None:
        """Run the TLS handshake. Raises httpx.ConnectTimeout or ConnectError, or OutOfTimeError."""
        tls = cast("ssl.SSLSocket", self._socket)
        try:
            self._retry(tls.do_handshake, False, _io.bounded(timeout))
        except (OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                _io.check_time()
            raise net.no_connection(error, host, port) from error
        net.check_protocol(tls, f"{host}:{port}")

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Return httpcore's infos: `socket`, `ssl_object`, `client_addr`, `server_addr`, `is_readable`."""
        if info == "is_readable":
            return bool(self._readable(0))
        sock = self._socket
        match info:
            case "socket":
                return sock
            case "ssl_object":
                import ssl

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
) -> net.AsyncNetworkStream:
    """Open a connection, with TLS where there is a context, within `timeout` seconds.

    Raises httpx.ConnectTimeout or ConnectError, which name the server.
    """
    if _io.in_asyncio():
        from veneer._http.asyncio_stream import asyncio_connect

        return await asyncio_connect(host, port, context, timeout)
    from veneer._http.backends import trio_connect

    return await trio_connect(host, port, context, timeout)
