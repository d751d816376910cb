# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.circuit_breaker_state import CircuitBreakerState
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class CircuitBreaker(types.Open):
    pipeline_id: str
    """The pipeline it guards."""

    state: CircuitBreakerState
    """Closed lets executions through."""

    opened_at: datetime.datetime | None | Unset = UNSET
    """When it was opened."""

    reason: None | str | Unset = UNSET
    """Why."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "pipelineId": "pipeline_id",
        "state": "state",
        "openedAt": "opened_at",
        "reason": "reason",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "pipelineId",
            "state",
        )
    )

    def __init__(
        self,
        pipeline_id: str,
        state: CircuitBreakerState,
        opened_at: datetime.datetime | None | Unset = UNSET,
        reason: None | str | Unset = UNSET,
    ) -> None:
        (self.pipeline_id, self.state, self.opened_at, self.reason, self._unknown) = (
            pipeline_id,
            state,
            opened_at,
            reason,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "pipelineId": self.pipeline_id,
            "state": self.state,
        }
        if not isinstance(self.opened_at, Unset):
            field_dict["openedAt"] = None if self.opened_at is None else write_datetime(self.opened_at)
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.pipeline_id = src_dict["pipelineId"]
        made.state = src_dict["state"]
        value = src_dict.get("openedAt", UNSET)
        made.opened_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made.reason = src_dict.get("reason", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(CircuitBreaker._NAMES).issuperset
