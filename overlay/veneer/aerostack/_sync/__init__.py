# Derived from overlay/veneer/aerostack/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The client below Aerostack's SDK: any operation of the contract, with the SDK's credentials and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import veneer
from veneer.aerostack.platform import PLATFORM

if TYPE_CHECKING:
    from veneer._core.auth import Key
    from veneer._sync.settings import Settings

__all__ = ["Client"]


class Client(veneer.Client):
    """A client of Aerostack for calls by endpoint: `client.call(cache_get, body=…)`.

    `api_key` is the project's, `consumer_key` a gateway consumer's. Everything else is as in
    `veneer.Client`.
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
            settings["credentials"] = {"consumerKey": consumer_key, **(settings.get("credentials") or {})}
        super().__init__(base_url, api_key=api_key, **settings)
