# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class GovernanceBlock(types.Open):
    """Blocked by governance."""

    detail: str
    """Why."""

    trace_id: None | str | Unset = UNSET
    """The trace of the decision."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "detail": "detail",
        "trace_id": "trace_id",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("detail",))

    def __init__(
        self,
        detail: str,
        trace_id: None | str | Unset = UNSET,
    ) -> None:
        (self.detail, self.trace_id, self._unknown) = (detail, trace_id, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "detail": self.detail,
        }
        if self.trace_id is not UNSET:
            field_dict["trace_id"] = self.trace_id
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.detail = src_dict["detail"]
        made.trace_id = src_dict.get("trace_id", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(GovernanceBlock._NAMES).issuperset
