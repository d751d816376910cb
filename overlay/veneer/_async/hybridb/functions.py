"""hybriDB in plain functions: each reads HDB_BASE_URL and HDB_API_KEY when it is called and gives the answer's data as the platform sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._async.hybridb.client import AsyncHybriDBClient
from veneer._async.hybridb.pipelines import execution_body
from veneer._core.call import Endpoint
from veneer._platforms import given, whole
from veneer_generated.hybridb.api.decisions import request_decision as decision_endpoint
from veneer_generated.hybridb.api.executions import rollback_execution
from veneer_generated.hybridb.api.pipelines import execute_pipeline
from veneer_generated.hybridb.models.decision_request import DecisionRequest
from veneer_generated.hybridb.models.rollback_request import RollbackRequest


async def request_decision_async(
    decision_type: str, action: str, input_data: Mapping[str, Any], idempotency_key: str | None = None
) -> dict[str, Any]:
    """Ask whether an action may be done: `decisionId`, `outcome` (approved, blocked, escalated), `rationale`, … Raises HybriDBError. POST /api/v1/decisions"""
    body = DecisionRequest(decision_type, action, dict(input_data), **given(idempotency_key=idempotency_key))
    return await _data(decision_endpoint, body=body)


async def trigger_pipeline_async(
    pipeline_name: str,
    input_data: Mapping[str, Any],
    decision_id: str | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Execute a pipeline by its name: `id`, `status`, `output`, … Raises HybriDBError. POST /api/v1/pipelines/{name}/execute"""
    body = execution_body(input_data, decision_id, idempotency_key)
    return await _data(execute_pipeline, pipeline_name, body=body)


async def rollback_async(execution_id: str, reason: str) -> dict[str, Any]:
    """Undo a completed execution: `status` (rolled_back), `stepsRolledBack`, … Raises HybriDBError. POST /api/v1/executions/{executionId}/rollback"""
    return await _data(rollback_execution, execution_id, body=RollbackRequest(reason=reason))


async def _data(endpoint: Endpoint[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    async with AsyncHybriDBClient() as client:
        answer = await client.call_raw(endpoint, *args, **kwargs)
    data: dict[str, Any] = whole(answer.value).data and answer.response.json()["data"]
    return data
