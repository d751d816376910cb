# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The data models, each loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agent_result import AgentResult
    from .agent_result_status import AgentResultStatus
    from .agent_run_request import AgentRunRequest
    from .chat import Chat
    from .chat_request import ChatRequest
    from .error_response import ErrorResponse
    from .explain_request import ExplainRequest
    from .governance_block import GovernanceBlock
    from .health import Health
    from .http_validation_error import HTTPValidationError
    from .run import Run
    from .run_context import RunContext
    from .run_context_mode_hint import RunContextModeHint
    from .run_options import RunOptions
    from .run_request import RunRequest
    from .secret import Secret
    from .secret_request import SecretRequest
    from .stream_event import StreamEvent
    from .stream_event_type import StreamEventType
    from .system_metrics import SystemMetrics
    from .system_status import SystemStatus
    from .trace import Trace
    from .trace_decision import TraceDecision
    from .validation_error import ValidationError
    from .violation import Violation

_MODULES: dict[str, str] = {
    "AgentResult": ".agent_result",
    "AgentResultStatus": ".agent_result_status",
    "AgentRunRequest": ".agent_run_request",
    "Chat": ".chat",
    "ChatRequest": ".chat_request",
    "ErrorResponse": ".error_response",
    "ExplainRequest": ".explain_request",
    "GovernanceBlock": ".governance_block",
    "Health": ".health",
    "HTTPValidationError": ".http_validation_error",
    "Run": ".run",
    "RunContext": ".run_context",
    "RunContextModeHint": ".run_context_mode_hint",
    "RunOptions": ".run_options",
    "RunRequest": ".run_request",
    "Secret": ".secret",
    "SecretRequest": ".secret_request",
    "StreamEvent": ".stream_event",
    "StreamEventType": ".stream_event_type",
    "SystemMetrics": ".system_metrics",
    "SystemStatus": ".system_status",
    "Trace": ".trace",
    "TraceDecision": ".trace_decision",
    "ValidationError": ".validation_error",
    "Violation": ".violation",
}

__all__ = (
    "AgentResult",
    "AgentResultStatus",
    "AgentRunRequest",
    "Chat",
    "ChatRequest",
    "ErrorResponse",
    "ExplainRequest",
    "GovernanceBlock",
    "Health",
    "HTTPValidationError",
    "Run",
    "RunContext",
    "RunContextModeHint",
    "RunOptions",
    "RunRequest",
    "Secret",
    "SecretRequest",
    "StreamEvent",
    "StreamEventType",
    "SystemMetrics",
    "SystemStatus",
    "Trace",
    "TraceDecision",
    "ValidationError",
    "Violation",
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
