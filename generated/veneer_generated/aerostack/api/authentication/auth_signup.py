# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Sign up new user

POST /auth/signup

Makes an account and signs it in; an address that has one is refused with 409.

Args:
    body (SignupRequest): The account to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import models

if TYPE_CHECKING:
    import httpx

    from ...models.auth_response import AuthResponse
    from ...models.signup_request import SignupRequest

_OPERATION: Final[dict[str, Any]] = {
    "id": "auth_signup",
    "method": "post",
    "path": "/auth/signup",
    "security": ["apiKey"],
    "safe": False,
    "accept": "application/json",
    "errors": {
        "400": "ErrorResponse",
        "401": "ErrorResponse",
        "409": "ErrorResponse",
        "429": "ErrorResponse",
        "default": "ErrorResponse",
    },
}


def _get_kwargs(
    *,
    body: SignupRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/signup",
    }

    _kwargs["json"] = body.to_dict
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: Any, response: httpx.Response) -> AuthResponse | None:
    if 200 <= response.status_code <= 299:
        return models.AuthResponse.from_dict(response.json())

    return None
