# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The data models, each loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .add_membership_request import AddMembershipRequest
    from .audit_entry import AuditEntry
    from .audit_outcome import AuditOutcome
    from .audit_page import AuditPage
    from .audit_page_envelope import AuditPageEnvelope
    from .checkpoint import Checkpoint
    from .checkpoint_envelope import CheckpointEnvelope
    from .checkpoint_list_envelope import CheckpointListEnvelope
    from .checkpoint_summary import CheckpointSummary
    from .circuit_breaker import CircuitBreaker
    from .circuit_breaker_envelope import CircuitBreakerEnvelope
    from .circuit_breaker_state import CircuitBreakerState
    from .create_api_key_request import CreateApiKeyRequest
    from .create_pipeline_request import CreatePipelineRequest
    from .created_api_key import CreatedApiKey
    from .created_api_key_envelope import CreatedApiKeyEnvelope
    from .decision import Decision
    from .decision_envelope import DecisionEnvelope
    from .decision_outcome import DecisionOutcome
    from .decision_request import DecisionRequest
    from .error import Error
    from .error_envelope import ErrorEnvelope
    from .event import Event
    from .event_envelope import EventEnvelope
    from .execute_pipeline_request import ExecutePipelineRequest
    from .execution import Execution
    from .execution_envelope import ExecutionEnvelope
    from .execution_status import ExecutionStatus
    from .health import Health
    from .health_envelope import HealthEnvelope
    from .identity_mapping import IdentityMapping
    from .identity_mapping_envelope import IdentityMappingEnvelope
    from .identity_mapping_request import IdentityMappingRequest
    from .membership import Membership
    from .membership_envelope import MembershipEnvelope
    from .membership_list_envelope import MembershipListEnvelope
    from .pipeline_definition import PipelineDefinition
    from .pipeline_definition_envelope import PipelineDefinitionEnvelope
    from .pipeline_step import PipelineStep
    from .publish_event_request import PublishEventRequest
    from .refresh_request import RefreshRequest
    from .replay_request import ReplayRequest
    from .replay_result import ReplayResult
    from .replay_result_envelope import ReplayResultEnvelope
    from .rollback_log import RollbackLog
    from .rollback_log_list_envelope import RollbackLogListEnvelope
    from .rollback_log_rollback_type import RollbackLogRollbackType
    from .rollback_request import RollbackRequest
    from .rollback_request_rollback_type import RollbackRequestRollbackType
    from .rollback_result import RollbackResult
    from .rollback_result_envelope import RollbackResultEnvelope
    from .set_circuit_breaker_request import SetCircuitBreakerRequest
    from .set_circuit_breaker_request_state import SetCircuitBreakerRequestState
    from .token_pair import TokenPair
    from .token_pair_envelope import TokenPairEnvelope
    from .token_request import TokenRequest
    from .trigger_pipeline_request import TriggerPipelineRequest
    from .update_membership_request import UpdateMembershipRequest

_MODULES: dict[str, str] = {
    "AddMembershipRequest": ".add_membership_request",
    "AuditEntry": ".audit_entry",
    "AuditOutcome": ".audit_outcome",
    "AuditPage": ".audit_page",
    "AuditPageEnvelope": ".audit_page_envelope",
    "Checkpoint": ".checkpoint",
    "CheckpointEnvelope": ".checkpoint_envelope",
    "CheckpointListEnvelope": ".checkpoint_list_envelope",
    "CheckpointSummary": ".checkpoint_summary",
    "CircuitBreaker": ".circuit_breaker",
    "CircuitBreakerEnvelope": ".circuit_breaker_envelope",
    "CircuitBreakerState": ".circuit_breaker_state",
    "CreateApiKeyRequest": ".create_api_key_request",
    "CreatePipelineRequest": ".create_pipeline_request",
    "CreatedApiKey": ".created_api_key",
    "CreatedApiKeyEnvelope": ".created_api_key_envelope",
    "Decision": ".decision",
    "DecisionEnvelope": ".decision_envelope",
    "DecisionOutcome": ".decision_outcome",
    "DecisionRequest": ".decision_request",
    "Error": ".error",
    "ErrorEnvelope": ".error_envelope",
    "Event": ".event",
    "EventEnvelope": ".event_envelope",
    "ExecutePipelineRequest": ".execute_pipeline_request",
    "Execution": ".execution",
    "ExecutionEnvelope": ".execution_envelope",
    "ExecutionStatus": ".execution_status",
    "Health": ".health",
    "HealthEnvelope": ".health_envelope",
    "IdentityMapping": ".identity_mapping",
    "IdentityMappingEnvelope": ".identity_mapping_envelope",
    "IdentityMappingRequest": ".identity_mapping_request",
    "Membership": ".membership",
    "MembershipEnvelope": ".membership_envelope",
    "MembershipListEnvelope": ".membership_list_envelope",
    "PipelineDefinition": ".pipeline_definition",
    "PipelineDefinitionEnvelope": ".pipeline_definition_envelope",
    "PipelineStep": ".pipeline_step",
    "PublishEventRequest": ".publish_event_request",
    "RefreshRequest": ".refresh_request",
    "ReplayRequest": ".replay_request",
    "ReplayResult": ".replay_result",
    "ReplayResultEnvelope": ".replay_result_envelope",
    "RollbackLog": ".rollback_log",
    "RollbackLogListEnvelope": ".rollback_log_list_envelope",
    "RollbackLogRollbackType": ".rollback_log_rollback_type",
    "RollbackRequest": ".rollback_request",
    "RollbackRequestRollbackType": ".rollback_request_rollback_type",
    "RollbackResult": ".rollback_result",
    "RollbackResultEnvelope": ".rollback_result_envelope",
    "SetCircuitBreakerRequest": ".set_circuit_breaker_request",
    "SetCircuitBreakerRequestState": ".set_circuit_breaker_request_state",
    "TokenPair": ".token_pair",
    "TokenPairEnvelope": ".token_pair_envelope",
    "TokenRequest": ".token_request",
    "TriggerPipelineRequest": ".trigger_pipeline_request",
    "UpdateMembershipRequest": ".update_membership_request",
}

__all__ = (
    "AddMembershipRequest",
    "AuditEntry",
    "AuditOutcome",
    "AuditPage",
    "AuditPageEnvelope",
    "Checkpoint",
    "CheckpointEnvelope",
    "CheckpointListEnvelope",
    "CheckpointSummary",
    "CircuitBreaker",
    "CircuitBreakerEnvelope",
    "CircuitBreakerState",
    "CreateApiKeyRequest",
    "CreatedApiKey",
    "CreatedApiKeyEnvelope",
    "CreatePipelineRequest",
    "Decision",
    "DecisionEnvelope",
    "DecisionOutcome",
    "DecisionRequest",
    "Error",
    "ErrorEnvelope",
    "Event",
    "EventEnvelope",
    "ExecutePipelineRequest",
    "Execution",
    "ExecutionEnvelope",
    "ExecutionStatus",
    "Health",
    "HealthEnvelope",
    "IdentityMapping",
    "IdentityMappingEnvelope",
    "IdentityMappingRequest",
    "Membership",
    "MembershipEnvelope",
    "MembershipListEnvelope",
    "PipelineDefinition",
    "PipelineDefinitionEnvelope",
    "PipelineStep",
    "PublishEventRequest",
    "RefreshRequest",
    "ReplayRequest",
    "ReplayResult",
    "ReplayResultEnvelope",
    "RollbackLog",
    "RollbackLogListEnvelope",
    "RollbackLogRollbackType",
    "RollbackRequest",
    "RollbackRequestRollbackType",
    "RollbackResult",
    "RollbackResultEnvelope",
    "SetCircuitBreakerRequest",
    "SetCircuitBreakerRequestState",
    "TokenPair",
    "TokenPairEnvelope",
    "TokenRequest",
    "TriggerPipelineRequest",
    "UpdateMembershipRequest",
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
