# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class ExplainRequest(types.Open):
    """A command to judge."""

    command_type: str
    """The kind of command."""

    command_input: dict[str, Any]
    """What it would be run with."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "command_type": "command_type",
        "command_input": "command_input",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "command_type",
            "command_input",
        )
    )

    def __init__(
        self,
        command_type: str,
        command_input: dict[str, Any],
    ) -> None:
        (self.command_type, self.command_input, self._unknown) = (command_type, command_input, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "command_type": self.command_type,
            "command_input": self.command_input,
        }
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.command_type = src_dict["command_type"]
        made.command_input = src_dict["command_input"]
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(ExplainRequest._NAMES).issuperset
