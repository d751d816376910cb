# Derived from overlay/veneer/_async/hestiaos/chat.py by scripts/unasync.py: edit that file, not this one.
"""Chat with a model of HestiaOS."""

from __future__ import annotations

from veneer._platforms import given
from veneer._platforms.hestiaos_models import ChatResponse
from veneer._sync.client import Client
from veneer_generated.hestiaos.api.chat import chat_run
from veneer_generated.hestiaos.models.chat_request import ChatRequest

__all__ = ["Chat"]


class Chat:
    """`client.chat`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def run(self, message: str, session_id: str | None = None) -> ChatResponse:
        """Say something, in a new session or one that goes on: POST /api/chat. Raises GovernanceBlock."""
        request = ChatRequest(message, **given(session_id=session_id))
        return ChatResponse.of(self._client.call(chat_run, body=request))

    __call__ = send = run
