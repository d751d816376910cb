# Derived from overlay/veneer/_async/hestiaos/governance.py by scripts/unasync.py: edit that file, not this one.
"""What HestiaOS's governance decides, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._platforms.hestiaos import NotFound
from veneer._sync.client import Client
from veneer_generated.hestiaos.api.governance import (
    governance_explain,
    governance_stability,
    governance_trace,
)
from veneer_generated.hestiaos.models.explain_request import ExplainRequest

__all__ = ["Governance"]


class Governance:
    """`client.governance`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def explain(self, command_type: str, command_input: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask what governance would decide on a command, without running it: POST /api/governance/explain."""
        request = ExplainRequest(command_type, dict(command_input or {}))
        return self._client.call(governance_explain, body=request)

    def status(self) -> dict[str, Any]:
        """Get the stability of governance, a free-form object: GET /api/governance/stability."""
        return self._client.call(governance_stability)

    def trace(self, command_id: str) -> dict[str, Any] | None:
        """Get the trace of a command: GET /api/governance/trace/{command_id}.

        None where there is none (404). Every other failure is raised.
        """
        try:
            return self._client.call(governance_trace, command_id)
        except NotFound:
            return None
