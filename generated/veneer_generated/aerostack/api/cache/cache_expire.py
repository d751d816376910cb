# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Set the life of a cached value

POST /cache/expire

Forgets a key after so many seconds.

Args:
    body (CacheExpireRequest): When to forget a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cache_expire_request import CacheExpireRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "cache_expire",
    "method": "post",
    "path": "/cache/expire",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: CacheExpireRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/cache/expire",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
