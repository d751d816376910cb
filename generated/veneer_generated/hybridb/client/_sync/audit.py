# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The immutable audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer

if TYPE_CHECKING:
    import datetime

    from veneer_generated.hybridb.models import AuditEntry, AuditOutcome, AuditPage


class Audit(veneer.MethodGroup):
    """The immutable audit trail."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def list(
        self,
        *,
        actor_id: str | None = None,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        decision_id: str | None = None,
        session_id: str | None = None,
        from_: datetime.datetime | str | None = None,
        to: datetime.datetime | str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> veneer.Page[AuditEntry]:
        """Query the audit trail.

        One page of entries; every action on the platform writes one.

        GET /api/v1/audit/actions

        Args:
            outcome: How an action ended.
            page: Default: 1.
            limit: Default: 50.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.hybridb.api.audit import list_audit_actions as _operation
        from veneer_generated.hybridb.types import UNSET

        _bound = veneer.bind(
            _operation,
            actor_id=UNSET if actor_id is None else actor_id,
            action=UNSET if action is None else action,
            outcome=UNSET if outcome is None else outcome,
            decision_id=UNSET if decision_id is None else decision_id,
            session_id=UNSET if session_id is None else session_id,
            from_=UNSET if from_ is None else as_datetime(from_),
            to=UNSET if to is None else as_datetime(to),
            page=UNSET if page is None else page,
            limit=UNSET if limit is None else limit,
        )
        return self._client.paginate(_bound).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter(
        self,
        *,
        actor_id: str | None = None,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        decision_id: str | None = None,
        session_id: str | None = None,
        from_: datetime.datetime | str | None = None,
        to: datetime.datetime | str | None = None,
        page_size: int = 100,
        **page_options: Unpack[veneer.PageOptions],
    ) -> veneer.Pager[AuditEntry]:
        """Query the audit trail.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        One page of entries; every action on the platform writes one.

        GET /api/v1/audit/actions

        Args:
            outcome: How an action ended.
            page_size: The number of rows in a page.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.hybridb.api.audit import list_audit_actions as _operation
        from veneer_generated.hybridb.types import UNSET

        _bound = veneer.bind(
            _operation,
            actor_id=UNSET if actor_id is None else actor_id,
            action=UNSET if action is None else action,
            outcome=UNSET if outcome is None else outcome,
            decision_id=UNSET if decision_id is None else decision_id,
            session_id=UNSET if session_id is None else session_id,
            from_=UNSET if from_ is None else as_datetime(from_),
            to=UNSET if to is None else as_datetime(to),
            limit=page_size,
        )
        return self._client.paginate(_bound, **page_options)

    def get_page(
        self,
        *,
        actor_id: str | None = None,
        action: str | None = None,
        outcome: AuditOutcome | None = None,
        decision_id: str | None = None,
        session_id: str | None = None,
        from_: datetime.datetime | str | None = None,
        to: datetime.datetime | str | None = None,
        page: int | None = None,
        limit: int | None = None,
    ) -> AuditPage:
        """Query the audit trail.

        One page of entries; every action on the platform writes one.

        GET /api/v1/audit/actions

        Args:
            outcome: How an action ended.
            page: Default: 1.
            limit: Default: 50.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.hybridb.api.audit import list_audit_actions as _operation
        from veneer_generated.hybridb.types import UNSET

        return veneer.whole(
            self._client.call(
                _operation,
                actor_id=UNSET if actor_id is None else actor_id,
                action=UNSET if action is None else action,
                outcome=UNSET if outcome is None else outcome,
                decision_id=UNSET if decision_id is None else decision_id,
                session_id=UNSET if session_id is None else session_id,
                from_=UNSET if from_ is None else as_datetime(from_),
                to=UNSET if to is None else as_datetime(to),
                page=UNSET if page is None else page,
                limit=UNSET if limit is None else limit,
            )
        ).data
