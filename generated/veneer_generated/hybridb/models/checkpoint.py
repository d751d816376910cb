# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Checkpoint")


@_attrs_define
class Checkpoint:
    id: str
    """ The checkpoint. """
    step_name: str
    """ The step that it belongs to. """
    step_index: int
    """ The place of the step, from 0. """
    checksum: str
    """ Checksum of the state. """
    created_at: datetime.datetime
    """ When it was taken. """
    execution_id: str
    """ The execution it belongs to. """
    state_snapshot: dict[str, Any]
    """ The state. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        step_name = self.step_name

        step_index = self.step_index

        checksum = self.checksum

        created_at = self.created_at.isoformat()

        execution_id = self.execution_id

        state_snapshot = self.state_snapshot

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "stepName": step_name,
                "stepIndex": step_index,
                "checksum": checksum,
                "createdAt": created_at,
                "executionId": execution_id,
                "stateSnapshot": state_snapshot,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        step_name = d.pop("stepName")

        step_index = d.pop("stepIndex")

        checksum = d.pop("checksum")

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        execution_id = d.pop("executionId")

        state_snapshot = d.pop("stateSnapshot")

        checkpoint = cls(
            id=id,
            step_name=step_name,
            step_index=step_index,
            checksum=checksum,
            created_at=created_at,
            execution_id=execution_id,
            state_snapshot=state_snapshot,
        )

        checkpoint.additional_properties = d
        return checkpoint

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
