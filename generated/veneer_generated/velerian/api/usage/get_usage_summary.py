# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Get Usage Summary

GET /api/v2/usage/summary

Summarize the usage of the tenant, with a page of its evidence packs.

Args:
    evidence_limit (int | None | Unset): Evidence packs on a page.
    evidence_offset (int | Unset): Evidence packs to skip. Default: 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import UNSET, Unset

if TYPE_CHECKING:
    import httpx

    from ...models.tenant_usage_summary_response import TenantUsageSummaryResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_usage_summary_api_v2_usage_summary_get",
    "method": "get",
    "path": "/api/v2/usage/summary",
    "security": ["bearer"],
    "safe": True,
    "pagination": {
        "style": "offset",
        "in": "query",
        "limit": "evidence_limit",
        "offset": "evidence_offset",
        "items": "evidence_packs",
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
    evidence_limit: int | None | Unset = UNSET,
    evidence_offset: int | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    if evidence_limit is not UNSET and evidence_limit is not None:
        params["evidence_limit"] = evidence_limit
    if evidence_offset is not UNSET and evidence_offset is not None:
        params["evidence_offset"] = evidence_offset

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v2/usage/summary",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> TenantUsageSummaryResponse | None:
    if 200 <= response.status_code <= 299:
        return models.TenantUsageSummaryResponse.from_dict(response.json())

    return None
