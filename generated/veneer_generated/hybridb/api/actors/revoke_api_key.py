# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Revoke an API key

DELETE /api/v1/actors/{actorId}/api-keys/{keyId}

The key is refused from then on.

Args:
    actor_id (str):
    key_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "revoke_api_key",
    "method": "delete",
    "path": "/api/v1/actors/{actorId}/api-keys/{keyId}",
    "security": ["bearer"],
    "safe": False,
    "errors": {
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"actor_id": "actorId", "key_id": "keyId"},
}


def _get_kwargs(
    actor_id: str,
    key_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/actors/{actor_id}/api-keys/{key_id}".format(
            actor_id=quote(str(actor_id), safe=""),
            key_id=quote(str(key_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
