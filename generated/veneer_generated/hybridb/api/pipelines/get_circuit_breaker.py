# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Get the circuit breaker of a pipeline

GET /api/v1/pipelines/{pipelineId}/circuit-breaker

An open breaker refuses triggers with 503 CIRCUIT_BREAKER_OPEN.

Args:
    pipeline_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.circuit_breaker_envelope import CircuitBreakerEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_circuit_breaker",
    "method": "get",
    "path": "/api/v1/pipelines/{pipelineId}/circuit-breaker",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"pipeline_id": "pipelineId"},
}


def _get_kwargs(
    pipeline_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/pipelines/{quote(str(pipeline_id))}/circuit-breaker",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CircuitBreakerEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.CircuitBreakerEnvelope.from_dict(response.json())

    return None
