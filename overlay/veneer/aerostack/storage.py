"""`sdk.storage`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.storage import AsyncStorage
from veneer._sync.aerostack import storage
from veneer.aerostack._both import Both

__all__ = ["Storage"]


class Storage(Both, storage.Storage, AsyncStorage):
    """`sdk.storage`: files by key."""
