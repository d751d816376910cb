"""The Velerian client: its documented methods beyond the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import veneer
from veneer.velerian.platform import ENDED, PLATFORM, run_timeout_error
from veneer_generated.velerian.client import _async as derived

# Each method loads only the operations, models and results that it needs.
if TYPE_CHECKING:
    import httpx

    from veneer._async.settings import AsyncSettings
    from veneer._core.auth import Key
    from veneer._core.transfer import Destination, Progress
    from veneer.velerian._async.attachments import AsyncAttachments
    from veneer.velerian.errors import VelerianRunTimeoutError
    from veneer.velerian.results import NetworkRun
    from veneer_generated.velerian.client.results import EvidenceExport
    from veneer_generated.velerian.models import PackRun

__all__ = ["AsyncVelerianClient"]


class AsyncVelerianClient(derived.AsyncVelerianClient):
    """A client of Velerian.

        async with AsyncVelerianClient() as client:  # VELERIAN_BASE_URL, VELERIAN_API_KEY
            result = await client.invoke_abp(abp_id, payload={"prompt": "Summarize the filing."})

    The key comes from `api_key=` or VELERIAN_API_KEY, the address from `base_url=` or
    VELERIAN_BASE_URL. For other routes use `get`, `post`, `delete` or `request`: a bare path
    ("plans") is below /api/v2/; one from the root ("/api/agenticx/…") and an absolute URL of the
    same origin are used unchanged. `user_agent` replaces the User-Agent.

    Raises ConfigurationError for invalid arguments or a missing key. Everything
    else is as in `veneer.AsyncClient`.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        timeout: float | veneer.Timeouts | None = PLATFORM.timeouts,
        user_agent: str | None = None,
        **settings: Unpack[AsyncSettings],
    ) -> None:
        if user_agent is not None:
            settings["headers"] = {"user-agent": user_agent, **(settings.get("headers") or {})}
        super().__init__(base_url, api_key=api_key, timeout=timeout, **settings)

    @property
    def attachments(self) -> AsyncAttachments:
        """Files that runs work on."""
        from veneer.velerian._async.attachments import AsyncAttachments

        return AsyncAttachments(self)

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
        """Start a run of a network and, unless `wait` is false, poll it until it ends.

        Times are seconds. Raises VelerianRunTimeoutError after `run_timeout`: the run continues and
        is billed, `await_run(error.run_id)` collects it.

        POST /api/agenticx/networks/{slug}/invoke?async=true, GET /api/v2/pack-runs/{run_id}
        """
        from veneer._core.dotted_path import pick
        from veneer.velerian.results import NetworkRun
        from veneer_generated.velerian.types import UNSET

        answer = await self.networks.invoke(
            slug,
            prompt_text=prompt_text,
            async_=True,
            metadata=UNSET if metadata is None else metadata,
            attachment_ids=UNSET if attachment_ids is None else attachment_ids,
        )
        # A 202 means that the run is queued, even if the body does not say it.
        known = {"run_id": run_id} if (run_id := pick(answer, "run_id")) is not None else {}
        status = pick(answer, "status") or "queued"
        queued = NetworkRun.of(answer, **known, status=status, slug=slug)
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
        """Poll a run until it ends, and return it, even if it is blocked or failed.

        Times are seconds. Raises VelerianRunTimeoutError after `run_timeout`; the run continues.

        GET /api/v2/pack-runs/{run_id}
        """
        from veneer.velerian.results import NetworkRun
        from veneer_generated.velerian.api.pack_runs import get_pack_run

        def told(run: PackRun) -> None:
            if progress is not None:
                progress(NetworkRun.of(run))

        def late(run: PackRun | None, waited_s: float) -> VelerianRunTimeoutError:
            return run_timeout_error(run_id, None if run is None else run.status, waited_s)

        run = await self.wait(
            get_pack_run,
            run_id,
            until=lambda run: veneer.whole(run).status in ENDED,
            every=poll_interval,
            timeout=run_timeout,
            error=late,
            progress=told,
        )
        return NetworkRun.of(run)

    async def download_export(
        self,
        export: EvidenceExport | str,
        *,
        to: Destination,
        progress: Progress | None = None,
        total: float | None = None,
    ) -> veneer.Download:
        """Write an export (or the one with that id) to a path or file, in constant memory.

        `total` bounds the whole transfer (seconds). A presigned export is fetched from storage,
        which must not get the API key; a streamed one, or one known only by its id, from
        GET /api/v2/exports/{export_id}/content with the key.
        """
        if not isinstance(export, str) and export.delivery != "stream":
            return await self.download_url(export.download_url, to=to, progress=progress, total=total)
        from veneer_generated.velerian.api.evidence import get_export_content

        export_id = export if isinstance(export, str) else export.export_id
        return await self.download(get_export_content, export_id, to=to, progress=progress, total=total)

    @veneer.check_keywords(*veneer.PageOptions.__annotations__)
    def iter_paginated(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        page_size: int = 100,
        limit_param: str = "limit",
        offset_param: str = "offset",
        items_key: str = "items",
        **page_options: Unpack[veneer.PageOptions],
    ) -> veneer.AsyncPager[Any]:
        """Iterate any list that pages by limit and offset; `page_options` as in `paginate`, `path` as in `request`.

        It detects a server that caps the page size or repeats a page: the server's own counts
        decide the end. Raises PaginationError if there is no list at `items_key`.
        """
        style = veneer.OffsetPages(
            limit=limit_param, offset=offset_param, items=items_key, total="total", reported_limit="limit"
        )
        return self.paginate(
            path, pages=style, params={**(params or {}), limit_param: page_size}, **page_options
        )

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a GET to any route; see `request`."""
        return await self.request("GET", path, params=params, headers=headers)

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a POST to any route; see `request`."""
        return await self.request("POST", path, json=json, params=params, headers=headers)

    async def delete(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a DELETE to any route; see `request`."""
        return await self.request("DELETE", path, params=params, headers=headers)
