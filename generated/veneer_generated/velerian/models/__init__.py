# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""The data models. Each is loaded at its first use; `__init__.pyi` declares them for type checkers."""

from importlib import import_module

_LISTED = """
Abp .abp
AbpStatus .abp_status
AbpsInvokeRequest .abps_invoke_request
AbpsInvokeResponse .abps_invoke_response
AbpsPage .abps_page
AgentRunsPage .agent_runs_page
ApiKey .api_key
ApiKeyCreateRequest .api_key_create_request
ApiKeyCreateRequestScopesItem .api_key_create_request_scopes_item
ApiKeyCreateResponse .api_key_create_response
ApiKeysPage .api_keys_page
ApprovalsPage .approvals_page
AuditEntry .audit_entry
AuditPage .audit_page
ErrorResponse .error_response
ExportResponse .export_response
ExportResponseDelivery .export_response_delivery
HTTPValidationError .http_validation_error
NetworksInvokeRequest .networks_invoke_request
NetworksInvokeResponse .networks_invoke_response
PackRun .pack_run
PackRunStatus .pack_run_status
RunAttachment .run_attachment
RunAttachmentCreateRequest .run_attachment_create_request
RunAttachmentCreateResponse .run_attachment_create_response
TenantUsageSummaryResponse .tenant_usage_summary_response
ValidationError .validation_error
"""
_MODULES: dict[str, str] = {name: module for name, module in map(str.split, _LISTED.strip().splitlines())}

__all__ = list(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load the module of a model at its first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    model = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = model
    return model


def __dir__() -> list[str]:
    return sorted(__all__)
