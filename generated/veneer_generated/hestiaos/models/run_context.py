# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.run_context_mode_hint import RunContextModeHint
from ..types import UNSET, Unset

T = TypeVar("T", bound="RunContext")


@_attrs_define
class RunContext:
    """Where a run belongs."""

    session_id: str | Unset = UNSET
    """ The session. """
    agent_id: str | Unset = UNSET
    """ The agent. """
    mode_hint: RunContextModeHint | Unset = UNSET
    """ How much thought it deserves. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        session_id = self.session_id

        agent_id = self.agent_id

        mode_hint = self.mode_hint

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if session_id is not UNSET:
            field_dict["session_id"] = session_id
        if agent_id is not UNSET:
            field_dict["agent_id"] = agent_id
        if mode_hint is not UNSET:
            field_dict["mode_hint"] = mode_hint

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        session_id = d.pop("session_id", UNSET)

        agent_id = d.pop("agent_id", UNSET)

        mode_hint = d.pop("mode_hint", UNSET)

        run_context = cls(
            session_id=session_id,
            agent_id=agent_id,
            mode_hint=mode_hint,
        )

        run_context.additional_properties = d
        return run_context

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
