# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""The client of Aerostack API, sync and async."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from veneer import speakeasy
from veneer_generated.aerostack.client.about import SERVERS

if TYPE_CHECKING:
    from veneer_generated.aerostack.client._both.ai import Ai
    from veneer_generated.aerostack.client._both.authentication import Authentication
    from veneer_generated.aerostack.client._both.cache import Cache
    from veneer_generated.aerostack.client._both.database import Database
    from veneer_generated.aerostack.client._both.gateway import Gateway
    from veneer_generated.aerostack.client._both.queue import Queue
    from veneer_generated.aerostack.client._both.services import Services
    from veneer_generated.aerostack.client._both.storage import Storage


class SDK(speakeasy.DualClient):
    """A client of Aerostack API. Its arguments are those of `veneer.speakeasy.DualClient`.

    Reads that take arguments are POSTs too; those that only read say so with `x-veneer-safe`."""

    _servers = SERVERS

    @cached_property
    def ai(self) -> Ai:
        """Chat with a model."""
        from veneer_generated.aerostack.client._both.ai import Ai

        return Ai(self._client, self._async_client)

    @cached_property
    def gateway(self) -> Gateway:
        """Gateway APIs: chat, wallets and billing of consumers."""
        from veneer_generated.aerostack.client._both.gateway import Gateway

        return Gateway(self._client, self._async_client)

    @cached_property
    def authentication(self) -> Authentication:
        """Users of the project and their sessions."""
        from veneer_generated.aerostack.client._both.authentication import Authentication

        return Authentication(self._client, self._async_client)

    @cached_property
    def cache(self) -> Cache:
        """Values by key, for a time."""
        from veneer_generated.aerostack.client._both.cache import Cache

        return Cache(self._client, self._async_client)

    @cached_property
    def database(self) -> Database:
        """SQL."""
        from veneer_generated.aerostack.client._both.database import Database

        return Database(self._client, self._async_client)

    @cached_property
    def queue(self) -> Queue:
        """Jobs."""
        from veneer_generated.aerostack.client._both.queue import Queue

        return Queue(self._client, self._async_client)

    @cached_property
    def services(self) -> Services:
        """Other services of the project."""
        from veneer_generated.aerostack.client._both.services import Services

        return Services(self._client, self._async_client)

    @cached_property
    def storage(self) -> Storage:
        """Files by key."""
        from veneer_generated.aerostack.client._both.storage import Storage

        return Storage(self._client, self._async_client)
