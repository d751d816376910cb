"""The client below Aerostack's SDK: any operation of the contract, with the SDK's credentials and errors."""

from __future__ import annotations

from typing import Unpack

from veneer._async.client import AsyncClient as AsyncShell
from veneer._async.settings import AsyncSettings
from veneer._core.auth import Key
from veneer._platforms.aerostack import PLATFORM
from veneer._platforms.aerostack_options import CallOptions, Retries, changes

__all__ = ["AsyncClient", "AsyncNamespace"]


class AsyncClient(AsyncShell):
    """A client of Aerostack for calls by endpoint (`client.call(cache_get, body=…)`); the SDK makes its own.

    `api_key` is the project's, `consumer_key` a gateway consumer's; everything else is as in `veneer.AsyncClient`.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        consumer_key: Key | None = None,
        **settings: Unpack[AsyncSettings],
    ) -> None:
        if consumer_key is not None:
            settings["credentials"] = {"consumerKey": consumer_key, **settings.get("credentials", {})}
        super().__init__(base_url, api_key=api_key, **settings)


class AsyncNamespace:
    """What the SDK's namespaces share: a client, and a view of it for a call's own options."""

    def __init__(self, client: AsyncClient) -> None:
        self._async_client = client

    def _async_view(self, retries: Retries, options: CallOptions) -> AsyncClient:
        changed = changes(retries, options)
        return self._async_client.with_options(**changed) if changed else self._async_client
