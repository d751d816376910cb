"""hybriDB's requests and answers under the names of the published package.

Each is the contract's model; fields are in snake_case: `DecisionInput(decision_type=…)`, `decision.decision_id`.
"""

from __future__ import annotations

from typing import TypeAlias

from veneer._platforms.hybridb_models import (
    AuditQueryParams,
    InitiateRollbackInput,
    Tokens,
    TriggerByNameInput,
)
from veneer_generated.hybridb import models as _models

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
"""An id; opaque."""

Timestamp: TypeAlias = str
"""A moment as ISO 8601 text; answers have it as a datetime."""

TokenPair: TypeAlias = Tokens
ApiError: TypeAlias = _models.Error
ApiKeyInput: TypeAlias = _models.CreateApiKeyRequest
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
