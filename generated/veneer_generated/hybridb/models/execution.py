# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.execution_status import ExecutionStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="Execution")


@_attrs_define
class Execution:
    id: str
    """ The execution. """
    pipeline_id: str
    """ The pipeline that runs. """
    status: ExecutionStatus
    """ Where it stands. """
    started_at: datetime.datetime
    """ When it started. """
    actor_id: None | str | Unset = UNSET
    """ Who set it off. """
    decision_id: None | str | Unset = UNSET
    """ The decision that allowed it. """
    input_: dict[str, Any] | None | Unset = UNSET
    """ What it was given. """
    output: dict[str, Any] | None | Unset = UNSET
    """ What came out. """
    steps: list[dict[str, Any]] | None | Unset = UNSET
    """ The trace of the steps. """
    completed_at: datetime.datetime | None | Unset = UNSET
    """ When it ended. """
    parent_execution_id: None | str | Unset = UNSET
    """ The execution that this one replays. """
    error: None | str | Unset = UNSET
    """ Why it failed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        pipeline_id = self.pipeline_id

        status = self.status

        started_at = self.started_at.isoformat()

        actor_id: None | str | Unset
        if isinstance(self.actor_id, Unset):
            actor_id = UNSET
        else:
            actor_id = self.actor_id

        decision_id: None | str | Unset
        if isinstance(self.decision_id, Unset):
            decision_id = UNSET
        else:
            decision_id = self.decision_id

        input_: dict[str, Any] | None | Unset
        if isinstance(self.input_, Unset):
            input_ = UNSET
        else:
            input_ = self.input_

        output: dict[str, Any] | None | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        steps: list[dict[str, Any]] | None | Unset
        if isinstance(self.steps, Unset):
            steps = UNSET
        elif isinstance(self.steps, list):
            steps = self.steps

        else:
            steps = self.steps

        completed_at: None | str | Unset
        if isinstance(self.completed_at, Unset):
            completed_at = UNSET
        elif isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        parent_execution_id: None | str | Unset
        if isinstance(self.parent_execution_id, Unset):
            parent_execution_id = UNSET
        else:
            parent_execution_id = self.parent_execution_id

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "pipelineId": pipeline_id,
                "status": status,
                "startedAt": started_at,
            }
        )
        if actor_id is not UNSET:
            field_dict["actorId"] = actor_id
        if decision_id is not UNSET:
            field_dict["decisionId"] = decision_id
        if input_ is not UNSET:
            field_dict["input"] = input_
        if output is not UNSET:
            field_dict["output"] = output
        if steps is not UNSET:
            field_dict["steps"] = steps
        if completed_at is not UNSET:
            field_dict["completedAt"] = completed_at
        if parent_execution_id is not UNSET:
            field_dict["parentExecutionId"] = parent_execution_id
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        pipeline_id = d.pop("pipelineId")

        status = d.pop("status")

        started_at = datetime.datetime.fromisoformat(d.pop("startedAt"))

        def _parse_actor_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        actor_id = _parse_actor_id(d.pop("actorId", UNSET))

        def _parse_decision_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        decision_id = _parse_decision_id(d.pop("decisionId", UNSET))

        def _parse_input_(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        input_ = _parse_input_(d.pop("input", UNSET))

        def _parse_output(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        def _parse_steps(data: object) -> list[dict[str, Any]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                steps_type_0 = cast(list[dict[str, Any]], data)

                return steps_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[dict[str, Any]] | None | Unset, data)

        steps = _parse_steps(d.pop("steps", UNSET))

        def _parse_completed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        completed_at = _parse_completed_at(d.pop("completedAt", UNSET))

        def _parse_parent_execution_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        parent_execution_id = _parse_parent_execution_id(d.pop("parentExecutionId", UNSET))

        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        execution = cls(
            id=id,
            pipeline_id=pipeline_id,
            status=status,
            started_at=started_at,
            actor_id=actor_id,
            decision_id=decision_id,
            input_=input_,
            output=output,
            steps=steps,
            completed_at=completed_at,
            parent_execution_id=parent_execution_id,
            error=error,
        )

        execution.additional_properties = d
        return execution

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
