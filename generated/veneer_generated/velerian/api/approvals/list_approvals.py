# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""List Approvals

GET /api/v2/approvals

List approvals, a page at a time.

Args:
    limit (int | None | Unset): Rows on a page.
    offset (int | Unset): Rows to skip. Default: 0.
    status (None | str | Unset): Only approvals that stand so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset

if TYPE_CHECKING:
    import httpx

    from ...models.approvals_page import ApprovalsPage

_OPERATION: Final[dict[str, Any]] = {
    "id": "list_approvals_api_v2_approvals_get",
    "method": "get",
    "path": "/api/v2/approvals",
    "security": ["bearer"],
    "safe": True,
    "pagination": {
        "style": "offset",
        "in": "query",
        "limit": "limit",
        "offset": "offset",
        "items": "items",
        "total": "total",
        "reported_limit": "limit",
        "reported_offset": "offset",
    },
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
    limit: int | None | Unset = UNSET,
    offset: int | Unset = UNSET,
    status: None | str | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if limit is not UNSET and limit is not None:
        params["limit"] = limit
    if offset is not UNSET and offset is not None:
        params["offset"] = offset
    if status is not UNSET and status is not None:
        params["status"] = status

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v2/approvals",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ApprovalsPage | None:
    if 200 <= response.status_code <= 299:
        return models.ApprovalsPage.from_dict(response.json())

    return None
