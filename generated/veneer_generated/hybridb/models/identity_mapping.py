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
class IdentityMapping(types.Open):
    id: str
    """The mapping."""

    provider_id: str
    """The identity provider."""

    external_id: str
    """The user at the provider."""

    actor_id: str
    """The actor that acts for them."""

    created_at: datetime.datetime
    """When it was made."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "providerId": "provider_id",
        "externalId": "external_id",
        "actorId": "actor_id",
        "createdAt": "created_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "providerId",
            "externalId",
            "actorId",
            "createdAt",
        )
    )

    def __init__(
        self,
        id: str,
        provider_id: str,
        external_id: str,
        actor_id: str,
        created_at: datetime.datetime,
    ) -> None:
        (self.id, self.provider_id, self.external_id, self.actor_id, self.created_at, self._unknown) = (
            id,
            provider_id,
            external_id,
            actor_id,
            created_at,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "providerId": self.provider_id,
            "externalId": self.external_id,
            "actorId": self.actor_id,
            "createdAt": write_datetime(self.created_at),
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.provider_id = src_dict["providerId"]
        made.external_id = src_dict["externalId"]
        made.actor_id = src_dict["actorId"]
        made.created_at = read_datetime(src_dict["createdAt"])
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(IdentityMapping._NAMES).issuperset
