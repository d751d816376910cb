# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""The data models, each loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .abp import Abp
    from .abp_status import AbpStatus
    from .abps_invoke_request import AbpsInvokeRequest
    from .abps_invoke_response import AbpsInvokeResponse
    from .abps_page import AbpsPage
    from .agent_runs_page import AgentRunsPage
    from .api_key import ApiKey
    from .api_key_create_request import ApiKeyCreateRequest
    from .api_key_create_request_scopes_item import ApiKeyCreateRequestScopesItem
    from .api_key_create_response import ApiKeyCreateResponse
    from .api_keys_page import ApiKeysPage
    from .approvals_page import ApprovalsPage
    from .audit_entry import AuditEntry
    from .audit_page import AuditPage
    from .error_response import ErrorResponse
    from .export_response import ExportResponse
    from .export_response_delivery import ExportResponseDelivery
    from .http_validation_error import HTTPValidationError
    from .networks_invoke_request import NetworksInvokeRequest
    from .networks_invoke_response import NetworksInvokeResponse
    from .pack_run import PackRun
    from .pack_run_status import PackRunStatus
    from .run_attachment import RunAttachment
    from .run_attachment_create_request import RunAttachmentCreateRequest
    from .run_attachment_create_response import RunAttachmentCreateResponse
    from .tenant_usage_summary_response import TenantUsageSummaryResponse
    from .validation_error import ValidationError

_MODULES: dict[str, str] = {
    "Abp": ".abp",
    "AbpStatus": ".abp_status",
    "AbpsInvokeRequest": ".abps_invoke_request",
    "AbpsInvokeResponse": ".abps_invoke_response",
    "AbpsPage": ".abps_page",
    "AgentRunsPage": ".agent_runs_page",
    "ApiKey": ".api_key",
    "ApiKeyCreateRequest": ".api_key_create_request",
    "ApiKeyCreateRequestScopesItem": ".api_key_create_request_scopes_item",
    "ApiKeyCreateResponse": ".api_key_create_response",
    "ApiKeysPage": ".api_keys_page",
    "ApprovalsPage": ".approvals_page",
    "AuditEntry": ".audit_entry",
    "AuditPage": ".audit_page",
    "ErrorResponse": ".error_response",
    "ExportResponse": ".export_response",
    "ExportResponseDelivery": ".export_response_delivery",
    "HTTPValidationError": ".http_validation_error",
    "NetworksInvokeRequest": ".networks_invoke_request",
    "NetworksInvokeResponse": ".networks_invoke_response",
    "PackRun": ".pack_run",
    "PackRunStatus": ".pack_run_status",
    "RunAttachment": ".run_attachment",
    "RunAttachmentCreateRequest": ".run_attachment_create_request",
    "RunAttachmentCreateResponse": ".run_attachment_create_response",
    "TenantUsageSummaryResponse": ".tenant_usage_summary_response",
    "ValidationError": ".validation_error",
}

__all__ = (
    "Abp",
    "AbpsInvokeRequest",
    "AbpsInvokeResponse",
    "AbpsPage",
    "AbpStatus",
    "AgentRunsPage",
    "ApiKey",
    "ApiKeyCreateRequest",
    "ApiKeyCreateRequestScopesItem",
    "ApiKeyCreateResponse",
    "ApiKeysPage",
    "ApprovalsPage",
    "AuditEntry",
    "AuditPage",
    "ErrorResponse",
    "ExportResponse",
    "ExportResponseDelivery",
    "HTTPValidationError",
    "NetworksInvokeRequest",
    "NetworksInvokeResponse",
    "PackRun",
    "PackRunStatus",
    "RunAttachment",
    "RunAttachmentCreateRequest",
    "RunAttachmentCreateResponse",
    "TenantUsageSummaryResponse",
    "ValidationError",
)

if not TYPE_CHECKING:  # hidden from type checkers, so that a name that is not there is an error

    def __getattr__(name: str) -> object:
        """Load a model's module at its first use (PEP 562)."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        model = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = model
        return model


def __dir__() -> list[str]:
    return sorted(__all__)
