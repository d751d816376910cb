# Derived from overlay/veneer/_async/hybridb/actors.py by scripts/unasync.py: edit that file, not this one.
"""API keys and external identities of actors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from veneer._platforms import given, moment, whole
from veneer._platforms.hybridb_models import NewApiKey
from veneer._sync.client import Client
from veneer_generated.hybridb.api.actors import create_api_key, create_identity_mapping, revoke_api_key
from veneer_generated.hybridb.models.create_api_key_request import CreateApiKeyRequest
from veneer_generated.hybridb.models.identity_mapping import IdentityMapping
from veneer_generated.hybridb.models.identity_mapping_request import IdentityMappingRequest

__all__ = ["Actors"]


class Actors:
    """Actors have namespaced ids: `user:alice`, `service:payments-api`, `agent:planner`, `org:acme`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create_api_key(
        self,
        actor_id: str,
        scopes: Sequence[str] | CreateApiKeyRequest,
        *,
        name: str | None = None,
        expires_at: datetime | str | None = None,
    ) -> NewApiKey:
        """Make an API key for an actor; its `secret` is in this answer only. One `ApiKeyInput` may stand for the arguments. POST /api/v1/actors/{actorId}/api-keys"""
        if isinstance(scopes, CreateApiKeyRequest):
            name, expires_at, scopes = scopes.name or None, scopes.expires_at or None, scopes.scopes
        until = None if expires_at is None else moment(expires_at)
        body = CreateApiKeyRequest(list(scopes), **given(name=name, expires_at=until))
        return NewApiKey.of(whole(self._client.call(create_api_key, actor_id, body=body)).data)

    def revoke_api_key(self, actor_id: str, key_id: str) -> None:
        """End an API key. DELETE /api/v1/actors/{actorId}/api-keys/{keyId}"""
        self._client.call(revoke_api_key, actor_id, key_id)

    def create_identity_mapping(
        self, actor_id: str, provider_id: str, external_id: str, user_id: str
    ) -> IdentityMapping:
        """Tie a user of an identity provider to an actor. POST /api/v1/actors/{actorId}/identity-mappings"""
        body = IdentityMappingRequest(provider_id, external_id, user_id, actor_id)
        return whole(self._client.call(create_identity_mapping, actor_id, body=body)).data

    def create_mapping(self, actor_id: str, input: IdentityMappingRequest) -> IdentityMapping:  # noqa: A002  # the published name
        """Tie a user of an identity provider to an actor; see `create_identity_mapping`. POST /api/v1/actors/{actorId}/identity-mappings"""
        return whole(self._client.call(create_identity_mapping, actor_id, body=input)).data
