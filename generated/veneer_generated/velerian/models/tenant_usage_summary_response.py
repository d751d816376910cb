# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..types import UNSET, Unset, read_datetime, write_datetime
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class TenantUsageSummaryResponse(types.Open):
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

    _NAMES: ClassVar[dict[str, str]] = {
        "tenant_id": "tenant_id",
        "as_of": "as_of",
        "governed_runs": "governed_runs",
        "evidence_packs": "evidence_packs",
        "adoption": "adoption",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "tenant_id",
            "as_of",
            "governed_runs",
            "evidence_packs",
        )
    )

    def __init__(
        self,
        tenant_id: str,
        as_of: datetime.datetime,
        governed_runs: dict[str, Any],
        evidence_packs: list[dict[str, Any]],
        adoption: dict[str, Any] | None | Unset = UNSET,
    ) -> None:
        (
            self.tenant_id,
            self.as_of,
            self.governed_runs,
            self.evidence_packs,
            self.adoption,
            self._unknown,
        ) = (tenant_id, as_of, governed_runs, evidence_packs, adoption, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "tenant_id": self.tenant_id,
            "as_of": write_datetime(self.as_of),
            "governed_runs": self.governed_runs,
            "evidence_packs": self.evidence_packs,
        }
        if self.adoption is not UNSET:
            field_dict["adoption"] = self.adoption
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.tenant_id = src_dict["tenant_id"]
        made.as_of = read_datetime(src_dict["as_of"])
        made.governed_runs = src_dict["governed_runs"]
        made.evidence_packs = src_dict["evidence_packs"]
        made.adoption = src_dict.get("adoption", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.evidence_packs)

    def __len__(self) -> int:
        return len(self.evidence_packs)


_known = frozenset(TenantUsageSummaryResponse._NAMES).issuperset
