"""What governance decides, and why."""

from __future__ import annotations

from typing import Any

from veneer.hestiaos.errors import NotFound
from veneer_generated.hestiaos.client._async.governance import AsyncGovernance as Derived

__all__ = ["AsyncGovernance"]


class AsyncGovernance(Derived):
    """What governance decides, and why."""

    async def trace_async(self, command_id: str) -> dict[str, Any] | None:  # type: ignore[override]
        """Get the trace of a command: GET /api/governance/trace/{command_id}.

        None where there is none (404). Every other failure is raised.
        """
        try:
            return await super().trace_async(command_id)
        except NotFound:
            return None
