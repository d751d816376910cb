# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Delete a cached value

POST /cache/delete

Forgets a key.

Args:
    body (CacheKeyRequest): A key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_key_request import CacheKeyRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_delete",
    "method": "post",
    "path": "/cache/delete",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheKeyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/delete",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
