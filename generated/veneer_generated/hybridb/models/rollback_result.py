# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RollbackResult")


@_attrs_define
class RollbackResult:
    execution_id: str
    """ The execution. """
    rollback_id: str
    """ The rollback. """
    status: str
    """ rolled_back when it is done. """
    outcome: str
    """ How it ended. """
    steps_rolled_back: list[str]
    """ The steps undone. """
    checkpoint_restored: None | str | Unset = UNSET
    """ The checkpoint restored. """
    reversed_at: datetime.datetime | None | Unset = UNSET
    """ When it was done. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        execution_id = self.execution_id

        rollback_id = self.rollback_id

        status = self.status

        outcome = self.outcome

        steps_rolled_back = self.steps_rolled_back

        checkpoint_restored: None | str | Unset
        if isinstance(self.checkpoint_restored, Unset):
            checkpoint_restored = UNSET
        else:
            checkpoint_restored = self.checkpoint_restored

        reversed_at: None | str | Unset
        if isinstance(self.reversed_at, Unset):
            reversed_at = UNSET
        elif isinstance(self.reversed_at, datetime.datetime):
            reversed_at = self.reversed_at.isoformat()
        else:
            reversed_at = self.reversed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "executionId": execution_id,
                "rollbackId": rollback_id,
                "status": status,
                "outcome": outcome,
                "stepsRolledBack": steps_rolled_back,
            }
        )
        if checkpoint_restored is not UNSET:
            field_dict["checkpointRestored"] = checkpoint_restored
        if reversed_at is not UNSET:
            field_dict["reversedAt"] = reversed_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        execution_id = d.pop("executionId")

        rollback_id = d.pop("rollbackId")

        status = d.pop("status")

        outcome = d.pop("outcome")

        steps_rolled_back = cast(list[str], d.pop("stepsRolledBack"))

        def _parse_checkpoint_restored(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        checkpoint_restored = _parse_checkpoint_restored(d.pop("checkpointRestored", UNSET))

        def _parse_reversed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reversed_at_type_0 = datetime.datetime.fromisoformat(data)

                return reversed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        reversed_at = _parse_reversed_at(d.pop("reversedAt", UNSET))

        rollback_result = cls(
            execution_id=execution_id,
            rollback_id=rollback_id,
            status=status,
            outcome=outcome,
            steps_rolled_back=steps_rolled_back,
            checkpoint_restored=checkpoint_restored,
            reversed_at=reversed_at,
        )

        rollback_result.additional_properties = d
        return rollback_result

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
