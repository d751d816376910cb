# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SigninRequest(types.Open):
    """The account to sign in to."""

    email: str
    """The e-mail address."""

    password: str = _attrs_field(repr=False)
    """The password."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "email": "email",
        "password": "password",
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
    ) -> None:
        (self.email, self.password, self._unknown) = (email, password, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "email": self.email,
            "password": self.password,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.email = src_dict["email"]
        made.password = src_dict["password"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SigninRequest._NAMES).issuperset
