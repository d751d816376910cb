# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Count up

POST /cache/increment

Adds to the number under a key and answers the sum.

Args:
    body (CacheIncrementRequest): What to count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_increment_request import CacheIncrementRequest
    from ...models.cache_increment_result import CacheIncrementResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_increment",
    "method": "post",
    "path": "/cache/increment",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheIncrementRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/increment",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheIncrementResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheIncrementResult.from_dict(response.json())

    return None
