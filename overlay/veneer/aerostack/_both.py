"""The SDK's namespaces: each operation twice on one object, `ai_chat` and `await ai_chat_async`."""

from __future__ import annotations

from veneer._async.aerostack.client import AsyncClient
from veneer._sync.aerostack.client import Client

__all__ = ["Both"]


class Both:
    """A namespace for threads and for tasks: a client of each kind."""

    def __init__(self, client: Client, async_client: AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
