# Derived from overlay/veneer/_async/velerian/api_keys.py by scripts/unasync.py: edit that file, not this one.
"""API keys of the tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from veneer._core.call import check_keywords
from veneer._platforms import WALK, WalkOptions
from veneer._platforms.velerian_models import NewApiKey, Page
from veneer._sync.client import Client
from veneer._sync.velerian.lists import page
from veneer_generated.velerian.api.api_keys import create_api_key, list_api_keys, revoke_api_key
from veneer_generated.velerian.models.api_key import ApiKey
from veneer_generated.velerian.models.api_key_create_request import ApiKeyCreateRequest
from veneer_generated.velerian.models.api_key_create_request_scopes_item import ApiKeyCreateRequestScopesItem

if TYPE_CHECKING:
    from veneer._sync.pager import Pager

__all__ = ["ApiKeys"]


class ApiKeys:
    """Keys and their scopes: runs:read, runs:write, evidence:read, audit:read, read, write."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, name: str, scopes: Sequence[ApiKeyCreateRequestScopesItem]) -> NewApiKey:
        """Make a key; its `secret` is in this answer only.

        Raises VelerianForbiddenError where the client's own key is not of an interactive session. POST /api/v2/api-keys
        """
        body = ApiKeyCreateRequest(name, list(scopes))
        return NewApiKey.of(self._client.call(create_api_key, body=body))

    def list(self, *, limit: int = 50, offset: int = 0) -> Page[ApiKey]:
        """Give one page of keys, without their secrets. GET /api/v2/api-keys"""
        return page(self._client, list_api_keys, limit=limit, offset=offset)

    @check_keywords(*WALK)
    def iter(self, *, page_size: int = 100, **walk: Unpack[WalkOptions]) -> Pager[ApiKey]:
        """Iterate all keys, without their secrets; `walk` as in `paginate`. GET /api/v2/api-keys"""
        return self._client.paginate(list_api_keys, limit=page_size, **walk)

    def revoke(self, key_id: str) -> None:
        """End a key, at any time. DELETE /api/v2/api-keys/{key_id}"""
        self._client.call(revoke_api_key, key_id)
