"""A person's sign-in, kept for the lifetime of a client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from veneer import _io
from veneer._core.errors import AuthenticationError, ConfigurationError

if TYPE_CHECKING:
    from veneer_generated.hybridb.client._async import AsyncHybriDBClient
    from veneer_generated.hybridb.client.results import Tokens

__all__ = ["AsyncLogin"]


class AsyncLogin:
    """The tokens of one user: requested on the first call, renewed when they have expired.

    `refresh` is used first; without it, or if the platform refuses it, the e-mail, password
    and organisation of `person` get a new pair. `on_tokens` is called with each pair, to keep it.
    """

    def __init__(
        self,
        person: tuple[str, str, str | None] | None,
        refresh: str | None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None,
    ) -> None:
        self._person = person
        self._refresh = refresh
        self._on_tokens = on_tokens
        self._access: str | None = None
        self._lock = _io.AsyncLock()
        self.client: AsyncHybriDBClient

    async def access_token(self) -> str:
        """Return the current token; sign in on the first call."""
        async with self._lock:
            return self._access or await self._renewed()

    async def renew(self) -> str:
        """Exchange the refresh token, or sign in again; return the new token."""
        async with self._lock:
            return await self._renewed()

    async def _renewed(self) -> str:
        tokens = await self._exchanged()
        self._access, self._refresh = tokens.access_token, tokens.refresh_token
        if self._on_tokens is not None:
            await _io.async_maybe_await(self._on_tokens(tokens))
        return tokens.access_token

    async def _exchanged(self) -> Tokens:
        if self._refresh:
            try:
                return await self.client.auth.refresh_token(self._refresh)
            except AuthenticationError:
                if self._person is None:
                    raise
        if self._person is None:
            raise ConfigurationError("the refresh token is empty")
        # Unpacked in the call: a password has no place among the locals of a traceback.
        return await self.client.auth.create_token(*self._person[:2], org_id=self._person[2])
