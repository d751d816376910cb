# Written by scripts/regenerate.py from openapi/velerian.json: change the contract, not this file.
"""The data models."""

from .abp import Abp as Abp
from .abp_status import AbpStatus as AbpStatus
from .abps_invoke_request import AbpsInvokeRequest as AbpsInvokeRequest
from .abps_invoke_response import AbpsInvokeResponse as AbpsInvokeResponse
from .abps_page import AbpsPage as AbpsPage
from .agent_runs_page import AgentRunsPage as AgentRunsPage
from .api_key import ApiKey as ApiKey
from .api_key_create_request import ApiKeyCreateRequest as ApiKeyCreateRequest
from .api_key_create_request_scopes_item import ApiKeyCreateRequestScopesItem as ApiKeyCreateRequestScopesItem
from .api_key_create_response import ApiKeyCreateResponse as ApiKeyCreateResponse
from .api_keys_page import ApiKeysPage as ApiKeysPage
from .approvals_page import ApprovalsPage as ApprovalsPage
from .audit_entry import AuditEntry as AuditEntry
from .audit_page import AuditPage as AuditPage
from .error_response import ErrorResponse as ErrorResponse
from .export_response import ExportResponse as ExportResponse
from .export_response_delivery import ExportResponseDelivery as ExportResponseDelivery
from .http_validation_error import HTTPValidationError as HTTPValidationError
from .networks_invoke_request import NetworksInvokeRequest as NetworksInvokeRequest
from .networks_invoke_response import NetworksInvokeResponse as NetworksInvokeResponse
from .pack_run import PackRun as PackRun
from .pack_run_status import PackRunStatus as PackRunStatus
from .run_attachment import RunAttachment as RunAttachment
from .run_attachment_create_request import RunAttachmentCreateRequest as RunAttachmentCreateRequest
from .run_attachment_create_response import RunAttachmentCreateResponse as RunAttachmentCreateResponse
from .tenant_usage_summary_response import TenantUsageSummaryResponse as TenantUsageSummaryResponse
from .validation_error import ValidationError as ValidationError
