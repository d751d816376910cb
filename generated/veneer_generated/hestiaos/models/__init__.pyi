# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The data models."""

from .agent_result import AgentResult as AgentResult
from .agent_result_status import AgentResultStatus as AgentResultStatus
from .agent_run_request import AgentRunRequest as AgentRunRequest
from .chat import Chat as Chat
from .chat_request import ChatRequest as ChatRequest
from .error_response import ErrorResponse as ErrorResponse
from .explain_request import ExplainRequest as ExplainRequest
from .governance_block import GovernanceBlock as GovernanceBlock
from .health_response import HealthResponse as HealthResponse
from .http_validation_error import HTTPValidationError as HTTPValidationError
from .run_context import RunContext as RunContext
from .run_context_mode_hint import RunContextModeHint as RunContextModeHint
from .run_options import RunOptions as RunOptions
from .run_request import RunRequest as RunRequest
from .run_response import RunResponse as RunResponse
from .secret import Secret as Secret
from .secret_request import SecretRequest as SecretRequest
from .stream_event import StreamEvent as StreamEvent
from .stream_event_type import StreamEventType as StreamEventType
from .system_metrics import SystemMetrics as SystemMetrics
from .system_status import SystemStatus as SystemStatus
from .trace_response import TraceResponse as TraceResponse
from .trace_response_decision import TraceResponseDecision as TraceResponseDecision
from .validation_error import ValidationError as ValidationError
from .violation import Violation as Violation
