# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.stream_event_type import StreamEventType
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class StreamEvent(types.Open):
    """One event of a streamed run."""

    type_: StreamEventType
    """What it is; start, then token, delta and tool_call, then final or error, then done."""

    data: dict[str, Any]
    """What it says, by type."""

    trace_id: str
    """The trace; never missing."""

    timestamp: str
    """When, ISO 8601."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "type": "type_",
        "data": "data",
        "trace_id": "trace_id",
        "timestamp": "timestamp",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "type",
            "data",
            "trace_id",
            "timestamp",
        )
    )

    def __init__(
        self,
        type_: StreamEventType,
        data: dict[str, Any],
        trace_id: str,
        timestamp: str,
    ) -> None:
        (self.type_, self.data, self.trace_id, self.timestamp, self._unknown) = (
            type_,
            data,
            trace_id,
            timestamp,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "type": self.type_,
            "data": self.data,
            "trace_id": self.trace_id,
            "timestamp": self.timestamp,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.type_ = src_dict["type"]
        made.data = src_dict["data"]
        made.trace_id = src_dict["trace_id"]
        made.timestamp = src_dict["timestamp"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(StreamEvent._NAMES).issuperset
