# Derived from overlay/veneer/_async/hestiaos/secrets.py by scripts/unasync.py: edit that file, not this one.
"""The vault of HestiaOS."""

from __future__ import annotations

from collections.abc import Sequence

from veneer._platforms import whole
from veneer._sync.client import Client
from veneer_generated.hestiaos.api.secrets import secrets_delete, secrets_get, secrets_set
from veneer_generated.hestiaos.models.secret_request import SecretRequest

__all__ = ["Secrets"]


class Secrets:
    """`client.secrets`. A name may hold any character: it is one segment of the path, whatever it looks like.

    The names `.` and `..` and the empty one raise ConfigurationError: no URL can carry them.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, key: str) -> str:
        """Get a secret's value: GET /api/secrets/{key}. Raises NotFound."""
        return whole(self._client.call(secrets_get, key)).value

    __call__ = get

    def set(
        self, key: str, value: str, provider: str = "custom", allowed_tools: Sequence[str] = ("*",)
    ) -> None:
        """Keep a secret under a name, in place of an older one: POST /api/secrets. `allowed_tools` may read it, `*` is all."""
        self._client.call(secrets_set, body=SecretRequest(key, value, provider, list(allowed_tools)))

    def delete(self, key: str) -> None:
        """Forget a secret: DELETE /api/secrets/{key}. Raises NotFound."""
        self._client.call(secrets_delete, key)
