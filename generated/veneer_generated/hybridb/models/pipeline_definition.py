# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..types import UNSET, Unset, empty, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.pipeline_step import PipelineStep


@_attrs_define(repr=False)
class PipelineDefinition(types.Open):
    id: str
    """The pipeline."""

    name: str
    """The name it is executed by."""

    version: int
    """The version of the definition."""

    is_active: bool
    """Whether it can be executed."""

    steps: list[PipelineStep]
    """The steps."""

    created_at: datetime.datetime
    """When it was defined."""

    description: None | str | Unset = UNSET
    """What it does, for people."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "name": "name",
        "version": "version",
        "isActive": "is_active",
        "steps": "steps",
        "createdAt": "created_at",
        "description": "description",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "name",
            "version",
            "isActive",
            "steps",
            "createdAt",
        )
    )

    def __init__(
        self,
        id: str,
        name: str,
        version: int,
        is_active: bool,
        steps: list[PipelineStep],
        created_at: datetime.datetime,
        description: None | str | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.name,
            self.version,
            self.is_active,
            self.steps,
            self.created_at,
            self.description,
            self._unknown,
        ) = (id, name, version, is_active, steps, created_at, description, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "version": self.version,
            "isActive": self.is_active,
            "steps": [item0.to_dict() for item0 in self.steps],
            "createdAt": write_datetime(self.created_at),
        }
        if self.description is not UNSET:
            field_dict["description"] = self.description
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.name = src_dict["name"]
        made.version = src_dict["version"]
        made.is_active = src_dict["isActive"]
        made.steps = list(map(models.PipelineStep.from_dict, src_dict["steps"])) or empty(src_dict["steps"])
        made.created_at = read_datetime(src_dict["createdAt"])
        made.description = src_dict.get("description", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(PipelineDefinition._NAMES).issuperset
