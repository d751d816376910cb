# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Run an agent

POST /api/agents/run

Gives an agent a task and answers what it did.

Args:
    body (AgentRunRequest): A task for an agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.agent_result import AgentResult
    from ...models.agent_run_request import AgentRunRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "agents_run",
    "method": "post",
    "path": "/api/agents/run",
    "security": ["bearer", []],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "403": "GovernanceBlock",
        "404": "ErrorResponse",
        "422": "HTTPValidationError",
        "default": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: AgentRunRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/agents/run",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AgentResult | None:
    if 200 <= response.status_code <= 299:
        return models.AgentResult.from_dict(response.json())

    return None
