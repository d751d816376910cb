# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Create Api Key

POST /api/v2/api-keys

Mint an API key; its secret is returned this once. Needs an interactive session of a tenant admin or
owner.

Args:
    body (ApiKeyCreateRequest): The API key to mint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.api_key_create_request import ApiKeyCreateRequest
    from ...models.api_key_create_response import ApiKeyCreateResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_api_key_api_v2_api_keys_post",
    "method": "post",
    "path": "/api/v2/api-keys",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: ApiKeyCreateRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v2/api-keys",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ApiKeyCreateResponse | None:
    if 200 <= response.status_code <= 299:
        return models.ApiKeyCreateResponse.from_dict(response.json())

    return None
