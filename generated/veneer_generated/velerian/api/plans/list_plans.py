# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""List Plans

GET /api/v2/plans

List the plans, all at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "list_plans_api_v2_plans_get",
    "method": "get",
    "path": "/api/v2/plans",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/json",
    "errors": {
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
    },
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v2/plans",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> list[dict[str, Any]] | None:
    if 200 <= response.status_code <= 299:
        return cast("list[dict[str, Any]]", response.json())

    return None
