# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Attachments: `register`, `finalize`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer

if TYPE_CHECKING:
    from veneer_generated.velerian.client.results import AttachmentUpload
    from veneer_generated.velerian.models import RunAttachment


class AsyncAttachments(veneer.MethodGroup):
    """Attachments: `register`, `finalize`."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def register(self, filename: str, content_type: str, size_bytes: int) -> AttachmentUpload:
        """Register a file to attach to a run and answer where to upload its bytes.

        POST /api/v2/run-attachments

        Args:
            filename: The name of the file.
            content_type: Its media type.
            size_bytes: Its size in bytes.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer_generated.velerian import models
        from veneer_generated.velerian.api.run_attachments import create_run_attachment as _operation

        _body = models.RunAttachmentCreateRequest(
            filename=filename,
            content_type=content_type,
            size_bytes=size_bytes,
        )

        from veneer_generated.velerian.client.results import AttachmentUpload as _View

        return _View.of(await self._client.call(_operation, body=_body))

    async def finalize(self, attachment_id: str) -> RunAttachment:
        """Say that the bytes of an attachment are uploaded.

        POST /api/v2/run-attachments/{attachment_id}/finalize

        Args:
            attachment_id: The attachment.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """

        from veneer_generated.velerian.api.run_attachments import finalize_run_attachment as _operation

        return await self._client.call(_operation, attachment_id)
