"""The event bus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._async.client import AsyncClient
from veneer._platforms import given, whole
from veneer_generated.hybridb.api.events import publish_event
from veneer_generated.hybridb.models.event import Event
from veneer_generated.hybridb.models.publish_event_request import PublishEventRequest

__all__ = ["AsyncEvents"]


class AsyncEvents:
    """Typed events."""

    def __init__(self, client: AsyncClient) -> None:
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
        """Publish an event. Without an `idempotency_key` one is made, so that retries cannot publish twice. POST /api/v1/events/publish"""
        body = PublishEventRequest(
            event_type,
            source_app,
            actor_id,
            dict(payload),
            **given(correlation_id=correlation_id, idempotency_key=idempotency_key),
        )
        return whole(await self._client.call(publish_event, body=body)).data
