# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Sign in with e-mail and password

POST /api/v1/auth/token

Answers a short-lived access token and the refresh token that renews it.

Args:
    body (TokenRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.token_pair_envelope import TokenPairEnvelope
    from ...models.token_request import TokenRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_token",
    "method": "post",
    "path": "/api/v1/auth/token",
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
    body: TokenRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/auth/token",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> TokenPairEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.TokenPairEnvelope.from_dict(response.json())

    return None
