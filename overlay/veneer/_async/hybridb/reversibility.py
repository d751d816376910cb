"""Undo and redo executions: rollback, replay, checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from veneer._async.client import AsyncClient
from veneer._platforms import given, whole
from veneer_generated.hybridb.api.executions import (
    get_checkpoint,
    get_rollback_log,
    list_checkpoints,
    replay_execution,
    rollback_execution,
)
from veneer_generated.hybridb.api.pipelines import get_circuit_breaker, set_circuit_breaker
from veneer_generated.hybridb.models.checkpoint import Checkpoint
from veneer_generated.hybridb.models.checkpoint_summary import CheckpointSummary
from veneer_generated.hybridb.models.circuit_breaker import CircuitBreaker
from veneer_generated.hybridb.models.replay_request import ReplayRequest
from veneer_generated.hybridb.models.replay_result import ReplayResult
from veneer_generated.hybridb.models.rollback_log import RollbackLog
from veneer_generated.hybridb.models.rollback_request import RollbackRequest
from veneer_generated.hybridb.models.rollback_request_rollback_type import RollbackRequestRollbackType
from veneer_generated.hybridb.models.rollback_result import RollbackResult
from veneer_generated.hybridb.models.set_circuit_breaker_request import SetCircuitBreakerRequest

__all__ = ["AsyncReversibility"]


class AsyncReversibility:
    """What can be undone, and how."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def rollback(
        self,
        execution_id: str,
        reason: str | RollbackRequest | None = None,
        *,
        rollback_type: RollbackRequestRollbackType | None = None,
        target_steps: Sequence[str] | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> RollbackResult:
        """Undo a completed execution: once, and within 30 minutes of its completion.

        In place of `reason` and what follows it, one `InitiateRollbackInput` may be given.

        `rollback_type` is full (the platform's default), selective (with `target_steps`) or to_checkpoint (with `checkpoint_id`). The platform takes no idempotency key here: a call
        whose answer is lost is not repeated. Raises HybriDBError (ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, …). POST /api/v1/executions/{executionId}/rollback
        """
        if isinstance(reason, RollbackRequest):
            return whole(await self._client.call(rollback_execution, execution_id, body=reason)).data
        body = RollbackRequest(
            **given(
                reason=reason,
                rollback_type=rollback_type,
                target_steps=None if target_steps is None else list(target_steps),
                checkpoint_id=checkpoint_id,
                metadata=metadata,
            )
        )
        return whole(await self._client.call(rollback_execution, execution_id, body=body)).data

    async def replay(
        self,
        execution_id: str,
        from_checkpoint: str | ReplayRequest | None = None,
        *,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> ReplayResult:
        """Run an execution again from a checkpoint, as a child execution; one `InitiateReplayInput` may stand for the arguments. Raises HybriDBError (REPLAY_NOT_AVAILABLE, …). POST /api/v1/executions/{executionId}/replay"""
        if isinstance(from_checkpoint, ReplayRequest):
            body = from_checkpoint
        else:
            body = ReplayRequest(
                **given(from_checkpoint=from_checkpoint, reason=reason, idempotency_key=idempotency_key)
            )
        return whole(await self._client.call(replay_execution, execution_id, body=body)).data

    async def list_checkpoints(self, execution_id: str) -> list[CheckpointSummary]:
        """Give an execution's checkpoints without their states. GET /api/v1/executions/{executionId}/checkpoints"""
        return whole(await self._client.call(list_checkpoints, execution_id)).data

    get_checkpoints = list_checkpoints

    async def get_checkpoint(self, execution_id: str, checkpoint_id: str) -> Checkpoint:
        """Give a checkpoint with its state. Raises HybriDBError (CHECKPOINT_NOT_FOUND). GET /api/v1/executions/{executionId}/checkpoints/{checkpointId}"""
        return whole(await self._client.call(get_checkpoint, execution_id, checkpoint_id)).data

    async def get_rollback_log(self, execution_id: str) -> list[RollbackLog]:
        """Give the rollbacks of an execution. GET /api/v1/executions/{executionId}/rollback-log"""
        return whole(await self._client.call(get_rollback_log, execution_id)).data

    async def get_circuit_breaker(self, pipeline_id: str) -> CircuitBreaker:
        """Return a pipeline's circuit breaker; see `pipelines.get_circuit_breaker`. GET /api/v1/pipelines/{pipelineId}/circuit-breaker"""
        return whole(await self._client.call(get_circuit_breaker, pipeline_id)).data

    async def set_circuit_breaker(self, pipeline_id: str, input: SetCircuitBreakerRequest) -> CircuitBreaker:  # noqa: A002  # the published name
        """Open or close a circuit breaker; see `pipelines.set_circuit_breaker`. POST /api/v1/pipelines/{pipelineId}/circuit-breaker"""
        return whole(await self._client.call(set_circuit_breaker, pipeline_id, body=input)).data
