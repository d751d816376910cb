# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Set a secret

POST /api/secrets

Keeps a secret under its name. Servers answer 200, 201 or 204; a body says nothing.

Args:
    body (SecretRequest): A secret to keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

    from ...models.secret_request import SecretRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "secrets_set",
    "method": "post",
    "path": "/api/secrets",
    "security": ["bearer", []],
    "safe": False,
    "errors": {"403": "GovernanceBlock", "422": "HTTPValidationError", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SecretRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/secrets",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> Any:
    return None
