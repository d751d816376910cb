# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TenantUsageSummaryResponse")


@_attrs_define
class TenantUsageSummaryResponse:
    """What a tenant has used."""

    tenant_id: str
    """ The tenant. """
    as_of: datetime.datetime
    """ When this was counted. """
    governed_runs: dict[str, Any]
    """ Counts of governed runs. """
    evidence_packs: list[dict[str, Any]]
    """ Evidence packs, paged by evidence_limit and evidence_offset. """
    adoption: dict[str, Any] | None | Unset = UNSET
    """ Figures on adoption. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tenant_id = self.tenant_id

        as_of = self.as_of.isoformat()

        governed_runs = self.governed_runs

        evidence_packs = self.evidence_packs

        adoption: dict[str, Any] | None | Unset
        if isinstance(self.adoption, Unset):
            adoption = UNSET
        else:
            adoption = self.adoption

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tenant_id": tenant_id,
                "as_of": as_of,
                "governed_runs": governed_runs,
                "evidence_packs": evidence_packs,
            }
        )
        if adoption is not UNSET:
            field_dict["adoption"] = adoption

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tenant_id = d.pop("tenant_id")

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        governed_runs = d.pop("governed_runs")

        evidence_packs = cast(list[dict[str, Any]], d.pop("evidence_packs"))

        def _parse_adoption(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        adoption = _parse_adoption(d.pop("adoption", UNSET))

        tenant_usage_summary_response = cls(
            tenant_id=tenant_id,
            as_of=as_of,
            governed_runs=governed_runs,
            evidence_packs=evidence_packs,
            adoption=adoption,
        )

        tenant_usage_summary_response.additional_properties = d
        return tenant_usage_summary_response

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
