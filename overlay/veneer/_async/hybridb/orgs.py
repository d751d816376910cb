"""Memberships of organisations."""

from __future__ import annotations

from typing import overload

from veneer._async.client import AsyncClient
from veneer._platforms import whole
from veneer_generated.hybridb.api.orgs import (
    add_membership,
    list_memberships,
    remove_membership,
    update_membership,
)
from veneer_generated.hybridb.models.add_membership_request import AddMembershipRequest
from veneer_generated.hybridb.models.membership import Membership
from veneer_generated.hybridb.models.update_membership_request import UpdateMembershipRequest

__all__ = ["AsyncOrgs"]


class AsyncOrgs:
    """Who belongs to an organisation, and as what."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list_members(self, org_id: str) -> list[Membership]:
        """Give all members. GET /api/v1/orgs/{orgId}/memberships"""
        return whole(await self._client.call(list_memberships, org_id)).data

    @overload
    async def add_member(self, org_id: str, request: AddMembershipRequest, /) -> Membership: ...

    @overload
    async def add_member(self, org_id: str, actor_id: str, role: str) -> Membership: ...

    async def add_member(
        self, org_id: str, actor_id: str | AddMembershipRequest, role: str | None = None
    ) -> Membership:
        """Give an actor a role; one `OrgMemberInput` may stand for both. POST /api/v1/orgs/{orgId}/memberships"""
        if isinstance(actor_id, str):
            if role is None:
                raise TypeError(
                    "add_member() takes org_id, actor_id and role, or org_id and one OrgMemberInput"
                )
            actor_id = AddMembershipRequest(actor_id, role)
        return whole(await self._client.call(add_membership, org_id, body=actor_id)).data

    async def update_member(self, org_id: str, actor_id: str, role: str) -> Membership:
        """Change a member's role. PATCH /api/v1/orgs/{orgId}/memberships/{actorId}"""
        return (
            await self._client.call(update_membership, org_id, actor_id, body=UpdateMembershipRequest(role))
        ).data

    update_member_role = update_member

    async def remove_member(self, org_id: str, actor_id: str) -> None:
        """End a membership; the actor stays. DELETE /api/v1/orgs/{orgId}/memberships/{actorId}"""
        await self._client.call(remove_membership, org_id, actor_id)

    revoke_member = remove_member
