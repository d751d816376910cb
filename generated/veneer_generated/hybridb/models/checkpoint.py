# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field
from ..types import read_datetime, write_datetime


@_attrs_define(repr=False)
class Checkpoint(types.Open):
    id: str
    """The checkpoint."""

    step_name: str
    """The step that it belongs to."""

    step_index: int
    """The place of the step, from 0."""

    checksum: str
    """Checksum of the state."""

    created_at: datetime.datetime
    """When it was taken."""

    execution_id: str
    """The execution it belongs to."""

    state_snapshot: dict[str, Any]
    """The state."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "stepName": "step_name",
        "stepIndex": "step_index",
        "checksum": "checksum",
        "createdAt": "created_at",
        "executionId": "execution_id",
        "stateSnapshot": "state_snapshot",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "stepName",
            "stepIndex",
            "checksum",
            "createdAt",
            "executionId",
            "stateSnapshot",
        )
    )

    def __init__(
        self,
        id: str,
        step_name: str,
        step_index: int,
        checksum: str,
        created_at: datetime.datetime,
        execution_id: str,
        state_snapshot: dict[str, Any],
    ) -> None:
        (
            self.id,
            self.step_name,
            self.step_index,
            self.checksum,
            self.created_at,
            self.execution_id,
            self.state_snapshot,
            self._unknown,
        ) = (id, step_name, step_index, checksum, created_at, execution_id, state_snapshot, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "stepName": self.step_name,
            "stepIndex": self.step_index,
            "checksum": self.checksum,
            "createdAt": write_datetime(self.created_at),
            "executionId": self.execution_id,
            "stateSnapshot": self.state_snapshot,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.step_name = src_dict["stepName"]
        made.step_index = src_dict["stepIndex"]
        made.checksum = src_dict["checksum"]
        made.created_at = read_datetime(src_dict["createdAt"])
        made.execution_id = src_dict["executionId"]
        made.state_snapshot = src_dict["stateSnapshot"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Checkpoint._NAMES).issuperset
