# Written by scripts/regenerate.py from openapi/hestiaos.yaml: change the contract, not this file.
"""The client of HestiaOS, sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

import veneer
from veneer_generated.hestiaos.types import UNSET, Unset

if TYPE_CHECKING:
    from veneer.hestiaos.results import StreamEvent
    from veneer_generated.hestiaos.client._sync.agents import Agents
    from veneer_generated.hestiaos.client._sync.chat import ChatOperations
    from veneer_generated.hestiaos.client._sync.governance import Governance
    from veneer_generated.hestiaos.client._sync.secrets import Secrets
    from veneer_generated.hestiaos.client._sync.system import System
    from veneer_generated.hestiaos.models import (
        HealthResponse,
        RunContextModeHint,
        RunResponse,
        TraceResponse,
    )


class Client(veneer.Client):
    """A client of HestiaOS. Its arguments are those of `veneer.Client`.

    Runs locally; a key is asked for only where one is configured."""

    @property
    def chat(self) -> ChatOperations:
        """Chat with a model."""
        from veneer_generated.hestiaos.client._sync.chat import ChatOperations

        return ChatOperations(self)

    @property
    def agents(self) -> Agents:
        """Agents."""
        from veneer_generated.hestiaos.client._sync.agents import Agents

        return Agents(self)

    @property
    def system(self) -> System:
        """Health, configuration and figures of the server."""
        from veneer_generated.hestiaos.client._sync.system import System

        return System(self)

    @property
    def secrets(self) -> Secrets:
        """The vault."""
        from veneer_generated.hestiaos.client._sync.secrets import Secrets

        return Secrets(self)

    @property
    def governance(self) -> Governance:
        """Explanations, stability and traces of commands."""
        from veneer_generated.hestiaos.client._sync.governance import Governance

        return Governance(self)

    def run(
        self,
        input: str,
        session_id: str | None | Unset = UNSET,
        agent_id: str | None | Unset = UNSET,
        mode_hint: RunContextModeHint | None | Unset = UNSET,
        timeout_ms: int | None = None,
    ) -> RunResponse:
        """Run a command through governance.

        Answers when the run has ended. A run that governance blocks is refused with 403, or
        answered with the result BLOCK and no output.

        POST /api/v1/run

        Args:
            input: The command.
            session_id: The session.
            agent_id: The agent.
            mode_hint: How much thought it deserves.
            timeout_ms: Time-out on the server in milliseconds. Default: 30000.

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.run import run as _operation

        _body = models.RunRequest(
            input_=input,
            context=UNSET
            if isinstance(session_id, Unset) and isinstance(agent_id, Unset) and isinstance(mode_hint, Unset)
            else models.RunContext(session_id=session_id, agent_id=agent_id, mode_hint=mode_hint),
            options=UNSET
            if timeout_ms is None
            else models.RunOptions(timeout_ms=UNSET if timeout_ms is None else timeout_ms),
        )

        return self.call(_operation, body=_body)

    @veneer.check_keywords()
    def run_stream(
        self,
        input: str,
        session_id: str | None | Unset = UNSET,
        agent_id: str | None | Unset = UNSET,
        mode_hint: RunContextModeHint | None | Unset = UNSET,
        timeout_ms: int | None = None,
        *,
        rule: veneer.StreamRule | None = None,
        limits: veneer.StreamLimits | None = None,
        strict: bool = False,
    ) -> veneer.Stream[StreamEvent]:
        """Run a command and stream its events.

        Iterates over the events as they arrive. Use it as a context manager, which closes the
        stream at its end. `limits` bounds how long the stream may be silent. `rule` says how it
        ends and how it is resumed. See `veneer.StreamLimits` and `veneer.StreamRule`.

        Each event is a JSON object with a type: start, then any of token, delta and tool_call, then
        final or error, then done. Servers send comments as heartbeats, empty lines, JSON over
        several data lines, and on some routes a closing `[DONE]`.

        POST /api/v1/run/stream

        Args:
            input: The command.
            session_id: The session.
            agent_id: The agent.
            mode_hint: How much thought it deserves.
            timeout_ms: Time-out on the server in milliseconds. Default: 30000.

        Raises:
            GovernanceBlock: 403: Blocked by governance.
            InvalidInput: 422: The request does not fit.
            APIError: any other status: Any other failure.
        """
        from veneer_generated.hestiaos import models
        from veneer_generated.hestiaos.api.run import run_stream as _operation

        _body = models.RunRequest(
            input_=input,
            context=UNSET
            if isinstance(session_id, Unset) and isinstance(agent_id, Unset) and isinstance(mode_hint, Unset)
            else models.RunContext(session_id=session_id, agent_id=agent_id, mode_hint=mode_hint),
            options=UNSET
            if timeout_ms is None
            else models.RunOptions(timeout_ms=UNSET if timeout_ms is None else timeout_ms),
        )

        from veneer.hestiaos.results import StreamEvent as _Event

        _bound = veneer.bind(_operation, body=_body)
        return self.stream(
            _bound,
            event=_Event.from_dict,
            rule=rule,
            limits=limits,
            strict=strict,
        )

    def trace(self, trace_id: str) -> TraceResponse:
        """Get the trace of a run.

        Answers what governance decided and why.

        GET /api/v1/trace/{trace_id}

        Raises:
            NotFound: 404: There is no such thing.
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.trace import get_trace as _operation

        return self.call(_operation, trace_id)

    def health(self) -> HealthResponse:
        """Check that the server answers.

        Answers status and version.

        GET /api/v1/health

        Raises:
            APIError: any other status: Any other failure.
        """

        from veneer_generated.hestiaos.api.system import get_health as _operation

        return self.call(_operation)
