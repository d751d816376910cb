# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Users of the project and their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.speakeasy import with_options

if TYPE_CHECKING:
    from veneer.speakeasy import CallOptions, Retries
    from veneer_generated.aerostack.client.params import SigninRequestParam, SignupRequestParam
    from veneer_generated.aerostack.models import AuthResponse, SigninRequest, SignupRequest


class Authentication(veneer.MethodGroup):
    """Users of the project and their sessions."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def auth_signup(
        self,
        request: SignupRequest | SignupRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign up new user.

        Makes an account and signs it in; an address that has one is refused with 409.

        POST /auth/signup

        Args:
            request: The account to make.

        Raises:
            BadRequestError: 400: The request does not fit.
            AuthenticationError: 401: The key, or the credentials, are not valid.
            ConflictError: 409: It exists already.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.authentication import auth_signup as _operation

        _body = as_model(models.SignupRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)

    def auth_signin(
        self,
        request: SigninRequest | SigninRequestParam,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign in user.

        Answers a new session; wrong credentials are refused with 401.

        POST /auth/signin

        Args:
            request: The account to sign in to.

        Raises:
            AuthenticationError: 401: The key, or the credentials, are not valid.
            RateLimitError: 429: Too many requests.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_model
        from veneer_generated.aerostack import models
        from veneer_generated.aerostack.api.authentication import auth_signin as _operation

        _body = as_model(models.SigninRequest, request)

        return with_options(self._client, retries, options).call(_operation, body=_body)
