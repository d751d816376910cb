# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TriggerPipelineRequest")


@_attrs_define
class TriggerPipelineRequest:
    pipeline_id: str
    """ The pipeline. """
    input_: dict[str, Any]
    """ What the pipeline works on. """
    decision_id: str | Unset = UNSET
    """ The decision that allows it, good for one trigger. """
    trigger_event: str | Unset = UNSET
    """ The event that set it off. """
    idempotency_key: str | Unset = UNSET
    """ Makes a repetition of this call get the first answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pipeline_id = self.pipeline_id

        input_ = self.input_

        decision_id = self.decision_id

        trigger_event = self.trigger_event

        idempotency_key = self.idempotency_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "pipelineId": pipeline_id,
                "input": input_,
            }
        )
        if decision_id is not UNSET:
            field_dict["decisionId"] = decision_id
        if trigger_event is not UNSET:
            field_dict["triggerEvent"] = trigger_event
        if idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = idempotency_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pipeline_id = d.pop("pipelineId")

        input_ = d.pop("input")

        decision_id = d.pop("decisionId", UNSET)

        trigger_event = d.pop("triggerEvent", UNSET)

        idempotency_key = d.pop("idempotencyKey", UNSET)

        trigger_pipeline_request = cls(
            pipeline_id=pipeline_id,
            input_=input_,
            decision_id=decision_id,
            trigger_event=trigger_event,
            idempotency_key=idempotency_key,
        )

        trigger_pipeline_request.additional_properties = d
        return trigger_pipeline_request

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
