# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""Agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import veneer
from veneer_generated.hestiaos.types import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veneer_generated.hestiaos.models import AgentResult


class AsyncAgents(veneer.MethodGroup):
    """Agents."""

    def __init__(self, client: veneer.AsyncClient) -> None:
        self._client = client

    async def run_async(
        self, agent_id: str, task: str, config: Mapping[str, Any] | None | Unset = UNSET
    ) -> AgentResult:
        """Run an agent.

        Gives an agent a task and answers what it did.

        POST /api/agents/run

        Args:
            agent_id: The agent.
            task: The task.
            config: Settings of the agent for this task.

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            NotFound: 404: There is no such thing.
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer.arguments import as_dict
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.agents import agents_run as _operation

        _body = models.AgentRunRequest(
            agent_id=agent_id,
            task=task,
            config=config if isinstance(config, Unset) else None if config is None else as_dict(config),
        )

        return await self._client.call(_operation, body=_body)

    __call__ = run_async
