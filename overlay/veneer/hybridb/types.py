"""hybriDB's requests and responses under the names of the published package.

Each is the contract's model; fields are in snake_case: `DecisionInput(decision_type=…)`,
`decision.decision_id`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypedDict

from veneer.arguments import as_datetime
from veneer_generated.hybridb import models as _models
from veneer_generated.hybridb.client.results import Tokens

# These three are subclasses, which need imports that type checkers can follow.
from veneer_generated.hybridb.models.create_api_key_request import CreateApiKeyRequest
from veneer_generated.hybridb.models.execute_pipeline_request import ExecutePipelineRequest
from veneer_generated.hybridb.models.rollback_request import RollbackRequest
from veneer_generated.hybridb.types import UNSET

__all__ = [
    "UUID",
    "ApiError",
    "ApiKeyInput",
    "AuditEntry",
    "AuditQueryParams",
    "Checkpoint",
    "CheckpointSummary",
    "CircuitBreakerStatus",
    "CreateMappingInput",
    "CreatePipelineInput",
    "DecisionInput",
    "DecisionResponse",
    "HybriDBEvent",
    "IdentityMapping",
    "InitiateReplayInput",
    "InitiateRollbackInput",
    "OrgMemberInput",
    "OrgMembership",
    "PaginatedResponse",
    "PipelineDefinition",
    "PipelineExecution",
    "PipelineStepInput",
    "PublishEventInput",
    "ReplayResult",
    "RollbackLog",
    "RollbackResult",
    "SetCircuitBreakerInput",
    "Timestamp",
    "TokenPair",
    "TriggerByNameInput",
]

UUID: TypeAlias = str
"""An opaque id."""

Timestamp: TypeAlias = str
"""A time as ISO 8601 text; responses have it as a datetime."""

TokenPair: TypeAlias = Tokens
ApiError: TypeAlias = _models.Error
AuditEntry: TypeAlias = _models.AuditEntry
Checkpoint: TypeAlias = _models.Checkpoint
CheckpointSummary: TypeAlias = _models.CheckpointSummary
CircuitBreakerStatus: TypeAlias = _models.CircuitBreaker
CreateMappingInput: TypeAlias = _models.IdentityMappingRequest
CreatePipelineInput: TypeAlias = _models.CreatePipelineRequest
DecisionInput: TypeAlias = _models.DecisionRequest
DecisionResponse: TypeAlias = _models.Decision
HybriDBEvent: TypeAlias = _models.Event
IdentityMapping: TypeAlias = _models.IdentityMapping
InitiateReplayInput: TypeAlias = _models.ReplayRequest
OrgMemberInput: TypeAlias = _models.AddMembershipRequest
OrgMembership: TypeAlias = _models.Membership
PaginatedResponse: TypeAlias = _models.AuditPage
PipelineDefinition: TypeAlias = _models.PipelineDefinition
PipelineExecution: TypeAlias = _models.Execution
PipelineStepInput: TypeAlias = _models.PipelineStep
PublishEventInput: TypeAlias = _models.PublishEventRequest
ReplayResult: TypeAlias = _models.ReplayResult
RollbackLog: TypeAlias = _models.RollbackLog
RollbackResult: TypeAlias = _models.RollbackResult
SetCircuitBreakerInput: TypeAlias = _models.SetCircuitBreakerRequest


class AuditQueryParams(TypedDict, total=False):
    """The parameters of `query_audit_log`; each as in `audit.list`."""

    actor_id: str
    action: str
    outcome: _models.AuditOutcome
    decision_id: str
    session_id: str
    from_: datetime | str
    to: datetime | str
    page: int
    limit: int


class ApiKeyInput(CreateApiKeyRequest):
    """The request for an API key; `expires_at` may be ISO 8601 text, as in the published package."""

    def __init__(
        self, scopes: Sequence[str], name: str | None = None, expires_at: datetime | str | None = None
    ) -> None:
        super().__init__(
            scopes=list(scopes),
            name=UNSET if name is None else name,
            expires_at=UNSET if expires_at is None else as_datetime(expires_at),
        )


class InitiateRollbackInput(RollbackRequest):
    """The request for a rollback; its arguments are in the published package's order."""

    def __init__(
        self,
        rollback_type: _models.RollbackRequestRollbackType | None = None,
        reason: str | None = None,
        target_steps: Sequence[str] | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            reason=UNSET if reason is None else reason,
            rollback_type=UNSET if rollback_type is None else rollback_type,
            target_steps=UNSET if target_steps is None else list(target_steps),
            checkpoint_id=UNSET if checkpoint_id is None else checkpoint_id,
            metadata=UNSET if metadata is None else dict(metadata),
        )


class TriggerByNameInput(ExecutePipelineRequest):
    """The request to execute a pipeline."""

    def __init__(
        self,
        input: Mapping[str, Any] | None = None,  # noqa: A002  # the platform's name
        decision_id: str | None = None,
        trigger_event: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(
            input_=UNSET if input is None else dict(input),
            decision_id=UNSET if decision_id is None else decision_id,
            trigger_event=UNSET if trigger_event is None else trigger_event,
            idempotency_key=UNSET if idempotency_key is None else idempotency_key,
        )
