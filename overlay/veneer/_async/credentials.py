"""Hold one credential of a client and renew it, one renewal at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from veneer import _io
from veneer._core.auth import Key, credential
from veneer._core.redact import Secret

__all__ = ["AsyncCredential"]


class AsyncCredential:
    """A fixed key, a function that gives the key of the moment, or a key that `refresh` can renew."""

    def __init__(self, key: Key, refresh: Callable[[], Awaitable[str] | str] | None = None) -> None:
        self._source = key if callable(key) else None
        self._refresh = refresh
        self._held = None if callable(key) else credential(key)
        self._lock = _io.AsyncLock()

    async def get(self) -> Secret:
        """The credential to send now. Raises ConfigurationError for an empty one."""
        if self._source is not None:
            self._held = credential(await _io.async_settle(self._source()))
        if self._held is None:  # only a source leaves it empty, and it has just been asked
            raise AssertionError
        return self._held

    async def renew(self, stale: Secret) -> bool:
        """Replace a credential that the server called expired; False where nothing can.

        Calls that fail together wait for one renewal and share it.
        """
        if self._refresh is None:
            return self._source is not None and await self.get() != stale
        async with self._lock:
            if self._held == stale:
                self._held = credential(await _io.async_settle(self._refresh()))
            return True

    def known(self) -> list[str]:
        """The secrets that texts are searched for before they leave."""
        return [self._held.reveal()] if self._held is not None else []

    def __repr__(self) -> str:
        return "AsyncCredential('***')"
