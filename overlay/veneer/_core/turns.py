"""Keep the turns of calls in a schedule that others share: who waits, for when, and what a call that ended early leaves to the next.

Pure: time comes in as seconds of a monotonic clock. Nothing here waits or locks.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from typing import Final

__all__ = ["LATE", "Turn", "Turns"]

# Calls of one map that may wait for their turn at once: enough that none is missed between two of
# them, and as many as have theirs within so many seconds, for which a process may be held up.
_AHEAD: Final = 4
_AHEAD_SECONDS: Final = 0.1
# When to look again for a turn whose time is not known yet, seconds.
_SOON: Final = 0.002
LATE: Final = 0.02
"""Turns that nobody took may be taken so many seconds later: a process may have been held up. Still later, many would leave at once."""


class Turn:
    """A call's place in the schedule: the time at which it may leave, None until that is known."""

    __slots__ = ("at", "over")

    def __init__(self, at: float | None = None) -> None:
        self.at = at
        self.over = False
        """True once the call has left, or will not."""


class Turns:
    """The turns of one process: calls `each` seconds apart in a block that was granted.

    turn = turns.ask(now)          # of a call that ended early, else to be asked for
    turns.grant(turns.take(), at)  # what was asked for is granted from then on
    turns.begin(turn)              # the call leaves
    turns.give_back(turn)          # it does not: another call may have the turn
    """

    def __init__(self, each: float) -> None:
        self._each = each
        self._asked: list[Turn] = []
        self._waiting: set[Turn] = set()
        self._free: list[float] = []  # a heap
        self._due = -math.inf  # when the next call may leave, where this process is alone

    def ask(self, now: float) -> Turn:
        """Return a call's turn; its time is known at once where one was given back."""
        while self._free and self._free[0] < now - LATE:
            heapq.heappop(self._free)
        turn = Turn(heapq.heappop(self._free) if self._free else None)
        self._waiting.add(turn)
        if turn.at is None:
            self._asked.append(turn)
        return turn

    def take(self) -> list[Turn]:
        """Return the turns that are to be asked for."""
        asked, self._asked = [turn for turn in self._asked if not turn.over], []
        return asked

    def put_back(self, turns: Iterable[Turn]) -> None:
        """Ask for turns later: nothing was granted."""
        self._asked[:0] = turns

    def grant(self, turns: Iterable[Turn], first: float, each: float | None = None) -> None:
        """Set the times of turns, from the first one's on."""
        at = first
        for turn in turns:
            turn.at = at
            at += self._each if each is None else each
            if turn.over:
                heapq.heappush(self._free, turn.at)
        self._due = max(self._due, at)

    def grant_alone(self, turns: Iterable[Turn], now: float, sharers: int) -> None:
        """Set the times of turns where nobody can be asked: an equal share of the rate."""
        self.grant(turns, max(self._due, now - LATE), self._each * sharers)

    def begin(self, turn: Turn) -> None:
        """Take note that a call leaves."""
        turn.over = True
        self._waiting.discard(turn)

    def give_back(self, turn: Turn) -> None:
        """Leave the turn of a call that will not leave to another one."""
        if turn.at is not None and not turn.over:
            heapq.heappush(self._free, turn.at)
        self.begin(turn)

    def ahead(self, now: float, starting: int, sharers: int) -> float:
        """Seconds until a map does well to start a further call, beside those that are `starting`: one that would only wait is not started."""
        if starting + len(self._waiting) < max(_AHEAD, _AHEAD_SECONDS / (self._each * sharers)):
            return 0.0
        known = [turn.at for turn in self._waiting if turn.at is not None]
        return max(_SOON, min(known) - now) if known else _SOON
