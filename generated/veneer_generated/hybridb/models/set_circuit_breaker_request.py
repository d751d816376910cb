# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.set_circuit_breaker_request_state import (
    SetCircuitBreakerRequestState,
)
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class SetCircuitBreakerRequest(types.Open):
    state: SetCircuitBreakerRequestState
    """Open refuses executions."""

    reason: str | Unset = UNSET
    """Why."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "state": "state",
        "reason": "reason",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(("state",))

    def __init__(
        self,
        state: SetCircuitBreakerRequestState,
        reason: str | Unset = UNSET,
    ) -> None:
        (self.state, self.reason, self._unknown) = (state, reason, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "state": self.state,
        }
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.state = src_dict["state"]
        made.reason = src_dict.get("reason", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(SetCircuitBreakerRequest._NAMES).issuperset
