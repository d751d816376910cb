"""The public async client: the facade, and the published package's one blocking call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from veneer._core.errors import ConfigurationError
from veneer.hestiaos._async import AsyncClient as AsyncFacade
from veneer.hestiaos._sync import Client
from veneer_generated.hestiaos.types import UNSET, Unset

if TYPE_CHECKING:
    from veneer_generated.hestiaos.models import RunContextModeHint, RunResponse

__all__ = ["AsyncClient"]


class AsyncClient(AsyncFacade):
    __doc__ = AsyncFacade.__doc__

    def run(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | Unset | None = UNSET,
        agent_id: str | Unset | None = UNSET,
        mode_hint: RunContextModeHint | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> RunResponse:
        """Run a command without an event loop, on its own connection: POST /api/v1/run.

        For several calls use `Client`. Raises ConfigurationError inside an event loop, which it
        would block: await `run_async` there.
        """
        with self._blocking() as client:
            return client.run(input, session_id, agent_id, mode_hint, timeout_ms)

    def _blocking(self) -> Client:
        """Return a sync client with this one's settings."""
        if _in_event_loop():
            raise ConfigurationError("run() would block the event loop: await run_async(…)")
        if self._config.http_client is not None:
            raise ConfigurationError(
                "run() cannot use an async http_client: use Client(http_client=httpx.Client())"
            )
        client = Client(self.options.base_url, credentials=self._keys, refresh_token=self._refresh_token)
        client._config = self._config
        client._options = self.options
        return client


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
