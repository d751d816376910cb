# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class TokenRequest(types.Open):
    email: str
    """The e-mail address of the account."""

    password: str = _attrs_field(repr=False)
    """The password of the account."""

    org_id: str | Unset = UNSET
    """The organisation to act in, when there are several."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "email": "email",
        "password": "password",
        "orgId": "org_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "email",
            "password",
        )
    )

    def __init__(
        self,
        email: str,
        password: str,
        org_id: str | Unset = UNSET,
    ) -> None:
        (self.email, self.password, self.org_id, self._unknown) = (email, password, org_id, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "email": self.email,
            "password": self.password,
        }
        if self.org_id is not UNSET:
            field_dict["orgId"] = self.org_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.email = src_dict["email"]
        made.password = src_dict["password"]
        made.org_id = src_dict.get("orgId", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(TokenRequest._NAMES).issuperset
