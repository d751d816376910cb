# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get a cached value

POST /cache/get

Answers the value of a key; a key without one is no error.

Args:
    body (CacheKeyRequest): A key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_get_result import CacheGetResult
    from ...models.cache_key_request import CacheKeyRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_get",
    "method": "post",
    "path": "/cache/get",
    "security": ["apiKey"],
    "safe": True,
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
        "url": "/cache/get",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheGetResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheGetResult.from_dict(response.json())

    return None
