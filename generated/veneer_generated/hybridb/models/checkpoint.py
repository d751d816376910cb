# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field


@_attrs_define
class Checkpoint:
    id: str
    """The checkpoint."""

    step_name: str
    """The step that it belongs to."""

    step_index: int
    """The place of the step, from 0."""

    checksum: str
    """Checksum of the state."""

    created_at: datetime.datetime
    """When it was taken."""

    execution_id: str
    """The execution it belongs to."""

    state_snapshot: dict[str, Any]
    """The state."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "stepName",
            "stepIndex",
            "checksum",
            "createdAt",
            "executionId",
            "stateSnapshot",
        )
    )
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "stepName",
            "stepIndex",
            "checksum",
            "createdAt",
            "executionId",
            "stateSnapshot",
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object; what is UNSET is left out."""
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "id": self.id,
            "stepName": self.step_name,
            "stepIndex": self.step_index,
            "checksum": self.checksum,
            "createdAt": self.created_at.isoformat(),
            "executionId": self.execution_id,
            "stateSnapshot": self.state_snapshot,
        }
        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.step_name = src_dict["stepName"]
        made.step_index = src_dict["stepIndex"]
        made.checksum = src_dict["checksum"]
        made.created_at = datetime.datetime.fromisoformat(src_dict["createdAt"])
        made.execution_id = src_dict["executionId"]
        made.state_snapshot = src_dict["stateSnapshot"]
        made.additional_properties = {}
        if not src_dict.keys() <= cls._NAMES:
            made.additional_properties = {
                key: value for key, value in src_dict.items() if key not in cls._NAMES
            }
        return made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
