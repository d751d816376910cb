# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Roll an execution back

POST /api/v1/executions/{executionId}/rollback

Runs the compensation steps, of all steps, of some, or down to a checkpoint. Possible once, within
30 minutes of completion (409 ROLLBACK_ALREADY_COMPLETED, ROLLBACK_WINDOW_EXPIRED).

Args:
    execution_id (str):
    body (RollbackRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.rollback_request import RollbackRequest
    from ...models.rollback_result_envelope import RollbackResultEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "rollback_execution",
    "method": "post",
    "path": "/api/v1/executions/{executionId}/rollback",
    "security": ["bearer"],
    "safe": False,
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
    body: RollbackRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/executions/{quote(str(execution_id))}/rollback",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> RollbackResultEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.RollbackResultEnvelope.from_dict(response.json())

    return None
