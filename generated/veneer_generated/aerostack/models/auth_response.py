# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.user import User


@_attrs_define(repr=False)
class AuthResponse(types.Open):
    """A session."""

    token: str = _attrs_field(repr=False)
    """The token of the session."""

    user: User
    """A user."""

    expires_at: datetime.datetime | None | Unset = UNSET
    """When the token stops working."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "token": "token",
        "user": "user",
        "expiresAt": "expires_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "token",
            "user",
        )
    )

    def __init__(
        self,
        token: str,
        user: User,
        expires_at: datetime.datetime | None | Unset = UNSET,
    ) -> None:
        (self.token, self.user, self.expires_at, self._unknown) = (token, user, expires_at, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "token": self.token,
            "user": self.user.to_dict(),
        }
        if not isinstance(self.expires_at, Unset):
            field_dict["expiresAt"] = None if self.expires_at is None else write_datetime(self.expires_at)
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.token = src_dict["token"]
        made.user = models.User.from_dict(src_dict["user"])
        value = src_dict.get("expiresAt", UNSET)
        made.expires_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AuthResponse._NAMES).issuperset
