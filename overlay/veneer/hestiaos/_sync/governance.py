# Derived from overlay/veneer/hestiaos/_async/governance.py by scripts/unasync.py: edit that file, not this one.
"""What governance decides, and why."""

from __future__ import annotations

from typing import Any

from veneer.hestiaos.errors import NotFound
from veneer_generated.hestiaos.client._sync.governance import Governance as Derived

__all__ = ["Governance"]


class Governance(Derived):
    """What governance decides, and why."""

    def trace(self, command_id: str) -> dict[str, Any] | None:  # type: ignore[override]
        """Get the trace of a command: GET /api/governance/trace/{command_id}.

        None where there is none (404). Every other failure is raised.
        """
        try:
            return super().trace(command_id)
        except NotFound:
            return None
