# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""List the checkpoints of an execution

GET /api/v1/executions/{executionId}/checkpoints

Answers summaries, all at once; the state comes with a single checkpoint.

Args:
    execution_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.checkpoint_list_envelope import CheckpointListEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "list_checkpoints",
    "method": "get",
    "path": "/api/v1/executions/{executionId}/checkpoints",
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
        "url": f"/api/v1/executions/{quote(str(execution_id))}/checkpoints",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CheckpointListEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.CheckpointListEnvelope.from_dict(response.json())

    return None
