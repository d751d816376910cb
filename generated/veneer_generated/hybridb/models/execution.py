# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.execution_status import ExecutionStatus
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Execution(types.Open):
    id: str
    """The execution."""

    pipeline_id: str
    """The pipeline that runs."""

    status: ExecutionStatus
    """Where it stands."""

    started_at: datetime.datetime
    """When it started."""

    actor_id: None | str | Unset = UNSET
    """Who set it off."""

    decision_id: None | str | Unset = UNSET
    """The decision that allowed it."""

    input_: dict[str, Any] | None | Unset = UNSET
    """What it was given."""

    output: dict[str, Any] | None | Unset = UNSET
    """What came out."""

    steps: list[dict[str, Any]] | None | Unset = UNSET
    """The trace of the steps."""

    completed_at: datetime.datetime | None | Unset = UNSET
    """When it ended."""

    parent_execution_id: None | str | Unset = UNSET
    """The execution that this one replays."""

    error: None | str | Unset = UNSET
    """Why it failed."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "pipelineId": "pipeline_id",
        "status": "status",
        "startedAt": "started_at",
        "actorId": "actor_id",
        "decisionId": "decision_id",
        "input": "input_",
        "output": "output",
        "steps": "steps",
        "completedAt": "completed_at",
        "parentExecutionId": "parent_execution_id",
        "error": "error",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "pipelineId",
            "status",
            "startedAt",
        )
    )

    def __init__(
        self,
        id: str,
        pipeline_id: str,
        status: ExecutionStatus,
        started_at: datetime.datetime,
        actor_id: None | str | Unset = UNSET,
        decision_id: None | str | Unset = UNSET,
        input_: dict[str, Any] | None | Unset = UNSET,
        output: dict[str, Any] | None | Unset = UNSET,
        steps: list[dict[str, Any]] | None | Unset = UNSET,
        completed_at: datetime.datetime | None | Unset = UNSET,
        parent_execution_id: None | str | Unset = UNSET,
        error: None | str | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.pipeline_id,
            self.status,
            self.started_at,
            self.actor_id,
            self.decision_id,
            self.input_,
            self.output,
            self.steps,
            self.completed_at,
            self.parent_execution_id,
            self.error,
            self._unknown,
        ) = (
            id,
            pipeline_id,
            status,
            started_at,
            actor_id,
            decision_id,
            input_,
            output,
            steps,
            completed_at,
            parent_execution_id,
            error,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "pipelineId": self.pipeline_id,
            "status": self.status,
            "startedAt": write_datetime(self.started_at),
        }
        if self.actor_id is not UNSET:
            field_dict["actorId"] = self.actor_id
        if self.decision_id is not UNSET:
            field_dict["decisionId"] = self.decision_id
        if self.input_ is not UNSET:
            field_dict["input"] = self.input_
        if self.output is not UNSET:
            field_dict["output"] = self.output
        if self.steps is not UNSET:
            field_dict["steps"] = self.steps
        if not isinstance(self.completed_at, Unset):
            field_dict["completedAt"] = (
                None if self.completed_at is None else write_datetime(self.completed_at)
            )
        if self.parent_execution_id is not UNSET:
            field_dict["parentExecutionId"] = self.parent_execution_id
        if self.error is not UNSET:
            field_dict["error"] = self.error
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.pipeline_id = src_dict["pipelineId"]
        made.status = src_dict["status"]
        made.started_at = read_datetime(src_dict["startedAt"])
        made.actor_id = src_dict.get("actorId", UNSET)
        made.decision_id = src_dict.get("decisionId", UNSET)
        made.input_ = src_dict.get("input", UNSET)
        made.output = src_dict.get("output", UNSET)
        made.steps = src_dict.get("steps", UNSET)
        value = src_dict.get("completedAt", UNSET)
        made.completed_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made.parent_execution_id = src_dict.get("parentExecutionId", UNSET)
        made.error = src_dict.get("error", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Execution._NAMES).issuperset
