# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.audit_outcome import AuditOutcome
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class AuditEntry(types.Open):
    id: str
    """The entry."""

    actor_id: str
    """Who acted."""

    action: str
    """What was done."""

    outcome: AuditOutcome
    """How an action ended."""

    created_at: datetime.datetime
    """When it was done."""

    resource_type: None | str | Unset = UNSET
    """The kind of thing acted on."""

    resource_id: None | str | Unset = UNSET
    """The thing acted on."""

    decision_id: None | str | Unset = UNSET
    """The decision that allowed it."""

    session_id: None | str | Unset = UNSET
    """The session it was done in."""

    metadata: dict[str, Any] | None | Unset = UNSET
    """More about it."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "actorId": "actor_id",
        "action": "action",
        "outcome": "outcome",
        "createdAt": "created_at",
        "resourceType": "resource_type",
        "resourceId": "resource_id",
        "decisionId": "decision_id",
        "sessionId": "session_id",
        "metadata": "metadata",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "actorId",
            "action",
            "outcome",
            "createdAt",
        )
    )

    def __init__(
        self,
        id: str,
        actor_id: str,
        action: str,
        outcome: AuditOutcome,
        created_at: datetime.datetime,
        resource_type: None | str | Unset = UNSET,
        resource_id: None | str | Unset = UNSET,
        decision_id: None | str | Unset = UNSET,
        session_id: None | str | Unset = UNSET,
        metadata: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.actor_id,
            self.action,
            self.outcome,
            self.created_at,
            self.resource_type,
            self.resource_id,
            self.decision_id,
            self.session_id,
            self.metadata,
            self._unknown,
        ) = (
            id,
            actor_id,
            action,
            outcome,
            created_at,
            resource_type,
            resource_id,
            decision_id,
            session_id,
            metadata,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "actorId": self.actor_id,
            "action": self.action,
            "outcome": self.outcome,
            "createdAt": write_datetime(self.created_at),
        }
        if self.resource_type is not UNSET:
            field_dict["resourceType"] = self.resource_type
        if self.resource_id is not UNSET:
            field_dict["resourceId"] = self.resource_id
        if self.decision_id is not UNSET:
            field_dict["decisionId"] = self.decision_id
        if self.session_id is not UNSET:
            field_dict["sessionId"] = self.session_id
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.actor_id = src_dict["actorId"]
        made.action = src_dict["action"]
        made.outcome = src_dict["outcome"]
        made.created_at = read_datetime(src_dict["createdAt"])
        made.resource_type = src_dict.get("resourceType", UNSET)
        made.resource_id = src_dict.get("resourceId", UNSET)
        made.decision_id = src_dict.get("decisionId", UNSET)
        made.session_id = src_dict.get("sessionId", UNSET)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AuditEntry._NAMES).issuperset
