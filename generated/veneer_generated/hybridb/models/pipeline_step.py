# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class PipelineStep(types.Open):
    id: str
    """The step within its pipeline."""

    name: str
    """The step, for people."""

    type_: str
    """The kind of step."""

    config: dict[str, Any] | Unset = UNSET
    """Settings of this kind of step."""

    depends_on: list[str] | Unset = UNSET
    """Ids of the steps that come first."""

    compensation_step: str | Unset = UNSET
    """The step that undoes this one in a rollback."""

    timeout: int | Unset = UNSET
    """Time-out in milliseconds."""

    retry_policy: dict[str, Any] | Unset = UNSET
    """How the platform retries the step."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "name": "name",
        "type": "type_",
        "config": "config",
        "dependsOn": "depends_on",
        "compensationStep": "compensation_step",
        "timeout": "timeout",
        "retryPolicy": "retry_policy",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "name",
            "type",
        )
    )

    def __init__(
        self,
        id: str,
        name: str,
        type_: str,
        config: dict[str, Any] | Unset = UNSET,
        depends_on: list[str] | Unset = UNSET,
        compensation_step: str | Unset = UNSET,
        timeout: int | Unset = UNSET,
        retry_policy: dict[str, Any] | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.name,
            self.type_,
            self.config,
            self.depends_on,
            self.compensation_step,
            self.timeout,
            self.retry_policy,
            self._unknown,
        ) = (id, name, type_, config, depends_on, compensation_step, timeout, retry_policy, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "type": self.type_,
        }
        if self.config is not UNSET:
            field_dict["config"] = self.config
        if self.depends_on is not UNSET:
            field_dict["dependsOn"] = self.depends_on
        if self.compensation_step is not UNSET:
            field_dict["compensationStep"] = self.compensation_step
        if self.timeout is not UNSET:
            field_dict["timeout"] = self.timeout
        if self.retry_policy is not UNSET:
            field_dict["retryPolicy"] = self.retry_policy
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.name = src_dict["name"]
        made.type_ = src_dict["type"]
        made.config = src_dict.get("config", UNSET)
        made.depends_on = src_dict.get("dependsOn", UNSET)
        made.compensation_step = src_dict.get("compensationStep", UNSET)
        made.timeout = src_dict.get("timeout", UNSET)
        made.retry_policy = src_dict.get("retryPolicy", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(PipelineStep._NAMES).issuperset
