# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Pipeline definitions, their triggers and circuit breakers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import veneer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from veneer_generated.hybridb.client.params import PipelineStepParam
    from veneer_generated.hybridb.models import (
        CircuitBreaker,
        CreatePipelineRequest,
        Execution,
        PipelineDefinition,
        PipelineStep,
        SetCircuitBreakerRequestState,
    )


class AsyncPipelines(veneer.MethodGroup):
    """Pipeline definitions, their triggers and circuit breakers."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    @overload
    async def create(self, request: CreatePipelineRequest, /) -> PipelineDefinition: ...

    @overload
    async def create(
        self,
        name: str,
        steps: Sequence[PipelineStep | PipelineStepParam],
        *,
        description: str | None = None,
        input_schema: Mapping[str, Any] | None = None,
        output_schema: Mapping[str, Any] | None = None,
    ) -> PipelineDefinition: ...

    async def create(
        self,
        name: str | CreatePipelineRequest,
        steps: Sequence[PipelineStep | PipelineStepParam] | None = None,
        *,
        description: str | None = None,
        input_schema: Mapping[str, Any] | None = None,
        output_schema: Mapping[str, Any] | None = None,
    ) -> PipelineDefinition:
        """Define a pipeline.

        Registers a pipeline under its name.

        POST /api/v1/pipelines

        Args:
            name: The name it is executed by.
            steps: The steps.
            description: What it does, for people.
            input_schema: JSON Schema of the input.
            output_schema: JSON Schema of the output.

        Raises:
            BadRequestError: 400: The request does not fit (VALIDATION_ERROR).
            AuthenticationError: 401: No valid credentials, or a token that has expired
                (UNAUTHORIZED, TOKEN_EXPIRED).
            PermissionDeniedError: 403: Not allowed to this actor, or denied by policy (FORBIDDEN,
                POLICY_DENIED).
            ConflictError: 409: The state does not allow it (DECISION_ALREADY_CONSUMED,
                ROLLBACK_WINDOW_EXPIRED, ROLLBACK_ALREADY_COMPLETED, REPLAY_NOT_AVAILABLE,
                IDEMPOTENCY_CONFLICT).
            RateLimitError: 429: Too many requests (RATE_LIMITED).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict, as_list, as_model
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import create_pipeline as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(name, models.CreatePipelineRequest):
            if (
                steps is not None
                or description is not None
                or input_schema is not None
                or output_schema is not None
            ):
                raise TypeError("create() takes one CreatePipelineRequest or its members, not both")
            _body = name
        else:
            if steps is None:
                raise TypeError("create() takes name and steps, or one CreatePipelineRequest")
            _body = models.CreatePipelineRequest(
                name=name,
                steps=[as_model(models.PipelineStep, item) for item in as_list(steps)],
                description=UNSET if description is None else description,
                input_schema=UNSET if input_schema is None else as_dict(input_schema),
                output_schema=UNSET if output_schema is None else as_dict(output_schema),
            )

        return veneer.whole(await self._client.call(_operation, body=_body)).data

    async def trigger(
        self,
        pipeline_id: str,
        input_data: Mapping[str, Any],
        decision_id: str | None = None,
        idempotency_key: str | None = None,
        *,
        trigger_event: str | None = None,
    ) -> Execution:
        """Execute a pipeline by its id.

        Starts an execution. An escalated decision answers 202 with the failure envelope
        DECISION_ESCALATED; a decision that was used before answers 409 DECISION_ALREADY_CONSUMED.

        POST /api/v1/pipelines/trigger

        Args:
            pipeline_id: The pipeline.
            input_data: What the pipeline works on.
            decision_id: The decision that allows it, good for one trigger.
            idempotency_key: Makes a repetition of this call get the first answer.
            trigger_event: The event that set it off.

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
            ServerError: 503: The service, or the circuit of this pipeline, is down
                (SERVICE_UNAVAILABLE, CIRCUIT_BREAKER_OPEN).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import trigger_pipeline as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.TriggerPipelineRequest(
            pipeline_id=pipeline_id,
            input_=as_dict(input_data),
            decision_id=UNSET if decision_id is None else decision_id,
            trigger_event=UNSET if trigger_event is None else trigger_event,
            idempotency_key=UNSET if idempotency_key is None else idempotency_key,
        )

        return veneer.whole(await self._client.call(_operation, body=_body)).data

    async def execute(
        self,
        pipeline_name: str,
        input_data: Mapping[str, Any] | None = None,
        decision_id: str | None = None,
        idempotency_key: str | None = None,
        *,
        trigger_event: str | None = None,
    ) -> Execution:
        """Execute a pipeline by its name.

        Starts an execution. An escalated decision answers 202 with the failure envelope
        DECISION_ESCALATED; a decision that was used before answers 409 DECISION_ALREADY_CONSUMED.

        POST /api/v1/pipelines/{name}/execute

        Args:
            input_data: What the pipeline works on.
            decision_id: The decision that allows it, good for one trigger.
            idempotency_key: Makes a repetition of this call get the first answer.
            trigger_event: The event that set it off.

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
            ServerError: 503: The service, or the circuit of this pipeline, is down
                (SERVICE_UNAVAILABLE, CIRCUIT_BREAKER_OPEN).
            HybriDBError: any other status: Any other failure, whatever its status: 202
                DECISION_ESCALATED, 500 PIPELINE_STEP_FAILED and INTERNAL_ERROR, 503
                SERVICE_UNAVAILABLE.
        """
        from veneer.arguments import as_dict
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import execute_pipeline as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.ExecutePipelineRequest(
            input_=UNSET if input_data is None else as_dict(input_data),
            decision_id=UNSET if decision_id is None else decision_id,
            trigger_event=UNSET if trigger_event is None else trigger_event,
            idempotency_key=UNSET if idempotency_key is None else idempotency_key,
        )

        return veneer.whole(await self._client.call(_operation, pipeline_name, body=_body)).data

    async def get_execution(self, execution_id: str) -> Execution:
        """Get an execution.

        Answers the state of an execution and, when known, of its steps.

        GET /api/v1/pipelines/executions/{executionId}

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

        from veneer_generated.hybridb.api.pipelines import get_execution as _operation

        return veneer.whole(await self._client.call(_operation, execution_id)).data

    async def get_circuit_breaker(self, pipeline_id: str) -> CircuitBreaker:
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

        return veneer.whole(await self._client.call(_operation, pipeline_id)).data

    async def set_circuit_breaker(
        self, pipeline_id: str, state: SetCircuitBreakerRequestState, *, reason: str | None = None
    ) -> CircuitBreaker:
        """Open or close the circuit breaker of a pipeline.

        Open stops new executions of the pipeline; closed lets them through again.

        POST /api/v1/pipelines/{pipelineId}/circuit-breaker

        Args:
            state: Open refuses executions.
            reason: Why.

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
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.pipelines import set_circuit_breaker as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.SetCircuitBreakerRequest(
            state=state,
            reason=UNSET if reason is None else reason,
        )

        return veneer.whole(await self._client.call(_operation, pipeline_id, body=_body)).data

    async def wait(
        self,
        execution_id: str,
        *,
        every: float = 2.0,
        timeout: float = 600.0,
        progress: Callable[[Execution], None] | None = None,
    ) -> Execution:
        """Get an execution.

        Answers the state of an execution and, when known, of its steps.

        GET /api/v1/pipelines/executions/{executionId}

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

        from veneer_generated.hybridb.api.pipelines import get_execution as _operation

        _bound = veneer.bind(_operation, execution_id)

        return veneer.whole(
            await self._client.wait(
                _bound,
                until=lambda _result: (
                    veneer.whole(_result).data.status in ("completed", "failed", "compensated")
                ),
                every=every,
                timeout=timeout,
                progress=None if progress is None else lambda _result: progress(veneer.whole(_result).data),
            )
        ).data
