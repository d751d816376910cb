# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""SQL."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.database import AsyncDatabase
from veneer_generated.aerostack.client._sync import database as _sync


class Database(_sync.Database, AsyncDatabase):
    """SQL. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
