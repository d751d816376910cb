"""The vault of HestiaOS."""

from __future__ import annotations

from collections.abc import Sequence

from veneer._async.client import AsyncClient
from veneer._platforms import whole
from veneer_generated.hestiaos.api.secrets import secrets_delete, secrets_get, secrets_set
from veneer_generated.hestiaos.models.secret_request import SecretRequest

__all__ = ["AsyncSecrets"]


class AsyncSecrets:
    """`client.secrets`. A name may hold any character: it is one segment of the path, whatever it looks like.

    The names `.` and `..` and the empty one raise ConfigurationError: no URL can carry them.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def get_async(self, key: str) -> str:
        """Get a secret's value: GET /api/secrets/{key}. Raises NotFound."""
        return whole(await self._client.call(secrets_get, key)).value

    __call__ = get_async

    async def set_async(
        self, key: str, value: str, provider: str = "custom", allowed_tools: Sequence[str] = ("*",)
    ) -> None:
        """Keep a secret under a name, in place of an older one: POST /api/secrets. `allowed_tools` may read it, `*` is all."""
        await self._client.call(secrets_set, body=SecretRequest(key, value, provider, list(allowed_tools)))

    async def delete_async(self, key: str) -> None:
        """Forget a secret: DELETE /api/secrets/{key}. Raises NotFound."""
        await self._client.call(secrets_delete, key)
