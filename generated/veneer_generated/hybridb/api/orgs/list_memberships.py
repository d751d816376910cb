# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""List the members of an organisation

GET /api/v1/orgs/{orgId}/memberships

Answers every member with the role, all at once.

Args:
    org_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.membership_list_envelope import MembershipListEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "list_memberships",
    "method": "get",
    "path": "/api/v1/orgs/{orgId}/memberships",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"org_id": "orgId"},
}


def _get_kwargs(
    org_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/orgs/{quote(str(org_id))}/memberships",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> MembershipListEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.MembershipListEnvelope.from_dict(response.json())

    return None
