# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.user import User

_loaded = False


def _load() -> None:
    """Bind the models that this one holds, at its first use: they may hold this one."""
    from .. import models

    globals().update({"User": models.User, "_loaded": True})


@_attrs_define
class AuthResponse:
    """A session."""

    token: str = _attrs_field(repr=False)
    """The token of the session."""

    user: User
    """A user."""

    expires_at: datetime.datetime | None | Unset = UNSET
    """When the token stops working."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[frozenset[str]] = frozenset(
        (
            "token",
            "user",
            "expiresAt",
        )
    )
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "token",
            "user",
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object; what is UNSET is left out."""
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "token": self.token,
            "user": self.user.to_dict(),
        }
        if not isinstance(self.expires_at, Unset):
            field_dict["expiresAt"] = None if self.expires_at is None else self.expires_at.isoformat()
        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Unknown fields are kept in `additional_properties`."""
        if not _loaded:
            _load()
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.token = src_dict["token"]
        made.user = User.from_dict(src_dict["user"])
        value = src_dict.get("expiresAt", UNSET)
        made.expires_at = (
            UNSET if value is UNSET else None if value is None else datetime.datetime.fromisoformat(value)
        )
        made.additional_properties = {}
        if not src_dict.keys() <= cls._NAMES:
            made.additional_properties = {
                key: value for key, value in src_dict.items() if key not in cls._NAMES
            }
        return made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
