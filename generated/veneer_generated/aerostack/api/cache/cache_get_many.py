# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get cached values

POST /cache/getMany

Answers the values of up to 100 keys.

Args:
    body (CacheGetManyRequest): The keys to look up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_get_many_request import CacheGetManyRequest
    from ...models.cache_get_many_result import CacheGetManyResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_get_many",
    "method": "post",
    "path": "/cache/getMany",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheGetManyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/getMany",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheGetManyResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheGetManyResult.from_dict(response.json())

    return None
