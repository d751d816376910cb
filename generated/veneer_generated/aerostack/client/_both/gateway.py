# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Gateway APIs: chat, wallets and billing of consumers."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.gateway import AsyncGateway
from veneer_generated.aerostack.client._sync import gateway as _sync


class Gateway(_sync.Gateway, AsyncGateway):
    """Gateway APIs: chat, wallets and billing of consumers. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
