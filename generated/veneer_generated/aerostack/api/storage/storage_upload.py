# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Upload file to storage

POST /storage/upload

Keeps a file under a key and answers its address.

Args:
    body (UploadRequest): A file to keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from veneer import styles

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_url import StorageUrl
    from ...models.upload_request import UploadRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_upload",
    "method": "post",
    "path": "/storage/upload",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: UploadRequest,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/storage/upload",
    }

    _kwargs["files"] = styles.parts(body.to_dict())

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> StorageUrl | None:
    if 200 <= response.status_code <= 299:
        return models.StorageUrl.from_dict(response.json())

    return None
