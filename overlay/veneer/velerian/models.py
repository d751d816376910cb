"""What Velerian's calls return: `from veneer.velerian.models import InvokeResult`."""

from veneer._platforms.velerian_models import (
    AttachmentUpload,
    EvidenceExport,
    InvokeResult,
    NetworkRun,
    NewApiKey,
    Page,
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
