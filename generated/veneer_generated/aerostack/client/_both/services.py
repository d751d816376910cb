# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Other services of the project."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.services import AsyncServices
from veneer_generated.aerostack.client._sync import services as _sync


class Services(_sync.Services, AsyncServices):
    """Other services of the project. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
