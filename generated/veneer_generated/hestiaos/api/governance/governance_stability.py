# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get the stability of governance

GET /api/governance/stability

Answers a free-form object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "governance_stability",
    "method": "get",
    "path": "/api/governance/stability",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"default": "ErrorResponse"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/governance/stability",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> dict[str, Any] | None:
    if 200 <= response.status_code <= 299:
        return cast("dict[str, Any]", response.json())

    return None
