# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="IdentityMappingRequest")


@_attrs_define
class IdentityMappingRequest:
    provider_id: str
    """ The identity provider. """
    external_id: str
    """ The user at the provider. """
    user_id: str
    """ The user here. """
    actor_id: str
    """ The actor that acts for them. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        provider_id = self.provider_id

        external_id = self.external_id

        user_id = self.user_id

        actor_id = self.actor_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "providerId": provider_id,
                "externalId": external_id,
                "userId": user_id,
                "actorId": actor_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        provider_id = d.pop("providerId")

        external_id = d.pop("externalId")

        user_id = d.pop("userId")

        actor_id = d.pop("actorId")

        identity_mapping_request = cls(
            provider_id=provider_id,
            external_id=external_id,
            user_id=user_id,
            actor_id=actor_id,
        )

        identity_mapping_request.additional_properties = d
        return identity_mapping_request

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
