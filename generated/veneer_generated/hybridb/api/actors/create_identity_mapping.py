# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Map an external identity to an actor

POST /api/v1/actors/{actorId}/identity-mappings

Ties a user of an identity provider to the actor that acts for them.

Args:
    actor_id (str):
    body (IdentityMappingRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.identity_mapping_envelope import IdentityMappingEnvelope
    from ...models.identity_mapping_request import IdentityMappingRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_identity_mapping",
    "method": "post",
    "path": "/api/v1/actors/{actorId}/identity-mappings",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "409": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"actor_id": "actorId"},
}


def _get_kwargs(
    actor_id: str,
    *,
    body: IdentityMappingRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/actors/{quote(str(actor_id))}/identity-mappings",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> IdentityMappingEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.IdentityMappingEnvelope.from_dict(response.json())

    return None
