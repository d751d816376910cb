# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class CreateApiKeyRequest(types.Open):
    scopes: list[str]
    """What the key may do."""

    name: str | Unset = UNSET
    """The key, for people."""

    expires_at: datetime.datetime | Unset = UNSET
    """When it stops working."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "scopes": "scopes",
        "name": "name",
        "expiresAt": "expires_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("scopes",))

    def __init__(
        self,
        scopes: list[str],
        name: str | Unset = UNSET,
        expires_at: datetime.datetime | Unset = UNSET,
    ) -> None:
        (self.scopes, self.name, self.expires_at, self._unknown) = (scopes, name, expires_at, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "scopes": self.scopes,
        }
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if not isinstance(self.expires_at, Unset):
            field_dict["expiresAt"] = write_datetime(self.expires_at)
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.scopes = src_dict["scopes"]
        made.name = src_dict.get("name", UNSET)
        value = src_dict.get("expiresAt", UNSET)
        made.expires_at = UNSET if value is UNSET else read_datetime(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(CreateApiKeyRequest._NAMES).issuperset
