# Derived from overlay/veneer/_async/velerian/lists.py by scripts/unasync.py: edit that file, not this one.
"""Lists: one page, or every row across pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from veneer._core.call import Endpoint, check_keywords
from veneer._platforms import WALK, WalkOptions
from veneer._platforms.velerian_models import Page
from veneer._sync.client import Client
from veneer_generated.velerian.api.approvals import list_approvals

if TYPE_CHECKING:
    from veneer._sync.pager import Pager

__all__ = ["Approvals", "List"]

T = TypeVar("T")


def page(client: Client, endpoint: Endpoint[..., Any], **arguments: Any) -> Page[Any]:
    """Call a list operation for one page."""
    answer = client.call_raw(endpoint, **arguments)
    return Page.of(answer.value, raw=answer.response.json())


class List(Generic[T]):
    """A list of the platform."""

    def __init__(self, client: Client, endpoint: Endpoint[..., Any]) -> None:
        self._client = client
        self._endpoint = endpoint

    def list(self, *, limit: int = 50, offset: int = 0) -> Page[T]:
        """Give one page: at most `limit` rows (the server may give fewer) after the first `offset`."""
        return page(self._client, self._endpoint, limit=limit, offset=offset)

    @check_keywords(*WALK)
    def iter(self, *, page_size: int = 100, **walk: Unpack[WalkOptions]) -> Pager[T]:
        """Iterate all rows, `page_size` a request; `walk` as in `paginate`."""
        return self._client.paginate(self._endpoint, limit=page_size, **walk)


class Approvals:
    """What waits, or waited, for a human."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, *, status: str | None = None, limit: int = 50, offset: int = 0) -> Page[dict[str, Any]]:
        """Give one page, of one status if given. GET /api/v2/approvals"""
        return page(self._client, list_approvals, status=status, limit=limit, offset=offset)

    @check_keywords(*WALK)
    def iter(
        self, *, status: str | None = None, page_size: int = 100, **walk: Unpack[WalkOptions]
    ) -> Pager[dict[str, Any]]:
        """Iterate all, of one status if given; `walk` as in `paginate`. GET /api/v2/approvals"""
        return self._client.paginate(list_approvals, status=status, limit=page_size, **walk)
