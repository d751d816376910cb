# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.stream_event_type import StreamEventType

T = TypeVar("T", bound="StreamEvent")


@_attrs_define
class StreamEvent:
    """One event of a streamed run."""

    type_: StreamEventType
    """ What it is; start, then token, delta and tool_call, then final or error, then done. """
    data: dict[str, Any]
    """ What it says, by type. """
    trace_id: str
    """ The trace; never missing. """
    timestamp: str
    """ When, ISO 8601. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        data = self.data

        trace_id = self.trace_id

        timestamp = self.timestamp

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "data": data,
                "trace_id": trace_id,
                "timestamp": timestamp,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        data = d.pop("data")

        trace_id = d.pop("trace_id")

        timestamp = d.pop("timestamp")

        stream_event = cls(
            type_=type_,
            data=data,
            trace_id=trace_id,
            timestamp=timestamp,
        )

        stream_event.additional_properties = d
        return stream_event

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
