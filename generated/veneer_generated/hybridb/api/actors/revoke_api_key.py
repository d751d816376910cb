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

from ...types import quote

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
        "url": f"/api/v1/actors/{quote(str(actor_id))}/api-keys/{quote(str(key_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
