# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Delete a file

POST /storage/delete

Forgets a file.

Args:
    body (StorageKeyRequest): A file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_key_request import StorageKeyRequest
    from ...models.success import Success

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_delete",
    "method": "post",
    "path": "/storage/delete",
    "security": ["apiKey"],
    "safe": False,
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
        "url": "/storage/delete",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Success | None:
    if 200 <= response.status_code <= 299:
        return models.Success.from_dict(response.json())

    return None
