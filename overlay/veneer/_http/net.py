"""What is known of an attempt on its way, whoever sends it; and what all sockets have in common."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import select
import socket
import sys
from collections.abc import Callable
from typing import Self

__all__ = ["Sending", "mark_sent", "set_options", "wait", "watched", "would_wait"]

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


def watched(sock: socket.socket) -> Callable[[], bool]:
    """Give a function that tells whether a socket has something to read, which of an idle connection can only be its end."""
    if not hasattr(select, "poll"):  # Windows
        return lambda: sock.fileno() < 0 or bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return lambda: bool(poll.poll(0))


def set_options(sock: socket.socket) -> None:
    """Send small packets at once, and let the system ask after a peer that is silent.

    An answer may take minutes, and a gateway on the way forgets a connection on which nothing
    moves: the client would wait for ever. With TCP keep-alive it does not forget, and a peer that
    is gone is noticed after six minutes.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(OSError):  # not every system has all of them
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEP_ALIVE:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


READ, WRITE = 1, 2


def would_wait(error: OSError) -> int:
    """Return what a socket that must not wait would have to wait for, by its exception; nothing (0) where it failed."""
    if isinstance(error, BlockingIOError):
        return READ | WRITE
    ssl = sys.modules.get("ssl")  # which is loaded where TLS is used
    if ssl is None:
        return 0
    # TLS may have to read before it can write, and is read from in any case.
    if isinstance(error, ssl.SSLWantReadError):
        return READ
    return READ | WRITE if isinstance(error, ssl.SSLWantWriteError) else 0


def wait(sock: socket.socket, events: int, timeout: float | None) -> None:
    """Wait until a socket can be read from (READ), written to (WRITE), or either. Raises TimeoutError."""
    if not hasattr(select, "poll"):  # Windows
        ready = any(select.select([sock], [sock] if events & WRITE else [], [], timeout))
    else:
        poll = select.poll()
        poll.register(sock, select.POLLIN | (select.POLLOUT if events & WRITE else 0))
        ready = bool(poll.poll(None if timeout is None else timeout * 1000))
    if not ready:
        raise TimeoutError("timed out")
