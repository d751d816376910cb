"""The hybriDB SDK: decide, execute, roll back, with an audit trail of everything.

    from veneer.hybridb import HybriDBClient

    with HybriDBClient() as client:  # HDB_BASE_URL, HDB_API_KEY
        decision = client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})

Every name is loaded at its first use (PEP 562).
"""

from __future__ import annotations

from veneer import __version__ as __version__

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from veneer._async.hybridb.client import AsyncHybriDBClient as AsyncHybriDBClient
    from veneer._async.hybridb.functions import request_decision_async as request_decision_async
    from veneer._async.hybridb.functions import rollback_async as rollback_async
    from veneer._async.hybridb.functions import trigger_pipeline_async as trigger_pipeline_async
    from veneer._platforms.hybridb import DEFAULT_BASE_URL as DEFAULT_BASE_URL
    from veneer._platforms.hybridb import ErrorCode as ErrorCode
    from veneer._platforms.hybridb import HybriDBConnectionError as HybriDBConnectionError
    from veneer._platforms.hybridb import HybriDBError as HybriDBError
    from veneer._platforms.hybridb import HybriDBTimeoutError as HybriDBTimeoutError
    from veneer._platforms.hybridb_models import NewApiKey as NewApiKey
    from veneer._platforms.hybridb_models import Tokens as Tokens
    from veneer._sync.hybridb.client import HybriDBClient as HybriDBClient
    from veneer._sync.hybridb.functions import request_decision as request_decision
    from veneer._sync.hybridb.functions import rollback as rollback
    from veneer._sync.hybridb.functions import trigger_pipeline as trigger_pipeline
    from veneer.hybridb.types import ApiKeyInput as ApiKeyInput
    from veneer.hybridb.types import AuditQueryParams as AuditQueryParams
    from veneer.hybridb.types import CircuitBreakerStatus as CircuitBreakerStatus
    from veneer.hybridb.types import CreateMappingInput as CreateMappingInput
    from veneer.hybridb.types import CreatePipelineInput as CreatePipelineInput
    from veneer.hybridb.types import DecisionInput as DecisionInput
    from veneer.hybridb.types import DecisionResponse as DecisionResponse
    from veneer.hybridb.types import HybriDBEvent as HybriDBEvent
    from veneer.hybridb.types import InitiateReplayInput as InitiateReplayInput
    from veneer.hybridb.types import InitiateRollbackInput as InitiateRollbackInput
    from veneer.hybridb.types import OrgMemberInput as OrgMemberInput
    from veneer.hybridb.types import OrgMembership as OrgMembership
    from veneer.hybridb.types import PaginatedResponse as PaginatedResponse
    from veneer.hybridb.types import PipelineExecution as PipelineExecution
    from veneer.hybridb.types import PipelineStepInput as PipelineStepInput
    from veneer.hybridb.types import PublishEventInput as PublishEventInput
    from veneer.hybridb.types import SetCircuitBreakerInput as SetCircuitBreakerInput
    from veneer.hybridb.types import TokenPair as TokenPair
    from veneer.hybridb.types import TriggerByNameInput as TriggerByNameInput
    from veneer_generated.hybridb.models import AuditEntry as AuditEntry
    from veneer_generated.hybridb.models import AuditPage as AuditPage
    from veneer_generated.hybridb.models import Checkpoint as Checkpoint
    from veneer_generated.hybridb.models import CheckpointSummary as CheckpointSummary
    from veneer_generated.hybridb.models import CircuitBreaker as CircuitBreaker
    from veneer_generated.hybridb.models import Decision as Decision
    from veneer_generated.hybridb.models import Event as Event
    from veneer_generated.hybridb.models import Execution as Execution
    from veneer_generated.hybridb.models import Health as Health
    from veneer_generated.hybridb.models import IdentityMapping as IdentityMapping
    from veneer_generated.hybridb.models import Membership as Membership
    from veneer_generated.hybridb.models import PipelineDefinition as PipelineDefinition
    from veneer_generated.hybridb.models import PipelineStep as PipelineStep
    from veneer_generated.hybridb.models import ReplayResult as ReplayResult
    from veneer_generated.hybridb.models import RollbackLog as RollbackLog
    from veneer_generated.hybridb.models import RollbackResult as RollbackResult

_MODELS = "veneer_generated.hybridb.models"
_FACTS = "veneer._platforms.hybridb"
_PUBLISHED = "veneer.hybridb.types"
_HOMES = {
    "AsyncHybriDBClient": "veneer._async.hybridb.client",
    "HybriDBClient": "veneer._sync.hybridb.client",
    "request_decision": "veneer._sync.hybridb.functions",
    "request_decision_async": "veneer._async.hybridb.functions",
    "rollback": "veneer._sync.hybridb.functions",
    "rollback_async": "veneer._async.hybridb.functions",
    "trigger_pipeline": "veneer._sync.hybridb.functions",
    "trigger_pipeline_async": "veneer._async.hybridb.functions",
    "DEFAULT_BASE_URL": _FACTS,
    "ErrorCode": _FACTS,
    "HybriDBConnectionError": _FACTS,
    "HybriDBError": _FACTS,
    "HybriDBTimeoutError": _FACTS,
    "NewApiKey": "veneer._platforms.hybridb_models",
    "Tokens": "veneer._platforms.hybridb_models",
    "ApiKeyInput": _PUBLISHED,
    "AuditQueryParams": _PUBLISHED,
    "CircuitBreakerStatus": _PUBLISHED,
    "CreateMappingInput": _PUBLISHED,
    "CreatePipelineInput": _PUBLISHED,
    "DecisionInput": _PUBLISHED,
    "DecisionResponse": _PUBLISHED,
    "HybriDBEvent": _PUBLISHED,
    "InitiateReplayInput": _PUBLISHED,
    "InitiateRollbackInput": _PUBLISHED,
    "OrgMemberInput": _PUBLISHED,
    "OrgMembership": _PUBLISHED,
    "PaginatedResponse": _PUBLISHED,
    "PipelineExecution": _PUBLISHED,
    "PipelineStepInput": _PUBLISHED,
    "PublishEventInput": _PUBLISHED,
    "SetCircuitBreakerInput": _PUBLISHED,
    "TokenPair": _PUBLISHED,
    "TriggerByNameInput": _PUBLISHED,
}

__all__ = [
    "__version__",
    # clients
    "DEFAULT_BASE_URL",
    "AsyncHybriDBClient",
    "HybriDBClient",
    # plain functions
    "request_decision",
    "request_decision_async",
    "rollback",
    "rollback_async",
    "trigger_pipeline",
    "trigger_pipeline_async",
    # errors
    "ErrorCode",
    "HybriDBConnectionError",
    "HybriDBError",
    "HybriDBTimeoutError",
    # results
    "AuditEntry",
    "AuditPage",
    "Checkpoint",
    "CheckpointSummary",
    "CircuitBreaker",
    "Decision",
    "Event",
    "Execution",
    "Health",
    "IdentityMapping",
    "Membership",
    "NewApiKey",
    "PipelineDefinition",
    "PipelineStep",
    "ReplayResult",
    "RollbackLog",
    "RollbackResult",
    "Tokens",
    # requests and results under the names of the published package
    "ApiKeyInput",
    "AuditQueryParams",
    "CircuitBreakerStatus",
    "CreateMappingInput",
    "CreatePipelineInput",
    "DecisionInput",
    "DecisionResponse",
    "HybriDBEvent",
    "InitiateReplayInput",
    "InitiateRollbackInput",
    "OrgMemberInput",
    "OrgMembership",
    "PaginatedResponse",
    "PipelineExecution",
    "PipelineStepInput",
    "PublishEventInput",
    "SetCircuitBreakerInput",
    "TokenPair",
    "TriggerByNameInput",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = globals()[name] = getattr(importlib.import_module(_HOMES.get(name, _MODELS)), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
