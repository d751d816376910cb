# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""List jobs

POST /queue/jobs

Answers a page of jobs.

Args:
    body (JobListRequest): Which page of jobs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.job_list_request import JobListRequest
    from ...models.job_list_result import JobListResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "queue_list_jobs",
    "method": "post",
    "path": "/queue/jobs",
    "security": ["apiKey"],
    "safe": True,
    "pagination": {
        "style": "cursor",
        "in": "body",
        "limit": "limit",
        "max_limit": 200,
        "cursor": "cursor",
        "items": "jobs",
        "next_cursor": "cursor",
        "more": {"list_complete": False},
    },
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: JobListRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/queue/jobs",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> JobListResult | None:
    if 200 <= response.status_code <= 299:
        return models.JobListResult.from_dict(response.json())

    return None
