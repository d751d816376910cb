# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Execute a pipeline by its id

POST /api/v1/pipelines/trigger

Starts an execution. An escalated decision answers 202 with the failure envelope DECISION_ESCALATED;
a decision that was used before answers 409 DECISION_ALREADY_CONSUMED.

Args:
    body (TriggerPipelineRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.execution_envelope import ExecutionEnvelope
    from ...models.trigger_pipeline_request import TriggerPipelineRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "trigger_pipeline",
    "method": "post",
    "path": "/api/v1/pipelines/trigger",
    "security": ["bearer"],
    "safe": False,
    "idempotency": {"in": "body", "name": "idempotencyKey"},
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "409": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "503": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
}


def _get_kwargs(
    *,
    body: TriggerPipelineRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/pipelines/trigger",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ExecutionEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.ExecutionEnvelope.from_dict(response.json())

    return None
