"""What calls of Velerian give: results with fewer surprises than the generated models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from veneer._platforms.results import Result
from veneer._platforms.velerian import ENDED

__all__ = [
    "AttachmentUpload",
    "EvidenceExport",
    "InvokeResult",
    "NetworkRun",
    "NewApiKey",
    "Page",
    "UsageSummary",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InvokeResult(Result):
    """The verdict of governance on an invocation, and where its evidence is; `raw` is the answer as sent.

    `outcome` is the verdict in the platform's words, `is_allowed` whether `output` may be used, `requires_human` whether it is held for `approval_id`, `withheld` whether the output was kept
    back, `model_error` what the model said when it failed.
    """

    invocation_id: str
    outcome: str
    is_allowed: bool
    requires_human: bool
    withheld: bool
    constraint_count: int = 0
    aggregated_conditions: list[Any] = field(default_factory=list)
    output: dict[str, Any] | None = None
    approval_id: str | None = None
    evidence_pack_id: str | None = None
    evidence_pack_s3_key: str | None = None
    evidence_pack_chain_hash: str | None = None
    model_error: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceExport(Result):
    """An export of evidence: `download_url` works until `expires_at`; `raw` is the answer as sent.

    `delivery` is presigned (a link to storage on another origin, which carries its own permission: hidden in the repr) or stream (a path of the API). `client.download_export` knows both.
    """

    export_id: str
    artifact_kind: str
    format: str
    s3_key: str
    download_url: str = field(repr=False)
    expires_at: datetime
    delivery: str = "presigned"
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class UsageSummary(Result):
    """What a tenant used, as of a moment; `evidence_packs` is one page of them (`iter_evidence_packs` gives all), `raw` the answer as sent."""

    tenant_id: str
    as_of: datetime
    governed_runs: dict[str, Any] = field(default_factory=dict)
    evidence_packs: list[dict[str, Any]] = field(default_factory=list)
    adoption: dict[str, Any] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NetworkRun(Result):
    """A run of a network: queued, running, succeeded, failed or blocked; `raw` is the row as sent.

    `run_url` is the page for people, `slug` the network; both are None for a run that was not started by this call. `evidence_download_url` is presigned: `client.download_url` writes it to a file.
    """

    run_id: str
    status: str
    slug: str | None = None
    run_url: str | None = None
    output_text: str | None = None
    governance_pass: bool | None = None
    governance_reasons: list[str] = field(default_factory=list)
    model_id: str | None = None
    evidence_download_url: str | None = field(default=None, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ended(self) -> bool:
        """Whether the run stays as it is: succeeded, failed or blocked."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class NewApiKey(Result):
    """A new API key. `secret` is hidden in the repr, and the platform never shows it again."""

    id: str
    name: str
    scopes: list[str]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AttachmentUpload(Result):
    """Where an attachment's bytes go: `upload_url` is presigned, and hidden in the repr."""

    attachment_id: str
    upload_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page(Result, Generic[T]):
    """One page of a list: rows, `limit` and `offset` as the server used them, `total` where it counts. Has a length and iterates its rows."""

    items: list[T]
    limit: int
    offset: int
    total: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)
