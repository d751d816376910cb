# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ApiKeyCreateResponse(types.Open):
    """A new API key; the only answer that carries its secret."""

    id: str
    """The key."""

    name: str
    """The key, for people."""

    scopes: list[str]
    """What it may do."""

    secret: str = _attrs_field(repr=False)
    """The key itself, vk_live_…; shown this once."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "name": "name",
        "scopes": "scopes",
        "secret": "secret",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "name",
            "scopes",
            "secret",
        )
    )

    def __init__(
        self,
        id: str,
        name: str,
        scopes: list[str],
        secret: str,
    ) -> None:
        (self.id, self.name, self.scopes, self.secret, self._unknown) = (id, name, scopes, secret, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "scopes": self.scopes,
            "secret": self.secret,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.name = src_dict["name"]
        made.scopes = src_dict["scopes"]
        made.secret = src_dict["secret"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ApiKeyCreateResponse._NAMES).issuperset
