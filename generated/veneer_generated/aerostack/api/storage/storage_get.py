# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Download a file

POST /storage/get

Answers the bytes of a file.

Args:
    body (StorageKeyRequest): A file.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ...types import File

if TYPE_CHECKING:
    import httpx

    from ...models.storage_key_request import StorageKeyRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_get",
    "method": "post",
    "path": "/storage/get",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/octet-stream",
    "errors": {
        "401": "ErrorResponse",
        "404": "ErrorResponse",
        "429": "ErrorResponse",
        "default": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: StorageKeyRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/storage/get",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> File | None:
    if 200 <= response.status_code <= 299:
        return File(payload=BytesIO(response.content))

    return None
