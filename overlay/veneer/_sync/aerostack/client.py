# Derived from overlay/veneer/_async/aerostack/client.py by scripts/unasync.py: edit that file, not this one.
"""The client below Aerostack's SDK: any operation of the contract, with the SDK's credentials and errors."""

from __future__ import annotations

from typing import Unpack

from veneer._core.auth import Key
from veneer._platforms.aerostack import PLATFORM
from veneer._platforms.aerostack_options import CallOptions, Retries, changes
from veneer._sync.client import Client as Shell
from veneer._sync.settings import Settings

__all__ = ["Client", "Namespace"]


class Client(Shell):
    """A client of Aerostack for calls by endpoint (`client.call(cache_get, body=…)`); the SDK makes its own.

    `api_key` is the project's, `consumer_key` a gateway consumer's; everything else is as in `veneer.Client`.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: Key | None = None,
        consumer_key: Key | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        if consumer_key is not None:
            settings["credentials"] = {"consumerKey": consumer_key, **settings.get("credentials", {})}
        super().__init__(base_url, api_key=api_key, **settings)


class Namespace:
    """What the SDK's namespaces share: a client, and a view of it for a call's own options."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def _view(self, retries: Retries, options: CallOptions) -> Client:
        changed = changes(retries, options)
        return self._client.with_options(**changed) if changed else self._client
