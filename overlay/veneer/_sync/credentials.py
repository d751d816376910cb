# Derived from overlay/veneer/_async/credentials.py by scripts/unasync.py: edit that file, not this one.
"""Hold one credential of a client and renew it, one renewal at a time."""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable

from veneer import _io
from veneer._core.auth import Key, credential
from veneer._core.redact import Secret

__all__ = ["Credential"]

_renewing: contextvars.ContextVar[tuple[object, ...]] = contextvars.ContextVar("veneer_renewing", default=())


class Credential:
    """A fixed key, a function that gives the key of the moment, or a key that `refresh` can renew."""

    def __init__(self, key: Key, refresh: Callable[[], Awaitable[str] | str] | None = None) -> None:
        self._source = key if callable(key) else None
        self._refresh = refresh
        self._held = None if callable(key) else credential(key)
        self._lock = _io.Lock()
        self._renewals = 0

    def get(self) -> Secret:
        """The credential to send now. Raises ConfigurationError for an empty one."""
        if self._source is not None:
            self._held = credential(_io.settle(self._source()))
        if self._held is None:  # only a source leaves it empty, and it has just been asked
            raise AssertionError
        return self._held

    def renew(self, stale: Secret) -> bool:
        """Replace a credential that the server called expired; False where nothing can, or where the renewal itself is refused.

        Calls that fail together wait for one renewal and share it. When it fails, its own call raises what `refresh` raised, and those that waited do without: they do not ask again.
        """
        if self._refresh is None:
            return self._source is not None and self.get() != stale
        if self in _renewing.get():
            return False
        before = self._renewals
        with self._lock:
            if self._held != stale:
                return True
            if self._renewals != before:
                return False
            inside = _renewing.set((*_renewing.get(), self))
            try:
                self._held = credential(_io.settle(self._refresh()))
            finally:
                _renewing.reset(inside)
                self._renewals += 1
            return True

    def known(self) -> list[str]:
        """The secrets that texts are searched for before they leave."""
        return [self._held.reveal()] if self._held is not None else []

    def __repr__(self) -> str:
        return "Credential('***')"
