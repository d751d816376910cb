# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""The client of Velerian, sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import veneer

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from veneer.velerian.results import NetworkRun
    from veneer_generated.velerian.client._sync.abps import Abps
    from veneer_generated.velerian.client._sync.agent_runs import AgentRuns
    from veneer_generated.velerian.client._sync.api_keys import ApiKeys
    from veneer_generated.velerian.client._sync.approvals import Approvals
    from veneer_generated.velerian.client._sync.attachments import Attachments
    from veneer_generated.velerian.client._sync.networks import Networks
    from veneer_generated.velerian.client.results import EvidenceExport, InvokeResult, UsageSummary


class VelerianClient(veneer.Client):
    """A client of Velerian. Its arguments are those of `veneer.Client`.

    Governed runs of agents and the evidence of them."""

    @property
    def abps(self) -> Abps:
        """Abps: `list`, `iter`."""
        from veneer_generated.velerian.client._sync.abps import Abps

        return Abps(self)

    @property
    def agent_runs(self) -> AgentRuns:
        """Agent runs: `list`, `iter`."""
        from veneer_generated.velerian.client._sync.agent_runs import AgentRuns

        return AgentRuns(self)

    @property
    def approvals(self) -> Approvals:
        """Approvals: `list`, `iter`."""
        from veneer_generated.velerian.client._sync.approvals import Approvals

        return Approvals(self)

    @property
    def api_keys(self) -> ApiKeys:
        """Api keys: `list`, `iter`, `create`, `revoke`."""
        from veneer_generated.velerian.client._sync.api_keys import ApiKeys

        return ApiKeys(self)

    @property
    def attachments(self) -> Attachments:
        """Attachments: `register`, `finalize`."""
        from veneer_generated.velerian.client._sync.attachments import Attachments

        return Attachments(self)

    @property
    def networks(self) -> Networks:
        """Networks: `invoke`."""
        from veneer_generated.velerian.client._sync.networks import Networks

        return Networks(self)

    def invoke_abp(self, abp_id: str, *, payload: Mapping[str, Any]) -> InvokeResult:
        """Run a deployed ABP under governance and answer its verdict.

        Scope runs:write.

        POST /api/v2/abps/{abp_id}/invoke

        Args:
            abp_id: The ABP.
            payload: What the ABP works on.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
            VelerianConflictError: 409: The state does not allow it.
        """
        from veneer.arguments import as_dict
        from veneer_generated.velerian import models
        from veneer_generated.velerian.api.abps import invoke_abp as _operation

        _body = models.AbpsInvokeRequest(
            payload=as_dict(payload),
        )

        from veneer_generated.velerian.client.results import InvokeResult as _View

        return _View.of(self.call(_operation, abp_id, body=_body))

    def invocation_evidence(
        self, abp_id: str, invocation_id: str, *, format: str | None = None
    ) -> EvidenceExport:
        """Export the evidence of one invocation.

        Scope evidence:read.

        GET /api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence

        Args:
            abp_id: The ABP.
            invocation_id: The invocation.
            format: The format of the file.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """
        from veneer_generated.velerian.api.evidence import get_invocation_evidence as _operation
        from veneer_generated.velerian.client.results import EvidenceExport as _View
        from veneer_generated.velerian.types import UNSET

        return _View.of(
            self.call(_operation, abp_id, invocation_id, format_=UNSET if format is None else format)
        )

    def evidence_package(
        self, abp_id: str, *, since: datetime.datetime | str, format: str | None = None
    ) -> EvidenceExport:
        """Export the evidence of all invocations of an ABP since a time.

        Scope evidence:read.

        GET /api/v2/abps/{abp_id}/evidence-package

        Args:
            abp_id: The ABP.
            since: From when, ISO 8601.
            format: The format of the file.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.velerian.api.evidence import get_evidence_package as _operation
        from veneer_generated.velerian.client.results import EvidenceExport as _View
        from veneer_generated.velerian.types import UNSET

        return _View.of(
            self.call(
                _operation, abp_id, since=as_datetime(since), format_=UNSET if format is None else format
            )
        )

    def export_content(self, export_id: str) -> bytes:
        """Download an export whose delivery is stream.

        Scope evidence:read.

        GET /api/v2/exports/{export_id}/content

        Args:
            export_id: The export.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """

        from veneer_generated.velerian.api.evidence import get_export_content as _operation

        return (self.call(_operation, export_id)).payload.read()

    def usage_summary(
        self, *, evidence_limit: int | None = None, evidence_offset: int | None = None
    ) -> UsageSummary:
        """Summarize the usage of the tenant, with a page of its evidence packs.

        GET /api/v2/usage/summary

        Args:
            evidence_limit: Evidence packs on a page.
            evidence_offset: Evidence packs to skip. Default: 0.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer_generated.velerian.api.usage import get_usage_summary as _operation
        from veneer_generated.velerian.client.results import UsageSummary as _View
        from veneer_generated.velerian.types import UNSET

        return _View.of(
            self.call(
                _operation,
                evidence_limit=UNSET if evidence_limit is None else evidence_limit,
                evidence_offset=UNSET if evidence_offset is None else evidence_offset,
            )
        )

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter_evidence_packs(
        self, *, page_size: int = 100, **page_options: Unpack[veneer.PageOptions]
    ) -> veneer.Pager[dict[str, Any]]:
        """Summarize the usage of the tenant, with a page of its evidence packs.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        GET /api/v2/usage/summary

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

        from veneer_generated.velerian.api.usage import get_usage_summary as _operation

        _bound = veneer.bind(_operation, evidence_limit=page_size)
        return self.paginate(_bound, as_json=True, **page_options)

    def list_audit_log(
        self,
        *,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        actor_user_id: str | None = None,
        since: datetime.datetime | str | None = None,
        until: datetime.datetime | str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> veneer.Page[dict[str, Any]]:
        """List audited actions, a page at a time.

        Scope audit:read.

        GET /api/v2/audit-log

        Args:
            action: Only this action.
            resource_kind: Only this kind of thing.
            resource_id: Only this thing.
            actor_user_id: Only this user.
            since: From when, ISO 8601.
            until: Until when, ISO 8601.
            limit: Rows on a page. Default: 50.
            offset: Rows to skip. Default: 0.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.velerian.api.audit import list_audit_log as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation,
            action=UNSET if action is None else action,
            resource_kind=UNSET if resource_kind is None else resource_kind,
            resource_id=UNSET if resource_id is None else resource_id,
            actor_user_id=UNSET if actor_user_id is None else actor_user_id,
            since=UNSET if since is None else as_datetime(since),
            until=UNSET if until is None else as_datetime(until),
            limit=UNSET if limit is None else limit,
            offset=UNSET if offset is None else offset,
        )
        return self.paginate(_bound, as_json=True).page()

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter_audit_log(
        self,
        *,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        actor_user_id: str | None = None,
        since: datetime.datetime | str | None = None,
        until: datetime.datetime | str | None = None,
        page_size: int = 100,
        **page_options: Unpack[veneer.PageOptions],
    ) -> veneer.Pager[dict[str, Any]]:
        """List audited actions, a page at a time.

        Iterates over the rows of all pages; `page_options` are those of `paginate`.

        Scope audit:read.

        GET /api/v2/audit-log

        Args:
            action: Only this action.
            resource_kind: Only this kind of thing.
            resource_id: Only this thing.
            actor_user_id: Only this user.
            since: From when, ISO 8601.
            until: Until when, ISO 8601.
            page_size: The number of rows in a page.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """
        from veneer.arguments import as_datetime
        from veneer_generated.velerian.api.audit import list_audit_log as _operation
        from veneer_generated.velerian.types import UNSET

        _bound = veneer.bind(
            _operation,
            action=UNSET if action is None else action,
            resource_kind=UNSET if resource_kind is None else resource_kind,
            resource_id=UNSET if resource_id is None else resource_id,
            actor_user_id=UNSET if actor_user_id is None else actor_user_id,
            since=UNSET if since is None else as_datetime(since),
            until=UNSET if until is None else as_datetime(until),
            limit=page_size,
        )
        return self.paginate(_bound, as_json=True, **page_options)

    def list_plans(self) -> list[dict[str, Any]]:
        """List the plans, all at once.

        GET /api/v2/plans

        Raises:
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
        """

        from veneer_generated.velerian.api.plans import list_plans as _operation

        return self.call(_operation)

    def get_run(self, run_id: str) -> NetworkRun:
        """Get a run; poll it until its status is final.

        GET /api/v2/pack-runs/{run_id}

        Args:
            run_id: The run.

        Raises:
            VelerianValidationError: 422: Validation Error
            VelerianAuthError: 401: The key is missing, not valid, expired or revoked.
            VelerianForbiddenError: 403: The key lacks the scope, or the user the right.
            VelerianRateLimitError: 429: Too many requests.
            VelerianServerError: 5XX: The platform failed; a gateway in front of it may answer for
                it, with 504 after 180 s.
            VelerianNotFoundError: 404: There is no such thing, or it is not visible to this tenant.
        """

        from veneer.velerian.results import NetworkRun as _View
        from veneer_generated.velerian.api.pack_runs import get_pack_run as _operation

        return _View.of(self.call(_operation, run_id))
