# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rollback_log_rollback_type import RollbackLogRollbackType
from ..types import UNSET, Unset

T = TypeVar("T", bound="RollbackLog")


@_attrs_define
class RollbackLog:
    id: str
    """ The rollback. """
    rollback_type: RollbackLogRollbackType
    """ What was undone. """
    initiated_by: str
    """ Who asked for it. """
    outcome: str
    """ How it ended. """
    steps_rolled_back: list[str]
    """ The steps undone. """
    created_at: datetime.datetime
    """ When it was asked for. """
    duration_ms: int | None | Unset = UNSET
    """ How long it took in milliseconds. """
    reason: None | str | Unset = UNSET
    """ Why. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        rollback_type = self.rollback_type

        initiated_by = self.initiated_by

        outcome = self.outcome

        steps_rolled_back = self.steps_rolled_back

        created_at = self.created_at.isoformat()

        duration_ms: int | None | Unset
        if isinstance(self.duration_ms, Unset):
            duration_ms = UNSET
        else:
            duration_ms = self.duration_ms

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "rollbackType": rollback_type,
                "initiatedBy": initiated_by,
                "outcome": outcome,
                "stepsRolledBack": steps_rolled_back,
                "createdAt": created_at,
            }
        )
        if duration_ms is not UNSET:
            field_dict["durationMs"] = duration_ms
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        rollback_type = d.pop("rollbackType")

        initiated_by = d.pop("initiatedBy")

        outcome = d.pop("outcome")

        steps_rolled_back = cast(list[str], d.pop("stepsRolledBack"))

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        def _parse_duration_ms(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        duration_ms = _parse_duration_ms(d.pop("durationMs", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        rollback_log = cls(
            id=id,
            rollback_type=rollback_type,
            initiated_by=initiated_by,
            outcome=outcome,
            steps_rolled_back=steps_rolled_back,
            created_at=created_at,
            duration_ms=duration_ms,
            reason=reason,
        )

        rollback_log.additional_properties = d
        return rollback_log

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
