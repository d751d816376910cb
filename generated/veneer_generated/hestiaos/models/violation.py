# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Violation(types.Open):
    """A rule that was broken."""

    reason: str
    """Which, and how."""

    severity: None | str | Unset = UNSET
    """How badly."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "reason": "reason",
        "severity": "severity",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("reason",))

    def __init__(
        self,
        reason: str,
        severity: None | str | Unset = UNSET,
    ) -> None:
        (self.reason, self.severity, self._unknown) = (reason, severity, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "reason": self.reason,
        }
        if self.severity is not UNSET:
            field_dict["severity"] = self.severity
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.reason = src_dict["reason"]
        made.severity = src_dict.get("severity", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Violation._NAMES).issuperset
