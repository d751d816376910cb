# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Health, configuration and figures of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer

if TYPE_CHECKING:
    from veneer.hestiaos.results import SystemMetrics
    from veneer_generated.hestiaos.models import SystemStatus


class System(veneer.MethodGroup):
    """Health, configuration and figures of the server."""

    def __init__(self, client: veneer.Client) -> None:
        self._client = client

    def status(self) -> SystemStatus:
        """Get the status of the server.

        Answers status, version and which parts are up.

        GET /api/system/status

        Raises:
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.system import system_status as _operation

        return self._client.call(_operation)

    def config(self) -> dict[str, Any]:
        """Get the configuration of the server.

        Answers a free-form object.

        GET /api/system/config

        Raises:
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.system import system_config as _operation

        return self._client.call(_operation)

    def metrics(self) -> SystemMetrics:
        """Get the figures of the server.

        Answers load, sessions, requests and latency.

        GET /api/system/metrics

        Raises:
            APIError: any other status: Any other failure.
        """

        from veneer.hestiaos.results import SystemMetrics as _View
        from veneer_generated.hestiaos.api.system import system_metrics as _operation

        return _View.of(self._client.call(_operation))
