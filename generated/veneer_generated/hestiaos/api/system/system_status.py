# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get the status of the server

GET /api/system/status

Answers status, version and which parts are up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.system_status import SystemStatus

_OPERATION: Final[dict[str, Any]] = {
    "id": "system_status",
    "method": "get",
    "path": "/api/system/status",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"default": "ErrorResponse"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/system/status",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> SystemStatus | None:
    if 200 <= response.status_code <= 299:
        return models.SystemStatus.from_dict(response.json())

    return None
