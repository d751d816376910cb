# Derived from overlay/veneer/hestiaos/_async/governance.py by scripts/unasync.py: edit that file, not this one.
"""Governance decisions and their reasons."""

from __future__ import annotations

from typing import Any

from veneer.hestiaos.errors import NotFound
from veneer_generated.hestiaos.client._sync.governance import Governance as Derived

__all__ = ["Governance"]


class Governance(Derived):
    """Governance decisions and their reasons."""

    def trace(self, command_id: str) -> dict[str, Any] | None:  # type: ignore[override]
        """Return the trace of a command: GET /api/governance/trace/{command_id}.

        None if there is none (404). Any other failure is raised.
        """
        try:
            return super().trace(command_id)
        except NotFound:
            return None
