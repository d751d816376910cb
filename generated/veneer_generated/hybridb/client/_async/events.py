# Written by scripts/regenerate.py from openapi/hybridb.yaml: change the contract, not this file.
"""The event bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer_generated.hybridb.models import Event


class AsyncEvents(veneer.MethodGroup):
    """The event bus."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def publish(
        self,
        event_type: str,
        source_app: str,
        actor_id: str,
        payload: Mapping[str, Any],
        *,
        correlation_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Event:
        """Publish an event.

        Puts a typed event on the bus.

        POST /api/v1/events/publish

        Args:
            event_type: The kind of event.
            source_app: Where it comes from.
            actor_id: Who caused it.
            payload: What it says.
            correlation_id: Ties events together.
            idempotency_key: Makes a repetition of this call get the first answer.

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
        from veneer_generated.hybridb.api.events import publish_event as _operation
        from veneer_generated.hybridb.types import UNSET

        _body = models.PublishEventRequest(
            event_type=event_type,
            source_app=source_app,
            actor_id=actor_id,
            payload=as_dict(payload),
            correlation_id=UNSET if correlation_id is None else correlation_id,
            idempotency_key=UNSET if idempotency_key is None else idempotency_key,
        )

        return veneer.whole(await self._client.call(_operation, body=_body)).data
