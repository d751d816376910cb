# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PublishEventRequest")


@_attrs_define
class PublishEventRequest:
    event_type: str
    """ The kind of event. """
    source_app: str
    """ Where it comes from. """
    actor_id: str
    """ Who caused it. """
    payload: dict[str, Any]
    """ What it says. """
    correlation_id: str | Unset = UNSET
    """ Ties events together. """
    idempotency_key: str | Unset = UNSET
    """ Makes a repetition of this call get the first answer. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event_type = self.event_type

        source_app = self.source_app

        actor_id = self.actor_id

        payload = self.payload

        correlation_id = self.correlation_id

        idempotency_key = self.idempotency_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "eventType": event_type,
                "sourceApp": source_app,
                "actorId": actor_id,
                "payload": payload,
            }
        )
        if correlation_id is not UNSET:
            field_dict["correlationId"] = correlation_id
        if idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = idempotency_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event_type = d.pop("eventType")

        source_app = d.pop("sourceApp")

        actor_id = d.pop("actorId")

        payload = d.pop("payload")

        correlation_id = d.pop("correlationId", UNSET)

        idempotency_key = d.pop("idempotencyKey", UNSET)

        publish_event_request = cls(
            event_type=event_type,
            source_app=source_app,
            actor_id=actor_id,
            payload=payload,
            correlation_id=correlation_id,
            idempotency_key=idempotency_key,
        )

        publish_event_request.additional_properties = d
        return publish_event_request

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
