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
class Job(types.Open):
    """A job."""

    id: str
    """The job."""

    type_: str
    """The kind of job."""

    status: str
    """Where it stands: queued, processing, completed, failed, cancelled, or what the platform adds."""

    data: Any | Unset = UNSET
    """What the job works on."""

    project_id: str | Unset = UNSET
    """The project it belongs to."""

    created_at: datetime.datetime | None | Unset = UNSET
    """When it was queued."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "type": "type_",
        "status": "status",
        "data": "data",
        "projectId": "project_id",
        "createdAt": "created_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "type",
            "status",
        )
    )

    def __init__(
        self,
        id: str,
        type_: str,
        status: str,
        data: Any | Unset = UNSET,
        project_id: str | Unset = UNSET,
        created_at: datetime.datetime | None | Unset = UNSET,
    ) -> None:
        (self.id, self.type_, self.status, self.data, self.project_id, self.created_at, self._unknown) = (
            id,
            type_,
            status,
            data,
            project_id,
            created_at,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "type": self.type_,
            "status": self.status,
        }
        if self.data is not UNSET:
            field_dict["data"] = self.data
        if self.project_id is not UNSET:
            field_dict["projectId"] = self.project_id
        if not isinstance(self.created_at, Unset):
            field_dict["createdAt"] = None if self.created_at is None else write_datetime(self.created_at)
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.type_ = src_dict["type"]
        made.status = src_dict["status"]
        made.data = src_dict.get("data", UNSET)
        made.project_id = src_dict.get("projectId", UNSET)
        value = src_dict.get("createdAt", UNSET)
        made.created_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Job._NAMES).issuperset
