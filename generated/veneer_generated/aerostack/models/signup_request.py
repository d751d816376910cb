# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SignupRequest(types.Open):
    """The account to make."""

    email: str
    """The e-mail address."""

    password: str = _attrs_field(repr=False)
    """The password; at least 8 characters."""

    name: str | Unset = UNSET
    """The name."""

    metadata: dict[str, Any] | Unset = UNSET
    """Kept with the user."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "email": "email",
        "password": "password",
        "name": "name",
        "metadata": "metadata",
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
        name: str | Unset = UNSET,
        metadata: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (self.email, self.password, self.name, self.metadata, self._unknown) = (
            email,
            password,
            name,
            metadata,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "email": self.email,
            "password": self.password,
        }
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.email = src_dict["email"]
        made.password = src_dict["password"]
        made.name = src_dict.get("name", UNSET)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SignupRequest._NAMES).issuperset
