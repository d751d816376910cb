# Derived from overlay/veneer/_async/hybridb/pipelines.py by scripts/unasync.py: edit that file, not this one.
"""Pipelines: definitions, executions and circuit breakers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from veneer._platforms import given, whole
from veneer._platforms.hybridb import ENDED
from veneer._sync.client import Client
from veneer_generated.hybridb.api.pipelines import (
    create_pipeline,
    execute_pipeline,
    get_circuit_breaker,
    get_execution,
    set_circuit_breaker,
    trigger_pipeline,
)
from veneer_generated.hybridb.models.circuit_breaker import CircuitBreaker
from veneer_generated.hybridb.models.create_pipeline_request import CreatePipelineRequest
from veneer_generated.hybridb.models.execute_pipeline_request import ExecutePipelineRequest
from veneer_generated.hybridb.models.execution import Execution
from veneer_generated.hybridb.models.execution_envelope import ExecutionEnvelope
from veneer_generated.hybridb.models.pipeline_definition import PipelineDefinition
from veneer_generated.hybridb.models.pipeline_step import PipelineStep
from veneer_generated.hybridb.models.set_circuit_breaker_request import SetCircuitBreakerRequest
from veneer_generated.hybridb.models.set_circuit_breaker_request_state import SetCircuitBreakerRequestState
from veneer_generated.hybridb.models.trigger_pipeline_request import TriggerPipelineRequest

__all__ = ["Pipelines"]


class Pipelines:
    """Pipelines and their executions."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @overload
    def create(self, request: CreatePipelineRequest, /) -> PipelineDefinition: ...

    @overload
    def create(
        self,
        name: str,
        steps: Sequence[PipelineStep | Mapping[str, Any]],
        *,
        description: str | None = None,
        input_schema: Mapping[str, Any] | None = None,
        output_schema: Mapping[str, Any] | None = None,
    ) -> PipelineDefinition: ...

    def create(
        self,
        name: str | CreatePipelineRequest,
        steps: Sequence[PipelineStep | Mapping[str, Any]] | None = None,
        *,
        description: str | None = None,
        input_schema: Mapping[str, Any] | None = None,
        output_schema: Mapping[str, Any] | None = None,
    ) -> PipelineDefinition:
        """Define a pipeline, or the next version of one; one `CreatePipelineInput` may stand for all arguments.

        A step is a `PipelineStep` or a mapping with the contract's names (`id`, `name`, `type`, `dependsOn`, `timeout` in milliseconds, …). Raises HybriDBError
        (VALIDATION_ERROR). POST /api/v1/pipelines
        """
        if not isinstance(name, str):
            return whole(self._client.call(create_pipeline, body=name)).data
        if steps is None:
            raise TypeError("create() takes name and steps, or one CreatePipelineInput")
        body = CreatePipelineRequest(
            name,
            [step if isinstance(step, PipelineStep) else PipelineStep.from_dict(step) for step in steps],
            **given(description=description, input_schema=input_schema, output_schema=output_schema),
        )
        return whole(self._client.call(create_pipeline, body=body)).data

    def execute(
        self,
        name: str,
        input_data: Mapping[str, Any] | None = None,
        decision_id: str | None = None,
        idempotency_key: str | None = None,
        *,
        trigger_event: str | None = None,
    ) -> Execution:
        """Execute a pipeline by its name, under a decision if one is given.

        Without an `idempotency_key` one is made, so that retries cannot execute twice. Raises HybriDBError (DECISION_ALREADY_CONSUMED, DECISION_ESCALATED, POLICY_DENIED,
        CIRCUIT_BREAKER_OPEN, PIPELINE_STEP_FAILED, …). POST /api/v1/pipelines/{name}/execute
        """
        return (
            self._client.call(
                execute_pipeline,
                name,
                body=execution_body(input_data, decision_id, idempotency_key, trigger_event),
            )
        ).data

    def trigger(
        self,
        pipeline_id: str,
        input_data: Mapping[str, Any],
        decision_id: str | None = None,
        idempotency_key: str | None = None,
        *,
        trigger_event: str | None = None,
    ) -> Execution:
        """Start an execution by the pipeline's id and do not wait for its end (`wait` does). Keys and errors as for `execute`. POST /api/v1/pipelines/trigger"""
        body = TriggerPipelineRequest(
            pipeline_id,
            dict(input_data),
            **given(decision_id=decision_id, idempotency_key=idempotency_key, trigger_event=trigger_event),
        )
        return whole(self._client.call(trigger_pipeline, body=body)).data

    def get_execution(self, execution_id: str) -> Execution:
        """Give an execution as it stands. Raises HybriDBError (EXECUTION_NOT_FOUND). GET /api/v1/pipelines/executions/{executionId}"""
        return whole(self._client.call(get_execution, execution_id)).data

    def wait(
        self,
        execution_id: str,
        *,
        every: float = 2.0,
        timeout: float = 600.0,  # noqa: ASYNC109  # the wait's own limit
        progress: Callable[[Execution], None] | None = None,
    ) -> Execution:
        """Ask about every `every` seconds until an execution is completed, failed or compensated, and give it.

        Raises WaitTimeoutError (a HybriDBError too) after `timeout` seconds; the execution goes on. GET /api/v1/pipelines/executions/{executionId}
        """

        def told(envelope: ExecutionEnvelope) -> None:
            if progress is not None:
                progress(envelope.data)

        envelope = self._client.wait(
            get_execution,
            execution_id,
            until=lambda envelope: whole(whole(envelope).data).status in ENDED,
            every=every,
            timeout=timeout,
            progress=told,
        )
        return envelope.data

    def get_circuit_breaker(self, pipeline_id: str) -> CircuitBreaker:
        """Give a pipeline's circuit breaker: `state` is closed, open or half_open. GET /api/v1/pipelines/{pipelineId}/circuit-breaker"""
        return whole(self._client.call(get_circuit_breaker, pipeline_id)).data

    def set_circuit_breaker(
        self, pipeline_id: str, state: SetCircuitBreakerRequestState, *, reason: str | None = None
    ) -> CircuitBreaker:
        """Open or close a pipeline's circuit breaker by hand. POST /api/v1/pipelines/{pipelineId}/circuit-breaker"""
        body = SetCircuitBreakerRequest(state, **given(reason=reason))
        return whole(self._client.call(set_circuit_breaker, pipeline_id, body=body)).data


def execution_body(
    input_data: Mapping[str, Any] | None,
    decision_id: str | None,
    idempotency_key: str | None,
    trigger_event: str | None = None,
) -> ExecutePipelineRequest:
    """Make the body of an execution by name."""
    return ExecutePipelineRequest(
        **given(
            input_=None if input_data is None else dict(input_data),
            decision_id=decision_id,
            idempotency_key=idempotency_key,
            trigger_event=trigger_event,
        )
    )
