# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.abp_status import AbpStatus
from ..types import define as _attrs_define
from ..types import field as _attrs_field
from ..types import read_datetime, write_datetime


@_attrs_define(repr=False)
class Abp(types.Open):
    """An agentic business process."""

    id: str
    """The ABP."""

    name: str
    """Its name, for people."""

    status: AbpStatus
    """Only a deployed ABP can be invoked."""

    created_at: datetime.datetime
    """When it was made."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "name": "name",
        "status": "status",
        "created_at": "created_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "name",
            "status",
            "created_at",
        )
    )

    def __init__(
        self,
        id: str,
        name: str,
        status: AbpStatus,
        created_at: datetime.datetime,
    ) -> None:
        (self.id, self.name, self.status, self.created_at, self._unknown) = (
            id,
            name,
            status,
            created_at,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "created_at": write_datetime(self.created_at),
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.name = src_dict["name"]
        made.status = src_dict["status"]
        made.created_at = read_datetime(src_dict["created_at"])
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Abp._NAMES).issuperset
