# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Ask for a decision on an action

POST /api/v1/decisions

The policy answers approved, blocked or escalated. A decision is good for one trigger. The same
`idempotencyKey` with the same body gets the first answer again; with another body it is refused
(409 IDEMPOTENCY_CONFLICT).

Args:
    body (DecisionRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.decision_envelope import DecisionEnvelope
    from ...models.decision_request import DecisionRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "request_decision",
    "method": "post",
    "path": "/api/v1/decisions",
    "security": ["bearer"],
    "safe": False,
    "idempotency": {"in": "body", "name": "idempotencyKey"},
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
    body: DecisionRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/decisions",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> DecisionEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.DecisionEnvelope.from_dict(response.json())

    return None
