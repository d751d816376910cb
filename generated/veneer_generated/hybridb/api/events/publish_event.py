# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Publish an event

POST /api/v1/events/publish

Puts a typed event on the bus.

Args:
    body (PublishEventRequest):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.event_envelope import EventEnvelope
    from ...models.publish_event_request import PublishEventRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "publish_event",
    "method": "post",
    "path": "/api/v1/events/publish",
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
    body: PublishEventRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/events/publish",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> EventEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.EventEnvelope.from_dict(response.json())

    return None
