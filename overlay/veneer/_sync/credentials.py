# Derived from overlay/veneer/_async/credentials.py by scripts/unasync.py: edit that file, not this one.
"""Hold one credential of a client and renew it, one renewal at a time."""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable
from typing import Any

from veneer import _io
from veneer._core.auth import Key, credential
from veneer._core.redact import Secret

__all__ = ["Credential"]

_renewing: contextvars.ContextVar[tuple[object, ...]] = contextvars.ContextVar("veneer_renewing", default=())
_REMEMBERED = 32


class Credential:
    """A fixed key, a function that gives the key of the moment, or a key that `refresh` can renew."""

    def __init__(self, key: Key, refresh: Callable[[], Awaitable[str] | str] | None = None) -> None:
        self._source: Any = None if isinstance(key, (str, Secret)) else key
        self._refresh = refresh
        self._held = credential(key) if isinstance(key, (str, Secret)) else None
        self._lock = _io.Lock()
        self._renewals = 0
        self._renewed: Secret | None = None
        self._replaced: set[Secret] = set()
        self._recent: dict[Secret, None] = {} if self._held is None else {self._held: None}
        self._older: dict[Secret, None] = {}

    def get(self) -> Secret:
        """The credential to send now. Raises ConfigurationError for an empty one."""
        if self._held is not None:
            return self._held
        return self._remembered(credential(_io.ask(self._source)))

    def renew(self, stale: Secret) -> Secret | None:
        """Replace a credential that the server called expired, and return what to send instead.

        None where nothing can replace it, or where the renewal itself is refused. Calls that fail
        together, or later with what was replaced, share one renewal. When it fails, its own call
        raises what `refresh` raised, and those that waited do without: they do not ask again.
        """
        if self._refresh is None:
            fresh = None if self._source is None else self.get()
            return None if fresh == stale else fresh
        if self in _renewing.get():
            return None
        before = self._renewals
        with self._lock:
            if self._renewals != before or stale in self._replaced:
                return self._renewed
            inside = _renewing.set((*_renewing.get(), self))
            self._renewed = None
            try:
                fresh = self._remembered(credential(_io.ask(self._refresh)))
            finally:
                _renewing.reset(inside)
                self._renewals += 1
            self._renewed = fresh
            if self._held is not None:
                self._held = fresh
            if len(self._replaced) >= _REMEMBERED:
                self._replaced.clear()
            self._replaced.add(stale)
            self._replaced.discard(fresh)
            return fresh

    def _remembered(self, secret: Secret) -> Secret:
        """Return a value, kept among the last few dozens that texts are searched for."""
        if secret not in self._recent:
            if len(self._recent) >= _REMEMBERED:
                self._older, self._recent = self._recent, {}
            self._recent[secret] = None
        return secret

    def known(self) -> list[str]:
        """The secrets that texts are searched for before they leave."""
        return [secret.reveal() for secret in (*list(self._recent), *list(self._older))]

    def __repr__(self) -> str:
        return "Credential('***')"
