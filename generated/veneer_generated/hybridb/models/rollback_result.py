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
class RollbackResult(types.Open):
    execution_id: str
    """The execution."""

    rollback_id: str
    """The rollback."""

    status: str
    """rolled_back when it is done."""

    outcome: str
    """How it ended."""

    steps_rolled_back: list[str]
    """The steps undone."""

    checkpoint_restored: None | str | Unset = UNSET
    """The checkpoint restored."""

    reversed_at: datetime.datetime | None | Unset = UNSET
    """When it was done."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "executionId": "execution_id",
        "rollbackId": "rollback_id",
        "status": "status",
        "outcome": "outcome",
        "stepsRolledBack": "steps_rolled_back",
        "checkpointRestored": "checkpoint_restored",
        "reversedAt": "reversed_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "executionId",
            "rollbackId",
            "status",
            "outcome",
            "stepsRolledBack",
        )
    )

    def __init__(
        self,
        execution_id: str,
        rollback_id: str,
        status: str,
        outcome: str,
        steps_rolled_back: list[str],
        checkpoint_restored: None | str | Unset = UNSET,
        reversed_at: datetime.datetime | None | Unset = UNSET,
    ) -> None:
        (
            self.execution_id,
            self.rollback_id,
            self.status,
            self.outcome,
            self.steps_rolled_back,
            self.checkpoint_restored,
            self.reversed_at,
            self._unknown,
        ) = (
            execution_id,
            rollback_id,
            status,
            outcome,
            steps_rolled_back,
            checkpoint_restored,
            reversed_at,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "executionId": self.execution_id,
            "rollbackId": self.rollback_id,
            "status": self.status,
            "outcome": self.outcome,
            "stepsRolledBack": self.steps_rolled_back,
        }
        if self.checkpoint_restored is not UNSET:
            field_dict["checkpointRestored"] = self.checkpoint_restored
        if not isinstance(self.reversed_at, Unset):
            field_dict["reversedAt"] = None if self.reversed_at is None else write_datetime(self.reversed_at)
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.execution_id = src_dict["executionId"]
        made.rollback_id = src_dict["rollbackId"]
        made.status = src_dict["status"]
        made.outcome = src_dict["outcome"]
        made.steps_rolled_back = src_dict["stepsRolledBack"]
        made.checkpoint_restored = src_dict.get("checkpointRestored", UNSET)
        value = src_dict.get("reversedAt", UNSET)
        made.reversed_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RollbackResult._NAMES).issuperset
