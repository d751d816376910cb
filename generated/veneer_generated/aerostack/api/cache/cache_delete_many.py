# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Delete cached values

POST /cache/deleteMany

Forgets up to 500 keys.

Args:
    body (CacheDeleteManyRequest): The keys to forget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_delete_many_request import CacheDeleteManyRequest
    from ...models.cache_delete_many_result import CacheDeleteManyResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_delete_many",
    "method": "post",
    "path": "/cache/deleteMany",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheDeleteManyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/deleteMany",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheDeleteManyResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheDeleteManyResult.from_dict(response.json())

    return None
