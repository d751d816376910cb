# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Files by key."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.storage import AsyncStorage
from veneer_generated.aerostack.client._sync import storage as _sync


class Storage(_sync.Storage, AsyncStorage):
    """Files by key. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
