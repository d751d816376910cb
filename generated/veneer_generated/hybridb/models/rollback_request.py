# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rollback_request_rollback_type import (
    RollbackRequestRollbackType,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RollbackRequest")


@_attrs_define
class RollbackRequest:
    reason: str | Unset = UNSET
    """ Why. """
    rollback_type: RollbackRequestRollbackType | Unset = UNSET
    """ All steps, those of targetSteps, or all after checkpointId. """
    target_steps: list[str] | Unset = UNSET
    """ The steps of a selective rollback. """
    checkpoint_id: str | Unset = UNSET
    """ Where a to_checkpoint rollback stops. """
    metadata: dict[str, Any] | Unset = UNSET
    """ Kept with the rollback. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        rollback_type = self.rollback_type

        target_steps: list[str] | Unset = UNSET
        if not isinstance(self.target_steps, Unset):
            target_steps = self.target_steps

        checkpoint_id = self.checkpoint_id

        metadata = self.metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if reason is not UNSET:
            field_dict["reason"] = reason
        if rollback_type is not UNSET:
            field_dict["rollbackType"] = rollback_type
        if target_steps is not UNSET:
            field_dict["targetSteps"] = target_steps
        if checkpoint_id is not UNSET:
            field_dict["checkpointId"] = checkpoint_id
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason", UNSET)

        rollback_type = d.pop("rollbackType", UNSET)

        target_steps = cast(list[str], d.pop("targetSteps", UNSET))

        checkpoint_id = d.pop("checkpointId", UNSET)

        metadata = d.pop("metadata", UNSET)

        rollback_request = cls(
            reason=reason,
            rollback_type=rollback_type,
            target_steps=target_steps,
            checkpoint_id=checkpoint_id,
            metadata=metadata,
        )

        rollback_request.additional_properties = d
        return rollback_request

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
