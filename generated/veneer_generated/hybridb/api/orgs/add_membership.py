# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Add a member to an organisation

POST /api/v1/orgs/{orgId}/memberships

Gives an actor a role in the organisation.

Args:
    org_id (str):
    body (AddMembershipRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.add_membership_request import AddMembershipRequest
    from ...models.membership_envelope import MembershipEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "add_membership",
    "method": "post",
    "path": "/api/v1/orgs/{orgId}/memberships",
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
    "arguments": {"org_id": "orgId"},
}


def _get_kwargs(
    org_id: str,
    *,
    body: AddMembershipRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/orgs/{quote(str(org_id))}/memberships",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> MembershipEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.MembershipEnvelope.from_dict(response.json())

    return None
