"""Governance decisions and their reasons."""

from __future__ import annotations

from typing import Any

from veneer.hestiaos.errors import NotFound
from veneer_generated.hestiaos.client._async.governance import AsyncGovernance as Derived

__all__ = ["AsyncGovernance"]


class AsyncGovernance(Derived):
    """Governance decisions and their reasons."""

    async def trace_async(self, command_id: str) -> dict[str, Any] | None:  # type: ignore[override]
        """Return the trace of a command: GET /api/governance/trace/{command_id}.

        None if there is none (404). Any other failure is raised.
        """
        try:
            return await super().trace_async(command_id)
        except NotFound:
            return None
