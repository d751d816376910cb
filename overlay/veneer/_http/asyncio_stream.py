"""Connections of asyncio as httpcore's network streams, without a task switch or timer per wait."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, cast

import httpx

from veneer import _io
from veneer._http import net

if TYPE_CHECKING:
    import anyio

    from veneer._http.net import Receive

__all__ = ["AsyncioStream", "asyncio_connect"]

_READ_BYTES = 64 * 1024
_arriving = threading.local()
_MOST_UNREAD_BYTES = 256 * 1024
_NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305 §5
_TURNS = 3  # of the loop, after which it has read what had arrived, or a part of a TLS record


async def asyncio_connect(
    host: str,
    port: int,
    context: ssl.SSLContext | None,
    timeout: float | None,  # noqa: ASYNC109  # httpcore's habit
) -> AsyncioStream:
    """Open a connection, with TLS where there is a context, within `timeout` seconds.

    Raises httpx.ConnectTimeout or ConnectError, which name the server.
    """
    loop = asyncio.get_running_loop()
    name = net.name_of(host) if context is not None else None
    try:
        async with asyncio.timeout(timeout):
            sock = await _first_connected(loop, host, port)
            _, stream = await loop.create_connection(
                lambda: AsyncioStream(loop), sock=sock, ssl=context, server_hostname=name
            )
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be a server's
        raise net.no_connection(error, host, port) from error
    try:
        net.check_protocol(stream.get_extra_info("ssl_object"), f"{host}:{port}")
    except httpx.ConnectError:
        await stream.aclose()
        raise
    return stream


async def _first_connected(loop: asyncio.AbstractEventLoop, host: str, port: int) -> socket.socket:
    """Connect to a host's addresses in parallel, staggered (RFC 8305), and return the first socket.

    asyncio's own implementation (3.11 to 3.13) loses a socket if it is cancelled as it ends, and
    uvloop has none. Raises OSError.
    """
    kind = socket.SOCK_STREAM
    name = host.encode(
        "ascii"
    )  # as bytes, which the resolver takes unchanged: it would put text through the IDNA codec
    try:
        found = socket.getaddrinfo(name, port, type=kind, flags=socket.AI_NUMERICHOST)  # needs no thread
    except socket.gaierror:
        found = await loop.getaddrinfo(name, port, type=kind)
    firsts = {entry[0]: entry for entry in reversed(found)}
    # One of each family first: if IPv6 does not work, none of its addresses does.
    addresses = sorted(found, key=lambda entry: entry is not firsts[entry[0]])
    if len(addresses) == 1:
        return await _connected(loop, *addresses[0])
    import anyio

    errors: list[OSError] = []
    connected: list[socket.socket] = []

    async def attempt(entry: Any, failed: anyio.Event) -> None:
        try:
            connected.append(await _connected(loop, *entry))
        except OSError as error:
            errors.append(error)
            failed.set()
        else:
            attempts.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as attempts:
            for entry in addresses:
                failed = anyio.Event()
                attempts.start_soon(attempt, entry, failed)
                with anyio.move_on_after(_NEXT_ADDRESS_SECONDS):
                    await failed.wait()
    except BaseException:
        _close(connected)
        raise
    _close(connected[1:])
    if not connected:
        raise errors[0]
    return connected[0]


async def _connected(
    loop: asyncio.AbstractEventLoop, family: int, kind: int, protocol: int, _name: str, address: Any
) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        net.set_options(sock)
        await loop.sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _close(sockets: list[socket.socket]) -> None:
    for sock in sockets:
        sock.close()


_ASK_SECONDS = 0.005
"""How often a transport is polled until everything has left it."""


class AsyncioStream(asyncio.BufferedProtocol):
    """A connection of asyncio that buffers received bytes, up to a bound. One reader or writer at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # until connection_made
        # All connections of a thread read into one buffer, and copy the bytes out before the next read.
        if not hasattr(_arriving, "buffer"):
            _arriving.buffer = memoryview(bytearray(_io.async_body_bytes))
        self._arriving: memoryview = _arriving.buffer
        self._unread = b""
        self._ended = False
        self._error: Exception | None = None
        self._reading_paused = self._writing_paused = False
        self._waiter: asyncio.Future[bool] | None = None
        self._ends = 0.0
        self._rings_at = _NEVER
        self._timer: asyncio.TimerHandle | None = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's signature
        """Return the received bytes, at least one; none at the end. Raises httpx.ReadTimeout or ReadError."""
        while not (data := self._unread):
            if self._error is not None:
                raise httpx.ReadError(str(self._error)) from self._error
            if self._ended:
                return b""
            if not await self._event(timeout):
                raise httpx.ReadTimeout("the server sent nothing in time")
        if self._reading_paused or len(data) > max_bytes:
            return self._taken(max_bytes)
        self._unread = b""
        return data

    def _taken(self, max_bytes: int) -> bytes:
        data, self._unread = self._unread[:max_bytes], self._unread[max_bytes:]
        if self._reading_paused and not self._ended:
            self._reading_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's
        """Send bytes, and wait until most have left. Raises httpx.WriteTimeout or WriteError."""
        net.mark_sent()
        if not self._ended:
            self._transport.write(buffer)
        while self._writing_paused and not self._ended:
            if not await self._event(timeout):
                raise httpx.WriteTimeout("the server read nothing in time")
        if self._ended:
            raise httpx.WriteError(str(self._error or "the connection is closed"))

    async def upload(self, buffer: bytes | memoryview, timeout: float | None, receive: Receive) -> bool:  # noqa: ASYNC109  # httpcore's
        """Send all bytes and receive meanwhile, until `receive` stops it; return whether all were sent.

        Raises httpx.WriteTimeout or WriteError.
        """
        net.mark_sent()
        self._watch_over_tls()
        # Received bytes are read first: if the server has hung up, sending ends the reading.
        for _ in range(_TURNS):
            if self._unread or self._ended or not (self._is_readable() or self._is_closing()):
                break
            await asyncio.sleep(0)
        sent = False
        while True:
            while self._unread:
                if not receive(self._taken(_READ_BYTES)):
                    return False
            if self._error is not None:
                raise httpx.WriteError(str(self._error)) from self._error
            if self._ended:
                return receive(b"")
            if not sent:
                self._transport.write(buffer)
                sent = True
            if not self._writing_paused and not self._is_closing():
                return True
            if not await self._event(timeout):
                raise httpx.WriteTimeout("the server read nothing in time")

    async def flush(self, timeout: float | None) -> None:  # noqa: ASYNC109  # httpcore's
        """Wait until all written bytes have left this process. Raises httpx.WriteTimeout or WriteError.

        asyncio reports when little is left, not when nothing is, so the transport is polled.
        """
        ends = None if timeout is None else self._loop.time() + timeout
        while self._kept() and not self._ended:
            if ends is not None and self._loop.time() > ends:
                raise httpx.WriteTimeout("the server read nothing in time")
            await asyncio.sleep(_ASK_SECONDS)
        if self._error is not None:
            raise httpx.WriteError(str(self._error)) from self._error

    def _kept(self) -> int:
        """Return the written bytes that are still in TLS's transport or the one below."""
        below = self._below()._transport  # noqa: SLF001  # see `_below`
        return sum(one.get_write_buffer_size() for one in {self._transport, below} if one is not None)

    async def aclose(self) -> None:
        """Close at once, in any state."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Also if it is closing already: it would wait for the server to read the rest.
        self._transport.abort()
        await asyncio.sleep(0)  # lets the loop close the socket

    def get_extra_info(self, info: str) -> Any:
        """Return httpcore's infos: `socket`, `ssl_object`, `client_addr`, `server_addr`, `is_readable`."""
        if info == "is_readable":
            return bool(self._unread or self._ended or self._is_readable())
        return self._transport.get_extra_info(
            {"client_addr": "sockname", "server_addr": "peername"}.get(info, info)
        )

    # -- called by the loop ------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_readable = functools.partial(net.readiness(transport.get_extra_info("socket")), 0)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # the loop's signature
        """Return the buffer for received bytes."""
        return self._arriving

    def buffer_updated(self, nbytes: int) -> None:
        """Keep received bytes."""
        data = bytes(self._arriving[:nbytes])
        if self._unread:
            data = self._unread + data
            if len(data) > _MOST_UNREAD_BYTES and not self._reading_paused:
                self._reading_paused = True
                self._transport.pause_reading()
        self._unread = data
        waiter = self._waiter
        if waiter is not None and not waiter.done():  # as `_wake` does
            waiter.set_result(True)

    def eof_received(self) -> None:
        """Note that no more bytes will come; the transport closes."""
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        self._ended = True
        if exc is not None and self._below() is self:
            self._rescue()
        # Many servers close without TLS's close_notify; the body's framing detects missing bytes.
        self._error = None if isinstance(exc, ssl.SSLEOFError) else exc
        self._wake()

    def _is_closing(self) -> bool:
        below: asyncio.Transport | None = self._below()._transport  # noqa: SLF001  # see `_below`
        return below is None or below.is_closing()

    def _below(self) -> Any:
        """Return the protocol on the socket's transport: asyncio's for TLS, or this (a test watches names)."""
        return getattr(self._transport, "_ssl_protocol", self)

    def _watch_over_tls(self) -> None:
        """Have `_rescue` called before TLS learns that the connection is lost."""
        below = self._below()
        if below is self or "connection_lost" in vars(below):
            return
        lost = below.connection_lost

        def rescued(exc: Exception | None) -> None:
            self._rescue()
            lost(exc)

        below.connection_lost = rescued

    def _rescue(self) -> None:
        """Read the bytes from before a break: if sending breaks a connection, the loop reads no more."""
        below = self._below()
        sock = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError), sock.dup() as copy:
            while len(self._unread) < _MOST_UNREAD_BYTES and (size := copy.recv_into(below.get_buffer(-1))):
                below.buffer_updated(size)

    def pause_writing(self) -> None:
        """Make writers wait."""
        self._writing_paused = True

    def resume_writing(self) -> None:
        """Wake waiting writers."""
        self._writing_paused = False
        self._wake()

    # -- waiting -----------------------------------------------------------------------------------------------

    def _event(self, seconds: float | None) -> asyncio.Future[bool]:
        """Return a future of the next event: true, or false if the time is up first."""
        loop = self._loop
        self._waiter = waiter = loop.create_future()
        if seconds is None:
            self._ends = _NEVER
            return waiter
        # One timer serves many waits: it checks the time when it fires, and a wait only sets its limit.
        self._ends = ends = loop.time() + seconds
        if self._rings_at > ends:
            if self._timer is not None:
                self._timer.cancel()
            self._rings_at, self._timer = ends, loop.call_at(ends, self._ring)
        return waiter

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(True)

    def _ring(self) -> None:
        self._rings_at, self._timer = _NEVER, None
        waiter = self._waiter
        if waiter is None or waiter.done() or self._ends == _NEVER:
            return
        if self._loop.time() < self._ends:
            self._rings_at, self._timer = self._ends, self._loop.call_at(self._ends, self._ring)
        else:
            waiter.set_result(False)


_NEVER = float("inf")
