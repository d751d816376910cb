"""`sdk.cache`, sync and async."""

from __future__ import annotations

from veneer._async.aerostack.cache import AsyncCache
from veneer._sync.aerostack import cache
from veneer.aerostack._both import Both

__all__ = ["Cache"]


class Cache(Both, cache.Cache, AsyncCache):
    """`sdk.cache`: values by key, for a time."""
