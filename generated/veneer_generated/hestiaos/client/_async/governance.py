# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Explanations, stability and traces of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer

if TYPE_CHECKING:
    from collections.abc import Mapping


class AsyncGovernance(veneer.MethodGroup):
    """Explanations, stability and traces of commands."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def explain_async(
        self, command_type: str, command_input: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Explain a decision.

        Answers what governance would decide on a command, and why.

        POST /api/governance/explain

        Args:
            command_type: The kind of command.
            command_input: What it would be run with.

        Raises:
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_dict
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.governance import governance_explain as _operation

        _body = models.ExplainRequest(
            command_type=command_type,
            command_input={} if command_input is None else as_dict(command_input),
        )

        return await self._client.call(_operation, body=_body)

    async def status_async(self) -> dict[str, Any]:
        """Get the stability of governance.

        Answers a free-form object.

        GET /api/governance/stability

        Raises:
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.governance import governance_stability as _operation

        return await self._client.call(_operation)

    async def trace_async(self, command_id: str) -> dict[str, Any]:
        """Get the trace of a command.

        Answers a free-form object; 404 means that there is no such trace.

        GET /api/governance/trace/{command_id}

        Raises:
            NotFound: 404: There is no such thing.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.governance import governance_trace as _operation

        return await self._client.call(_operation, command_id)
