# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class AgentRunRequest(types.Open):
    """A task for an agent."""

    agent_id: str
    """The agent."""

    task: str
    """The task."""

    config: dict[str, Any] | None | Unset = UNSET
    """Settings of the agent for this task."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "agent_id": "agent_id",
        "task": "task",
        "config": "config",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "agent_id",
            "task",
        )
    )

    def __init__(
        self,
        agent_id: str,
        task: str,
        config: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (self.agent_id, self.task, self.config, self._unknown) = (agent_id, task, config, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "agent_id": self.agent_id,
            "task": self.task,
        }
        if self.config is not UNSET:
            field_dict["config"] = self.config
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.agent_id = src_dict["agent_id"]
        made.task = src_dict["task"]
        made.config = src_dict.get("config", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AgentRunRequest._NAMES).issuperset
