# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""List the rollbacks of an execution

GET /api/v1/executions/{executionId}/rollback-log

Answers the rollbacks with their outcomes, all at once.

Args:
    execution_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.rollback_log_list_envelope import RollbackLogListEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_rollback_log",
    "method": "get",
    "path": "/api/v1/executions/{executionId}/rollback-log",
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
        "url": f"/api/v1/executions/{quote(str(execution_id))}/rollback-log",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> RollbackLogListEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.RollbackLogListEnvelope.from_dict(response.json())

    return None
