# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""List the keys of the cache

POST /cache/list

Answers a page of keys with the time each is forgotten.

Args:
    body (CacheListRequest): Which page of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_list_request import CacheListRequest
    from ...models.cache_list_result import CacheListResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_list",
    "method": "post",
    "path": "/cache/list",
    "security": ["apiKey"],
    "safe": True,
    "pagination": {
        "style": "cursor",
        "in": "body",
        "limit": "limit",
        "max_limit": 1000,
        "cursor": "cursor",
        "items": "keys",
        "next_cursor": "cursor",
        "more": {"list_complete": False},
    },
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheListRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/list",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheListResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheListResult.from_dict(response.json())

    return None
