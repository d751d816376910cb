"""Users of an Aerostack project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from veneer._async.aerostack.client import AsyncNamespace
from veneer._platforms.aerostack_bodies import body
from veneer._platforms.aerostack_options import CallOptions, Retries
from veneer_generated.aerostack.api.authentication import auth_signin, auth_signup
from veneer_generated.aerostack.models.auth_response import AuthResponse
from veneer_generated.aerostack.models.signin_request import SigninRequest
from veneer_generated.aerostack.models.signup_request import SignupRequest

if TYPE_CHECKING:
    from veneer._platforms.aerostack_requests import SigninRequestDict, SignupRequestDict

__all__ = ["AsyncAuthentication"]


class AsyncAuthentication(AsyncNamespace):
    """`sdk.authentication`: users and their sessions."""

    async def auth_signup_async(
        self,
        request: SignupRequest | SignupRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign up a new user and in: POST /auth/signup.

        Raises ErrorResponse: 400 for what does not fit, 409 for an address that has an account.
        """
        return await self._async_view(retries, options).call(auth_signup, body=body(SignupRequest, request))

    async def auth_signin_async(
        self,
        request: SigninRequest | SigninRequestDict,
        retries: Retries = None,
        **options: Unpack[CallOptions],
    ) -> AuthResponse:
        """Sign a user in: POST /auth/signin.

        Raises ErrorResponse: 401 for wrong credentials.
        """
        return await self._async_view(retries, options).call(auth_signin, body=body(SigninRequest, request))
