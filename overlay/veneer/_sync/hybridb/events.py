# Derived from overlay/veneer/_async/hybridb/events.py by scripts/unasync.py: edit that file, not this one.
"""The event bus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._platforms import given, whole
from veneer._sync.client import Client
from veneer_generated.hybridb.api.events import publish_event
from veneer_generated.hybridb.models.event import Event
from veneer_generated.hybridb.models.publish_event_request import PublishEventRequest

__all__ = ["Events"]


class Events:
    """Typed events."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def publish(
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
        return whole(self._client.call(publish_event, body=body)).data
