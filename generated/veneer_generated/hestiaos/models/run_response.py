# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class RunResponse(types.Open):
    """What governance let through. Its reasons are in the trace."""

    result: str
    """ALLOW, THROTTLE or BLOCK on current servers, free text on older ones."""

    mode: str
    """The mode it ran in."""

    budget: float
    """The reasoning budget, from 0.0 to 1.0; 0.0 when blocked."""

    trace_id: str
    """The trace; never missing."""

    latency_ms: float
    """How long it took in milliseconds."""

    output: None | str | Unset = UNSET
    """What came out; null when blocked."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "result": "result",
        "mode": "mode",
        "budget": "budget",
        "trace_id": "trace_id",
        "latency_ms": "latency_ms",
        "output": "output",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "result",
            "mode",
            "budget",
            "trace_id",
            "latency_ms",
        )
    )

    def __init__(
        self,
        result: str,
        mode: str,
        budget: float,
        trace_id: str,
        latency_ms: float,
        output: None | str | Unset = UNSET,
    ) -> None:
        (self.result, self.mode, self.budget, self.trace_id, self.latency_ms, self.output, self._unknown) = (
            result,
            mode,
            budget,
            trace_id,
            latency_ms,
            output,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "result": self.result,
            "mode": self.mode,
            "budget": self.budget,
            "trace_id": self.trace_id,
            "latency_ms": self.latency_ms,
        }
        if self.output is not UNSET:
            field_dict["output"] = self.output
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.result = src_dict["result"]
        made.mode = src_dict["mode"]
        made.budget = src_dict["budget"]
        made.trace_id = src_dict["trace_id"]
        made.latency_ms = src_dict["latency_ms"]
        made.output = src_dict.get("output", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(RunResponse._NAMES).issuperset
