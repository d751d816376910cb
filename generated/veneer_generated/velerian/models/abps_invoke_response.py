# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class AbpsInvokeResponse(types.Open):
    """The verdict of governance on an invocation, and where its evidence is."""

    invocation_id: str
    """The invocation."""

    outcome: str
    """What governance decided."""

    is_allowed: bool
    """Whether the output may be used."""

    requires_human: bool
    """Whether it is held for an approval."""

    withheld: bool
    """Whether the output was kept back."""

    constraint_count: int
    """How many constraints were applied."""

    aggregated_conditions: list[Any]
    """The conditions that go with the outcome."""

    output: dict[str, Any] | None | Unset = UNSET
    """What came out."""

    approval_id: None | str | Unset = UNSET
    """The approval it waits for."""

    evidence_pack_id: None | str | Unset = UNSET
    """The evidence pack."""

    evidence_pack_s3_key: None | str | Unset = UNSET
    """Where the evidence pack is stored."""

    evidence_pack_chain_hash: None | str | Unset = UNSET
    """The hash of the evidence pack in its chain."""

    model_error: None | str | Unset = UNSET
    """What the model reported when it failed."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "invocation_id": "invocation_id",
        "outcome": "outcome",
        "is_allowed": "is_allowed",
        "requires_human": "requires_human",
        "withheld": "withheld",
        "constraint_count": "constraint_count",
        "aggregated_conditions": "aggregated_conditions",
        "output": "output",
        "approval_id": "approval_id",
        "evidence_pack_id": "evidence_pack_id",
        "evidence_pack_s3_key": "evidence_pack_s3_key",
        "evidence_pack_chain_hash": "evidence_pack_chain_hash",
        "model_error": "model_error",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "invocation_id",
            "outcome",
            "is_allowed",
            "requires_human",
            "withheld",
            "constraint_count",
            "aggregated_conditions",
        )
    )

    def __init__(
        self,
        invocation_id: str,
        outcome: str,
        is_allowed: bool,
        requires_human: bool,
        withheld: bool,
        constraint_count: int,
        aggregated_conditions: list[Any],
        output: dict[str, Any] | None | Unset = UNSET,
        approval_id: None | str | Unset = UNSET,
        evidence_pack_id: None | str | Unset = UNSET,
        evidence_pack_s3_key: None | str | Unset = UNSET,
        evidence_pack_chain_hash: None | str | Unset = UNSET,
        model_error: None | str | Unset = UNSET,
    ) -> None:
        (
            self.invocation_id,
            self.outcome,
            self.is_allowed,
            self.requires_human,
            self.withheld,
            self.constraint_count,
            self.aggregated_conditions,
            self.output,
            self.approval_id,
            self.evidence_pack_id,
            self.evidence_pack_s3_key,
            self.evidence_pack_chain_hash,
            self.model_error,
            self._unknown,
        ) = (
            invocation_id,
            outcome,
            is_allowed,
            requires_human,
            withheld,
            constraint_count,
            aggregated_conditions,
            output,
            approval_id,
            evidence_pack_id,
            evidence_pack_s3_key,
            evidence_pack_chain_hash,
            model_error,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "invocation_id": self.invocation_id,
            "outcome": self.outcome,
            "is_allowed": self.is_allowed,
            "requires_human": self.requires_human,
            "withheld": self.withheld,
            "constraint_count": self.constraint_count,
            "aggregated_conditions": self.aggregated_conditions,
        }
        if self.output is not UNSET:
            field_dict["output"] = self.output
        if self.approval_id is not UNSET:
            field_dict["approval_id"] = self.approval_id
        if self.evidence_pack_id is not UNSET:
            field_dict["evidence_pack_id"] = self.evidence_pack_id
        if self.evidence_pack_s3_key is not UNSET:
            field_dict["evidence_pack_s3_key"] = self.evidence_pack_s3_key
        if self.evidence_pack_chain_hash is not UNSET:
            field_dict["evidence_pack_chain_hash"] = self.evidence_pack_chain_hash
        if self.model_error is not UNSET:
            field_dict["model_error"] = self.model_error
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.invocation_id = src_dict["invocation_id"]
        made.outcome = src_dict["outcome"]
        made.is_allowed = src_dict["is_allowed"]
        made.requires_human = src_dict["requires_human"]
        made.withheld = src_dict["withheld"]
        made.constraint_count = src_dict["constraint_count"]
        made.aggregated_conditions = src_dict["aggregated_conditions"]
        made.output = src_dict.get("output", UNSET)
        made.approval_id = src_dict.get("approval_id", UNSET)
        made.evidence_pack_id = src_dict.get("evidence_pack_id", UNSET)
        made.evidence_pack_s3_key = src_dict.get("evidence_pack_s3_key", UNSET)
        made.evidence_pack_chain_hash = src_dict.get("evidence_pack_chain_hash", UNSET)
        made.model_error = src_dict.get("model_error", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(AbpsInvokeResponse._NAMES).issuperset
