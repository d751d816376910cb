# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Define a pipeline

POST /api/v1/pipelines

Registers a pipeline under its name.

Args:
    body (CreatePipelineRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.create_pipeline_request import CreatePipelineRequest
    from ...models.pipeline_definition_envelope import PipelineDefinitionEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "create_pipeline",
    "method": "post",
    "path": "/api/v1/pipelines",
    "security": ["bearer"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorEnvelope",
        "401": "ErrorEnvelope",
        "403": "ErrorEnvelope",
        "409": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
}


def _get_kwargs(
    *,
    body: CreatePipelineRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/pipelines",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> PipelineDefinitionEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.PipelineDefinitionEnvelope.from_dict(response.json())

    return None
