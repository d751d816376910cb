# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""List Audit Log

GET /api/v2/audit-log

List audited actions, a page at a time. Scope audit:read.

Args:
    action (None | str | Unset): Only this action.
    resource_kind (None | str | Unset): Only this kind of thing.
    resource_id (None | str | Unset): Only this thing.
    actor_user_id (None | str | Unset): Only this user.
    since (datetime.datetime | None | Unset): From when, ISO 8601.
    until (datetime.datetime | None | Unset): Until when, ISO 8601.
    limit (int | Unset): Rows on a page. Default: 50.
    offset (int | Unset): Rows to skip. Default: 0.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset, write_datetime

if TYPE_CHECKING:
    import httpx

    from ...models.audit_page import AuditPage

_OPERATION: Final[dict[str, Any]] = {
    "id": "list_audit_log_api_v2_audit_log_get",
    "method": "get",
    "path": "/api/v2/audit-log",
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
    action: None | str | Unset = UNSET,
    resource_kind: None | str | Unset = UNSET,
    resource_id: None | str | Unset = UNSET,
    actor_user_id: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if action is not UNSET and action is not None:
        params["action"] = action
    if resource_kind is not UNSET and resource_kind is not None:
        params["resource_kind"] = resource_kind
    if resource_id is not UNSET and resource_id is not None:
        params["resource_id"] = resource_id
    if actor_user_id is not UNSET and actor_user_id is not None:
        params["actor_user_id"] = actor_user_id
    if not isinstance(since, Unset) and since is not None:
        params["since"] = write_datetime(since)
    if not isinstance(until, Unset) and until is not None:
        params["until"] = write_datetime(until)
    if limit is not UNSET and limit is not None:
        params["limit"] = limit
    if offset is not UNSET and offset is not None:
        params["offset"] = offset

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v2/audit-log",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AuditPage | None:
    if 200 <= response.status_code <= 299:
        return models.AuditPage.from_dict(response.json())

    return None
