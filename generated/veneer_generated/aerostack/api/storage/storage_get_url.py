# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get the address of a file

POST /storage/getUrl

Answers where a file can be had.

Args:
    body (StorageKeyRequest): A file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_key_request import StorageKeyRequest
    from ...models.storage_url import StorageUrl

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_get_url",
    "method": "post",
    "path": "/storage/getUrl",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: StorageKeyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/storage/getUrl",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> StorageUrl | None:
    if 200 <= response.status_code <= 299:
        return models.StorageUrl.from_dict(response.json())

    return None
