# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PipelineStep")


@_attrs_define
class PipelineStep:
    id: str
    """ The step within its pipeline. """
    name: str
    """ The step, for people. """
    type_: str
    """ The kind of step. """
    config: dict[str, Any] | Unset = UNSET
    """ Settings of this kind of step. """
    depends_on: list[str] | Unset = UNSET
    """ Ids of the steps that come first. """
    compensation_step: str | Unset = UNSET
    """ The step that undoes this one in a rollback. """
    timeout: int | Unset = UNSET
    """ Time-out in milliseconds. """
    retry_policy: dict[str, Any] | Unset = UNSET
    """ How the platform retries the step. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        type_ = self.type_

        config = self.config

        depends_on: list[str] | Unset = UNSET
        if not isinstance(self.depends_on, Unset):
            depends_on = self.depends_on

        compensation_step = self.compensation_step

        timeout = self.timeout

        retry_policy = self.retry_policy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "type": type_,
            }
        )
        if config is not UNSET:
            field_dict["config"] = config
        if depends_on is not UNSET:
            field_dict["dependsOn"] = depends_on
        if compensation_step is not UNSET:
            field_dict["compensationStep"] = compensation_step
        if timeout is not UNSET:
            field_dict["timeout"] = timeout
        if retry_policy is not UNSET:
            field_dict["retryPolicy"] = retry_policy

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        type_ = d.pop("type")

        config = d.pop("config", UNSET)

        depends_on = cast(list[str], d.pop("dependsOn", UNSET))

        compensation_step = d.pop("compensationStep", UNSET)

        timeout = d.pop("timeout", UNSET)

        retry_policy = d.pop("retryPolicy", UNSET)

        pipeline_step = cls(
            id=id,
            name=name,
            type_=type_,
            config=config,
            depends_on=depends_on,
            compensation_step=compensation_step,
            timeout=timeout,
            retry_policy=retry_policy,
        )

        pipeline_step.additional_properties = d
        return pipeline_step

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
