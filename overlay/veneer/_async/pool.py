"""Keep connections between requests in a free list for each origin: constant work a request, however many are open.

httpcore's own pool walks all its connections several times a request, closes what it takes for surplus by counting those in use, and loses the
connections that cancelled requests were waiting for (1.0.9).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from veneer import _io

__all__ = ["AsyncPool", "Route"]

Route = tuple[bytes, bytes, int | None] | tuple[bytes, bytes, int | None, str]
"""Scheme, host and port, and the proxy if there is one."""


class AsyncPooled(Protocol):
    """What a pool asks of a connection; httpcore's have the same names."""

    def is_idle(self) -> bool: ...

    def has_expired(self) -> bool: ...

    async def aclose(self) -> None: ...


class AsyncPool:
    """At most `most` connections, each serving one request at a time; requests beyond them wait in a queue of ours.

    Whoever takes a connection gives it back, once. Idle ones of other origins make way for new ones.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots = _io.AsyncSlots(most)
        self._open: set[Any] = set()
        self._idle: dict[Route, list[Any]] = {}

    async def take(self, route: Route, seconds: float | None, create: Callable[[], Any]) -> Any:
        """Wait for a turn, then give the connection used last, or a new one. Raises SlotTimeoutError after so many seconds."""
        await self._slots.take(seconds)
        try:
            idle = self._idle.get(route)
            while idle:
                try:
                    connection = idle.pop()
                except IndexError:  # another thread was faster
                    break
                if not connection.has_expired():
                    return connection
                await self._close(connection)
            if len(self._open) >= self._most:
                for others in list(self._idle.values()):
                    if others:
                        await self._close(others.pop(0))
                        break
            connection = create()
            self._open.add(connection)
        except BaseException:
            self._slots.give()
            raise
        return connection

    async def give(self, route: Route, connection: AsyncPooled) -> None:
        """Take back a connection whose response is over, in whatever state it is."""
        try:
            if connection.is_idle() and len(self._open) <= self._most:
                self._idle.setdefault(route, []).append(connection)
            else:
                await self._close(connection)
        finally:
            self._slots.give()

    async def drop(self, connection: AsyncPooled) -> None:
        """Take back a connection whose request failed."""
        try:
            await self._close(connection)
        finally:
            self._slots.give()

    async def aclose(self) -> None:
        """Close the idle connections; one that is in use is closed when it is given back."""
        self._most = 0
        for idle in list(self._idle.values()):
            while idle:
                await self._close(idle.pop())

    async def _close(self, connection: AsyncPooled) -> None:
        self._open.discard(connection)
        with _io.async_shield():
            await connection.aclose()
