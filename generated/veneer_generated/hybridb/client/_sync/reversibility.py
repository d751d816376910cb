# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Checkpoints, rollback and replay of executions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veneer_generated.hybridb.client.params import SetCircuitBreakerRequestParam
    from veneer_generated.hybridb.models import (
        Checkpoint,
        CheckpointSummary,
        CircuitBreaker,
        ReplayRequest,
        ReplayResult,
        RollbackLog,
        RollbackRequest,
        RollbackRequestRollbackType,
        RollbackResult,
        SetCircuitBreakerRequest,
    )


class Reversibility(veneer.MethodGroup):
    """Checkpoints, rollback and replay of executions."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def get_circuit_breaker(self, pipeline_id: str) -> CircuitBreaker:
        """Get the circuit breaker of a pipeline.

        An open breaker refuses triggers with 503 CIRCUIT_BREAKER_OPEN.

        GET /api/v1/pipelines/{pipelineId}/circuit-breaker

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.pipelines import get_circuit_breaker as _operation

        return veneer.whole(self._client.call(_operation, pipeline_id)).data

    def set_circuit_breaker(
        self, pipeline_id: str, input: SetCircuitBreakerRequest | SetCircuitBreakerRequestParam
    ) -> CircuitBreaker:
        """Open or close the circuit breaker of a pipeline.

        Open stops new executions of the pipeline; closed lets them through again.

        POST /api/v1/pipelines/{pipelineId}/circuit-breaker

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_model
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import set_circuit_breaker as _operation

        _body = as_model(models.SetCircuitBreakerRequest, input)

        return veneer.whole(self._client.call(_operation, pipeline_id, body=_body)).data

    def rollback(
        self,
        execution_id: str,
        reason: str | None | RollbackRequest = None,
        *,
        rollback_type: RollbackRequestRollbackType | None = None,
        target_steps: Sequence[str] | None = None,
        checkpoint_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> RollbackResult:
        """Roll an execution back.

        Runs the compensation steps, of all steps, of some, or down to a checkpoint. Possible once,
        within 30 minutes of completion (409 ROLLBACK_ALREADY_COMPLETED, ROLLBACK_WINDOW_EXPIRED).

        POST /api/v1/executions/{executionId}/rollback

        Args:
            reason: Why.
            rollback_type: All steps, those of targetSteps, or all after checkpointId.
            target_steps: The steps of a selective rollback.
            checkpoint_id: Where a to_checkpoint rollback stops.
            metadata: Kept with the rollback.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict, as_list
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.executions import rollback_execution as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(reason, models.RollbackRequest):
            if (
                rollback_type is not None
                or target_steps is not None
                or checkpoint_id is not None
                or metadata is not None
            ):
                raise TypeError("rollback() takes one RollbackRequest or its members, not both")
            _body = reason
        else:
            _body = models.RollbackRequest(
                reason=UNSET if reason is None else reason,
                rollback_type=UNSET if rollback_type is None else rollback_type,
                target_steps=UNSET if target_steps is None else as_list(target_steps),
                checkpoint_id=UNSET if checkpoint_id is None else checkpoint_id,
                metadata=UNSET if metadata is None else as_dict(metadata),
            )

        return veneer.whole(self._client.call(_operation, execution_id, body=_body)).data

    def replay(
        self,
        execution_id: str,
        from_checkpoint: str | None | ReplayRequest = None,
        *,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> ReplayResult:
        """Replay an execution from a checkpoint.

        Starts a child execution (409 REPLAY_NOT_AVAILABLE when it cannot).

        POST /api/v1/executions/{executionId}/replay

        Args:
            from_checkpoint: Where to start.
            reason: Why.
            idempotency_key: Makes a repetition of this call get the first answer.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.executions import replay_execution as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(from_checkpoint, models.ReplayRequest):
            if reason is not None or idempotency_key is not None:
                raise TypeError("replay() takes one ReplayRequest or its members, not both")
            _body = from_checkpoint
        else:
            _body = models.ReplayRequest(
                from_checkpoint=UNSET if from_checkpoint is None else from_checkpoint,
                reason=UNSET if reason is None else reason,
                idempotency_key=UNSET if idempotency_key is None else idempotency_key,
            )

        return veneer.whole(self._client.call(_operation, execution_id, body=_body)).data

    def list_checkpoints(self, execution_id: str) -> list[CheckpointSummary]:
        """List the checkpoints of an execution.

        Answers summaries, all at once; the state comes with a single checkpoint.

        GET /api/v1/executions/{executionId}/checkpoints

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.executions import list_checkpoints as _operation

        return veneer.whole(self._client.call(_operation, execution_id)).data

    get_checkpoints = list_checkpoints

    def get_checkpoint(self, execution_id: str, checkpoint_id: str) -> Checkpoint:
        """Get a checkpoint with its state.

        Answers the summary and the snapshot of the state behind it.

        GET /api/v1/executions/{executionId}/checkpoints/{checkpointId}

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.executions import get_checkpoint as _operation

        return veneer.whole(self._client.call(_operation, execution_id, checkpoint_id)).data

    def get_rollback_log(self, execution_id: str) -> list[RollbackLog]:
        """List the rollbacks of an execution.

        Answers the rollbacks with their outcomes, all at once.

        GET /api/v1/executions/{executionId}/rollback-log

        Raises:
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            NotFoundError: 404: No such thing (NOT_FOUND, DECISION_NOT_FOUND, PIPELINE_NOT_FOUND,
                EXECUTION_NOT_FOUND, CHECKPOINT_NOT_FOUND).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """

        from veneer_generated.hybridb.api.executions import get_rollback_log as _operation

        return veneer.whole(self._client.call(_operation, execution_id)).data
