# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Sign in user

POST /auth/signin

Answers a new session; wrong credentials are refused with 401.

Args:
    body (SigninRequest): The account to sign in to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.auth_response import AuthResponse
    from ...models.signin_request import SigninRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "auth_signin",
    "method": "post",
    "path": "/auth/signin",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {"401": "ErrorResponse", "429": "ErrorResponse", "default": "ErrorResponse"},
}


def _get_kwargs(
    *,
    body: SigninRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/signin",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AuthResponse | None:
    if 200 <= response.status_code <= 299:
        return models.AuthResponse.from_dict(response.json())

    return None
