# Derived from overlay/veneer/_async/hestiaos/client.py by scripts/unasync.py: edit that file, not this one.
"""The client of HestiaOS: runs under governance, their streams and traces, and five namespaces."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self, Unpack

from veneer._core.auth import Key
from veneer._core.options import Timeouts
from veneer._platforms.hestiaos import PLATFORM
from veneer._sync.client import Client as Shell

# Every method loads the operations and models that it needs itself: a program's first call waits for no other's.
if TYPE_CHECKING:
    from veneer._core.streaming import StreamLimits
    from veneer._platforms.hestiaos_models import HealthResponse, RunResponse, StreamEvent, TraceResponse
    from veneer._sync.hestiaos.agents import Agents
    from veneer._sync.hestiaos.chat import Chat
    from veneer._sync.hestiaos.governance import Governance
    from veneer._sync.hestiaos.secrets import Secrets
    from veneer._sync.hestiaos.system import System
    from veneer._sync.settings import Settings
    from veneer._sync.streams import Stream

__all__ = ["Client"]

_MARGIN_S = 5.0


class Client(Shell):
    """A client of HestiaOS.

    | argument | meaning | default |
    |---|---|---|
    | base_url | where the server is | `HESTIA_BASE_URL`, else http://localhost:8000 |
    | api_key | sent as a bearer token; servers without keys need none | `HESTIA_API_KEY`, else none |
    | timeout | seconds for connecting, for each silence, for a free connection | 30 |
    | retries | repeats after the first attempt; 0: never | 3 |

    Everything else is as in `veneer.Client`. Calls raise `HestiaError`: `GovernanceBlock` (403), `InvalidInput` (422), `NotFound` (404), and for all other
    failures an error of the library that is a `HestiaError` too.
    """

    _platform = PLATFORM

    def __init__(
        self,
        base_url: str | None = None,
        api_key: Key | None = None,
        timeout: float | Timeouts | None = PLATFORM.timeouts,
        retries: int | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        settings.setdefault("timeouts", timeout)
        settings.setdefault("max_retries", retries)
        super().__init__(base_url, api_key=api_key, **settings)

    def run(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | None = None,
        agent_id: str | None = None,
        mode_hint: str | None = None,
        timeout_ms: int | None = None,
    ) -> RunResponse:
        """Run a command through governance: POST /api/v1/run.

        `mode_hint` is fast, balanced or deep; `timeout_ms` is the server's limit in milliseconds (its default: 30,000), and this client waits at least as long. Raises GovernanceBlock
        where governance refuses; a block that is answered instead has `output` None.
        """
        from veneer._platforms.hestiaos_models import run_request
        from veneer_generated.hestiaos.api.run import run

        body = run_request(input, session_id, agent_id, mode_hint, timeout_ms)
        return self._patient(timeout_ms).call(run, body=body)

    def run_stream(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | None = None,
        agent_id: str | None = None,
        mode_hint: str | None = None,
        timeout_ms: int | None = None,
        timeout: float | None = None,
        *,
        strict: bool = False,
        limits: StreamLimits | None = None,
    ) -> Stream[StreamEvent]:
        """Run a command and read its events as they come: POST /api/v1/run/stream.

        Iterate the result, best as a context manager: leaving it ends the stream at once. `strict` raises StreamProtocolError for events out of their documented order. `limits` is how long the
        stream may be silent (default: the client's read time-out), `timeout` how long the whole of it may take, in seconds. A stream without `done` raises StreamTruncatedError; an `error` event is an event.
        """
        from veneer._core.streaming import StreamLimits
        from veneer._platforms.hestiaos_models import StreamEvent, run_request
        from veneer_generated.hestiaos.api.run import run_stream

        patient = self._patient(timeout_ms)
        if limits is None:
            limits = StreamLimits(idle=patient.options.timeouts.read)
        return patient.stream(
            run_stream,
            body=run_request(input, session_id, agent_id, mode_hint, timeout_ms),
            event=StreamEvent.from_dict,
            strict=strict,
            limits=limits if timeout is None else dataclasses.replace(limits, total=timeout),
        )

    def trace(self, trace_id: str) -> TraceResponse:
        """Get what governance decided on a run, and why: GET /api/v1/trace/{trace_id}. Raises NotFound."""
        from veneer_generated.hestiaos.api.trace import get_trace

        return self.call(get_trace, trace_id)

    def health(self) -> HealthResponse:
        """Check that the server answers: GET /api/v1/health."""
        from veneer_generated.hestiaos.api.system import get_health

        return self.call(get_health)

    @property
    def system(self) -> System:
        """Status, configuration and figures of the server."""
        from veneer._sync.hestiaos.system import System

        return System(self)

    @property
    def chat(self) -> Chat:
        """Chat with a model."""
        from veneer._sync.hestiaos.chat import Chat

        return Chat(self)

    @property
    def agents(self) -> Agents:
        """Tasks for agents."""
        from veneer._sync.hestiaos.agents import Agents

        return Agents(self)

    @property
    def secrets(self) -> Secrets:
        """The vault."""
        from veneer._sync.hestiaos.secrets import Secrets

        return Secrets(self)

    @property
    def governance(self) -> Governance:
        """Explanations, stability and traces of commands."""
        from veneer._sync.hestiaos.governance import Governance

        return Governance(self)

    def _patient(self, timeout_ms: int | None) -> Self:
        """A view that does not hang up before the run's own time is over."""
        limits = self.options.timeouts
        if timeout_ms is None or limits.read is None or timeout_ms / 1000 + _MARGIN_S <= limits.read:
            return self
        return self.with_options(timeouts=dataclasses.replace(limits, read=timeout_ms / 1000 + _MARGIN_S))
