# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Values by key, for a time."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.cache import AsyncCache
from veneer_generated.aerostack.client._sync import cache as _sync


class Cache(_sync.Cache, AsyncCache):
    """Values by key, for a time. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
