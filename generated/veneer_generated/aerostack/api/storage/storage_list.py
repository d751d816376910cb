# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""List files

POST /storage/list

Answers a page of files.

Args:
    body (StorageListRequest): Which page of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_list_request import StorageListRequest
    from ...models.storage_list_result import StorageListResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_list",
    "method": "post",
    "path": "/storage/list",
    "security": ["apiKey"],
    "safe": True,
    "pagination": {
        "style": "cursor",
        "in": "body",
        "limit": "limit",
        "max_limit": 1000,
        "cursor": "cursor",
        "items": "objects",
        "next_cursor": "cursor",
        "more": "truncated",
    },
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: StorageListRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/storage/list",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> StorageListResult | None:
    if 200 <= response.status_code <= 299:
        return models.StorageListResult.from_dict(response.json())

    return None
