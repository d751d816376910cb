"""Tokens for people; services use an API key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from veneer import _io
from veneer._async.client import AsyncClient
from veneer._core.errors import AuthenticationError, ConfigurationError
from veneer._platforms import given, whole
from veneer._platforms.hybridb_models import Tokens
from veneer_generated.hybridb.api.auth import create_token, refresh_token, revoke_token
from veneer_generated.hybridb.models.refresh_request import RefreshRequest
from veneer_generated.hybridb.models.token_request import TokenRequest

__all__ = ["AsyncAuth", "AsyncLogin"]


class AsyncAuth:
    """Sign in, renew, sign out."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def create_token(self, email: str, password: str, *, org_id: str | None = None) -> Tokens:
        """Exchange e-mail and password for a pair of tokens. Sends no credential of the client. POST /api/v1/auth/token"""
        body = TokenRequest(email, password, **given(org_id=org_id))
        return Tokens.of(whole(await self._client.call(create_token, body=body)).data)

    async def refresh_token(self, token: str) -> Tokens:
        """Exchange a refresh token for a new pair; it is used up then. Sends no credential of the client. POST /api/v1/auth/refresh"""
        return Tokens.of(whole(await self._client.call(refresh_token, body=RefreshRequest(token))).data)

    async def revoke_token(self) -> None:
        """End the session of the token that the client holds. DELETE /api/v1/auth/token"""
        await self._client.call(revoke_token)


class AsyncLogin:
    """The tokens of one user: asked for at the first call, renewed when the platform calls them expired.

    `refresh` is used first; where there is none, or the platform refuses it, `password` gives a new pair. `on_tokens` hears of each pair, so that it can be kept.
    """

    def __init__(
        self,
        password: TokenRequest | None,
        refresh: str | None,
        on_tokens: Callable[[Tokens], Awaitable[None] | None] | None,
    ) -> None:
        self._password = password
        self._refresh = refresh
        self._on_tokens = on_tokens
        self._access: str | None = None
        self._lock = _io.AsyncLock()
        self.client: AsyncClient

    async def access_token(self) -> str:
        """The token of the moment; signs in at the first call."""
        async with self._lock:
            return self._access or await self._renewed()

    async def renew(self) -> str:
        """Exchange the refresh token, or sign in again."""
        async with self._lock:
            return await self._renewed()

    async def _renewed(self) -> str:
        tokens = await self._exchanged()
        self._access, self._refresh = tokens.access_token, tokens.refresh_token
        if self._on_tokens is not None:
            await _io.async_settle(self._on_tokens(tokens))
        return tokens.access_token

    async def _exchanged(self) -> Tokens:
        if self._refresh:
            try:
                return await AsyncAuth(self.client).refresh_token(self._refresh)
            except AuthenticationError:
                if self._password is None:
                    raise
        if self._password is None:
            raise ConfigurationError("the refresh token is empty")
        return Tokens.of(whole(await self.client.call(create_token, body=self._password)).data)
