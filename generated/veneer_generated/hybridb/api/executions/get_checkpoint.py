# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Get a checkpoint with its state

GET /api/v1/executions/{executionId}/checkpoints/{checkpointId}

Answers the summary and the snapshot of the state behind it.

Args:
    execution_id (str):
    checkpoint_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.checkpoint_envelope import CheckpointEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_checkpoint",
    "method": "get",
    "path": "/api/v1/executions/{executionId}/checkpoints/{checkpointId}",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"execution_id": "executionId", "checkpoint_id": "checkpointId"},
}


def _get_kwargs(
    execution_id: str,
    checkpoint_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/executions/{quote(str(execution_id))}/checkpoints/{quote(str(checkpoint_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CheckpointEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.CheckpointEnvelope.from_dict(response.json())

    return None
