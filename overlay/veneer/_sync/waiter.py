# Derived from overlay/veneer/_async/waiter.py by scripts/unasync.py: edit that file, not this one.
"""Poll a run until it is done, with jitter and a time limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from veneer._core.checks import check_range
from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError, WaitTimeoutError
from veneer._core.responses import CallResult
from veneer._core.retry import server_delay
from veneer._sync.session import Session

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LAST_ASK_SECONDS = 1.0


class Poll(Protocol[T_co]):
    """Request the run's state once; `left` is the time for the response, in seconds."""

    def __call__(self, left: float, /) -> CallResult[T_co]: ...


def wait(
    session: Session,
    poll: Poll[T],
    *,
    operation: str,
    until: Callable[[T], bool],
    every: float,
    timeout: float,  # noqa: ASYNC109  # the wait's own limit, part of the public name
    error: Callable[[T | None, float], VeneerError] | None,
    progress: Callable[[T], None] | None,
) -> T:
    """Call `poll(seconds left)` until `until(value)` is true, and return that value.

    It waits about `every` seconds between two polls (± 25 %, so that many waiters spread), longer
    if the server sends Retry-After. The last poll is shortly before `timeout` seconds are over,
    with time left for its response. Then it raises WaitTimeoutError, or the result of
    `error(last value, seconds waited)`: the run itself continues.
    """
    check_range("every", every, "positive seconds", good=lambda seconds: seconds > 0)
    check_range("timeout", timeout, "positive seconds", good=lambda seconds: seconds > 0)
    if not callable(until):
        raise ConfigurationError(f"until takes a function of the result, not {type(until).__name__}")
    started = session.clock()
    last: T | None = None
    while True:
        try:
            answer = poll(max(0.001, started + timeout - session.clock()))
        except DeadlineExceededError:
            # The deadline of a poll is the time left of the wait.
            if session.clock() - started < timeout:
                raise
            break
        last = answer.value
        if progress is not None:
            progress(last)
        if until(last):
            return last
        delay = _delay(
            started + timeout - session.clock(),
            every * (0.75 + 0.5 * session.random()),
            asked=server_delay(answer.response.headers, wall=session.wall()) or 0.0,
            last_ask=min(_LAST_ASK_SECONDS, every / 2),
        )
        if delay is None:
            break
        session.sleep(delay)
    waited = session.clock() - started
    if error is not None:
        raise error(last, waited)
    over = session.platform.error_type(WaitTimeoutError)(
        f"{operation}: not done after {waited:.1f} s of {timeout:g} s; it continues on the server",
        operation=operation,
    )
    if isinstance(over, WaitTimeoutError):
        over.last, over.waited_s = last, waited
    raise over


def _delay(left: float, usual: float, *, asked: float, last_ask: float) -> float | None:
    """Return the seconds until the next poll; None if there is no time left or the server asks for more."""
    latest = left - last_ask
    if latest < 0.001 or asked > latest:
        return None
    return min(max(usual, asked), latest)
