# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Move a file

POST /storage/move

Keeps a file under another key and forgets the old one.

Args:
    body (StorageTransferRequest): From where to where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.storage_transfer_request import StorageTransferRequest
    from ...models.storage_transfer_result import StorageTransferResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "storage_move",
    "method": "post",
    "path": "/storage/move",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: StorageTransferRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/storage/move",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> StorageTransferResult | None:
    if 200 <= response.status_code <= 299:
        return models.StorageTransferResult.from_dict(response.json())

    return None
