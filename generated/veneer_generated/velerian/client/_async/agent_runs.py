# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Agent runs: `list`, `iter`."""

from __future__ import annotations

from typing import Any, Unpack

import veneer


class AsyncAgentRuns(veneer.MethodGroup):
    """Agent runs: `list`, `iter`."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def list(
        self, *, limit: int | None = None, offset: int | None = None
    ) -> veneer.AsyncPage[dict[str, Any]]:
        """List the runs of agents, a page at a time.

        GET /api/v2/agent_runs

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
        from veneer_generated.velerian.api.agent_runs import list_agent_runs as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation, limit=UNSET if limit is None else limit, offset=UNSET if offset is None else offset
        )
        return await self._client.paginate(_bound, as_json=True).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter(
        self, *, page_size: int = 100, **page_options: Unpack[veneer.PageOptions]
    ) -> veneer.AsyncPager[dict[str, Any]]:
        """List the runs of agents, a page at a time.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        GET /api/v2/agent_runs

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

        from veneer_generated.velerian.api.agent_runs import list_agent_runs as _operation

        _bound = veneer.bind(_operation, limit=page_size)
        return self._client.paginate(_bound, as_json=True, **page_options)
