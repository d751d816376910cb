# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Get Export Content

GET /api/v2/exports/{export_id}/content

Download an export whose delivery is stream. Scope evidence:read.

Args:
    export_id (str): The export.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ...types import File, quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "get_export_content_api_v2_exports__export_id__content_get",
    "method": "get",
    "path": "/api/v2/exports/{export_id}/content",
    "security": ["bearer"],
    "safe": True,
    "accept": "application/octet-stream",
    "errors": {
        "422": "HTTPValidationError",
        "401": "ErrorResponse",
        "403": "ErrorResponse",
        "429": "ErrorResponse",
        "5XX": "ErrorResponse",
        "404": "ErrorResponse",
    },
}


def _get_kwargs(
    export_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/v2/exports/{quote(str(export_id))}/content",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> File | None:
    if 200 <= response.status_code <= 299:
        return File(payload=BytesIO(response.content))

    return None
