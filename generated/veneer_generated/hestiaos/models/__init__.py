# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The data models. Each is loaded at its first use; `__init__.pyi` declares them for type checkers."""

from importlib import import_module

_LISTED = """
AgentResult .agent_result
AgentResultStatus .agent_result_status
AgentRunRequest .agent_run_request
Chat .chat
ChatRequest .chat_request
ErrorResponse .error_response
ExplainRequest .explain_request
GovernanceBlock .governance_block
HealthResponse .health_response
HTTPValidationError .http_validation_error
RunContext .run_context
RunContextModeHint .run_context_mode_hint
RunOptions .run_options
RunRequest .run_request
RunResponse .run_response
Secret .secret
SecretRequest .secret_request
StreamEvent .stream_event
StreamEventType .stream_event_type
SystemMetrics .system_metrics
SystemStatus .system_status
TraceResponse .trace_response
TraceResponseDecision .trace_response_decision
ValidationError .validation_error
Violation .violation
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
