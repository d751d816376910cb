# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Set a cached value

POST /cache/set

Keeps a value under a key, in place of the one before.

Args:
    body (CacheSetRequest): A value to keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_set_request import CacheSetRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_set",
    "method": "post",
    "path": "/cache/set",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheSetRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/set",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
