"""The common parts of all network streams."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from veneer import _io
from veneer._core.late import Protocol
from veneer._io import mark_sent

__all__ = [
    "AsyncNetworkStream",
    "NetworkStream",
    "Receive",
    "addresses",
    "check_protocol",
    "mark_sent",
    "name_of",
    "no_connection",
    "readiness",
    "set_options",
    "wait",
    "would_wait",
]

# Routers and gateways forget connections that are silent for longer: some after a minute or two,
# most after four to six (AWS 350 s, Azure 240 s, Google Cloud 120 s). OpenAI's and Anthropic's
# clients have these figures.
_KEEP_ALIVE_SECONDS = 60
_LOST_PROBES = 5
_KEEP_ALIVE = [
    (getattr(socket, name), value)
    for name, value in (
        ("TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE", _KEEP_ALIVE_SECONDS),
        ("TCP_KEEPINTVL", _KEEP_ALIVE_SECONDS),
        ("TCP_KEEPCNT", _LOST_PROBES),
    )
    if hasattr(socket, name)
]


class _Quiet(logging.Filter):
    """Remove response headers (cookies, presigned URLs) from the engine's logs of our requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _io.in_attempt() and "receive_response_headers.complete" in str(record.msg):
            record.msg = str(record.msg).partition(", [")[0] + ", ...)"
        return True


_QUIET = _Quiet()
for _name in ("http11", "http2", "proxy"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_QUIET)


def readiness(sock: socket.socket) -> Callable[[float | None], object]:
    """Return a function: wait milliseconds for a socket to be readable, and return whether it is.

    An idle connection that is readable has ended.
    """
    if not hasattr(select, "poll"):  # Windows
        return lambda ms: sock.fileno() < 0 or _selected(sock, READ, None if ms is None else ms / 1000)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return poll.poll


def set_options(sock: socket.socket) -> None:
    """Set socket options: send small packets at once, and probe a silent peer.

    A response may take minutes, and a gateway may forget a silent connection:
    the client would wait forever. TCP keep-alive prevents that, and a peer that
    is gone is noticed after six minutes.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(OSError):  # not every system has all of them
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEP_ALIVE:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


READ, WRITE = 1, 2


def would_wait(error: OSError) -> int:
    """Return what a non-blocking socket must wait for, by its exception; 0 if it failed."""
    if isinstance(error, BlockingIOError):
        return READ | WRITE
    ssl = sys.modules.get("ssl")  # loaded if TLS is used
    if ssl is None:
        return 0
    # TLS may have to read before it can write, and is always read from.
    if isinstance(error, ssl.SSLWantReadError):
        return READ
    return READ | WRITE if isinstance(error, ssl.SSLWantWriteError) else 0


def wait(sock: socket.socket, events: int, timeout: float | None) -> None:
    """Wait until a socket can be read from (READ), written to (WRITE), or either. Raises TimeoutError."""
    if not hasattr(select, "poll"):  # Windows
        ready = _selected(sock, events, timeout)
    else:
        poll = select.poll()
        poll.register(
            sock, (select.POLLIN if events & READ else 0) | (select.POLLOUT if events & WRITE else 0)
        )
        ready = bool(poll.poll(None if timeout is None else timeout * 1000))
    if not ready:
        raise TimeoutError("timed out")


def _selected(sock: socket.socket, events: int, timeout: float | None) -> bool:
    return any(select.select([sock] if events & READ else [], [sock] if events & WRITE else [], [], timeout))


Receive = Callable[[bytes], bool]
"""Takes bytes received while sending (none at the end), and returns whether to continue sending."""


class NetworkStream(Protocol):
    """A connection with the interface of httpcore's streams; timeouts are seconds, errors httpx's."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...

    def write(self, buffer: bytes, timeout: float | None = None) -> None: ...

    def upload(self, buffer: bytes | memoryview, timeout: float | None, receive: Receive) -> bool: ...

    def close(self) -> None: ...

    def get_extra_info(self, info: str) -> Any: ...


class AsyncNetworkStream(Protocol):
    """The same for tasks."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...  # noqa: ASYNC109  # httpcore's signature

    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...  # noqa: ASYNC109  # httpcore's signature

    async def upload(self, buffer: bytes | memoryview, timeout: float | None, receive: Receive) -> bool: ...  # noqa: ASYNC109  # httpcore's signature

    async def aclose(self) -> None: ...

    def get_extra_info(self, info: str) -> Any: ...


def no_connection(error: BaseException, host: str, port: int) -> httpx.TransportError:
    """Return the error that explains why there is no connection to a server."""
    try:
        from veneer._core.connect_errors import place, why
    except OSError:  # a process with no file descriptor left cannot load it
        return httpx.ConnectError(f"{host}:{port}: {error}")
    if isinstance(error, TimeoutError):
        return httpx.ConnectTimeout(place(host, port))
    return httpx.ConnectError(why(error, place(host, port)))


def check_protocol(tls: Any, server: str) -> None:
    """Raise httpx.ConnectError if server and SSLContext agreed on HTTP/2 (RFC 7301)."""
    if tls is not None and tls.selected_alpn_protocol() == "h2":
        raise httpx.ConnectError(
            f"{server} and the SSLContext of verify= agreed on HTTP/2, and this client speaks HTTP/1.1: "
            "call the context's set_alpn_protocols(['http/1.1'])"
        )


def name_of(host: str) -> str:
    """Return a host's name in certificates: without a final dot (RFC 6066 §3)."""
    return host.removesuffix(".")


def addresses(host: str, port: int, timeout: float | None) -> Iterator[tuple[Any, float | None]]:
    """Yield a host's addresses of `socket.getaddrinfo`, each with its timeout: a share of the time left.

    Raises OSError if the host has none, or OutOfTimeError.
    """
    # Bytes: text would load the codec for international names, which takes longer than all else here.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    for tried, entry in enumerate(found):
        yield entry, _io.bounded(timeout, len(found) - tried)
