# Derived from overlay/veneer/hybridb/_async/functions.py by scripts/unasync.py: edit that file, not this one.
"""hybriDB as plain functions.

Each function reads HDB_BASE_URL and HDB_API_KEY when called, and returns the response's data as the
platform sent it. Raises HybriDBError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer.hybridb._sync import HybriDBClient


def request_decision(
    decision_type: str, action: str, input_data: Mapping[str, Any], idempotency_key: str | None = None
) -> dict[str, Any]:
    """Request a decision about an action: `decisionId`, `outcome`, `rationale`, …

    `outcome` is approved, blocked or escalated. POST /api/v1/decisions
    """
    with HybriDBClient() as client:
        found = client.decisions.request(decision_type, action, input_data, idempotency_key)
    return found.to_dict()


def trigger_pipeline(
    pipeline_name: str,
    input_data: Mapping[str, Any],
    decision_id: str | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Execute a pipeline by its name: `id`, `status`, `output`, … POST /api/v1/pipelines/{name}/execute"""
    with HybriDBClient() as client:
        found = client.pipelines.execute(pipeline_name, input_data, decision_id, idempotency_key)
    return found.to_dict()


def rollback(execution_id: str, reason: str) -> dict[str, Any]:
    """Undo a completed execution: `status` (rolled_back), `stepsRolledBack`, …

    POST /api/v1/executions/{executionId}/rollback
    """
    with HybriDBClient() as client:
        found = client.reversibility.rollback(execution_id, reason)
    return found.to_dict()
