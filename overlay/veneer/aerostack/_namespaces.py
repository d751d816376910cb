"""The SDK's namespaces: each operation twice on one object, `ai_chat` and `await ai_chat_async`."""

from __future__ import annotations

from veneer._async.aerostack.ai import AsyncAi
from veneer._async.aerostack.authentication import AsyncAuthentication
from veneer._async.aerostack.cache import AsyncCache
from veneer._async.aerostack.client import AsyncClient
from veneer._async.aerostack.database import AsyncDatabase
from veneer._async.aerostack.gateway import AsyncGateway
from veneer._async.aerostack.queue import AsyncQueue
from veneer._async.aerostack.services import AsyncServices
from veneer._async.aerostack.storage import AsyncStorage
from veneer._sync.aerostack import ai, authentication, cache, database, gateway, queue, services, storage
from veneer._sync.aerostack.client import Client

__all__ = ["Ai", "Authentication", "Cache", "Database", "Gateway", "Queue", "Services", "Storage"]


class _Both:
    def __init__(self, client: Client, async_client: AsyncClient) -> None:
        self._client = client
        self._async_client = async_client


class Ai(_Both, ai.Ai, AsyncAi):
    """`sdk.ai`: chat, and search by meaning."""


class Authentication(_Both, authentication.Authentication, AsyncAuthentication):
    """`sdk.authentication`: users and their sessions."""


class Cache(_Both, cache.Cache, AsyncCache):
    """`sdk.cache`: values by key, for a time."""


class Database(_Both, database.Database, AsyncDatabase):
    """`sdk.database`: SQL."""


class Gateway(_Both, gateway.Gateway, AsyncGateway):
    """`sdk.gateway`: chat, wallets and billing of consumers."""


class Queue(_Both, queue.Queue, AsyncQueue):
    """`sdk.queue`: jobs."""


class Services(_Both, services.Services, AsyncServices):
    """`sdk.services`: other services of the project."""


class Storage(_Both, storage.Storage, AsyncStorage):
    """`sdk.storage`: files by key."""
