# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.api_key_create_request_scopes_item import (
    ApiKeyCreateRequestScopesItem,
)
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ApiKeyCreateRequest(types.Open):
    """The API key to mint."""

    name: str
    """The key, for people."""

    scopes: list[ApiKeyCreateRequestScopesItem]
    """What it may do."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "name": "name",
        "scopes": "scopes",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "name",
            "scopes",
        )
    )

    def __init__(
        self,
        name: str,
        scopes: list[ApiKeyCreateRequestScopesItem],
    ) -> None:
        (self.name, self.scopes, self._unknown) = (name, scopes, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "name": self.name,
            "scopes": self.scopes,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.name = src_dict["name"]
        made.scopes = src_dict["scopes"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ApiKeyCreateRequest._NAMES).issuperset
