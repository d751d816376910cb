"""Chat with a model of HestiaOS."""

from __future__ import annotations

from veneer._async.client import AsyncClient
from veneer._platforms import given
from veneer._platforms.hestiaos_models import ChatResponse
from veneer_generated.hestiaos.api.chat import chat_run
from veneer_generated.hestiaos.models.chat_request import ChatRequest

__all__ = ["AsyncChat"]


class AsyncChat:
    """`client.chat`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def run_async(self, message: str, session_id: str | None = None) -> ChatResponse:
        """Say something, in a new session or one that goes on: POST /api/chat. Raises GovernanceBlock."""
        request = ChatRequest(message, **given(session_id=session_id))
        return ChatResponse.of(await self._client.call(chat_run, body=request))

    __call__ = send = run_async
