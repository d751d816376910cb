# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Get an execution

GET /api/v1/pipelines/executions/{executionId}

Answers the state of an execution and, when known, of its steps.

Args:
    execution_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.execution_envelope import ExecutionEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_execution",
    "method": "get",
    "path": "/api/v1/pipelines/executions/{executionId}",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"execution_id": "executionId"},
}


def _get_kwargs(
    execution_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/pipelines/executions/{quote(str(execution_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> ExecutionEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.ExecutionEnvelope.from_dict(response.json())

    return None
