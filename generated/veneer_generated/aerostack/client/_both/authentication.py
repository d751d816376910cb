# Written by scripts/regenerate.py from openapi/aerostack.yaml: change the contract, not this file.
"""Users of the project and their sessions."""

from __future__ import annotations

import veneer
from veneer_generated.aerostack.client._async.authentication import AsyncAuthentication
from veneer_generated.aerostack.client._sync import authentication as _sync


class Authentication(_sync.Authentication, AsyncAuthentication):
    """Users of the project and their sessions. Each operation has two methods: `name(…)` and `await name_async(…)`."""

    def __init__(self, client: veneer.Client, async_client: veneer.AsyncClient) -> None:
        self._client = client
        self._async_client = async_client
