# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DecisionRequest")


@_attrs_define
class DecisionRequest:
    decision_type: str
    """ The kind of decision. """
    action: str
    """ The action that waits for it. """
    input_data: dict[str, Any]
    """ What the policy looks at. """
    resource_type: str | Unset = UNSET
    """ The kind of thing acted on. """
    resource_id: str | Unset = UNSET
    """ The thing acted on. """
    idempotency_key: str | Unset = UNSET
    """ Makes a repetition of this call get the first answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision_type = self.decision_type

        action = self.action

        input_data = self.input_data

        resource_type = self.resource_type

        resource_id = self.resource_id

        idempotency_key = self.idempotency_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decisionType": decision_type,
                "action": action,
                "inputData": input_data,
            }
        )
        if resource_type is not UNSET:
            field_dict["resourceType"] = resource_type
        if resource_id is not UNSET:
            field_dict["resourceId"] = resource_id
        if idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = idempotency_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision_type = d.pop("decisionType")

        action = d.pop("action")

        input_data = d.pop("inputData")

        resource_type = d.pop("resourceType", UNSET)

        resource_id = d.pop("resourceId", UNSET)

        idempotency_key = d.pop("idempotencyKey", UNSET)

        decision_request = cls(
            decision_type=decision_type,
            action=action,
            input_data=input_data,
            resource_type=resource_type,
            resource_id=resource_id,
            idempotency_key=idempotency_key,
        )

        decision_request.additional_properties = d
        return decision_request

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
