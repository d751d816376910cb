# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Remove a member from an organisation

DELETE /api/v1/orgs/{orgId}/memberships/{actorId}

The actor stays; only the membership ends.

Args:
    org_id (str):
    actor_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...types import quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "remove_membership",
    "method": "delete",
    "path": "/api/v1/orgs/{orgId}/memberships/{actorId}",
    "security": ["bearer"],
    "safe": False,
    "errors": {
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"org_id": "orgId", "actor_id": "actorId"},
}


def _get_kwargs(
    org_id: str,
    actor_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": f"/api/v1/orgs/{quote(str(org_id))}/memberships/{quote(str(actor_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
