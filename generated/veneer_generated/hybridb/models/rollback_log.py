# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.rollback_log_rollback_type import RollbackLogRollbackType
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RollbackLog(types.Open):
    id: str
    """The rollback."""

    rollback_type: RollbackLogRollbackType
    """What was undone."""

    initiated_by: str
    """Who asked for it."""

    outcome: str
    """How it ended."""

    steps_rolled_back: list[str]
    """The steps undone."""

    created_at: datetime.datetime
    """When it was asked for."""

    duration_ms: int | None | Unset = UNSET
    """How long it took in milliseconds."""

    reason: None | str | Unset = UNSET
    """Why."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "rollbackType": "rollback_type",
        "initiatedBy": "initiated_by",
        "outcome": "outcome",
        "stepsRolledBack": "steps_rolled_back",
        "createdAt": "created_at",
        "durationMs": "duration_ms",
        "reason": "reason",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "rollbackType",
            "initiatedBy",
            "outcome",
            "stepsRolledBack",
            "createdAt",
        )
    )

    def __init__(
        self,
        id: str,
        rollback_type: RollbackLogRollbackType,
        initiated_by: str,
        outcome: str,
        steps_rolled_back: list[str],
        created_at: datetime.datetime,
        duration_ms: int | None | Unset = UNSET,
        reason: None | str | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.rollback_type,
            self.initiated_by,
            self.outcome,
            self.steps_rolled_back,
            self.created_at,
            self.duration_ms,
            self.reason,
            self._unknown,
        ) = (
            id,
            rollback_type,
            initiated_by,
            outcome,
            steps_rolled_back,
            created_at,
            duration_ms,
            reason,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "rollbackType": self.rollback_type,
            "initiatedBy": self.initiated_by,
            "outcome": self.outcome,
            "stepsRolledBack": self.steps_rolled_back,
            "createdAt": write_datetime(self.created_at),
        }
        if self.duration_ms is not UNSET:
            field_dict["durationMs"] = self.duration_ms
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.rollback_type = src_dict["rollbackType"]
        made.initiated_by = src_dict["initiatedBy"]
        made.outcome = src_dict["outcome"]
        made.steps_rolled_back = src_dict["stepsRolledBack"]
        made.created_at = read_datetime(src_dict["createdAt"])
        made.duration_ms = src_dict.get("durationMs", UNSET)
        made.reason = src_dict.get("reason", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RollbackLog._NAMES).issuperset
