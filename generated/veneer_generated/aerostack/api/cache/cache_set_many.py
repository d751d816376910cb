# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Set cached values

POST /cache/setMany

Keeps up to 100 values.

Args:
    body (CacheSetManyRequest): The values to keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_set_many_request import CacheSetManyRequest
    from ...models.cache_set_many_result import CacheSetManyResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_set_many",
    "method": "post",
    "path": "/cache/setMany",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheSetManyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/setMany",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheSetManyResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheSetManyResult.from_dict(response.json())

    return None
