# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""End the session of the token that is sent

DELETE /api/v1/auth/token

Revokes the token that the request carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "revoke_token",
    "method": "delete",
    "path": "/api/v1/auth/token",
    "security": ["bearer"],
    "safe": False,
    "errors": {"401": "ErrorEnvelope", "429": "ErrorEnvelope", "default": "ErrorEnvelope"},
}


def _get_kwargs() -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/auth/token",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
