# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="IdentityMapping")


@_attrs_define
class IdentityMapping:
    id: str
    """ The mapping. """
    provider_id: str
    """ The identity provider. """
    external_id: str
    """ The user at the provider. """
    actor_id: str
    """ The actor that acts for them. """
    created_at: datetime.datetime
    """ When it was made. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        provider_id = self.provider_id

        external_id = self.external_id

        actor_id = self.actor_id

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "providerId": provider_id,
                "externalId": external_id,
                "actorId": actor_id,
                "createdAt": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        provider_id = d.pop("providerId")

        external_id = d.pop("externalId")

        actor_id = d.pop("actorId")

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        identity_mapping = cls(
            id=id,
            provider_id=provider_id,
            external_id=external_id,
            actor_id=actor_id,
            created_at=created_at,
        )

        identity_mapping.additional_properties = d
        return identity_mapping

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
