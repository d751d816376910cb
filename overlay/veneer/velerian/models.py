"""What Velerian's calls return: `from veneer.velerian.models import InvokeResult`."""

from veneer._sync.pager import Page
from veneer.velerian.results import NetworkRun
from veneer_generated.velerian.client.results import (
    AttachmentUpload,
    EvidenceExport,
    InvokeResult,
    NewApiKey,
    UsageSummary,
)
from veneer_generated.velerian.models import Abp, ApiKey, RunAttachment

__all__ = [
    "Abp",
    "ApiKey",
    "AttachmentUpload",
    "EvidenceExport",
    "InvokeResult",
    "NetworkRun",
    "NewApiKey",
    "Page",
    "RunAttachment",
    "UsageSummary",
]
