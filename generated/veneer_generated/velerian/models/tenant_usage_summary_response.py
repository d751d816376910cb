# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


@_attrs_define
class TenantUsageSummaryResponse:
    """What a tenant has used."""

    tenant_id: str
    """The tenant."""

    as_of: datetime.datetime
    """When this was counted."""

    governed_runs: dict[str, Any]
    """Counts of governed runs."""

    evidence_packs: list[dict[str, Any]]
    """Evidence packs, paged by evidence_limit and evidence_offset."""

    adoption: dict[str, Any] | None | Unset = UNSET
    """Figures on adoption."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[frozenset[str]] = frozenset(
        (
            "tenant_id",
            "as_of",
            "governed_runs",
            "evidence_packs",
            "adoption",
        )
    )
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "tenant_id",
            "as_of",
            "governed_runs",
            "evidence_packs",
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object; what is UNSET is left out."""
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "tenant_id": self.tenant_id,
            "as_of": self.as_of.isoformat(),
            "governed_runs": self.governed_runs,
            "evidence_packs": self.evidence_packs,
        }
        if self.adoption is not UNSET:
            field_dict["adoption"] = self.adoption
        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.tenant_id = src_dict["tenant_id"]
        made.as_of = datetime.datetime.fromisoformat(src_dict["as_of"])
        made.governed_runs = src_dict["governed_runs"]
        made.evidence_packs = src_dict["evidence_packs"]
        made.adoption = src_dict.get("adoption", UNSET)
        made.additional_properties = {}
        if not src_dict.keys() <= cls._NAMES:
            made.additional_properties = {
                key: value for key, value in src_dict.items() if key not in cls._NAMES
            }
        return made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
