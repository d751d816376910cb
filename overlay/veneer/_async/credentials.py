"""Hold one credential of a client and renew it, one renewal at a time."""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from veneer import _io
from veneer._core.auth import Key, credential, is_flow
from veneer._core.errors import TokenError
from veneer._core.late import Protocol
from veneer._core.redact import Secret

if TYPE_CHECKING:
    from veneer._core.oauth import Token

__all__ = ["AsyncCredential"]

_renewing: contextvars.ContextVar[tuple[object, ...]] = contextvars.ContextVar("veneer_renewing", default=())
_REMEMBERED = 32


class AsyncTokenSource(Protocol):
    """A source of tokens: each `fetch` returns one. `known` are the secrets that it has seen."""

    known: list[str]

    def clock(self) -> float: ...

    def forget(self) -> None: ...

    async def fetch(self) -> Token: ...


class AsyncCredential:
    """A fixed key, a function that returns the current key, or a key that `refresh` can renew.

    The key of an OAuth2 is a token that `tokens` fetches on first use and again shortly before it
    expires.
    """

    def __init__(self, key: Key, refresh: Callable[[], Awaitable[str] | str] | None = None) -> None:
        fixed = isinstance(key, (str, Secret))
        self._source: Any = None if fixed or is_flow(key) else key
        self._refresh = None if is_flow(key) else refresh
        self.tokens: AsyncTokenSource | None = None
        # When a token is renewed, and when it expires, by the client's monotonic clock.
        self._due: float | None = None
        self._ends: float | None = None
        self._failure: TokenError | None = None
        self._held = credential(key) if isinstance(key, (str, Secret)) else None
        self._lock = _io.AsyncLock()
        self._renewals = 0
        self._renewed: Secret | None = None
        self._replaced: set[Secret] = set()
        self._recent: dict[Secret, None] = {} if self._held is None else {self._held: None}
        self._older: dict[Secret, None] = {}

    @property
    def held(self) -> Secret | None:
        """The credential to send now; None if it must be fetched, or the key's function called."""
        return self._held if self._due is None or not self._is_due() else None

    async def get(self) -> Secret:
        """Return the credential to send now. Raises ConfigurationError for an empty one."""
        held = self.held
        if held is not None:
            return held
        if self.tokens is not None:
            return await self._token()
        return self._remembered(credential(await _io.async_ask(self._source)))

    def _is_due(self) -> bool:
        return self.tokens is not None and self._due is not None and self.tokens.clock() >= self._due

    async def _token(self) -> Secret:
        """Return the token, fetched first or renewed before it expires, by one request for all callers.

        If the next cannot be fetched, a token that has not expired is still used.
        """
        before = self._renewals
        async with self._lock:
            if self._held is not None and not self._is_due():
                return self._held
            if self._renewals != before and self._failure is not None:
                raise TokenError(self._failure.message, code=self._failure.code)
            try:
                return await self._fetched()
            except TokenError as error:
                now = 0.0 if self.tokens is None else self.tokens.clock()
                if self._held is None or self._ends is None or now >= self._ends:
                    self._held = None
                    self._failure = error
                    raise
                self._due = now + (self._ends - now) / 2
                return self._held
            finally:
                self._renewals += 1

    async def fetch(self, *, anew: bool) -> None:
        """Fetch a token if there is none; with `anew`, always, by the flow's own grant."""
        if not anew:
            await self.get()
            return
        async with self._lock:
            if self.tokens is not None:
                self.tokens.forget()
            await self._fetched()

    async def _fetched(self) -> Secret:
        """Fetch a token now, and keep it with the expiry that the server reports."""
        if self.tokens is None:
            raise AssertionError("a credential without tokens")
        from veneer._core.oauth import margin

        begun = self.tokens.clock()
        token = await self.tokens.fetch()
        self._held, self._failure = self._remembered(token.access), None
        self._ends = None if token.lifetime is None else begun + token.lifetime
        self._due = (
            None if token.lifetime is None or self._ends is None else self._ends - margin(token.lifetime)
        )
        return self._held

    async def renew(self, stale: Secret) -> Secret | None:
        """Replace a credential that the server rejected as expired, and return the new one.

        None if nothing can replace it, or the renewal itself is refused. Calls that fail together,
        or later with the replaced credential, share one renewal. If it fails, its own call raises
        the error of `refresh`, and those that waited do not retry it.
        """
        if self._refresh is None and self.tokens is None:
            fresh = None if self._source is None else await self.get()
            return None if fresh == stale else fresh
        if self in _renewing.get():
            return None
        before = self._renewals
        async with self._lock:
            if self.tokens is not None and self._held != stale:
                return self._held
            if self._renewals != before or stale in self._replaced:
                return None if self.tokens is not None else self._renewed
            inside = _renewing.set((*_renewing.get(), self))
            self._renewed = None
            try:
                fresh = (
                    await self._fetched()
                    if self._refresh is None
                    else self._remembered(credential(await _io.async_ask(self._refresh)))
                )
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
        """Return a value, remembered among the last few dozen that texts are searched for."""
        if secret not in self._recent:
            if len(self._recent) >= _REMEMBERED:
                self._older, self._recent = self._recent, {}
            self._recent[secret] = None
        return secret

    def known(self) -> list[str]:
        """Return the secrets that texts are searched for before they are shown."""
        held = [secret.reveal() for secret in (*list(self._recent), *list(self._older))]
        return held if self.tokens is None else [*held, *list(self.tokens.known)]

    def __repr__(self) -> str:
        return "AsyncCredential('***')"
