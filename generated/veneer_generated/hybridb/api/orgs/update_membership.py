# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Change the role of a member

PATCH /api/v1/orgs/{orgId}/memberships/{actorId}

Replaces the role; the membership stays.

Args:
    org_id (str):
    actor_id (str):
    body (UpdateMembershipRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.membership_envelope import MembershipEnvelope
    from ...models.update_membership_request import UpdateMembershipRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "update_membership",
    "method": "patch",
    "path": "/api/v1/orgs/{orgId}/memberships/{actorId}",
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
    "arguments": {"org_id": "orgId", "actor_id": "actorId"},
}


def _get_kwargs(
    org_id: str,
    actor_id: str,
    *,
    body: UpdateMembershipRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": f"/api/v1/orgs/{quote(str(org_id))}/memberships/{quote(str(actor_id))}",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> MembershipEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.MembershipEnvelope.from_dict(response.json())

    return None
