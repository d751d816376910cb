# Derived from overlay/veneer/_async/hybridb/functions.py by scripts/unasync.py: edit that file, not this one.
"""hybriDB in plain functions: each reads HDB_BASE_URL and HDB_API_KEY when it is called and gives the answer's data as the platform sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._core.call import Endpoint
from veneer._platforms import given, whole
from veneer._sync.hybridb.client import HybriDBClient
from veneer._sync.hybridb.pipelines import execution_body
from veneer_generated.hybridb.api.decisions import request_decision as decision_endpoint
from veneer_generated.hybridb.api.executions import rollback_execution
from veneer_generated.hybridb.api.pipelines import execute_pipeline
from veneer_generated.hybridb.models.decision_request import DecisionRequest
from veneer_generated.hybridb.models.rollback_request import RollbackRequest


def request_decision(
    decision_type: str, action: str, input_data: Mapping[str, Any], idempotency_key: str | None = None
) -> dict[str, Any]:
    """Ask whether an action may be done: `decisionId`, `outcome` (approved, blocked, escalated), `rationale`, … Raises HybriDBError. POST /api/v1/decisions"""
    body = DecisionRequest(decision_type, action, dict(input_data), **given(idempotency_key=idempotency_key))
    return _data(decision_endpoint, body=body)


def trigger_pipeline(
    pipeline_name: str,
    input_data: Mapping[str, Any],
    decision_id: str | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Execute a pipeline by its name: `id`, `status`, `output`, … Raises HybriDBError. POST /api/v1/pipelines/{name}/execute"""
    body = execution_body(input_data, decision_id, idempotency_key)
    return _data(execute_pipeline, pipeline_name, body=body)


def rollback(execution_id: str, reason: str) -> dict[str, Any]:
    """Undo a completed execution: `status` (rolled_back), `stepsRolledBack`, … Raises HybriDBError. POST /api/v1/executions/{executionId}/rollback"""
    return _data(rollback_execution, execution_id, body=RollbackRequest(reason=reason))


def _data(endpoint: Endpoint[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    with HybriDBClient() as client:
        answer = client.call_raw(endpoint, *args, **kwargs)
    data: dict[str, Any] = whole(answer.value).data and answer.response.json()["data"]
    return data
