# Derived from overlay/veneer/_async/waiter.py by scripts/unasync.py: edit that file, not this one.
"""Poll a run until it is done, politely and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from veneer._core.errors import ConfigurationError, DeadlineExceededError, VeneerError, WaitTimeoutError
from veneer._core.judge import Answer
from veneer._core.retry import server_delay
from veneer._sync.session import Session

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Poll(Protocol[T_co]):
    """Ask once how the run stands; `left` is how long the answer may take, seconds."""

    def __call__(self, left: float, /) -> Answer[T_co]: ...


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

    Waits about `every` seconds between two asks (± 25 %, so that many waiters spread), longer where the server sends Retry-After. Raises WaitTimeoutError, or what `error(last value,
    seconds waited)` makes, when `timeout` seconds are over: the run itself goes on.
    """
    if not every > 0 or not timeout > 0:
        raise ConfigurationError("every and timeout must be positive seconds")
    started = session.clock()
    last: T | None = None
    while True:
        left = timeout - (session.clock() - started)
        try:
            answer = poll(max(0.001, left))
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
        delay = every * (0.75 + 0.5 * session.random())
        asked = server_delay(answer.response.headers, wall=session.wall())
        delay = max(delay, asked or 0.0)
        if session.clock() - started + delay >= timeout:
            break
        session.sleep(delay)
    waited = session.clock() - started
    if error is not None:
        raise error(last, waited)
    over = session.platform.kind(WaitTimeoutError)(
        f"{operation}: not done after {waited:.1f} s of {timeout:g} s; it goes on at the server",
        operation=operation,
    )
    if isinstance(over, WaitTimeoutError):
        over.last, over.waited_s = last, waited
    raise over
