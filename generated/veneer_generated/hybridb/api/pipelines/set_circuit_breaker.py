# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Open or close the circuit breaker of a pipeline

POST /api/v1/pipelines/{pipelineId}/circuit-breaker

Open stops new executions of the pipeline; closed lets them through again.

Args:
    pipeline_id (str):
    body (SetCircuitBreakerRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.circuit_breaker_envelope import CircuitBreakerEnvelope
    from ...models.set_circuit_breaker_request import SetCircuitBreakerRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "set_circuit_breaker",
    "method": "post",
    "path": "/api/v1/pipelines/{pipelineId}/circuit-breaker",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"pipeline_id": "pipelineId"},
}


def _get_kwargs(
    pipeline_id: str,
    *,
    body: SetCircuitBreakerRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": f"/api/v1/pipelines/{quote(str(pipeline_id))}/circuit-breaker",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> CircuitBreakerEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.CircuitBreakerEnvelope.from_dict(response.json())

    return None
