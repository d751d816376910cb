# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Networks: `invoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer
from veneer_generated.velerian.types import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veneer_generated.velerian.models import NetworksInvokeResponse


class Networks(veneer.MethodGroup):
    """Networks: `invoke`."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def invoke(
        self,
        slug: str,
        *,
        prompt_text: str,
        async_: bool | None = None,
        metadata: Mapping[str, Any] | None | Unset = UNSET,
        attachment_ids: Sequence[str] | None | Unset = UNSET,
    ) -> NetworksInvokeResponse:
        """Run a network of agents under governance.

        POST /api/agenticx/networks/{slug}/invoke

        Args:
            slug: The network.
            prompt_text: The prompt.
            async_: Queue the run and answer at once. Default: true.
            metadata: Kept with the run.
            attachment_ids: Finalized attachments.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """
        from veneer.arguments import as_dict, as_list
        from veneer_generated.velerian import models
        from veneer_generated.velerian.api.networks import invoke_network as _operation

        _body = models.NetworksInvokeRequest(
            prompt_text=prompt_text,
            metadata=metadata
            if isinstance(metadata, Unset)
            else None
            if metadata is None
            else as_dict(metadata),
            attachment_ids=attachment_ids
            if isinstance(attachment_ids, Unset)
            else None
            if attachment_ids is None
            else as_list(attachment_ids),
        )

        return self._client.call(_operation, slug, async_=UNSET if async_ is None else async_, body=_body)
