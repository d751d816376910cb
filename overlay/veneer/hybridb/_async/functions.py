"""hybriDB as plain functions.

Each function reads HDB_BASE_URL and HDB_API_KEY when called, and returns the response's data as the
platform sent it. Raises HybriDBError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer.hybridb._async import AsyncHybriDBClient


async def request_decision_async(
    decision_type: str, action: str, input_data: Mapping[str, Any], idempotency_key: str | None = None
) -> dict[str, Any]:
    """Request a decision about an action: `decisionId`, `outcome`, `rationale`, …

    `outcome` is approved, blocked or escalated. POST /api/v1/decisions
    """
    async with AsyncHybriDBClient() as client:
        found = await client.decisions.request(decision_type, action, input_data, idempotency_key)
    return found.to_dict()


async def trigger_pipeline_async(
    pipeline_name: str,
    input_data: Mapping[str, Any],
    decision_id: str | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Execute a pipeline by its name: `id`, `status`, `output`, … POST /api/v1/pipelines/{name}/execute"""
    async with AsyncHybriDBClient() as client:
        found = await client.pipelines.execute(pipeline_name, input_data, decision_id, idempotency_key)
    return found.to_dict()


async def rollback_async(execution_id: str, reason: str) -> dict[str, Any]:
    """Undo a completed execution: `status` (rolled_back), `stepsRolledBack`, …

    POST /api/v1/executions/{executionId}/rollback
    """
    async with AsyncHybriDBClient() as client:
        found = await client.reversibility.rollback(execution_id, reason)
    return found.to_dict()
