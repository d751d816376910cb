# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Trade a refresh token for a new pair

POST /api/v1/auth/refresh

Called when the access token has expired (TOKEN_EXPIRED).

Args:
    body (RefreshRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.refresh_request import RefreshRequest
    from ...models.token_pair_envelope import TokenPairEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "refresh_token",
    "method": "post",
    "path": "/api/v1/auth/refresh",
    "security": [],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
}


def _get_kwargs(
    *,
    body: RefreshRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/auth/refresh",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> TokenPairEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.TokenPairEnvelope.from_dict(response.json())

    return None
