# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Api keys: `list`, `iter`, `create`, `revoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veneer_generated.velerian.client.results import NewApiKey
    from veneer_generated.velerian.models import ApiKey, ApiKeyCreateRequestScopesItem


class AsyncApiKeys(veneer.MethodGroup):
    """Api keys: `list`, `iter`, `create`, `revoke`."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def list(self, *, limit: int | None = None, offset: int | None = None) -> veneer.AsyncPage[ApiKey]:
        """List the API keys of the tenant without their secrets, a page at a time.

        GET /api/v2/api-keys

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
        from veneer_generated.velerian.api.api_keys import list_api_keys as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation, limit=UNSET if limit is None else limit, offset=UNSET if offset is None else offset
        )
        return await self._client.paginate(_bound).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter(
        self, *, page_size: int = 100, **page_options: Unpack[veneer.PageOptions]
    ) -> veneer.AsyncPager[ApiKey]:
        """List the API keys of the tenant without their secrets, a page at a time.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        GET /api/v2/api-keys

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

        from veneer_generated.velerian.api.api_keys import list_api_keys as _operation

        _bound = veneer.bind(_operation, limit=page_size)
        return self._client.paginate(_bound, **page_options)

    async def create(self, name: str, scopes: Sequence[ApiKeyCreateRequestScopesItem]) -> NewApiKey:
        """Mint an API key; its secret is returned this once.

        Needs an interactive session of a tenant admin or owner.

        POST /api/v2/api-keys

        Args:
            name: The key, for people.
            scopes: What it may do.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer.arguments import as_list
        from veneer_generated.velerian import models
        from veneer_generated.velerian.api.api_keys import create_api_key as _operation

        _body = models.ApiKeyCreateRequest(
            name=name,
            scopes=as_list(scopes),
        )

        from veneer_generated.velerian.client.results import NewApiKey as _View

        return _View.of(await self._client.call(_operation, body=_body))

    async def revoke(self, key_id: str) -> None:
        """Revoke an API key.

        DELETE /api/v2/api-keys/{key_id}

        Args:
            key_id: The key.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """

        from veneer_generated.velerian.api.api_keys import revoke_api_key as _operation

        await self._client.call(_operation, key_id)
