# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class TokenPair(types.Open):
    access_token: str = _attrs_field(repr=False)
    """Sent as the bearer token."""

    refresh_token: str = _attrs_field(repr=False)
    """Buys the next pair."""

    expires_in: int
    """Life of the access token in seconds."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "accessToken": "access_token",
        "refreshToken": "refresh_token",
        "expiresIn": "expires_in",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "accessToken",
            "refreshToken",
            "expiresIn",
        )
    )

    def __init__(
        self,
        access_token: str,
        refresh_token: str,
        expires_in: int,
    ) -> None:
        (self.access_token, self.refresh_token, self.expires_in, self._unknown) = (
            access_token,
            refresh_token,
            expires_in,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "accessToken": self.access_token,
            "refreshToken": self.refresh_token,
            "expiresIn": self.expires_in,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.access_token = src_dict["accessToken"]
        made.refresh_token = src_dict["refreshToken"]
        made.expires_in = src_dict["expiresIn"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(TokenPair._NAMES).issuperset
