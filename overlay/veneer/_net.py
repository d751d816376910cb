"""What is known of an attempt on its way, whoever sends it."""

from __future__ import annotations

import contextvars
import logging
import select
import socket
from collections.abc import Callable
from typing import Self

__all__ = ["Sending", "mark_sent", "watched"]


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
