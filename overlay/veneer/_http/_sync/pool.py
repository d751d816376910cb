# Derived from overlay/veneer/_http/_async/pool.py by scripts/unasync.py: edit that file, not this one.
"""Keep connections between requests in a free list for each origin: constant work a request, however many are open.

httpcore's own pool walks all its connections several times a request, closes what it takes for surplus by counting those in use, and loses the
connections that cancelled requests were waiting for (1.0.9).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from veneer import _io

__all__ = ["Pool", "Pooled", "Route"]

Route = tuple[bytes, bytes, int | None] | tuple[bytes, bytes, int | None, object]
"""Scheme, host and port, and the proxy if there is one."""

_SWEEP_EVERY = 64


class Pooled(Protocol):
    """What a pool asks of a connection; httpcore's have the same names."""

    slot: object
    """The slot that it holds while it serves a request."""

    def is_idle(self) -> bool: ...

    def has_expired(self) -> bool: ...

    def close(self) -> None: ...


class Pool:
    """At most `most` connections, each for one request at a time; more requests wait in a queue.

    Whoever takes a connection gives it back, once. Idle ones of other origins make way for new
    ones, and those that are over are closed when a new one is made and after every 64 requests,
    whatever their origin.

    The pool knows only its idle connections. One that serves a request belongs to that request, and
    so does its slot: where a signal's handler raises in a thread, both go with the last reference
    to them, whichever line it hit.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots = _io.Slots(most)
        self._idle: dict[Route, list[Any]] = {}
        self._served = 0

    def take(self, route: Route, seconds: float | None, create: Callable[[], Any]) -> Any:
        """Wait for a turn, then return the connection used last, or a new one.

        Raises SlotTimeoutError after so many seconds.
        """
        slot = self._slots.take(seconds)
        try:
            idle = self._idle.get(route)
            while idle:
                try:
                    connection = idle.pop()
                except IndexError:  # another thread was faster
                    break
                if not connection.has_expired():
                    connection.slot = slot
                    return connection
                self._close(connection)
            self._sweep()
            self._make_room()
            connection = create()
            connection.slot = slot
            return connection
        except BaseException:
            self._slots.give(slot)
            raise

    def give(self, route: Route, connection: Pooled) -> None:
        """Take back a connection whose response is over, in whatever state it is."""
        slot, connection.slot = connection.slot, None
        try:
            if self._most and connection.is_idle():
                self._idle.setdefault(route, []).append(connection)
                if not self._most:  # another thread has closed the pool meanwhile
                    self.close()
            else:
                self._close(connection)
        finally:
            self._slots.give(slot)
        self._served += 1
        if self._served >= _SWEEP_EVERY:
            self._sweep()

    def drop(self, connection: Pooled) -> None:
        """Take back a connection whose request failed."""
        slot, connection.slot = connection.slot, None
        try:
            self._close(connection)
        finally:
            self._slots.give(slot)

    def close(self) -> None:
        """Close the idle connections; one that is in use is closed when it is given back."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                self._close(idle.pop())

    def _sweep(self) -> None:
        """Close idle connections that are over, of all origins: their sockets would stay half open."""
        self._served = 0
        for idle in list(self._idle.values()):
            for connection in idle.copy():
                try:
                    idle.remove(connection)  # out of other threads' reach while it is looked at
                except ValueError:
                    continue
                if connection.has_expired():
                    self._close(connection)
                else:
                    idle.append(connection)

    def _make_room(self) -> None:
        """Close idle connections, the oldest of an origin first, until one more may be opened."""
        for idle in list(self._idle.values()):
            while idle and sum(map(len, self._idle.values())) + self._slots.taken > self._most:
                self._close(idle.pop(0))

    def _close(self, connection: Pooled) -> None:
        with _io.shield():
            connection.close()
