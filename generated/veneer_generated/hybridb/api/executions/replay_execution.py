# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Replay an execution from a checkpoint

POST /api/v1/executions/{executionId}/replay

Starts a child execution (409 REPLAY_NOT_AVAILABLE when it cannot).

Args:
    execution_id (str):
    body (ReplayRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.replay_request import ReplayRequest
    from ...models.replay_result_envelope import ReplayResultEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "replay_execution",
    "method": "post",
    "path": "/api/v1/executions/{executionId}/replay",
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
        "default": "ErrorEnvelope",
    },
    "arguments": {"execution_id": "executionId"},
}


def _get_kwargs(
    execution_id: str,
    *,
    body: ReplayRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/executions/{quote(str(execution_id))}/replay",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ReplayResultEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.ReplayResultEnvelope.from_dict(response.json())

    return None
