# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Jobs."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.queue import AsyncQueue
from veneer_generated.aerostack.client._sync import queue as _sync


class Queue(_sync.Queue, AsyncQueue):
    """Jobs. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
