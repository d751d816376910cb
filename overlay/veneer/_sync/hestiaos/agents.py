# Derived from overlay/veneer/_async/hestiaos/agents.py by scripts/unasync.py: edit that file, not this one.
"""Tasks for the agents of HestiaOS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veneer._platforms import given
from veneer._platforms.hestiaos_models import AgentResult
from veneer._sync.client import Client
from veneer_generated.hestiaos.api.agents import agents_run
from veneer_generated.hestiaos.models.agent_run_request import AgentRunRequest

__all__ = ["Agents"]


class Agents:
    """`client.agents`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def run(self, agent_id: str, task: str, config: Mapping[str, Any] | None = None) -> AgentResult:
        """Give an agent a task and wait for what it did: POST /api/agents/run.

        A task that failed or was blocked softly is a result with that `status`. Raises GovernanceBlock, and NotFound for an agent that does not exist.
        """
        settings = None if config is None else dict(config)
        request = AgentRunRequest(agent_id, task, **given(config=settings))
        return self._client.call(agents_run, body=request)

    __call__ = run
