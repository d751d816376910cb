# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class User(types.Open):
    """A user."""

    id: str
    """The user."""

    email: str
    """The e-mail address."""

    name: None | str | Unset = UNSET
    """The name."""

    created_at: datetime.datetime | None | Unset = UNSET
    """When the account was made."""

    metadata: dict[str, Any] | None | Unset = UNSET
    """Kept with the user."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "email": "email",
        "name": "name",
        "createdAt": "created_at",
        "metadata": "metadata",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "email",
        )
    )

    def __init__(
        self,
        id: str,
        email: str,
        name: None | str | Unset = UNSET,
        created_at: datetime.datetime | None | Unset = UNSET,
        metadata: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (self.id, self.email, self.name, self.created_at, self.metadata, self._unknown) = (
            id,
            email,
            name,
            created_at,
            metadata,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "email": self.email,
        }
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if not isinstance(self.created_at, Unset):
            field_dict["createdAt"] = None if self.created_at is None else write_datetime(self.created_at)
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.email = src_dict["email"]
        made.name = src_dict.get("name", UNSET)
        value = src_dict.get("createdAt", UNSET)
        made.created_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(User._NAMES).issuperset
