# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Check that the platform answers

GET /health

Needs no credentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.health_envelope import HealthEnvelope

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_health",
    "method": "get",
    "path": "/health",
    "security": [],
    "safe": True,
    "accept": "application/json",
    "errors": {"503": "ErrorEnvelope", "default": "ErrorEnvelope"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/health",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> HealthEnvelope | None:
    if 200 <= response.status_code <= 299:
        return models.HealthEnvelope.from_dict(response.json())

    return None
