# Derived from overlay/veneer/_async/http11.py by scripts/unasync.py: edit that file, not this one.
"""Speak HTTP/1.1 on one connection: h11 for the protocol, a network stream of httpcore's for the bytes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

import h11
import httpcore
import httpx

from veneer import _io, _net

__all__ = ["Connection", "Server"]

_KEEP_ALIVE_SECONDS = 5.0
_READ_BYTES = 64 * 1024
_MOST_HEAD_BYTES = 100 * 1024
# Named alike on both sides: the engine's users know httpx's.
_ENGINE_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError)
# A server may answer, and hang up, before it has read everything.
_HUNG_UP = contextlib.suppress(httpcore.WriteError)


@dataclass(frozen=True, slots=True)
class Server:
    """The other end of connections: where it is, and whether TLS goes on top."""

    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, url: httpx.URL) -> Server:
        """The server of a URL."""
        tls = url.scheme == "https"
        return cls(url.raw_host.decode("ascii"), url.port or (443 if tls else 80), tls)


class Release(Protocol):
    """Called once, when a response is over."""

    def __call__(self) -> None: ...


class Connection:
    """One connection to a server, opened by its first request; one request at a time.

    httpcore does the same in four times the steps; what stands around h11 here is only what a pool of our own leaves to do.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stream: httpcore.NetworkStream | None = None
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD_BYTES)
        self._socket: Any = None
        self._over = False
        self._broken: str | None = None
        self._until = 0.0

    def send(self, request: httpx.Request, release: Release) -> httpx.Response:
        """Send a request and give its response, the body unread; closing it calls `release`.

        Raises httpx's exceptions, of which only the name and text are the engine's.
        """
        limits: dict[str, float | None] = request.extensions.get("timeout", {})
        try:
            if self._stream is None:
                self._stream = self._connect(limits.get("connect"))
            with _HUNG_UP:
                self._write(request, self._stream, limits.get("write"))
            event = self._event(self._stream, limits.get("read"))
            while not isinstance(event, h11.Response):  # 1xx
                event = self._event(self._stream, limits.get("read"))
        except _ENGINE_ERRORS as error:
            raise _as_httpx(error) from error
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        return httpx.Response(
            event.status_code,
            headers=event.headers.raw_items(),
            stream=_Body(self, self._stream, limits.get("read"), release),
            request=request,
            extensions={
                "http_version": b"HTTP/" + event.http_version,
                "reason_phrase": event.reason,
                "network_stream": self._stream,
            },
        )

    def read(
        self,
        stream: httpcore.NetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # handed down to the stream
    ) -> bytes | None:
        """What has come of the body since, None at its end."""
        if self._broken is not None:
            raise httpx.RemoteProtocolError(self._broken)
        if self._over:
            return None
        try:
            event = self._event(stream, timeout)
        except _ENGINE_ERRORS as error:
            raise _as_httpx(error) from error
        pieces: list[bytes] = []
        try:
            # All that has arrived at once: servers of streams write many small chunks, and each way up to the reader costs as much as h11 itself.
            while isinstance(event, h11.Data):
                pieces.append(event.data)
                event = self._protocol.next_event()
            self._over = event is not h11.NEED_DATA
        except h11.RemoteProtocolError as error:
            self._broken = str(error)  # what came before it is whole
        return b"".join(pieces) if pieces else None

    def is_idle(self) -> bool:
        """Tell, after a response, whether the connection can be used again; if so it is ready for that."""
        if self._protocol.our_state is not h11.DONE or self._protocol.their_state is not h11.DONE:
            return False
        # Bytes after the response are an answer to nothing: the next request must not take them for its own.
        if self._protocol.trailing_data[0]:
            return False
        self._protocol.start_next_cycle()
        self._over = False
        self._until = time.monotonic() + _KEEP_ALIVE_SECONDS
        return True

    def has_expired(self) -> bool:
        """Tell whether an idle connection was idle for too long, or the server has hung up."""
        return time.monotonic() > self._until or _net.readable(self._socket)

    def close(self) -> None:
        """Close, whatever goes on."""
        if self._stream is not None:
            self._stream.close()

    def _connect(self, timeout: float | None) -> httpcore.NetworkStream:  # noqa: ASYNC109  # as above
        server = self._server
        context = _io.tls_context() if server.tls else None
        stream = _net.backend().connect_tcp(server.host, server.port, timeout)
        if context is not None:
            stream = stream.start_tls(context, server.host, timeout)
        self._socket = stream.get_extra_info("socket")
        return stream

    def _write(
        self,
        request: httpx.Request,
        stream: httpcore.NetworkStream,
        timeout: float | None,  # noqa: ASYNC109  # as above
    ) -> None:
        protocol = self._protocol
        head = protocol.send(
            h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        )
        if isinstance(request.stream, httpx.ByteStream):
            # One packet where it fits in one.
            body = request.read()
            data = protocol.send(h11.Data(data=body)) if body else b""
            stream.write(b"".join((head, data, protocol.send(h11.EndOfMessage()))), timeout)
            return
        stream.write(head, timeout)
        for piece in cast("httpx.SyncByteStream", request.stream):
            stream.write(protocol.send(h11.Data(data=piece)), timeout)
        stream.write(protocol.send(h11.EndOfMessage()), timeout)

    def _event(self, stream: httpcore.NetworkStream, timeout: float | None) -> Any:  # noqa: ASYNC109  # as above
        protocol = self._protocol
        try:
            while (event := protocol.next_event()) is h11.NEED_DATA:
                data = stream.read(_READ_BYTES, timeout)
                if not data and protocol.their_state is h11.SEND_RESPONSE:
                    raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
                protocol.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event


class _Body(httpx.SyncByteStream):
    """A response's body, which gives its connection back when it is closed."""

    def __init__(
        self,
        connection: Connection,
        stream: httpcore.NetworkStream,
        timeout: float | None,
        release: Release,
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._timeout = timeout
        self._release: Release | None = release

    def __iter__(self) -> Iterator[bytes]:
        while (piece := self._connection.read(self._stream, self._timeout)) is not None:
            yield piece

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()


def _as_httpx(error: Exception) -> httpx.TransportError:
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))
