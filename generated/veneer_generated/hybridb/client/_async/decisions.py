# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""Policy decisions, asked for before an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import veneer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer_generated.hybridb.models import Decision, DecisionRequest


class AsyncDecisions(veneer.MethodGroup):
    """Policy decisions, asked for before an action."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    @overload
    async def request(self, request: DecisionRequest, /) -> Decision: ...

    @overload
    async def request(
        self,
        decision_type: str,
        action: str,
        input_data: Mapping[str, Any],
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision: ...

    async def request(
        self,
        decision_type: str | DecisionRequest,
        action: str | None = None,
        input_data: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        *,
        resource_type: str | None = None,
        resource_id: str | None = None,
    ) -> Decision:
        """Ask for a decision on an action.

        The policy answers approved, blocked or escalated. A decision is good for one trigger. The
        same `idempotencyKey` with the same body gets the first answer again; with another body it
        is refused (409 IDEMPOTENCY_CONFLICT).

        POST /api/v1/decisions

        Args:
            decision_type: The kind of decision.
            action: The action that waits for it.
            input_data: What the policy looks at.
            idempotency_key: Makes a repetition of this call get the first answer.
            resource_type: The kind of thing acted on.
            resource_id: The thing acted on.

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
        from veneer.arguments import as_dict
        from veneer_generated.hybridb import models
        from veneer_generated.hybridb.api.decisions import request_decision as _operation
        from veneer_generated.hybridb.types import UNSET

        if isinstance(decision_type, models.DecisionRequest):
            if (
                action is not None
                or input_data is not None
                or idempotency_key is not None
                or resource_type is not None
                or resource_id is not None
            ):
                raise TypeError("request() takes one DecisionRequest or its members, not both")
            _body = decision_type
        else:
            if action is None or input_data is None:
                raise TypeError(
                    "request() takes decision_type, action and input_data, or one DecisionRequest"
                )
            _body = models.DecisionRequest(
                decision_type=decision_type,
                action=action,
                input_data=as_dict(input_data),
                resource_type=UNSET if resource_type is None else resource_type,
                resource_id=UNSET if resource_id is None else resource_id,
                idempotency_key=UNSET if idempotency_key is None else idempotency_key,
            )

        return veneer.whole(await self._client.call(_operation, body=_body)).data

    async def get(self, decision_id: str) -> Decision:
        """Get a decision.

        Answers a decision as it was made.

        GET /api/v1/decisions/{decisionId}

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

        from veneer_generated.hybridb.api.decisions import get_decision as _operation

        return veneer.whole(await self._client.call(_operation, decision_id)).data
