# Derived from overlay/veneer/_http/_async/pool.py by scripts/unasync.py: edit that file, not this one.
"""Keep idle connections in a free list for each origin: constant work per request.

httpcore's own pool scans all its connections several times per request, counts connections in use
when it closes surplus ones, and loses the connections that cancelled requests were waiting for
(1.0.9).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from veneer import _io
from veneer._core.late import Protocol

__all__ = ["Pool", "Pooled", "Route"]

Route = tuple[str, str, int | None] | tuple[bytes, bytes, int | None, object]
"""Scheme, host and port, and the proxy if there is one."""

_SWEEP_EVERY = 64
_SWEEP_SECONDS = 1.0


class Pooled(Protocol):
    """The interface of a pooled connection; httpcore's have the same names."""

    slot: object
    """The slot that it holds while it serves a request."""

    def is_idle(self) -> bool: ...

    def has_expired(self) -> bool: ...

    def close(self) -> None: ...


class Pool:
    """At most `most` connections, each for one request at a time; further requests wait in a queue.

    A connection that is taken is released once. Idle ones of other origins make room for new
    ones, and expired ones are closed when a new one is made and after 64 requests and a second,
    whatever their origin.

    The pool knows only its idle connections. One that serves a request belongs to that request, and
    so does its slot: if a signal handler raises in a thread, both go with the last reference
    to them, on any line.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots = _io.Slots(most)
        self._idle: dict[Route, list[Any]] = {}
        self._served = 0
        self._swept = float("-inf")

    def take_idle(self, route: Route) -> Any:
        """Return the connection used last, with a slot, if both are there; else None: `take` waits."""
        idle = self._idle.get(route)
        if not idle:
            return None
        slot = self._slots.take_free()
        if slot is None:
            return None
        try:
            connection = idle.pop()
        except IndexError:  # another thread was faster
            self._slots.give(slot)
            return None
        if connection.has_expired():
            idle.append(connection)
            self._slots.give(slot)
            return None
        connection.slot = slot
        return connection

    def take(self, route: Route, seconds: float | None, create: Callable[[], Any]) -> Any:
        """Wait for a slot, then return the connection used last, or a new one.

        Raises SlotTimeoutError after `seconds`.
        """
        slot = self._slots.take_free() or self._slots.take(seconds)
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

    def keep(self, route: Route, connection: Pooled) -> bool:
        """Take back a connection whose response is finished; return false if `give` has to, which may wait."""
        if (self._served >= _SWEEP_EVERY and self._must_sweep()) or not (self._most and connection.is_idle()):
            return False
        slot, connection.slot = connection.slot, None
        idle = self._idle.get(route)
        if idle is None:
            idle = self._idle.setdefault(route, [])
        idle.append(connection)
        self._slots.give(slot)
        self._served += 1
        return self._most > 0  # else another thread has closed the pool meanwhile

    def give(self, route: Route, connection: Pooled) -> None:
        """Take back a connection whose response is finished, in any state."""
        slot, connection.slot = connection.slot, None
        try:
            if self._most and connection.is_idle():
                self._idle.setdefault(route, []).append(connection)
            else:
                self._close(connection)
            if not self._most:  # another thread has closed the pool meanwhile
                self.close()
        finally:
            self._slots.give(slot)
        self._served += 1
        if self._must_sweep():
            self._swept = time.monotonic()
            self._sweep()

    def drop(self, connection: Pooled) -> None:
        """Take back a connection whose request failed."""
        slot, connection.slot = connection.slot, None
        try:
            self._close(connection)
        finally:
            self._slots.give(slot)

    def close(self) -> None:
        """Close the idle connections; one in use is closed when it is released."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                self._close(idle.pop())

    def _must_sweep(self) -> bool:
        if self._served < _SWEEP_EVERY:
            return False
        if time.monotonic() - self._swept > _SWEEP_SECONDS:
            return True
        self._served = 0
        return False

    def _sweep(self) -> None:
        """Close expired idle connections of all origins: their sockets would stay half open."""
        self._served = 0
        for idle in list(self._idle.values()):
            for connection in idle.copy():
                try:
                    idle.remove(connection)  # hidden from other threads while it is checked
                except ValueError:
                    continue
                if connection.has_expired():
                    self._close(connection)
                else:
                    idle.append(connection)

    def _make_room(self) -> None:
        """Close idle connections, the oldest of an origin first, until a new one may be opened."""
        for idle in list(self._idle.values()):
            while idle and sum(map(len, self._idle.values())) + self._slots.taken > self._most:
                self._close(idle.pop(0))

    def _close(self, connection: Pooled) -> None:
        with _io.shield():
            connection.close()
