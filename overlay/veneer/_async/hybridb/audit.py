"""The immutable audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from veneer._async.client import AsyncClient
from veneer._core.call import check_keywords
from veneer._platforms import WALK, WalkOptions, given, moment, whole
from veneer_generated.hybridb.api.audit import list_audit_actions
from veneer_generated.hybridb.models.audit_entry import AuditEntry
from veneer_generated.hybridb.models.audit_outcome import AuditOutcome
from veneer_generated.hybridb.models.audit_page import AuditPage

if TYPE_CHECKING:
    from veneer._async.pager import AsyncPager

__all__ = ["AsyncAudit"]


class AsyncAudit:
    """Entries of the audit trail, oldest first; every action on the platform writes one."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list(
        self,
        *,
        actor_id: str | None = None,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        decision_id: str | None = None,
        session_id: str | None = None,
        from_: datetime | str | None = None,
        to: datetime | str | None = None,
        page: int = 1,
        limit: int = 50,
    ) -> AuditPage:
        """Give one page of entries: `data`, `total`, `page` (from 1), `limit` (at most 200), `has_more`. GET /api/v1/audit/actions"""
        filters = _filters(actor_id, action, outcome, decision_id, session_id, from_, to)
        return whole(await self._client.call(list_audit_actions, page=page, limit=limit, **filters)).data

    @check_keywords(*WALK)
    def iter(
        self,
        *,
        actor_id: str | None = None,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        decision_id: str | None = None,
        session_id: str | None = None,
        from_: datetime | str | None = None,
        to: datetime | str | None = None,
        page_size: int = 200,
        **walk: Unpack[WalkOptions],
    ) -> AsyncPager[AuditEntry]:
        """Iterate all entries, `page_size` (at most 200) a request; `walk` as in `paginate`. GET /api/v1/audit/actions"""
        filters = _filters(actor_id, action, outcome, decision_id, session_id, from_, to)
        return self._client.paginate(list_audit_actions, limit=page_size, **filters, **walk)


def _filters(
    actor_id: str | None,
    action: str | None,
    outcome: AuditOutcome | None,
    decision_id: str | None,
    session_id: str | None,
    from_: datetime | str | None,
    to: datetime | str | None,
) -> dict[str, Any]:
    return given(
        actor_id=actor_id,
        action=action,
        outcome=outcome,
        decision_id=decision_id,
        session_id=session_id,
        from_=None if from_ is None else moment(from_),
        to=None if to is None else moment(to),
    )
