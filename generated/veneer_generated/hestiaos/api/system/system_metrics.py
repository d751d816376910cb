# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get the figures of the server

GET /api/system/metrics

Answers load, sessions, requests and latency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.system_metrics import SystemMetrics

_OPERATION: Final[dict[str, Any]] = {
    "id": "system_metrics",
    "method": "get",
    "path": "/api/system/metrics",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"default": "ErrorResponse"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/system/metrics",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SystemMetrics | None:
    if 200 <= response.status_code <= 299:
        return models.SystemMetrics.from_dict(response.json())

    return None
