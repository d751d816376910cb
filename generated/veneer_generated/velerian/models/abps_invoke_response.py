# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AbpsInvokeResponse")


@_attrs_define
class AbpsInvokeResponse:
    """The verdict of governance on an invocation, and where its evidence is."""

    invocation_id: str
    """ The invocation. """
    outcome: str
    """ What governance decided. """
    is_allowed: bool
    """ Whether the output may be used. """
    requires_human: bool
    """ Whether it is held for an approval. """
    withheld: bool
    """ Whether the output was kept back. """
    constraint_count: int
    """ How many constraints were applied. """
    aggregated_conditions: list[Any]
    """ The conditions that go with the outcome. """
    output: dict[str, Any] | None | Unset = UNSET
    """ What came out. """
    approval_id: None | str | Unset = UNSET
    """ The approval it waits for. """
    evidence_pack_id: None | str | Unset = UNSET
    """ The evidence pack. """
    evidence_pack_s3_key: None | str | Unset = UNSET
    """ Where the evidence pack is stored. """
    evidence_pack_chain_hash: None | str | Unset = UNSET
    """ The hash of the evidence pack in its chain. """
    model_error: None | str | Unset = UNSET
    """ What the model reported when it failed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        invocation_id = self.invocation_id

        outcome = self.outcome

        is_allowed = self.is_allowed

        requires_human = self.requires_human

        withheld = self.withheld

        constraint_count = self.constraint_count

        aggregated_conditions = self.aggregated_conditions

        output: dict[str, Any] | None | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        approval_id: None | str | Unset
        if isinstance(self.approval_id, Unset):
            approval_id = UNSET
        else:
            approval_id = self.approval_id

        evidence_pack_id: None | str | Unset
        if isinstance(self.evidence_pack_id, Unset):
            evidence_pack_id = UNSET
        else:
            evidence_pack_id = self.evidence_pack_id

        evidence_pack_s3_key: None | str | Unset
        if isinstance(self.evidence_pack_s3_key, Unset):
            evidence_pack_s3_key = UNSET
        else:
            evidence_pack_s3_key = self.evidence_pack_s3_key

        evidence_pack_chain_hash: None | str | Unset
        if isinstance(self.evidence_pack_chain_hash, Unset):
            evidence_pack_chain_hash = UNSET
        else:
            evidence_pack_chain_hash = self.evidence_pack_chain_hash

        model_error: None | str | Unset
        if isinstance(self.model_error, Unset):
            model_error = UNSET
        else:
            model_error = self.model_error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "invocation_id": invocation_id,
                "outcome": outcome,
                "is_allowed": is_allowed,
                "requires_human": requires_human,
                "withheld": withheld,
                "constraint_count": constraint_count,
                "aggregated_conditions": aggregated_conditions,
            }
        )
        if output is not UNSET:
            field_dict["output"] = output
        if approval_id is not UNSET:
            field_dict["approval_id"] = approval_id
        if evidence_pack_id is not UNSET:
            field_dict["evidence_pack_id"] = evidence_pack_id
        if evidence_pack_s3_key is not UNSET:
            field_dict["evidence_pack_s3_key"] = evidence_pack_s3_key
        if evidence_pack_chain_hash is not UNSET:
            field_dict["evidence_pack_chain_hash"] = evidence_pack_chain_hash
        if model_error is not UNSET:
            field_dict["model_error"] = model_error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        invocation_id = d.pop("invocation_id")

        outcome = d.pop("outcome")

        is_allowed = d.pop("is_allowed")

        requires_human = d.pop("requires_human")

        withheld = d.pop("withheld")

        constraint_count = d.pop("constraint_count")

        aggregated_conditions = cast(list[Any], d.pop("aggregated_conditions"))

        def _parse_output(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        def _parse_approval_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        approval_id = _parse_approval_id(d.pop("approval_id", UNSET))

        def _parse_evidence_pack_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence_pack_id = _parse_evidence_pack_id(d.pop("evidence_pack_id", UNSET))

        def _parse_evidence_pack_s3_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence_pack_s3_key = _parse_evidence_pack_s3_key(d.pop("evidence_pack_s3_key", UNSET))

        def _parse_evidence_pack_chain_hash(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence_pack_chain_hash = _parse_evidence_pack_chain_hash(d.pop("evidence_pack_chain_hash", UNSET))

        def _parse_model_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model_error = _parse_model_error(d.pop("model_error", UNSET))

        abps_invoke_response = cls(
            invocation_id=invocation_id,
            outcome=outcome,
            is_allowed=is_allowed,
            requires_human=requires_human,
            withheld=withheld,
            constraint_count=constraint_count,
            aggregated_conditions=aggregated_conditions,
            output=output,
            approval_id=approval_id,
            evidence_pack_id=evidence_pack_id,
            evidence_pack_s3_key=evidence_pack_s3_key,
            evidence_pack_chain_hash=evidence_pack_chain_hash,
            model_error=model_error,
        )

        abps_invoke_response.additional_properties = d
        return abps_invoke_response

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
