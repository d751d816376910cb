# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import models, types
from ..models.trace_response_decision import TraceResponseDecision
from ..types import UNSET, Unset, empty
from ..types import define as _attrs_define
from ..types import field as _attrs_field

if TYPE_CHECKING:
    from ..models.violation import Violation


@_attrs_define(repr=False)
class TraceResponse(types.Open):
    """Why governance decided as it did."""

    trace_id: str
    """The trace; never missing."""

    decision: TraceResponseDecision
    """What was decided."""

    violations: list[Violation]
    """The rules that were broken."""

    latency_ms: float
    """How long it took in milliseconds."""

    reason: None | str | Unset = UNSET
    """Why."""

    risk_score: float | None | Unset = UNSET
    """The risk, from 0 to 1."""

    policy: None | str | Unset = UNSET
    """The policy that decided."""

    mode: None | str | Unset = UNSET
    """The mode it ran in."""

    budget: float | None | Unset = UNSET
    """The reasoning budget, from 0.0 to 1.0."""

    timestamp: None | str | Unset = UNSET
    """When, ISO 8601."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "trace_id": "trace_id",
        "decision": "decision",
        "violations": "violations",
        "latency_ms": "latency_ms",
        "reason": "reason",
        "risk_score": "risk_score",
        "policy": "policy",
        "mode": "mode",
        "budget": "budget",
        "timestamp": "timestamp",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "trace_id",
            "decision",
            "violations",
            "latency_ms",
        )
    )

    def __init__(
        self,
        trace_id: str,
        decision: TraceResponseDecision,
        violations: list[Violation],
        latency_ms: float,
        reason: None | str | Unset = UNSET,
        risk_score: float | None | Unset = UNSET,
        policy: None | str | Unset = UNSET,
        mode: None | str | Unset = UNSET,
        budget: float | None | Unset = UNSET,
        timestamp: None | str | Unset = UNSET,
    ) -> None:
        (
            self.trace_id,
            self.decision,
            self.violations,
            self.latency_ms,
            self.reason,
            self.risk_score,
            self.policy,
            self.mode,
            self.budget,
            self.timestamp,
            self._unknown,
        ) = (
            trace_id,
            decision,
            violations,
            latency_ms,
            reason,
            risk_score,
            policy,
            mode,
            budget,
            timestamp,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "trace_id": self.trace_id,
            "decision": self.decision,
            "violations": [item0.to_dict() for item0 in self.violations],
            "latency_ms": self.latency_ms,
        }
        if self.reason is not UNSET:
            field_dict["reason"] = self.reason
        if self.risk_score is not UNSET:
            field_dict["risk_score"] = self.risk_score
        if self.policy is not UNSET:
            field_dict["policy"] = self.policy
        if self.mode is not UNSET:
            field_dict["mode"] = self.mode
        if self.budget is not UNSET:
            field_dict["budget"] = self.budget
        if self.timestamp is not UNSET:
            field_dict["timestamp"] = self.timestamp
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.trace_id = src_dict["trace_id"]
        made.decision = src_dict["decision"]
        made.violations = list(map(models.Violation.from_dict, src_dict["violations"])) or empty(
            src_dict["violations"]
        )
        made.latency_ms = src_dict["latency_ms"]
        made.reason = src_dict.get("reason", UNSET)
        made.risk_score = src_dict.get("risk_score", UNSET)
        made.policy = src_dict.get("policy", UNSET)
        made.mode = src_dict.get("mode", UNSET)
        made.budget = src_dict.get("budget", UNSET)
        made.timestamp = src_dict.get("timestamp", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(TraceResponse._NAMES).issuperset
