# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from .. import types
from ..models.pack_run_status import PackRunStatus
from ..types import UNSET, Unset
from ..types import define as _attrs_define
from ..types import field as _attrs_field


@_attrs_define(repr=False)
class PackRun(types.Open):
    """A run of a network."""

    id: str
    """The run."""

    status: PackRunStatus
    """succeeded, failed and blocked are final."""

    output_text: None | str | Unset = UNSET
    """What came out."""

    governance_pass: bool | None | Unset = UNSET
    """Whether governance let it pass."""

    governance_reasons: list[str] | Unset = UNSET
    """Why governance decided so. Default: []."""

    model_id: None | str | Unset = UNSET
    """The model that ran."""

    evidence_download_url: None | str | Unset = _attrs_field(default=UNSET, repr=False)
    """Where to download the evidence."""

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    _NAMES: ClassVar[dict[str, str]] = {
        "id": "id",
        "status": "status",
        "output_text": "output_text",
        "governance_pass": "governance_pass",
        "governance_reasons": "governance_reasons",
        "model_id": "model_id",
        "evidence_download_url": "evidence_download_url",
    }
    _REQUIRED: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "status",
        )
    )

    def __init__(
        self,
        id: str,
        status: PackRunStatus,
        output_text: None | str | Unset = UNSET,
        governance_pass: bool | None | Unset = UNSET,
        governance_reasons: list[str] | Unset = UNSET,
        model_id: None | str | Unset = UNSET,
        evidence_download_url: None | str | Unset = UNSET,
    ) -> None:
        (
            self.id,
            self.status,
            self.output_text,
            self.governance_pass,
            self.governance_reasons,
            self.model_id,
            self.evidence_download_url,
            self._unknown,
        ) = (
            id,
            status,
            output_text,
            governance_pass,
            governance_reasons,
            model_id,
            evidence_download_url,
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object. Members that are UNSET are left out."""
        field_dict: dict[str, Any] = {
            "id": self.id,
            "status": self.status,
        }
        if self.output_text is not UNSET:
            field_dict["output_text"] = self.output_text
        if self.governance_pass is not UNSET:
            field_dict["governance_pass"] = self.governance_pass
        if self.governance_reasons is not UNSET:
            field_dict["governance_reasons"] = self.governance_reasons
        if self.model_id is not UNSET:
            field_dict["model_id"] = self.model_id
        if self.evidence_download_url is not UNSET:
            field_dict["evidence_download_url"] = self.evidence_download_url
        return {**self._unknown, **field_dict} if self._unknown else field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Return the model of a JSON object. Unknown fields are kept in `additional_properties`."""
        made = cls.__new__(cls)  # without __init__, which takes as long again as all the rest
        made.id = src_dict["id"]
        made.status = src_dict["status"]
        made.output_text = src_dict.get("output_text", UNSET)
        made.governance_pass = src_dict.get("governance_pass", UNSET)
        made.governance_reasons = src_dict.get("governance_reasons", UNSET)
        made.model_id = src_dict.get("model_id", UNSET)
        made.evidence_download_url = src_dict.get("evidence_download_url", UNSET)
        made._unknown = (
            None
            if _known(src_dict)
            else {key: value for key, value in src_dict.items() if key not in cls._NAMES}
        )
        return made


_known = frozenset(PackRun._NAMES).issuperset
