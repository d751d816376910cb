# Derived from overlay/veneer/_async/turns.py by scripts/unasync.py: edit that file, not this one.
"""Wait for a call's turn at limits that processes share."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from veneer import _io
from veneer._core.deadline import Deadline
from veneer._core.heard import Heard
from veneer._core.retry import RetryBudget
from veneer._core.shared_limits import SharedLimits, SharedLimitsWarning
from veneer._core.violations import warn_caller
from veneer._fleet import Desk, desks_of

__all__ = ["SharedTurns"]

# Two readings of one deadline, by the call's clock and by the thread's limit, differ by less, seconds.
_MOMENT = 0.001


class Waits(Protocol):
    """What a session waits by, and tells by."""

    clock: Callable[[], float]
    sleep: _io.Method[None]
    logger: logging.Logger


class SharedTurns:
    """The turns of one client's calls at limits that it shares with others."""

    def __init__(self, limits: SharedLimits, session: Waits) -> None:
        self._desks = desks_of(limits)
        self._session = session
        self._lock = _io.Lock()  # one asks the store for all that wait

    @property
    def desk(self) -> Desk:
        """What this process asks the store by."""
        return self._desks.get()

    @property
    def budget(self) -> RetryBudget | None:
        """What takes note of successes, None where no retry budget is shared."""
        return self.desk.budget

    def take(self, deadline: Deadline, heard: Heard | None) -> None:
        """Wait until an attempt may leave, and let `heard` take note. Raises OutOfTimeError where its turn comes after the deadline."""
        desk, clock = self.desk, self._session.clock
        turn = desk.ask(clock())
        try:
            if turn.at is None or desk.owes(clock()):
                with self._lock:
                    if turn.at is None or desk.owes(clock()):
                        _io.run(desk.serve, clock)
                self._tell(desk)
            wait = 0.0 if turn.at is None else turn.at - clock()
            if wait > 0:
                self._wait(wait, deadline)
        except BaseException:
            desk.give_back(turn)
            raise
        desk.begin(turn)
        if heard is not None:
            heard.leaving()

    def _wait(self, seconds: float, deadline: Deadline) -> None:
        left, outer = deadline.remaining(self._session.clock()), _io.time_left()
        if left is None:
            left = seconds
        if outer is not None and outer < left - _MOMENT:
            left = outer
        self._session.sleep(max(0.0, min(seconds, left)))
        if left < seconds:
            raise _io.OutOfTimeError

    def may_retry(self) -> bool:
        """Pay for a retry; False where the shared budget does not allow it."""
        desk, allowed = self.desk, False
        theirs: Exception | None = None
        try:
            with self._lock:
                allowed = _io.run(desk.take, self._session.clock)
            self._tell(desk)
        except _io.Raised as raised:
            theirs = raised.error
        if theirs is not None:
            _io.reraise(theirs)
        return allowed

    def _tell(self, desk: Desk) -> None:
        """Warn and log once that the store is away, or back."""
        news = desk.news()
        if news is None:
            return
        logger = self._session.logger
        with _io.theirs:  # where warnings are errors, it is the caller who made them so
            if news:
                logger.warning("%s", news)
                warn_caller(news, SharedLimitsWarning)
            else:
                logger.info("the store of shared limits is back")
