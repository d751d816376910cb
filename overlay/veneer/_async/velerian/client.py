"""The Velerian client: governed runs and their evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from veneer._async.client import AsyncClient
from veneer._core.auth import Key
from veneer._core.call import check_keywords
from veneer._core.options import Timeouts
from veneer._platforms import WALK, WalkOptions, given, moment, whole
from veneer._platforms.velerian import ENDED, PLATFORM, VelerianRunTimeoutError, run_timeout_error

# Every method loads the operations, models and results that it needs itself: a program's first call waits for no other's.
if TYPE_CHECKING:
    import httpx

    from veneer._async.pager import AsyncPager
    from veneer._async.settings import AsyncSettings
    from veneer._async.velerian.api_keys import AsyncApiKeys
    from veneer._async.velerian.attachments import AsyncAttachments
    from veneer._async.velerian.lists import AsyncApprovals, AsyncList
    from veneer._core.transfer import Destination, Download, Progress
    from veneer._platforms.velerian_models import EvidenceExport, InvokeResult, NetworkRun, Page, UsageSummary
    from veneer_generated.velerian.models.abp import Abp
    from veneer_generated.velerian.models.pack_run import PackRun

__all__ = ["AsyncVelerianClient"]


class AsyncVelerianClient(AsyncClient):
    """A client of Velerian.

        async with AsyncVelerianClient() as client:          # VELERIAN_BASE_URL, VELERIAN_API_KEY
            result = await client.invoke_abp(abp_id, payload={"prompt": "Summarize the attached filing."})

    The key comes from `api_key=` or VELERIAN_API_KEY, the address from `base_url=` or VELERIAN_BASE_URL. Namespaces: `abps`, `agent_runs`, `approvals` and `api_keys` have `list` and
    `iter`; `attachments` has `upload`. Any other route is a `get`, `post`, `delete` or `request` away: a bare path ("plans") is below /api/v2/, one from the root
    ("/api/agenticx/…") and an absolute URL of the same origin are taken as they are.
    `timeout` is `timeouts` (seconds for each step of an attempt), `user_agent` replaces the User-Agent.

    Raises ConfigurationError for arguments that cannot work, a missing key among them. Everything else is as in `veneer.AsyncClient`.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        timeout: float | Timeouts | None = PLATFORM.timeouts,
        user_agent: str | None = None,
        **settings: Unpack[AsyncSettings],
    ) -> None:
        settings.setdefault("timeouts", timeout)
        if user_agent is not None:
            settings["headers"] = {"user-agent": user_agent, **(settings.get("headers") or {})}
        super().__init__(base_url, api_key=api_key, **settings)

    # -- governed runs -----------------------------------------------------------------------------------------

    async def invoke_abp(self, abp_id: str, *, payload: Mapping[str, Any]) -> InvokeResult:
        """Run a deployed ABP under its governance. Needs the scope runs:write.

        The platform takes no idempotency key: a call that may have run is not repeated. Raises VelerianConflictError for an ABP that is not deployed. POST
        /api/v2/abps/{abp_id}/invoke
        """
        from veneer._platforms.velerian_models import InvokeResult
        from veneer_generated.velerian.api.abps import invoke_abp
        from veneer_generated.velerian.models.abps_invoke_request import AbpsInvokeRequest

        answer = await self.call_raw(invoke_abp, abp_id, body=AbpsInvokeRequest(dict(payload)))
        return InvokeResult.of(answer.value, raw=answer.response.json())

    async def invoke_network(
        self,
        slug: str,
        *,
        prompt_text: str,
        metadata: Mapping[str, Any] | None = None,
        attachment_ids: Sequence[str] | None = None,
        wait: bool = True,
        poll_interval: float = 3.0,
        run_timeout: float = 900.0,
        progress: Callable[[NetworkRun], None] | None = None,
    ) -> NetworkRun:
        """Queue a run of a network and, unless `wait` is false, poll until it has succeeded, failed or been blocked.

        Times are seconds. Raises VelerianRunTimeoutError after `run_timeout`: the run goes on and is billed, `await_run(error.run_id)` collects it. POST
        /api/agenticx/networks/{slug}/invoke?async=true, GET /api/v2/pack-runs/{run_id}
        """
        from veneer._core.pick import pick
        from veneer._platforms.velerian_models import NetworkRun
        from veneer_generated.velerian.api.networks import invoke_network
        from veneer_generated.velerian.models.networks_invoke_request import NetworksInvokeRequest

        body = NetworksInvokeRequest(
            prompt_text,
            **given(
                metadata=None if metadata is None else dict(metadata),
                attachment_ids=None if attachment_ids is None else list(attachment_ids),
            ),
        )
        answer = await self.call_raw(invoke_network, slug, body=body, async_=True)
        status = pick(answer.value, "status") or "queued"  # what a 202 means
        queued = NetworkRun.of(answer.value, slug=slug, status=status, raw=answer.response.json())
        if not wait:
            return queued
        run = await self.await_run(
            queued.run_id, poll_interval=poll_interval, run_timeout=run_timeout, progress=progress
        )
        return replace(run, slug=slug, run_url=queued.run_url)

    async def await_run(
        self,
        run_id: str,
        *,
        poll_interval: float = 3.0,
        run_timeout: float = 900.0,
        progress: Callable[[NetworkRun], None] | None = None,
    ) -> NetworkRun:
        """Poll a run until it has ended, and give it, blocked and failed ones too.

        Times are seconds. Raises VelerianRunTimeoutError after `run_timeout`; the run goes on. GET /api/v2/pack-runs/{run_id}
        """
        from veneer._platforms.velerian_models import NetworkRun
        from veneer_generated.velerian.api.pack_runs import get_pack_run

        def told(run: PackRun) -> None:
            if progress is not None:
                progress(NetworkRun.of(run, run_id=run.id, raw=run.to_dict()))

        def late(run: PackRun | None, waited_s: float) -> VelerianRunTimeoutError:
            return run_timeout_error(run_id, None if run is None else run.status, waited_s)

        run = await self.wait(
            get_pack_run,
            run_id,
            until=lambda run: whole(run).status in ENDED,
            every=poll_interval,
            timeout=run_timeout,
            error=late,
            progress=told,
        )
        return NetworkRun.of(run, run_id=run.id, raw=run.to_dict())

    async def get_run(self, run_id: str) -> NetworkRun:
        """Give a run as it stands. GET /api/v2/pack-runs/{run_id}"""
        from veneer._platforms.velerian_models import NetworkRun
        from veneer_generated.velerian.api.pack_runs import get_pack_run

        answer = await self.call_raw(get_pack_run, run_id)
        return NetworkRun.of(answer.value, run_id=whole(answer.value).id, raw=answer.response.json())

    @property
    def abps(self) -> AsyncList[Abp]:
        """Agent blueprints, with their status: draft, deployed or retired. GET /api/v2/abps"""
        from veneer._async.velerian.lists import AsyncList
        from veneer_generated.velerian.api.abps import list_abps

        return AsyncList(self, list_abps)

    @property
    def agent_runs(self) -> AsyncList[dict[str, Any]]:
        """Runs of agents. GET /api/v2/agent_runs"""
        from veneer._async.velerian.lists import AsyncList
        from veneer_generated.velerian.api.agent_runs import list_agent_runs

        return AsyncList(self, list_agent_runs)

    @property
    def approvals(self) -> AsyncApprovals:
        """What waits for a human."""
        from veneer._async.velerian.lists import AsyncApprovals

        return AsyncApprovals(self)

    @property
    def attachments(self) -> AsyncAttachments:
        """Files that runs work on."""
        from veneer._async.velerian.attachments import AsyncAttachments

        return AsyncAttachments(self)

    # -- evidence ----------------------------------------------------------------------------------------------

    async def invocation_evidence(
        self,
        abp_id: str,
        invocation_id: str,
        *,
        format: str | None = None,  # noqa: A002  # the platform's name
    ) -> EvidenceExport:
        """Export the evidence of one invocation. Needs the scope evidence:read. GET /api/v2/abps/{abp_id}/invocations/{invocation_id}/evidence"""
        from veneer._platforms.velerian_models import EvidenceExport
        from veneer_generated.velerian.api.evidence import get_invocation_evidence

        answer = await self.call_raw(get_invocation_evidence, abp_id, invocation_id, format_=format)
        return EvidenceExport.of(answer.value, raw=answer.response.json())

    async def evidence_package(
        self,
        abp_id: str,
        *,
        since: datetime | str,
        format: str | None = None,  # noqa: A002  # the platform's name
    ) -> EvidenceExport:
        """Export all evidence of an ABP since a moment. Needs the scope evidence:read. GET /api/v2/abps/{abp_id}/evidence-package"""
        from veneer._platforms.velerian_models import EvidenceExport
        from veneer_generated.velerian.api.evidence import get_evidence_package

        answer = await self.call_raw(get_evidence_package, abp_id, since=moment(since), format_=format)
        return EvidenceExport.of(answer.value, raw=answer.response.json())

    async def download_export(
        self,
        export: EvidenceExport | str,
        *,
        to: Destination,
        progress: Progress | None = None,
        total: float | None = None,
    ) -> Download:
        """Write an export (or the one with that id) to a path or file, in flat memory; `total`
        bounds the whole transfer (seconds).

        A presigned one is fetched from storage, where the API key must not go; a streamed one, and
        one known by its id only, from GET /api/v2/exports/{export_id}/content with the key.
        """
        from veneer._platforms.velerian_models import EvidenceExport
        from veneer_generated.velerian.api.evidence import get_export_content

        if isinstance(export, EvidenceExport) and export.delivery != "stream":
            return await self.download_url(export.download_url, to=to, progress=progress, total=total)
        export_id = export if isinstance(export, str) else export.export_id
        return await self.download(get_export_content, export_id, to=to, progress=progress, total=total)

    # -- usage and audit ---------------------------------------------------------------------------------------

    async def usage_summary(self, *, evidence_limit: int = 50, evidence_offset: int = 0) -> UsageSummary:
        """Give what the tenant used, with one page of evidence packs. GET /api/v2/usage/summary"""
        from veneer._platforms.velerian_models import UsageSummary
        from veneer_generated.velerian.api.usage import get_usage_summary

        answer = await self.call_raw(
            get_usage_summary, evidence_limit=evidence_limit, evidence_offset=evidence_offset
        )
        return UsageSummary.of(answer.value, raw=answer.response.json())

    @check_keywords(*WALK)
    def iter_evidence_packs(
        self, *, page_size: int = 100, **walk: Unpack[WalkOptions]
    ) -> AsyncPager[dict[str, Any]]:
        """Iterate the evidence packs of the usage summary; `walk` as in `paginate`. GET /api/v2/usage/summary"""
        from veneer_generated.velerian.api.usage import get_usage_summary

        return self.paginate(get_usage_summary, evidence_limit=page_size, **walk)

    async def list_audit_log(
        self,
        *,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        actor_user_id: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page[dict[str, Any]]:
        """Give one page of the audit log; entries are dicts as sent. Needs the scope audit:read. GET /api/v2/audit-log"""
        from veneer._core.pick import pick
        from veneer._platforms.velerian_models import Page
        from veneer_generated.velerian.api.audit import list_audit_log

        answer = await self.call_raw(
            list_audit_log,
            action=action,
            resource_kind=resource_kind,
            resource_id=resource_id,
            actor_user_id=actor_user_id,
            since=None if since is None else moment(since),
            until=None if until is None else moment(until),
            limit=limit,
            offset=offset,
        )
        raw = answer.response.json()
        return Page.of(answer.value, raw=raw, **given(items=pick(raw, "items")))

    @check_keywords(*WALK)
    def iter_audit_log(
        self,
        *,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        actor_user_id: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        page_size: int = 100,
        **walk: Unpack[WalkOptions],
    ) -> AsyncPager[dict[str, Any]]:
        """Iterate the audit log across pages; entries are dicts as sent, `walk` as in `paginate`. Needs the scope audit:read. GET /api/v2/audit-log"""
        filters = given(
            action=action,
            resource_kind=resource_kind,
            resource_id=resource_id,
            actor_user_id=actor_user_id,
            since=None if since is None else moment(since).isoformat(),
            until=None if until is None else moment(until).isoformat(),
        )
        return self.iter_paginated("audit-log", params=filters, page_size=page_size, **walk)

    async def list_plans(self) -> list[dict[str, Any]]:
        """Give all plans. GET /api/v2/plans"""
        from veneer_generated.velerian.api.plans import list_plans

        return await self.call(list_plans)

    @property
    def api_keys(self) -> AsyncApiKeys:
        """API keys."""
        from veneer._async.velerian.api_keys import AsyncApiKeys

        return AsyncApiKeys(self)

    # -- any route ---------------------------------------------------------------------------------------------

    @check_keywords(*WALK)
    def iter_paginated(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        page_size: int = 100,
        limit_param: str = "limit",
        offset_param: str = "offset",
        items_key: str = "items",
        **walk: Unpack[WalkOptions],
    ) -> AsyncPager[Any]:
        """Iterate any list that pages by limit and offset; `walk` as in `paginate`.

        `path` as in `request`. A server that caps the page size, or repeats a page, is noticed: the end is where its own counts say. Raises PaginationError where there is no list at `items_key`.
        """
        from veneer._core.page_styles import OffsetPages

        style = OffsetPages(
            limit=limit_param, offset=offset_param, items=items_key, total="total", reported_limit="limit"
        )
        return self.paginate(path, pages=style, params={**(params or {}), limit_param: page_size}, **walk)

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """GET any route; see `request`."""
        return await self.request("GET", path, params=params, headers=headers)

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """POST to any route; see `request`."""
        return await self.request("POST", path, json=json, params=params, headers=headers)

    async def delete(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """DELETE any route; see `request`."""
        return await self.request("DELETE", path, params=params, headers=headers)
