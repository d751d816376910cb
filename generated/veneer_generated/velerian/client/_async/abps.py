# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Abps: `list`, `iter`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer

if TYPE_CHECKING:
    from veneer_generated.velerian.models import Abp


class AsyncAbps(veneer.MethodGroup):
    """Abps: `list`, `iter`."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def list(self, *, limit: int | None = None, offset: int | None = None) -> veneer.AsyncPage[Abp]:
        """List the ABPs of the tenant, a page at a time.

        GET /api/v2/abps

        Args:
            limit: Rows on a page.
            offset: Rows to skip. Default: 0.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer_generated.velerian.api.abps import list_abps as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation, limit=UNSET if limit is None else limit, offset=UNSET if offset is None else offset
        )
        return await self._client.paginate(_bound).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter(
        self, *, page_size: int = 100, **page_options: Unpack[veneer.PageOptions]
    ) -> veneer.AsyncPager[Abp]:
        """List the ABPs of the tenant, a page at a time.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        GET /api/v2/abps

        Args:
            page_size: The number of rows in a page.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """

        from veneer_generated.velerian.api.abps import list_abps as _operation

        _bound = veneer.bind(_operation, limit=page_size)
        return self._client.paginate(_bound, **page_options)
