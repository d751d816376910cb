# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Delete a secret

DELETE /api/secrets/{key}

Forgets a secret.

Args:
    key (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...types import quote

if TYPE_CHECKING:
    import httpx


_OPERATION: Final[dict[str, Any]] = {
    "id": "secrets_delete",
    "method": "delete",
    "path": "/api/secrets/{key}",
    "security": ["bearer", []],
    "safe": False,
    "errors": {"403": "GovernanceBlock", "404": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    key: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": f"/api/secrets/{quote(str(key))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
