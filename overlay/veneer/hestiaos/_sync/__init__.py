# Derived from overlay/veneer/hestiaos/_async/__init__.py by scripts/unasync.py: edit that file, not this one.
"""The client of HestiaOS: its documented methods beyond the contract."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self, Unpack

from veneer._core.checks import seconds_of, take_alias
from veneer.hestiaos.platform import PLATFORM
from veneer_generated.hestiaos.client import _sync as derived
from veneer_generated.hestiaos.types import UNSET, Unset

if TYPE_CHECKING:
    from veneer._core.auth import Key
    from veneer._core.options import Timeouts
    from veneer._core.streaming import StreamLimits, StreamRule
    from veneer._sync.settings import Settings
    from veneer._sync.streams import Stream
    from veneer.hestiaos._sync.governance import Governance
    from veneer.hestiaos.results import StreamEvent
    from veneer_generated.hestiaos.models import RunContextModeHint, RunResponse

__all__ = ["Client"]

_MARGIN_S = 5.0


class Client(derived.Client):
    """A client of HestiaOS.

    | argument | meaning | default |
    |---|---|---|
    | base_url | the server's address | `HESTIA_BASE_URL`, else http://localhost:8000 |
    | api_key | sent as a bearer token; servers without keys need none | `HESTIA_API_KEY`, else none |
    | timeout | seconds for connecting, for each silence, for a free connection | 30 |
    | retries | the same as `max_retries`: retries after the first attempt; 0: never | 3 |

    Everything else is as in `veneer.Client`. Calls raise `HestiaError`: `GovernanceBlock`
    (403), `InvalidInput` (422), `NotFound` (404), and for all other failures an error of the
    library that is a `HestiaError` too.
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
        take_alias(settings, "max_retries", "retries", retries)
        super().__init__(base_url, api_key=api_key, timeout=timeout, **settings)

    def run(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | Unset | None = UNSET,
        agent_id: str | Unset | None = UNSET,
        mode_hint: RunContextModeHint | Unset | None = UNSET,
        timeout_ms: int | None = None,
    ) -> RunResponse:
        """Run a command through governance: POST /api/v1/run.

        `mode_hint` is fast, balanced or deep; `timeout_ms` is the server's limit in milliseconds
        (its default: 30,000), and this client waits at least as long. Raises GovernanceBlock if
        governance refuses with an error; a block in a normal response has `output` None.
        """
        return derived.Client.run(
            self._patient(timeout_ms), input, session_id, agent_id, mode_hint, timeout_ms
        )

    def run_stream(
        self,
        input: str,  # noqa: A002  # the documented name
        session_id: str | Unset | None = UNSET,
        agent_id: str | Unset | None = UNSET,
        mode_hint: RunContextModeHint | Unset | None = UNSET,
        timeout_ms: int | None = None,
        timeout: float | None = None,
        *,
        rule: StreamRule | None = None,
        limits: StreamLimits | None = None,
        strict: bool = False,
    ) -> Stream[StreamEvent]:
        """Run a command and return a stream of its events: POST /api/v1/run/stream.

        Iterate it, preferably as a context manager: leaving it ends the stream at once. `strict`
        raises StreamProtocolError for events out of their documented order. `limits` bounds how
        long the stream may be silent (default: the client's read timeout), `timeout` how long all
        of it may take, in seconds. A stream without `done` raises StreamTruncatedError; an `error`
        event is an event.
        """
        from veneer._core.streaming import StreamLimits

        patient = self._patient(timeout_ms)
        if limits is None:
            limits = StreamLimits(idle=patient.options.timeouts.read)
        if timeout is not None:
            limits = dataclasses.replace(limits, total=timeout)
        return derived.Client.run_stream(
            patient,
            input,
            session_id,
            agent_id,
            mode_hint,
            timeout_ms,
            rule=rule,
            limits=limits,
            strict=strict,
        )

    @property
    def governance(self) -> Governance:
        """Explanations, stability and traces of commands."""
        from veneer.hestiaos._sync.governance import Governance

        return Governance(self)

    def _patient(self, timeout_ms: int | None) -> Self:
        """Return a view that waits at least as long as the run's own limit."""
        limits = self.options.timeouts
        if timeout_ms is None:
            return self
        patience = seconds_of("timeout_ms", timeout_ms) + _MARGIN_S
        if limits.read is None or patience <= limits.read:
            return self
        return self.with_options(timeout=dataclasses.replace(limits, read=patience))
