# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class PublishEventRequest(types.Open):
    event_type: str
    """The kind of event."""

    source_app: str
    """Where it comes from."""

    actor_id: str
    """Who caused it."""

    payload: dict[str, Any]
    """What it says."""

    correlation_id: str | Unset = UNSET
    """Ties events together."""

    idempotency_key: str | Unset = UNSET
    """Makes a repetition of this call get the first answer."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "eventType": "event_type",
        "sourceApp": "source_app",
        "actorId": "actor_id",
        "payload": "payload",
        "correlationId": "correlation_id",
        "idempotencyKey": "idempotency_key",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "eventType",
            "sourceApp",
            "actorId",
            "payload",
        )
    )

    def __init__(
        self,
        event_type: str,
        source_app: str,
        actor_id: str,
        payload: dict[str, Any],
        correlation_id: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> None:
        (
            self.event_type,
            self.source_app,
            self.actor_id,
            self.payload,
            self.correlation_id,
            self.idempotency_key,
            self._unknown,
        ) = (event_type, source_app, actor_id, payload, correlation_id, idempotency_key, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "eventType": self.event_type,
            "sourceApp": self.source_app,
            "actorId": self.actor_id,
            "payload": self.payload,
        }
        if self.correlation_id is not UNSET:
            field_dict["correlationId"] = self.correlation_id
        if self.idempotency_key is not UNSET:
            field_dict["idempotencyKey"] = self.idempotency_key
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.event_type = src_dict["eventType"]
        made.source_app = src_dict["sourceApp"]
        made.actor_id = src_dict["actorId"]
        made.payload = src_dict["payload"]
        made.correlation_id = src_dict.get("correlationId", UNSET)
        made.idempotency_key = src_dict.get("idempotencyKey", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(PublishEventRequest._NAMES).issuperset
