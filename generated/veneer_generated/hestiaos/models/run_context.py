# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.run_context_mode_hint import RunContextModeHint
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunContext(types.Open):
    """Where a run belongs."""

    session_id: None | str | Unset = UNSET
    """The session."""

    agent_id: None | str | Unset = UNSET
    """The agent."""

    mode_hint: None | RunContextModeHint | Unset = UNSET
    """How much thought it deserves."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "session_id": "session_id",
        "agent_id": "agent_id",
        "mode_hint": "mode_hint",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        session_id: None | str | Unset = UNSET,
        agent_id: None | str | Unset = UNSET,
        mode_hint: None | RunContextModeHint | Unset = UNSET,
    ) -> None:
        (self.session_id, self.agent_id, self.mode_hint, self._unknown) = (
            session_id,
            agent_id,
            mode_hint,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {}
        if self.session_id is not UNSET:
            field_dict["session_id"] = self.session_id
        if self.agent_id is not UNSET:
            field_dict["agent_id"] = self.agent_id
        if self.mode_hint is not UNSET:
            field_dict["mode_hint"] = self.mode_hint
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.session_id = src_dict.get("session_id", UNSET)
        made.agent_id = src_dict.get("agent_id", UNSET)
        made.mode_hint = src_dict.get("mode_hint", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunContext._NAMES).issuperset
