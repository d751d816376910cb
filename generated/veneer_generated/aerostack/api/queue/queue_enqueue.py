# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Add job to queue

POST /queue/enqueue

Queues a job, to start at once or after a delay.

Args:
    body (EnqueueRequest): A job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.enqueue_request import EnqueueRequest
    from ...models.enqueue_result import EnqueueResult

_OPERATION: Final[dict[str, Any]] = {
    "id": "queue_enqueue",
    "method": "post",
    "path": "/queue/enqueue",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: EnqueueRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/queue/enqueue",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> EnqueueResult | None:
    if 200 <= response.status_code <= 299:
        return models.EnqueueResult.from_dict(response.json())

    return None
