# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get the keys of the cache

POST /cache/keys

Answers all keys, or those with a prefix, in one answer that may be cut; cache_list walks them all.

Args:
    body (CachePrefixRequest): Which keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_keys_result import CacheKeysResult
    from ...models.cache_prefix_request import CachePrefixRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_keys",
    "method": "post",
    "path": "/cache/keys",
    "security": ["apiKey"],
    "safe": True,
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
        "url": "/cache/keys",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CacheKeysResult | None:
    if 200 <= response.status_code <= 299:
        return models.CacheKeysResult.from_dict(response.json())

    return None
