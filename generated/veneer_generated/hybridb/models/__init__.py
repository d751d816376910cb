# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The data models. Each is loaded at its first use; `__init__.pyi` declares them for type checkers."""

from importlib import import_module

_LISTED = """
AddMembershipRequest .add_membership_request
AuditEntry .audit_entry
AuditOutcome .audit_outcome
AuditPage .audit_page
AuditPageEnvelope .audit_page_envelope
Checkpoint .checkpoint
CheckpointEnvelope .checkpoint_envelope
CheckpointListEnvelope .checkpoint_list_envelope
CheckpointSummary .checkpoint_summary
CircuitBreaker .circuit_breaker
CircuitBreakerEnvelope .circuit_breaker_envelope
CircuitBreakerState .circuit_breaker_state
CreateApiKeyRequest .create_api_key_request
CreatePipelineRequest .create_pipeline_request
CreatedApiKey .created_api_key
CreatedApiKeyEnvelope .created_api_key_envelope
Decision .decision
DecisionEnvelope .decision_envelope
DecisionOutcome .decision_outcome
DecisionRequest .decision_request
Error .error
ErrorEnvelope .error_envelope
Event .event
EventEnvelope .event_envelope
ExecutePipelineRequest .execute_pipeline_request
Execution .execution
ExecutionEnvelope .execution_envelope
ExecutionStatus .execution_status
Health .health
HealthEnvelope .health_envelope
IdentityMapping .identity_mapping
IdentityMappingEnvelope .identity_mapping_envelope
IdentityMappingRequest .identity_mapping_request
Membership .membership
MembershipEnvelope .membership_envelope
MembershipListEnvelope .membership_list_envelope
PipelineDefinition .pipeline_definition
PipelineDefinitionEnvelope .pipeline_definition_envelope
PipelineStep .pipeline_step
PublishEventRequest .publish_event_request
RefreshRequest .refresh_request
ReplayRequest .replay_request
ReplayResult .replay_result
ReplayResultEnvelope .replay_result_envelope
RollbackLog .rollback_log
RollbackLogListEnvelope .rollback_log_list_envelope
RollbackLogRollbackType .rollback_log_rollback_type
RollbackRequest .rollback_request
RollbackRequestRollbackType .rollback_request_rollback_type
RollbackResult .rollback_result
RollbackResultEnvelope .rollback_result_envelope
SetCircuitBreakerRequest .set_circuit_breaker_request
SetCircuitBreakerRequestState .set_circuit_breaker_request_state
TokenPair .token_pair
TokenPairEnvelope .token_pair_envelope
TokenRequest .token_request
TriggerPipelineRequest .trigger_pipeline_request
UpdateMembershipRequest .update_membership_request
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
