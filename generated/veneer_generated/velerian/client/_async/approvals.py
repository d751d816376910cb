# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Approvals: `list`, `iter`."""

from __future__ import annotations

from typing import Any, Unpack

import veneer


class AsyncApprovals(veneer.MethodGroup):
    """Approvals: `list`, `iter`."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def list(
        self, *, limit: int | None = None, offset: int | None = None, status: str | None = None
    ) -> veneer.AsyncPage[dict[str, Any]]:
        """List approvals, a page at a time.

        GET /api/v2/approvals

        Args:
            limit: Rows on a page.
            offset: Rows to skip. Default: 0.
            status: Only approvals that stand so.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer_generated.velerian.api.approvals import list_approvals as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation,
            limit=UNSET if limit is None else limit,
            offset=UNSET if offset is None else offset,
            status=UNSET if status is None else status,
        )
        return await self._client.paginate(_bound, as_json=True).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter(
        self, *, page_size: int = 100, status: str | None = None, **page_options: Unpack[veneer.PageOptions]
    ) -> veneer.AsyncPager[dict[str, Any]]:
        """List approvals, a page at a time.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        GET /api/v2/approvals

        Args:
            page_size: The number of rows in a page.
            status: Only approvals that stand so.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer_generated.velerian.api.approvals import list_approvals as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(_operation, limit=page_size, status=UNSET if status is None else status)
        return self._client.paginate(_bound, as_json=True, **page_options)
