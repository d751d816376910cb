"""Run HTTP/1.1 on one connection: an `HTTP1Protocol` on a network stream."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import httpx

from veneer import _io
from veneer._core.late import NamedTuple, Protocol
from veneer._http import net, sockets
from veneer._http.http1 import HTTP1Protocol, IllegalRequestError
from veneer._http.response import fields_of, new_response

if TYPE_CHECKING:
    import ssl

__all__ = ["AsyncConnection", "Server"]

_KEEP_ALIVE_SECONDS = 5.0
_READ_BYTES = 64 * 1024  # from 128 KiB on, the kernel maps new memory for each read
_WRITE_BYTES = 64 * 1024  # fits the buffers of both ends
_TURN_SECONDS = 0.01
_CONTINUE_SECONDS = 1.0
_MOST_HELD_BYTES = 64 * 1024 * 1024


class Server(NamedTuple):
    """The other end of connections: its address, and the TLS settings if it uses TLS."""

    host: str
    port: int
    tls: Callable[[], ssl.SSLContext] | None

    @classmethod
    def of(cls, url: httpx.URL, tls: Callable[[], ssl.SSLContext]) -> Server:
        """Return the server of a URL."""
        host = url.raw_host.decode("ascii")
        return cls(host, url.port or 443, tls) if url.scheme == "https" else cls(host, url.port or 80, None)


class AsyncRelease(Protocol):
    """Takes back a connection, once for each finished response."""

    async def __call__(self, connection: Any, /) -> None: ...


class AsyncConnection:
    """One connection to a server, opened by its first request; one request at a time.

    httpcore does the same in four times the steps; with our own pool, little is needed around the
    protocol.
    """

    def __init__(self, server: Server, protocol: HTTP1Protocol, release: AsyncRelease) -> None:
        self._server = server
        self._protocol = protocol
        self._release = release
        self._stream: net.AsyncNetworkStream | None = None
        self._until = 0.0
        self._began = b""
        self._held = 0
        self.slot: object = None

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, the body unread; closing it releases the connection.

        If the response arrived whole, its stream is an `httpx.ByteStream`, and the connection is
        already free. Raises httpx's exceptions.
        """
        limits: dict[str, float | None] = request.extensions.get("timeout", {})
        read = limits.get("read")
        protocol = self._protocol
        try:
            stream = self._stream
            if stream is None:
                stream = self._stream = await self._connect(limits.get("connect"))
            try:
                head = protocol.head(request.method, request.url.raw_path, fields_of(request.headers))
                source: Any = request.stream
                body = source._stream if type(source) is httpx.ByteStream else None  # noqa: SLF001  # a test watches the name
                if body is None or len(body) > _WRITE_BYTES or (body and protocol.expects):
                    await self._write(head, request, stream, limits.get("write"))
                else:  # one packet if it fits
                    data = head if protocol.sent and not body else protocol.whole(head, body)
                    await stream.write(data, limits.get("write"))
            except (httpx.WriteError, httpx.ReadError):
                pass  # a server may answer and hang up before it has read everything
            except httpx.WriteTimeout:
                if not protocol.complete:  # or stop reading once it has answered
                    raise
            while (response := protocol.response) is None:
                if protocol.error is not None:
                    raise httpx.RemoteProtocolError(protocol.error)
                data = await stream.read(_READ_BYTES, read)
                protocol.feed(data)
                if protocol.response is None:
                    self._check(data)
        except IllegalRequestError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        extensions: dict[str, Any] = {"http_version": response.version, "reason_phrase": response.reason}
        if protocol.complete:
            return new_response(response, httpx.ByteStream(protocol.read_body()), request, extensions)
        extensions["network_stream"] = stream
        return new_response(response, _AsyncBody(self, stream, read, self._release), request, extensions)

    async def read(
        self,
        stream: net.AsyncNetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # passed to the stream
    ) -> bytes | None:
        """Return the bytes of the body since the last read, None at its end.

        They are returned together: streams have many small chunks, and each call of the reader
        costs more than a chunk.
        """
        protocol = self._protocol
        while not (piece := protocol.read_body()):
            if protocol.complete:
                return None
            await self._feed(stream, timeout)
        return piece

    def is_idle(self) -> bool:
        """Return whether the connection can be reused after a response, and prepare for it."""
        if not self._protocol.start_next_cycle():
            return False
        self._until = time.monotonic() + _KEEP_ALIVE_SECONDS
        return True

    def has_expired(self) -> bool:
        """Return whether a connection was idle for too long, or the server has hung up."""
        stream = self._stream
        return stream is None or time.monotonic() > self._until or bool(stream.get_extra_info("is_readable"))

    async def aclose(self) -> None:
        """Close the connection in any state."""
        if self._stream is not None:
            await self._stream.aclose()

    async def _connect(self, timeout: float | None) -> net.AsyncNetworkStream:  # noqa: ASYNC109  # passed on
        host, port, tls = self._server
        return await sockets.async_connect(host, port, None if tls is None else tls(), timeout)

    async def _write(
        self,
        head: bytes,
        request: httpx.Request,
        stream: net.AsyncNetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # passed to the stream
    ) -> None:
        """Send a head, then a body that is large, comes in pieces, or is to be asked for."""
        await stream.write(head, timeout)
        if not self._protocol.expects or await self._may_continue(stream):
            await self._upload(request, stream, timeout)

    async def _may_continue(self, stream: net.AsyncNetworkStream) -> bool:
        """Wait briefly until the server asks for the body (RFC 9110 §10.1.1); return whether to send it."""
        protocol = self._protocol
        try:
            while not protocol.continued and protocol.response is None:
                await self._feed(stream, _CONTINUE_SECONDS)
        except httpx.ReadTimeout:
            pass
        return protocol.response is None

    async def _upload(
        self,
        request: httpx.Request,
        stream: net.AsyncNetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # passed to the stream
    ) -> None:
        """Send a body while reading, and stop if the server does not want it.

        Each wait ends at the deadline; a body that never waits still lets other tasks run.
        """
        protocol = self._protocol
        self._held = 0
        turn = time.monotonic()
        pieces = aiter(_io.async_own(request.stream))
        try:
            async for piece in pieces:
                data = memoryview(protocol.data(piece))
                for start in range(0, len(data), _WRITE_BYTES):
                    if not await stream.upload(data[start : start + _WRITE_BYTES], timeout, self._receive):
                        return
                    if time.monotonic() - turn > _TURN_SECONDS:
                        await _io.async_turn()
                        turn = time.monotonic()
        finally:
            await _io.async_end(pieces)
        end = protocol.end()
        if end:
            await stream.upload(end, timeout, self._receive)
        # The response may be complete already: closing now would lose the end of its body.
        flush = getattr(stream, "flush", None)
        if flush is not None and protocol.response is not None:
            await flush(timeout)

    def _receive(self, data: bytes) -> bool:
        """Take bytes received during an upload; return whether to continue. Raises httpx.RemoteProtocolError."""
        protocol = self._protocol
        protocol.feed(data)
        self._held += len(data)
        if self._held > _MOST_HELD_BYTES:
            raise httpx.RemoteProtocolError("the response outgrew 64 MiB while the request was being sent")
        # A body that was accepted is sent to its end; for any other status the upload stops.
        refused = protocol.response is not None and protocol.response.status >= 300
        return bool(data) and not refused and protocol.error is None

    async def _feed(
        self,
        stream: net.AsyncNetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # passed to the stream
    ) -> None:
        """Wait for bytes and feed them to the protocol. Raises httpx.RemoteProtocolError."""
        protocol = self._protocol
        if protocol.error is not None:
            raise httpx.RemoteProtocolError(protocol.error)
        data = await stream.read(_READ_BYTES if protocol.response is None else _io.async_body_bytes, timeout)
        protocol.feed(data)
        if protocol.response is None:
            self._check(data)

    def _check(self, data: bytes) -> None:
        """Raise httpx.RemoteProtocolError if there will be no response after these bytes."""
        from veneer._core.connect_errors import no_http1

        self._began = self._began or data[:16]
        spoken = no_http1(self._began)
        if spoken is not None:
            raise httpx.RemoteProtocolError(spoken)
        if not data:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")


class _AsyncBody(httpx.AsyncByteStream):
    """A response body that releases its connection when closed."""

    def __init__(
        self,
        connection: AsyncConnection,
        stream: net.AsyncNetworkStream,
        timeout: float | None,
        release: AsyncRelease,
    ) -> None:
        self._connection: AsyncConnection | None = connection
        self._stream = stream
        self._timeout = timeout
        self._release = release

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        connection = self._connection
        if connection is None:  # it may serve another request by now
            raise httpx.StreamClosed
        piece = await connection.read(self._stream, self._timeout)
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._release(connection)
