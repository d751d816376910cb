# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Get a job

POST /queue/job

Answers a job by its id; one that does not exist is no error.

Args:
    body (JobRequest): A job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.job_request import JobRequest
    from ...models.job_result import JobResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "queue_get_job",
    "method": "post",
    "path": "/queue/job",
    "security": ["apiKey"],
    "safe": True,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: JobRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/queue/job",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> JobResult | None:
    if 200 <= response.status_code <= 299:
        return models.JobResult.from_dict(response.json())

    return None
