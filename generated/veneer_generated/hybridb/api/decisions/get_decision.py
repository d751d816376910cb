# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Get a decision

GET /api/v1/decisions/{decisionId}

Answers a decision as it was made.

Args:
    decision_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.decision_envelope import DecisionEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_decision",
    "method": "get",
    "path": "/api/v1/decisions/{decisionId}",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorEnvelope",
        "404": "ErrorEnvelope",
        "429": "ErrorEnvelope",
        "default": "ErrorEnvelope",
    },
    "arguments": {"decision_id": "decisionId"},
}


def _get_kwargs(
    decision_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v1/decisions/{quote(str(decision_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> DecisionEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.DecisionEnvelope.from_dict(response.json())

    return None
