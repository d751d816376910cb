# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer

if TYPE_CHECKING:
    from collections.abc import Sequence


class Secrets(veneer.MethodGroup):
    """The vault."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def set(
        self, key: str, value: str, provider: str | None = None, allowed_tools: Sequence[str] | None = None
    ) -> None:
        """Set a secret.

        Keeps a secret under its name. Servers answer 200, 201 or 204; a body says nothing.

        POST /api/secrets

        Args:
            key: The name of the secret.
            value: The value; never logged.
            provider: Where it is kept. Default: "custom".
            allowed_tools: The tools that may read it; * is all. Default: ["*"].

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_list
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.secrets import secrets_set as _operation

        _body = models.SecretRequest(
            credential_ref=key,
            secret=value,
            provider="custom" if provider is None else provider,
            allowed_tools=["*"] if allowed_tools is None else as_list(allowed_tools),
        )

        self._client.call(_operation, body=_body)

    def get(self, key: str) -> str:
        """Get a secret.

        Answers the value of a secret.

        GET /api/secrets/{key}

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            NotFound: 404: There is no such thing.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.secrets import secrets_get as _operation

        return veneer.whole(self._client.call(_operation, key)).value

    __call__ = get

    def delete(self, key: str) -> None:
        """Delete a secret.

        Forgets a secret.

        DELETE /api/secrets/{key}

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            NotFound: 404: There is no such thing.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.secrets import secrets_delete as _operation

        self._client.call(_operation, key)
