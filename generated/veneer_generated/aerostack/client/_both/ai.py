# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Chat with a model."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.ai import AsyncAi
from veneer_generated.aerostack.client._sync import ai as _sync


class Ai(_sync.Ai, AsyncAi):
    """Chat with a model. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
