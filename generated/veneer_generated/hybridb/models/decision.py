# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.decision_outcome import DecisionOutcome
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class Decision(types.Open):
    decision_id: str
    """The decision."""

    outcome: DecisionOutcome
    """What the policy says."""

    rationale: None | str | Unset = UNSET
    """Why."""

    policy_version: int | None | Unset = UNSET
    """The version of the policy that decided."""

    decided_at: datetime.datetime | None | Unset = UNSET
    """When it was decided."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "decisionId": "decision_id",
        "outcome": "outcome",
        "rationale": "rationale",
        "policyVersion": "policy_version",
        "decidedAt": "decided_at",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "decisionId",
            "outcome",
        )
    )

    def __init__(
        self,
        decision_id: str,
        outcome: DecisionOutcome,
        rationale: None | str | Unset = UNSET,
        policy_version: int | None | Unset = UNSET,
        decided_at: datetime.datetime | None | Unset = UNSET,
    ) -> None:
        (
            self.decision_id,
            self.outcome,
            self.rationale,
            self.policy_version,
            self.decided_at,
            self._unknown,
        ) = (decision_id, outcome, rationale, policy_version, decided_at, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "decisionId": self.decision_id,
            "outcome": self.outcome,
        }
        if self.rationale is not UNSET:
            field_dict["rationale"] = self.rationale
        if self.policy_version is not UNSET:
            field_dict["policyVersion"] = self.policy_version
        if not isinstance(self.decided_at, Unset):
            field_dict["decidedAt"] = None if self.decided_at is None else write_datetime(self.decided_at)
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.decision_id = src_dict["decisionId"]
        made.outcome = src_dict["outcome"]
        made.rationale = src_dict.get("rationale", UNSET)
        made.policy_version = src_dict.get("policyVersion", UNSET)
        value = src_dict.get("decidedAt", UNSET)
        made.decided_at = UNSET if value is UNSET else None if value is None else read_datetime(value)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(Decision._NAMES).issuperset
