# Derived from overlay/veneer/_async/waiter.py by scripts/unasync.py: edit that file, not this one.
"""Poll a run until it is done, politely and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError, WaitTimeoutError
from veneer._core.responses import CallResult
from veneer._core.retry import server_delay
from veneer._sync.session import Session

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LAST_ASK_SECONDS = 1.0


class Poll(Protocol[T_co]):
    """Ask once how the run stands; `left` is how long the answer may take, seconds."""

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
    """Ask with `poll(seconds left)` until `until(value)` is true.

    Waits about `every` seconds between two asks (± 25 %, so that many waiters spread), longer where the server sends Retry-After. The last ask comes shortly before `timeout` seconds
    are over, while there is time for its answer. Raises WaitTimeoutError then, or what `error(last value, seconds waited)` makes: the run itself goes on.
    """
    if not every > 0 or not timeout > 0:
        raise ConfigurationError("every and timeout must be positive seconds")
    started = session.clock()
    last: T | None = None
    while True:
        try:
            answer = poll(max(0.001, started + timeout - session.clock()))
        except DeadlineExceededError:
            # The limit of one ask is what was left of the wait.
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
        f"{operation}: not done after {waited:.1f} s of {timeout:g} s; it goes on at the server",
        operation=operation,
    )
    if isinstance(over, WaitTimeoutError):
        over.last, over.waited_s = last, waited
    raise over


def _delay(left: float, usual: float, *, asked: float, last_ask: float) -> float | None:
    """Seconds until the next ask; None when there is no time for another one, or the server wants none so soon."""
    latest = left - last_ask
    if latest < 0.001 or asked > latest:
        return None
    return min(max(usual, asked), latest)
