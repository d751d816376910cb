# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.agent_result_status import AgentResultStatus
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class AgentResult(types.Open):
    """What the agent did."""

    agent_id: str
    """The agent."""

    result: None | str | Unset = UNSET
    """What came out."""

    status: AgentResultStatus | None | Unset = UNSET
    """Where it stands."""

    output: None | str | Unset = UNSET
    """What came out."""

    error: None | str | Unset = UNSET
    """Why it failed."""

    trace_id: None | str | Unset = UNSET
    """The trace."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "agent_id": "agent_id",
        "result": "result",
        "status": "status",
        "output": "output",
        "error": "error",
        "trace_id": "trace_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("agent_id",))

    def __init__(
        self,
        agent_id: str,
        result: None | str | Unset = UNSET,
        status: AgentResultStatus | None | Unset = UNSET,
        output: None | str | Unset = UNSET,
        error: None | str | Unset = UNSET,
        trace_id: None | str | Unset = UNSET,
    ) -> None:
        (self.agent_id, self.result, self.status, self.output, self.error, self.trace_id, self._unknown) = (
            agent_id,
            result,
            status,
            output,
            error,
            trace_id,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "agent_id": self.agent_id,
        }
        if self.result is not UNSET:
            field_dict["result"] = self.result
        if self.status is not UNSET:
            field_dict["status"] = self.status
        if self.output is not UNSET:
            field_dict["output"] = self.output
        if self.error is not UNSET:
            field_dict["error"] = self.error
        if self.trace_id is not UNSET:
            field_dict["trace_id"] = self.trace_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.agent_id = src_dict["agent_id"]
        made.result = src_dict.get("result", UNSET)
        made.status = src_dict.get("status", UNSET)
        made.output = src_dict.get("output", UNSET)
        made.error = src_dict.get("error", UNSET)
        made.trace_id = src_dict.get("trace_id", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AgentResult._NAMES).issuperset
