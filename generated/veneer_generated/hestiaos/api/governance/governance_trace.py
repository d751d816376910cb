# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get the trace of a command

GET /api/governance/trace/{command_id}

Answers a free-form object; 404 means that there is no such trace.

Args:
    command_id (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from ...types import quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "governance_trace",
    "method": "get",
    "path": "/api/governance/trace/{command_id}",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"404": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    command_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/governance/trace/{quote(str(command_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> dict[str, Any] | None:
    if 200 <= response.status_code <= 299:
        return cast("dict[str, Any]", response.json())

    return None
