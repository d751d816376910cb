"""The public async client: the facade, and the one blocking call that its users know."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from veneer._async.hestiaos.client import AsyncClient as AsyncFacade
from veneer._core.errors import ConfigurationError
from veneer._sync.hestiaos.client import Client

if TYPE_CHECKING:
    from veneer._platforms.hestiaos_models import RunResponse

__all__ = ["AsyncClient"]


class AsyncClient(AsyncFacade):
    __doc__ = AsyncFacade.__doc__

    def run(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | None = None,
        agent_id: str | None = None,
        mode_hint: str | None = None,
        timeout_ms: int | None = None,
    ) -> RunResponse:
        """Run a command from code that has no event loop, on a connection of its own: POST /api/v1/run.

        For more than one such call use `Client`. Raises ConfigurationError inside an event loop, which it would stop: await `run_async` there.
        """
        with self._blocking() as client:
            return client.run(input, session_id, agent_id, mode_hint, timeout_ms)

    def _blocking(self) -> Client:
        """A sync client with this one's settings."""
        if _in_event_loop():
            raise ConfigurationError("run() would stop the event loop: await run_async(…)")
        settings: dict[str, Any] = {**self._wiring, "retry_budget": self._wiring["budget"]}
        if settings.pop("http_client") is not None:
            raise ConfigurationError(
                "run() cannot use an async http_client: use Client(http_client=httpx.Client())"
            )
        del settings["budget"]
        client = Client(
            self.options.base_url, credentials=self._keys, refresh_token=self._refresh_token, **settings
        )
        client._options = self.options
        return client


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
