# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Cancel a job

POST /queue/cancel

Cancels a job that has not ended.

Args:
    body (JobRequest): A job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.cancel_job_result import CancelJobResult
    from ...models.job_request import JobRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "queue_cancel_job",
    "method": "post",
    "path": "/queue/cancel",
    "security": ["apiKey"],
    "safe": False,
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
        "url": "/queue/cancel",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CancelJobResult | None:
    if 200 <= response.status_code <= 299:
        return models.CancelJobResult.from_dict(response.json())

    return None
