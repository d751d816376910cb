"""Lists: one page, or every row across pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from veneer._async.client import AsyncClient
from veneer._core.call import Endpoint, check_keywords
from veneer._platforms import WALK, WalkOptions
from veneer._platforms.velerian_models import Page
from veneer_generated.velerian.api.approvals import list_approvals

if TYPE_CHECKING:
    from veneer._async.pager import AsyncPager

__all__ = ["AsyncApprovals", "AsyncList"]

T = TypeVar("T")


async def async_page(client: AsyncClient, endpoint: Endpoint[..., Any], **arguments: Any) -> Page[Any]:
    """Call a list operation for one page."""
    answer = await client.call_raw(endpoint, **arguments)
    return Page.of(answer.value, raw=answer.response.json())


class AsyncList(Generic[T]):
    """A list of the platform."""

    def __init__(self, client: AsyncClient, endpoint: Endpoint[..., Any]) -> None:
        self._client = client
        self._endpoint = endpoint

    async def list(self, *, limit: int = 50, offset: int = 0) -> Page[T]:
        """Give one page: at most `limit` rows (the server may give fewer) after the first `offset`."""
        return await async_page(self._client, self._endpoint, limit=limit, offset=offset)

    @check_keywords(*WALK)
    def iter(self, *, page_size: int = 100, **walk: Unpack[WalkOptions]) -> AsyncPager[T]:
        """Iterate all rows, `page_size` a request; `walk` as in `paginate`."""
        return self._client.paginate(self._endpoint, limit=page_size, **walk)


class AsyncApprovals:
    """What waits, or waited, for a human."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list(
        self, *, status: str | None = None, limit: int = 50, offset: int = 0
    ) -> Page[dict[str, Any]]:
        """Give one page, of one status if given. GET /api/v2/approvals"""
        return await async_page(self._client, list_approvals, status=status, limit=limit, offset=offset)

    @check_keywords(*WALK)
    def iter(
        self, *, status: str | None = None, page_size: int = 100, **walk: Unpack[WalkOptions]
    ) -> AsyncPager[dict[str, Any]]:
        """Iterate all, of one status if given; `walk` as in `paginate`. GET /api/v2/approvals"""
        return self._client.paginate(list_approvals, status=status, limit=page_size, **walk)
