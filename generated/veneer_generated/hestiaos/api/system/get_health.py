# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Check that the server answers

GET /api/v1/health

Answers status and version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.health_response import HealthResponse

_OPERATION: Final[dict[str, Any]] = {
    "id": "get_health",
    "method": "get",
    "path": "/api/v1/health",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"default": "ErrorResponse"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/health",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> HealthResponse | None:
    if 200 <= response.status_code <= 299:
        return models.HealthResponse.from_dict(response.json())

    return None
