# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""Results: values of some models, with None for members that were not sent.

Secrets are masked in the repr.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import veneer

if TYPE_CHECKING:
    from veneer_generated.velerian.models import (
        ExportResponseDelivery,
        PackRunStatus,
    )

    pass


@dataclass(frozen=True, repr=False)
class InvokeResult(veneer.Result):
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
    output: dict[str, Any] | None = None
    """What came out."""
    approval_id: str | None = None
    """The approval it waits for."""
    evidence_pack_id: str | None = None
    """The evidence pack."""
    evidence_pack_s3_key: str | None = None
    """Where the evidence pack is stored."""
    evidence_pack_chain_hash: str | None = None
    """The hash of the evidence pack in its chain."""
    model_error: str | None = None
    """What the model reported when it failed."""


@dataclass(frozen=True, repr=False)
class EvidenceExport(veneer.Result):
    """An export of evidence and where to download it."""

    _SOURCES: ClassVar[Mapping[str, str]] = {"format": "format_"}
    export_id: str
    """The export."""
    artifact_kind: str
    """What was exported."""
    format: str
    """The format of the file."""
    s3_key: str
    """Where the file is stored."""
    download_url: str = field(repr=False)
    """Where to download it, until expires_at."""
    expires_at: datetime.datetime
    """When download_url stops working."""
    delivery: ExportResponseDelivery | None = None
    """presigned: a link to storage on another origin, which takes no API key. stream: a path of this API. Default: "presigned"."""


@dataclass(frozen=True, repr=False)
class UsageSummary(veneer.Result):
    """What a tenant has used."""

    tenant_id: str
    """The tenant."""
    as_of: datetime.datetime
    """When this was counted."""
    governed_runs: dict[str, Any]
    """Counts of governed runs."""
    evidence_packs: list[dict[str, Any]]
    """Evidence packs, paged by evidence_limit and evidence_offset."""
    adoption: dict[str, Any] | None = None
    """Figures on adoption."""


@dataclass(frozen=True, repr=False)
class NewApiKey(veneer.Result):
    """A new API key; the only answer that carries its secret."""

    id: str
    """The key."""
    name: str
    """The key, for people."""
    scopes: list[str]
    """What it may do."""
    secret: str = field(repr=False)
    """The key itself, vk_live_…; shown this once."""


@dataclass(frozen=True, repr=False)
class AttachmentUpload(veneer.Result):
    """A registered attachment and where to upload its bytes."""

    attachment_id: str
    """The attachment."""
    upload_url: str = field(repr=False)
    """Where to upload the bytes: a presigned link to another origin, which takes no API key."""


@dataclass(frozen=True, repr=False)
class RunResult(veneer.Result):
    """A run of a network."""

    _SOURCES: ClassVar[Mapping[str, str]] = {"run_id": "id"}
    run_id: str
    """The run."""
    status: PackRunStatus
    """succeeded, failed and blocked are final."""
    output_text: str | None = None
    """What came out."""
    governance_pass: bool | None = None
    """Whether governance let it pass."""
    governance_reasons: list[str] = field(default_factory=list)
    """Why governance decided so. Default: []."""
    model_id: str | None = None
    """The model that ran."""
    evidence_download_url: str | None = field(default=None, repr=False)
    """Where to download the evidence."""
