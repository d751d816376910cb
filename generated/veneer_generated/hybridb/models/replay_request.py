# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ReplayRequest")


@_attrs_define
class ReplayRequest:
    from_checkpoint: str | Unset = UNSET
    """ Where to start. """
    reason: str | Unset = UNSET
    """ Why. """
    idempotency_key: str | Unset = UNSET
    """ Makes a repetition of this call get the first answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_checkpoint = self.from_checkpoint

        reason = self.reason

        idempotency_key = self.idempotency_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if from_checkpoint is not UNSET:
            field_dict["fromCheckpoint"] = from_checkpoint
        if reason is not UNSET:
            field_dict["reason"] = reason
        if idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = idempotency_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_checkpoint = d.pop("fromCheckpoint", UNSET)

        reason = d.pop("reason", UNSET)

        idempotency_key = d.pop("idempotencyKey", UNSET)

        replay_request = cls(
            from_checkpoint=from_checkpoint,
            reason=reason,
            idempotency_key=idempotency_key,
        )

        replay_request.additional_properties = d
        return replay_request

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
