# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Finalize Run Attachment

POST /api/v2/run-attachments/{attachment_id}/finalize

Say that the bytes of an attachment are uploaded.

Args:
    attachment_id (str): The attachment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.run_attachment import RunAttachment

_OPERATION: Final[dict[str, Any]] = {
    "id": "finalize_run_attachment_api_v2_run_attachments__attachment_id__finalize_post",
    "method": "post",
    "path": "/api/v2/run-attachments/{attachment_id}/finalize",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
    },
}


def _get_kwargs(
    attachment_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v2/run-attachments/{quote(str(attachment_id))}/finalize",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> RunAttachment | None:
    if 200 <= response.status_code <= 299:
        return models.RunAttachment.from_dict(response.json())

    return None
