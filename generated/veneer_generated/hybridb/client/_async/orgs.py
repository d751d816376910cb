# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Memberships of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import veneer

if TYPE_CHECKING:
    from veneer_generated.hybridb.models import AddMembershipRequest, Membership


class AsyncOrgs(veneer.MethodGroup):
    """Memberships of organisations."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def list_members(self, org_id: str) -> list[Membership]:
        """List the members of an organisation.

        Answers every member with the role, all at once.

        GET /api/v1/orgs/{orgId}/memberships

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

        from veneer_generated.hybridb.api.orgs import list_memberships as _operation

        return veneer.whole(await self._client.call(_operation, org_id)).data

    @overload
    async def add_member(self, org_id: str, request: AddMembershipRequest, /) -> Membership: ...

    @overload
    async def add_member(self, org_id: str, actor_id: str, role: str) -> Membership: ...

    async def add_member(
        self, org_id: str, actor_id: str | AddMembershipRequest, role: str | None = None
    ) -> Membership:
        """Add a member to an organisation.

        Gives an actor a role in the organisation.

        POST /api/v1/orgs/{orgId}/memberships

        Args:
            actor_id: The actor.
            role: The role in the organisation.

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
        from veneer_generated.hybridb.api.orgs import add_membership as _operation

        if isinstance(actor_id, models.AddMembershipRequest):
            if role is not None:
                raise TypeError("add_member() takes one AddMembershipRequest or its members, not both")
            _body = actor_id
        else:
            if role is None:
                raise TypeError("add_member() takes actor_id and role, or one AddMembershipRequest")
            _body = models.AddMembershipRequest(
                actor_id=actor_id,
                role=role,
            )

        return veneer.whole(await self._client.call(_operation, org_id, body=_body)).data

    async def remove_member(self, org_id: str, actor_id: str) -> None:
        """Remove a member from an organisation.

        The actor stays; only the membership ends.

        DELETE /api/v1/orgs/{orgId}/memberships/{actorId}

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

        from veneer_generated.hybridb.api.orgs import remove_membership as _operation

        await self._client.call(_operation, org_id, actor_id)

    revoke_member = remove_member

    async def update_member(self, org_id: str, actor_id: str, role: str) -> Membership:
        """Change the role of a member.

        Replaces the role; the membership stays.

        PATCH /api/v1/orgs/{orgId}/memberships/{actorId}

        Args:
            role: The role from now on.

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
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.orgs import update_membership as _operation

        _body = models.UpdateMembershipRequest(
            role=role,
        )

        return veneer.whole(await self._client.call(_operation, org_id, actor_id, body=_body)).data

    update_member_role = update_member
