# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Tokens for people; services use an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer

if TYPE_CHECKING:
    from veneer_generated.hybridb.client.results import Tokens


class Auth(veneer.MethodGroup):
    """Tokens for people; services use an API key."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def create_token(self, email: str, password: str, *, org_id: str | None = None) -> Tokens:
        """Sign in with e-mail and password.

        Answers a short-lived access token and the refresh token that renews it.

        POST /api/v1/auth/token

        Args:
            email: The e-mail address of the account.
            password: The password of the account.
            org_id: The organisation to act in, when there are several.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.auth import create_token as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.TokenRequest(
            email=email,
            password=password,
            org_id=UNSET if org_id is None else org_id,
        )

        from veneer_generated.hybridb.client.results import Tokens as _View

        return _View.of(veneer.whole(self._client.call(_operation, body=_body)).data)

    def revoke_token(self) -> None:
        """End the session of the token that is sent.

        Revokes the token that the request carries.

        DELETE /api/v1/auth/token

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.auth import revoke_token as _operation

        self._client.call(_operation)

    def refresh_token(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for a new pair.

        Called when the access token has expired (TOKEN_EXPIRED).

        POST /api/v1/auth/refresh

        Args:
            refresh_token: The refresh token of the last pair.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.auth import refresh_token as _operation

        _body = models.RefreshRequest(
            refresh_token=refresh_token,
        )

        from veneer_generated.hybridb.client.results import Tokens as _View

        return _View.of(veneer.whole(self._client.call(_operation, body=_body)).data)
