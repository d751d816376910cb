# Derived from overlay/veneer/_async/aerostack/authentication.py by scripts/unasync.py: edit that file, not this one.
"""Users of an Aerostack project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer._sync.aerostack.client import Namespace
from veneer_generated.aerostack.api.authentication import auth_signin, auth_signup
from veneer_generated.aerostack.models.auth_response import AuthResponse
from veneer_generated.aerostack.models.signin_request import SigninRequest
from veneer_generated.aerostack.models.signup_request import SignupRequest

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import SigninRequestDict, SignupRequestDict

__all__ = ["Authentication"]


class Authentication(Namespace):
    """`sdk.authentication`: users and their sessions."""

    def auth_signup(
        self,
        request: SignupRequest | SignupRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign up a new user and in: POST /auth/signup.

        Raises ErrorResponse: 400 for what does not fit, 409 for an address that has an account.
        """
        return self._view(retries, options).call(auth_signup, body=body(SignupRequest, request))

    def auth_signin(
        self,
        request: SigninRequest | SigninRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign a user in: POST /auth/signin.

        Raises ErrorResponse: 401 for wrong credentials.
        """
        return self._view(retries, options).call(auth_signin, body=body(SigninRequest, request))
