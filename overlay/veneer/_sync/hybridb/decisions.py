# Derived from overlay/veneer/_async/hybridb/decisions.py by scripts/unasync.py: edit that file, not this one.
"""Policy decisions, asked for before an action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._platforms import given, whole
from veneer._sync.client import Client
from veneer_generated.hybridb.api.decisions import get_decision, request_decision
from veneer_generated.hybridb.models.decision import Decision
from veneer_generated.hybridb.models.decision_request import DecisionRequest

__all__ = ["Decisions"]


class Decisions:
    """Decisions of the policy."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def request(
        self,
        decision_type: str,
        action: str,
        input_data: Mapping[str, Any],
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision:
        """Ask whether an action may be done: `outcome` is approved, blocked or escalated.

        A decision is good for one execution. Without an `idempotency_key` one is made, so that retries cannot decide twice. Raises
        HybriDBError (IDEMPOTENCY_CONFLICT for a key that came with another body). POST /api/v1/decisions
        """
        body = DecisionRequest(
            decision_type,
            action,
            dict(input_data),
            **given(resource_type=resource_type, resource_id=resource_id, idempotency_key=idempotency_key),
        )
        return whole(self._client.call(request_decision, body=body)).data

    def get(self, decision_id: str) -> Decision:
        """Give a decision as it was made. Raises HybriDBError (DECISION_NOT_FOUND). GET /api/v1/decisions/{decisionId}"""
        return whole(self._client.call(get_decision, decision_id)).data
