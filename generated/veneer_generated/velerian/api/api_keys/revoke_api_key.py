# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Revoke Api Key

DELETE /api/v2/api-keys/{key_id}

Revoke an API key.

Args:
    key_id (str): The key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...types import quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "revoke_api_key_api_v2_api_keys__key_id__delete",
    "method": "delete",
    "path": "/api/v2/api-keys/{key_id}",
    "security": ["bearer"],
    "safe": False,
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
    key_id: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": f"/api/v2/api-keys/{quote(str(key_id))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
