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
from urllib.parse import quote

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
        "url": "/api/v1/orgs/{org_id}/memberships/{actor_id}".format(
            org_id=quote(str(org_id), safe=""),
            actor_id=quote(str(actor_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
