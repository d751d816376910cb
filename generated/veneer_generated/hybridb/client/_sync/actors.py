# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""API keys and external identities of actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from veneer_generated.hybridb.client.params import IdentityMappingRequestParam
    from veneer_generated.hybridb.client.results import NewApiKey
    from veneer_generated.hybridb.models import CreateApiKeyRequest, IdentityMapping, IdentityMappingRequest


class Actors(veneer.MethodGroup):
    """API keys and external identities of actors."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def create_api_key(
        self,
        actor_id: str,
        scopes: Sequence[str] | CreateApiKeyRequest,
        *,
        name: str | None = None,
        expires_at: datetime.datetime | str | None = None,
    ) -> NewApiKey:
        """Create an API key for an actor.

        The answer is the only one that carries the secret.

        POST /api/v1/actors/{actorId}/api-keys

        Args:
            scopes: What the key may do.
            name: The key, for people.
            expires_at: When it stops working.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_datetime, as_list
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.actors import create_api_key as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(scopes, models.CreateApiKeyRequest):
            if name is not None or expires_at is not None:
                raise TypeError("create_api_key() takes one CreateApiKeyRequest or its members, not both")
            _body = scopes
        else:
            _body = models.CreateApiKeyRequest(
                scopes=as_list(scopes),
                name=UNSET if name is None else name,
                expires_at=UNSET if expires_at is None else as_datetime(expires_at),
            )

        from veneer_generated.hybridb.client.results import NewApiKey as _View

        return _View.of(veneer.whole(self._client.call(_operation, actor_id, body=_body)).data)

    def revoke_api_key(self, actor_id: str, key_id: str) -> None:
        """Revoke an API key.

        The key is refused from then on.

        DELETE /api/v1/actors/{actorId}/api-keys/{keyId}

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.actors import revoke_api_key as _operation

        self._client.call(_operation, actor_id, key_id)

    def create_identity_mapping(
        self, actor_id: str, provider_id: str, external_id: str, user_id: str
    ) -> IdentityMapping:
        """Map an external identity to an actor.

        Ties a user of an identity provider to the actor that acts for them.

        POST /api/v1/actors/{actorId}/identity-mappings

        Args:
            provider_id: The identity provider.
            external_id: The user at the provider.
            user_id: The user here.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.actors import create_identity_mapping as _operation

        _body = models.IdentityMappingRequest(
            provider_id=provider_id,
            external_id=external_id,
            user_id=user_id,
            actor_id=actor_id,
        )

        return veneer.whole(self._client.call(_operation, actor_id, body=_body)).data

    def create_mapping(
        self, actor_id: str, input: IdentityMappingRequest | IdentityMappingRequestParam
    ) -> IdentityMapping:
        """Map an external identity to an actor.

        Ties a user of an identity provider to the actor that acts for them.

        POST /api/v1/actors/{actorId}/identity-mappings

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_model
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.actors import create_identity_mapping as _operation

        _body = as_model(models.IdentityMappingRequest, input)

        return veneer.whole(self._client.call(_operation, actor_id, body=_body)).data
