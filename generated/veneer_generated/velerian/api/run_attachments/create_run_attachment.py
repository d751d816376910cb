# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Create Run Attachment

POST /api/v2/run-attachments

Register a file to attach to a run and answer where to upload its bytes.

Args:
    body (RunAttachmentCreateRequest): The file to attach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.run_attachment_create_request import RunAttachmentCreateRequest
    from ...models.run_attachment_create_response import RunAttachmentCreateResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_run_attachment_api_v2_run_attachments_post",
    "method": "post",
    "path": "/api/v2/run-attachments",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: RunAttachmentCreateRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v2/run-attachments",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> RunAttachmentCreateResponse | None:
    if 200 <= response.status_code <= 299:
        return models.RunAttachmentCreateResponse.from_dict(response.json())

    return None
