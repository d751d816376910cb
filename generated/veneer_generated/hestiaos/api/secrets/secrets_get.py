# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Get a secret

GET /api/secrets/{key}

Answers the value of a secret.

Args:
    key (str):
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models
from ...types import quote

if TYPE_CHECKING:
    import httpx

    from ...models.secret import Secret

_OPERATION: Final[dict[str, Any]] = {
    "id": "secrets_get",
    "method": "get",
    "path": "/api/secrets/{key}",
    "security": ["bearer", []],
    "safe": True,
    "accept": "application/json",
    "errors": {"403": "GovernanceBlock", "404": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    key: str,
) -> dict[str, Any]:
    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/api/secrets/{quote(str(key))}",
    }

    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Secret | None:
    if 200 <= response.status_code <= 299:
        return models.Secret.from_dict(response.json())

    return None
