# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReplayResult")


@_attrs_define
class ReplayResult:
    parent_execution_id: str
    """ The execution replayed. """
    child_execution_id: str
    """ The execution that replays it. """
    from_checkpoint: str
    """ Where it started. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        parent_execution_id = self.parent_execution_id

        child_execution_id = self.child_execution_id

        from_checkpoint = self.from_checkpoint

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "parentExecutionId": parent_execution_id,
                "childExecutionId": child_execution_id,
                "fromCheckpoint": from_checkpoint,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        parent_execution_id = d.pop("parentExecutionId")

        child_execution_id = d.pop("childExecutionId")

        from_checkpoint = d.pop("fromCheckpoint")

        replay_result = cls(
            parent_execution_id=parent_execution_id,
            child_execution_id=child_execution_id,
            from_checkpoint=from_checkpoint,
        )

        replay_result.additional_properties = d
        return replay_result

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
