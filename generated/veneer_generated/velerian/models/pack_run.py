# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.pack_run_status import PackRunStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="PackRun")


@_attrs_define
class PackRun:
    """A run of a network."""

    id: str
    """ The run. """
    status: PackRunStatus
    """ succeeded, failed and blocked are final. """
    output_text: None | str | Unset = UNSET
    """ What came out. """
    governance_pass: bool | None | Unset = UNSET
    """ Whether governance let it pass. """
    governance_reasons: list[str] | Unset = UNSET
    """ Why governance decided so. """
    model_id: None | str | Unset = UNSET
    """ The model that ran. """
    evidence_download_url: None | str | Unset = UNSET
    """ Where to download the evidence. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status

        output_text: None | str | Unset
        if isinstance(self.output_text, Unset):
            output_text = UNSET
        else:
            output_text = self.output_text

        governance_pass: bool | None | Unset
        if isinstance(self.governance_pass, Unset):
            governance_pass = UNSET
        else:
            governance_pass = self.governance_pass

        governance_reasons: list[str] | Unset = UNSET
        if not isinstance(self.governance_reasons, Unset):
            governance_reasons = self.governance_reasons

        model_id: None | str | Unset
        if isinstance(self.model_id, Unset):
            model_id = UNSET
        else:
            model_id = self.model_id

        evidence_download_url: None | str | Unset
        if isinstance(self.evidence_download_url, Unset):
            evidence_download_url = UNSET
        else:
            evidence_download_url = self.evidence_download_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
            }
        )
        if output_text is not UNSET:
            field_dict["output_text"] = output_text
        if governance_pass is not UNSET:
            field_dict["governance_pass"] = governance_pass
        if governance_reasons is not UNSET:
            field_dict["governance_reasons"] = governance_reasons
        if model_id is not UNSET:
            field_dict["model_id"] = model_id
        if evidence_download_url is not UNSET:
            field_dict["evidence_download_url"] = evidence_download_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        status = d.pop("status")

        def _parse_output_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        output_text = _parse_output_text(d.pop("output_text", UNSET))

        def _parse_governance_pass(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        governance_pass = _parse_governance_pass(d.pop("governance_pass", UNSET))

        governance_reasons = cast(list[str], d.pop("governance_reasons", UNSET))

        def _parse_model_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model_id = _parse_model_id(d.pop("model_id", UNSET))

        def _parse_evidence_download_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evidence_download_url = _parse_evidence_download_url(d.pop("evidence_download_url", UNSET))

        pack_run = cls(
            id=id,
            status=status,
            output_text=output_text,
            governance_pass=governance_pass,
            governance_reasons=governance_reasons,
            model_id=model_id,
            evidence_download_url=evidence_download_url,
        )

        pack_run.additional_properties = d
        return pack_run

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
