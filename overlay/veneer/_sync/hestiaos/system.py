# Derived from overlay/veneer/_async/hestiaos/system.py by scripts/unasync.py: edit that file, not this one.
"""Status, configuration and figures of a HestiaOS server."""

from __future__ import annotations

from typing import Any

from veneer._platforms.hestiaos_models import SystemMetrics, SystemStatus
from veneer._sync.client import Client
from veneer_generated.hestiaos.api.system import system_config, system_metrics, system_status

__all__ = ["System"]


class System:
    """`client.system`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def status(self) -> SystemStatus:
        """Get the server's status and which of its parts are up: GET /api/system/status."""
        return self._client.call(system_status)

    def config(self) -> dict[str, Any]:
        """Get the server's configuration, a free-form object: GET /api/system/config."""
        return self._client.call(system_config)

    def metrics(self) -> SystemMetrics:
        """Get the server's figures, all of them by name in `metrics`: GET /api/system/metrics."""
        return SystemMetrics.of(self._client.call(system_metrics))
