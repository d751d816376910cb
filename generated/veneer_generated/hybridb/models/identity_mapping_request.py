# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class IdentityMappingRequest(types.Open):
    provider_id: str
    """The identity provider."""

    external_id: str
    """The user at the provider."""

    user_id: str
    """The user here."""

    actor_id: str
    """The actor that acts for them."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "providerId": "provider_id",
        "externalId": "external_id",
        "userId": "user_id",
        "actorId": "actor_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "providerId",
            "externalId",
            "userId",
            "actorId",
        )
    )

    def __init__(
        self,
        provider_id: str,
        external_id: str,
        user_id: str,
        actor_id: str,
    ) -> None:
        (self.provider_id, self.external_id, self.user_id, self.actor_id, self._unknown) = (
            provider_id,
            external_id,
            user_id,
            actor_id,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "providerId": self.provider_id,
            "externalId": self.external_id,
            "userId": self.user_id,
            "actorId": self.actor_id,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.provider_id = src_dict["providerId"]
        made.external_id = src_dict["externalId"]
        made.user_id = src_dict["userId"]
        made.actor_id = src_dict["actorId"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(IdentityMappingRequest._NAMES).issuperset
