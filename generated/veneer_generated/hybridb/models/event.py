# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    event_id: str
    """ The event. """
    event_type: str
    """ The kind of event. """
    source_app: str
    """ Where it comes from. """
    actor_id: str
    """ Who caused it. """
    payload: dict[str, Any]
    """ What it says. """
    published_at: datetime.datetime
    """ When it was published. """
    correlation_id: None | str | Unset = UNSET
    """ Ties events together. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event_id = self.event_id

        event_type = self.event_type

        source_app = self.source_app

        actor_id = self.actor_id

        payload = self.payload

        published_at = self.published_at.isoformat()

        correlation_id: None | str | Unset
        if isinstance(self.correlation_id, Unset):
            correlation_id = UNSET
        else:
            correlation_id = self.correlation_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "eventId": event_id,
                "eventType": event_type,
                "sourceApp": source_app,
                "actorId": actor_id,
                "payload": payload,
                "publishedAt": published_at,
            }
        )
        if correlation_id is not UNSET:
            field_dict["correlationId"] = correlation_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event_id = d.pop("eventId")

        event_type = d.pop("eventType")

        source_app = d.pop("sourceApp")

        actor_id = d.pop("actorId")

        payload = d.pop("payload")

        published_at = datetime.datetime.fromisoformat(d.pop("publishedAt"))

        def _parse_correlation_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        correlation_id = _parse_correlation_id(d.pop("correlationId", UNSET))

        event = cls(
            event_id=event_id,
            event_type=event_type,
            source_app=source_app,
            actor_id=actor_id,
            payload=payload,
            published_at=published_at,
            correlation_id=correlation_id,
        )

        event.additional_properties = d
        return event

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
