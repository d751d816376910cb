# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Event(types.Open):
    event_id: str
    """The event."""

    event_type: str
    """The kind of event."""

    source_app: str
    """Where it comes from."""

    actor_id: str
    """Who caused it."""

    payload: dict[str, Any]
    """What it says."""

    published_at: datetime.datetime
    """When it was published."""

    correlation_id: None | str | Unset = UNSET
    """Ties events together."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "eventId": "event_id",
        "eventType": "event_type",
        "sourceApp": "source_app",
        "actorId": "actor_id",
        "payload": "payload",
        "publishedAt": "published_at",
        "correlationId": "correlation_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "eventId",
            "eventType",
            "sourceApp",
            "actorId",
            "payload",
            "publishedAt",
        )
    )

    def __init__(
        self,
        event_id: str,
        event_type: str,
        source_app: str,
        actor_id: str,
        payload: dict[str, Any],
        published_at: datetime.datetime,
        correlation_id: None | str | Unset = UNSET,
    ) -> None:
        (
            self.event_id,
            self.event_type,
            self.source_app,
            self.actor_id,
            self.payload,
            self.published_at,
            self.correlation_id,
            self._unknown,
        ) = (event_id, event_type, source_app, actor_id, payload, published_at, correlation_id, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "eventId": self.event_id,
            "eventType": self.event_type,
            "sourceApp": self.source_app,
            "actorId": self.actor_id,
            "payload": self.payload,
            "publishedAt": write_datetime(self.published_at),
        }
        if self.correlation_id is not UNSET:
            field_dict["correlationId"] = self.correlation_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.event_id = src_dict["eventId"]
        made.event_type = src_dict["eventType"]
        made.source_app = src_dict["sourceApp"]
        made.actor_id = src_dict["actorId"]
        made.payload = src_dict["payload"]
        made.published_at = read_datetime(src_dict["publishedAt"])
        made.correlation_id = src_dict.get("correlationId", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Event._NAMES).issuperset
