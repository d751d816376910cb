# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Run")


@_attrs_define
class Run:
    """What governance let through. Its reasons are in the trace."""

    result: str
    """ ALLOW, THROTTLE or BLOCK on current servers, free text on older ones. """
    mode: str
    """ The mode it ran in. """
    budget: float
    """ The reasoning budget, from 0.0 to 1.0; 0.0 when blocked. """
    trace_id: str
    """ The trace; never missing. """
    latency_ms: float
    """ How long it took in milliseconds. """
    output: None | str | Unset = UNSET
    """ What came out; null when blocked. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        result = self.result

        mode = self.mode

        budget = self.budget

        trace_id = self.trace_id

        latency_ms = self.latency_ms

        output: None | str | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "result": result,
                "mode": mode,
                "budget": budget,
                "trace_id": trace_id,
                "latency_ms": latency_ms,
            }
        )
        if output is not UNSET:
            field_dict["output"] = output

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        result = d.pop("result")

        mode = d.pop("mode")

        budget = d.pop("budget")

        trace_id = d.pop("trace_id")

        latency_ms = d.pop("latency_ms")

        def _parse_output(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        run = cls(
            result=result,
            mode=mode,
            budget=budget,
            trace_id=trace_id,
            latency_ms=latency_ms,
            output=output,
        )

        run.additional_properties = d
        return run

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
