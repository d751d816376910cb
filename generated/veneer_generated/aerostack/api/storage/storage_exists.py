# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Ask whether a file exists

POST /storage/exists

Answers yes or no; a file that does not exist is no error.

Args:
    body (StorageKeyRequest): A file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_exists_result import StorageExistsResult
    from ...models.storage_key_request import StorageKeyRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_exists",
    "method": "post",
    "path": "/storage/exists",
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
        "url": "/storage/exists",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> StorageExistsResult | None:
    if 200 <= response.status_code <= 299:
        return models.StorageExistsResult.from_dict(response.json())

    return None
