# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Create an API key for an actor

POST /api/v1/actors/{actorId}/api-keys

The answer is the only one that carries the secret.

Args:
    actor_id (str):
    body (CreateApiKeyRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.create_api_key_request import CreateApiKeyRequest
    from ...models.created_api_key_envelope import CreatedApiKeyEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_api_key",
    "method": "post",
    "path": "/api/v1/actors/{actorId}/api-keys",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"actor_id": "actorId"},
}


def _get_kwargs(
    actor_id: str,
    *,
    body: CreateApiKeyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/actors/{quote(str(actor_id))}/api-keys",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CreatedApiKeyEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.CreatedApiKeyEnvelope.from_dict(response.json())

    return None
