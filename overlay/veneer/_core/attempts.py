"""What happened to one call: its attempts, in order, each with its outcome and what was decided next."""

from __future__ import annotations

import enum

from veneer._core.late import NamedTuple

__all__ = ["Attempt", "Outcome", "explain"]


class Outcome(enum.Enum):
    """What is known about a request's effect on the server."""

    NOT_SENT = "not sent"
    """No byte of the request left: a retry is always safe."""
    UNKNOWN = "unknown"
    """The request may have been carried out: a timeout, a reset, or a gateway (502, 504) that gave up on the server."""
    ANSWERED = "answered"
    """The server itself responded."""


class Attempt(NamedTuple):
    """One attempt of a call.

    `number` is 1-based; `elapsed` and `delay` are seconds. `delay` is the wait before the next
    attempt, None where there was none; `reason` says why the call was retried, or why it was not.
    """

    number: int
    outcome: Outcome
    status: int | None
    error: str | None
    elapsed: float
    delay: float | None
    reason: str

    def __str__(self) -> str:
        what = str(self.status) if self.status is not None else self.error or self.outcome.value
        if self.status is not None and self.status < 300 and self.error is not None:
            what = f"{what}, then {self.error}"  # the response began well
        then = f", waited {self.delay:.3g} s" if self.delay is not None else ""
        because = f" ({self.reason})" if self.reason else ""
        return f"{what}{then}{because}"


def explain(attempts: tuple[Attempt, ...]) -> str:
    """Return the attempts on one line: `503, waited 0.2 s (backoff) → 200`."""
    return " → ".join(str(attempt) for attempt in attempts)
