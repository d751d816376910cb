# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field
from ..types import read_datetime, write_datetime


@_attrs_define(repr=False)
class Membership(types.Open):
    org_id: str
    """The organisation."""

    actor_id: str
    """The actor."""

    role: str
    """The role in the organisation."""

    joined_at: datetime.datetime
    """When the membership began."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "orgId": "org_id",
        "actorId": "actor_id",
        "role": "role",
        "joinedAt": "joined_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "orgId",
            "actorId",
            "role",
            "joinedAt",
        )
    )

    def __init__(
        self,
        org_id: str,
        actor_id: str,
        role: str,
        joined_at: datetime.datetime,
    ) -> None:
        (self.org_id, self.actor_id, self.role, self.joined_at, self._unknown) = (
            org_id,
            actor_id,
            role,
            joined_at,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "orgId": self.org_id,
            "actorId": self.actor_id,
            "role": self.role,
            "joinedAt": write_datetime(self.joined_at),
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.org_id = src_dict["orgId"]
        made.actor_id = src_dict["actorId"]
        made.role = src_dict["role"]
        made.joined_at = read_datetime(src_dict["joinedAt"])
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Membership._NAMES).issuperset
