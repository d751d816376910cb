"""The hybriDB SDK: decide, execute, roll back, with an audit trail of everything.

    from veneer.hybridb import HybriDBClient

    with HybriDBClient() as client:  # HDB_BASE_URL, HDB_API_KEY
        decision = client.request_decision("payment.authorize", "payment.initiate", {"amount": 120})

Every name is loaded on first use.
"""

from __future__ import annotations

from veneer import __version__ as __version__
from veneer import lazy

TYPE_CHECKING = False  # type checkers read it as true; loading `typing` would take longer than all else here

if TYPE_CHECKING:
    from veneer.hybridb._async import AsyncHybriDBClient as AsyncHybriDBClient
    from veneer.hybridb._async.functions import request_decision_async as request_decision_async
    from veneer.hybridb._async.functions import rollback_async as rollback_async
    from veneer.hybridb._async.functions import trigger_pipeline_async as trigger_pipeline_async
    from veneer.hybridb._sync import HybriDBClient as HybriDBClient
    from veneer.hybridb._sync.functions import request_decision as request_decision
    from veneer.hybridb._sync.functions import rollback as rollback
    from veneer.hybridb._sync.functions import trigger_pipeline as trigger_pipeline
    from veneer.hybridb.exceptions import *
    from veneer.hybridb.platform import DEFAULT_BASE_URL as DEFAULT_BASE_URL
    from veneer.hybridb.types import *
    from veneer_generated.hybridb.client.results import NewApiKey as NewApiKey
    from veneer_generated.hybridb.client.results import Tokens as Tokens
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

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "veneer.hybridb._async": "AsyncHybriDBClient",
        "veneer.hybridb._async.functions": "request_decision_async rollback_async trigger_pipeline_async",
        "veneer.hybridb._sync": "HybriDBClient",
        "veneer.hybridb._sync.functions": "request_decision rollback trigger_pipeline",
        "veneer.hybridb.exceptions": "ErrorCode HybriDBConnectionError HybriDBError HybriDBTimeoutError",
        "veneer.hybridb.platform": "DEFAULT_BASE_URL",
        "veneer.hybridb.types": """
            UUID ApiError ApiKeyInput AuditQueryParams CircuitBreakerStatus CreateMappingInput
            CreatePipelineInput DecisionInput DecisionResponse HybriDBEvent InitiateReplayInput
            InitiateRollbackInput OrgMemberInput OrgMembership PaginatedResponse
            PipelineExecution PipelineStepInput PublishEventInput SetCircuitBreakerInput
            Timestamp TokenPair TriggerByNameInput
        """,
        "veneer_generated.hybridb.client.results": "NewApiKey Tokens",
        "veneer_generated.hybridb.models": """
            AuditEntry AuditPage Checkpoint CheckpointSummary CircuitBreaker Decision Event
            Execution Health IdentityMapping Membership PipelineDefinition PipelineStep
            ReplayResult RollbackLog RollbackResult
        """,
    },
)
