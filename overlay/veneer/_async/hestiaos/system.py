"""Status, configuration and figures of a HestiaOS server."""

from __future__ import annotations

from typing import Any

from veneer._async.client import AsyncClient
from veneer._platforms.hestiaos_models import SystemMetrics, SystemStatus
from veneer_generated.hestiaos.api.system import system_config, system_metrics, system_status

__all__ = ["AsyncSystem"]


class AsyncSystem:
    """`client.system`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def status_async(self) -> SystemStatus:
        """Get the server's status and which of its parts are up: GET /api/system/status."""
        return await self._client.call(system_status)

    async def config_async(self) -> dict[str, Any]:
        """Get the server's configuration, a free-form object: GET /api/system/config."""
        return await self._client.call(system_config)

    async def metrics_async(self) -> SystemMetrics:
        """Get the server's figures, all of them by name in `metrics`: GET /api/system/metrics."""
        return SystemMetrics.of(await self._client.call(system_metrics))
