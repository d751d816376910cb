# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.rollback_request_rollback_type import (
    RollbackRequestRollbackType,
)
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RollbackRequest(types.Open):
    reason: str | Unset = UNSET
    """Why."""

    rollback_type: RollbackRequestRollbackType | Unset = UNSET
    """All steps, those of targetSteps, or all after checkpointId."""

    target_steps: list[str] | Unset = UNSET
    """The steps of a selective rollback."""

    checkpoint_id: str | Unset = UNSET
    """Where a to_checkpoint rollback stops."""

    metadata: dict[str, Any] | Unset = UNSET
    """Kept with the rollback."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "reason": "reason",
        "rollbackType": "rollback_type",
        "targetSteps": "target_steps",
        "checkpointId": "checkpoint_id",
        "metadata": "metadata",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        reason: str | Unset = UNSET,
        rollback_type: RollbackRequestRollbackType | Unset = UNSET,
        target_steps: list[str] | Unset = UNSET,
        checkpoint_id: str | Unset = UNSET,
        metadata: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (
            self.reason,
            self.rollback_type,
            self.target_steps,
            self.checkpoint_id,
            self.metadata,
            self._unknown,
        ) = (reason, rollback_type, target_steps, checkpoint_id, metadata, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        if self.rollback_type is not UNSET:
            field_dict["rollbackType"] = self.rollback_type
        if self.target_steps is not UNSET:
            field_dict["targetSteps"] = self.target_steps
        if self.checkpoint_id is not UNSET:
            field_dict["checkpointId"] = self.checkpoint_id
        if self.metadata is not UNSET:
            field_dict["metadata"] = self.metadata
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.reason = src_dict.get("reason", UNSET)
        made.rollback_type = src_dict.get("rollbackType", UNSET)
        made.target_steps = src_dict.get("targetSteps", UNSET)
        made.checkpoint_id = src_dict.get("checkpointId", UNSET)
        made.metadata = src_dict.get("metadata", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RollbackRequest._NAMES).issuperset
