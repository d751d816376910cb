# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Flush the cache

POST /cache/flush

Forgets all keys, or those with a prefix.

Args:
    body (CachePrefixRequest): Which keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_flush_result import CacheFlushResult
    from ...models.cache_prefix_request import CachePrefixRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_flush",
    "method": "post",
    "path": "/cache/flush",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CachePrefixRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/flush",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheFlushResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheFlushResult.from_dict(response.json())

    return None
