# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Query the audit trail

GET /api/v1/audit/actions

One page of entries; every action on the platform writes one.

Args:
    actor_id (str | Unset):
    action (str | Unset):
    outcome (AuditOutcome | Unset): How an action ended.
    decision_id (str | Unset):
    session_id (str | Unset):
    from_ (datetime.datetime | Unset):
    to (datetime.datetime | Unset):
    page (int | Unset): Default: 1.
    limit (int | Unset): Default: 50.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset, write_datetime

if TYPE_CHECKING:
    import httpx

    from ...models.audit_outcome import AuditOutcome
    from ...models.audit_page_envelope import AuditPageEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "list_audit_actions",
    "method": "get",
    "path": "/api/v1/audit/actions",
    "security": ["bearer"],
    "safe": True,
    "pagination": {
        "style": "page",
        "in": "query",
        "page": "page",
        "limit": "limit",
        "max_limit": 200,
        "items": "data.data",
        "total": "data.total",
        "more": "data.hasMore",
        "reported_limit": "data.limit",
        "reported_page": "data.page",
    },
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {
        "actor_id": "actorId",
        "decision_id": "decisionId",
        "session_id": "sessionId",
        "from_": "from",
    },
}


def _get_kwargs(
    *,
    actor_id: str | Unset = UNSET,
    action: str | Unset = UNSET,
    outcome: AuditOutcome | Unset = UNSET,
    decision_id: str | Unset = UNSET,
    session_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if actor_id is not UNSET and actor_id is not None:
        params["actorId"] = actor_id
    if action is not UNSET and action is not None:
        params["action"] = action
    if outcome is not UNSET and outcome is not None:
        params["outcome"] = outcome
    if decision_id is not UNSET and decision_id is not None:
        params["decisionId"] = decision_id
    if session_id is not UNSET and session_id is not None:
        params["sessionId"] = session_id
    if not isinstance(from_, Unset) and from_ is not None:
        params["from"] = write_datetime(from_)
    if not isinstance(to, Unset) and to is not None:
        params["to"] = write_datetime(to)
    if page is not UNSET and page is not None:
        params["page"] = page
    if limit is not UNSET and limit is not None:
        params["limit"] = limit

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/audit/actions",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AuditPageEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.AuditPageEnvelope.from_dict(response.json())

    return None
