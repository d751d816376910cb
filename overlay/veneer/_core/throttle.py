"""Decide when the next of many calls may start: a fixed number under way, a rate, or what the server bears.

Pure: time comes in as seconds of a monotonic clock, answers as what was seen of them. Nothing here
waits or locks.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from veneer._core.checks import check_range
from veneer._core.errors import ConfigurationError

__all__ = ["Concurrency", "Rate", "Throttle", "check_rate"]

Concurrency = int | Literal["auto"]

# Statuses by which a server refuses a call since it has too many.
_REFUSED: Final = frozenset({429, 503})
# Calls that may start at once after a quiet time, as seconds of the rate.
_BURST_SECONDS: Final = 0.005
_AUTO_BURST_SECONDS: Final = 0.001
# What is left of the number under way after a refusal, where there were many.
_AFTER_REFUSAL: Final = 0.9
_STILL_TOO_MANY: Final = 0.7
_MANY: Final = 10
_ENOUGH: Final = 20
# Good answers for each refusal before the next try for more: refusals stay below one in a hundred.
_PATIENCE: Final = 120
# Starts are this much closer together than the number and the time of an answer make them.
_HASTE: Final = 1.15
# Calls more under way for each good answer until the first refusal.
_OPENING: Final = 0.25
_LEAST: Final = 0.0001
# A server queues what it gets where the quickest of its recent answers takes so many times its
# best one, and a tick more.
_QUEUES: Final = 1.6
_TICK: Final = 0.001
_RECENT: Final = 12
# The best time is measured anew after so many answers: a server may move, or grow.
_MEASURE_ANEW: Final = 5000


@dataclass(frozen=True, slots=True)
class Rate:
    """So much each second, or each `per` seconds: calls, or what `cost` says that an input takes.

        Rate(500)                                # calls a second
        Rate(90_000, per=60, cost=count_tokens)  # tokens a minute

    Calls are spread evenly. One that costs more than the whole rate waits for all of it. Raises
    ConfigurationError for what is not a positive number.
    """

    limit: float
    per: float = 1.0
    cost: Callable[[Any], float] | None = None

    def __post_init__(self) -> None:
        positive = "a number over 0"
        check_range("Rate(limit)", self.limit, positive, good=lambda number: 0 < number < math.inf)
        check_range(
            "Rate(per=)", self.per, f"{positive}, in seconds", good=lambda number: 0 < number < math.inf
        )
        if self.cost is not None and not callable(self.cost):
            raise ConfigurationError("Rate(cost=) takes a function of an input")

    @property
    def each_second(self) -> float:
        """The rate in units a second."""
        return self.limit / self.per

    def cost_of(self, value: Any) -> float:
        """Return what an input takes. Raises ConfigurationError for a cost that is no number of 0 or more."""
        if self.cost is None:
            return 1.0
        cost = self.cost(value)
        check_range(
            "what cost= returns", cost, "a number, 0 or more", good=lambda number: 0 <= number < math.inf
        )
        return cost


def check_rate(value: Rate | float | None) -> Rate | None:
    """Read a number as calls a second. Raises ConfigurationError."""
    if value is None or isinstance(value, Rate):
        return value
    check_range("rate", value, "calls a second as a number over 0, or a Rate", good=lambda number: number > 0)
    return Rate(value)


class Start(NamedTuple):
    """What was true when a call started: the time, how many were under way with it, and how many might have been."""

    at: float
    under_way: int
    limit: int


class _Pace:
    """A rate as a schedule: the time at which the next unit is due (the generic cell rate algorithm)."""

    __slots__ = ("burst", "due", "each_second")

    def __init__(self, each_second: float, burst: float = _BURST_SECONDS) -> None:
        self.each_second = each_second
        self.burst = burst
        self.due = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a call may start."""
        return max(0.0, self.due - now)

    def take(self, now: float, cost: float) -> None:
        """Account for a call that starts."""
        self.due = max(self.due, now - self.burst) + cost / self.each_second


class Throttle:
    """When the next call may start, by three bounds: how many are under way, a rate, and the server's own word.

    `"auto"` finds the number under way, and the rate where it is a rate that the server limits: it
    grows while answers are good, falls by a tenth at a refusal (429, 503) and while the server
    queues, and tries for more only after many good answers. `most` bounds the number in any case.
    """

    def __init__(self, concurrency: Concurrency, rate: Rate | None, most: int) -> None:
        self._auto = _Search(most) if concurrency == "auto" else None
        self._fixed = min(most, concurrency) if isinstance(concurrency, int) else most
        self._rate = None if rate is None else _Pace(rate.each_second)
        self._server: _Pace | None = None
        self._server_until = -math.inf
        self._blocked_until = -math.inf
        self.is_plain = rate is None and self._auto is None
        """Whether nothing but their number bounds the calls: the server has said nothing either."""
        self.under_way = 0
        self.waiting = 0
        """Calls that are to be repeated, and come before new ones."""

    @property
    def limit(self) -> int:
        """How many calls may be under way now."""
        return self._fixed if self._auto is None else self._auto.limit

    @property
    def learns(self) -> bool:
        """Whether the number follows from answers."""
        return self._auto is not None

    def room(self, now: float) -> tuple[int, float]:
        """Return how many calls may start now, and where none may the seconds until one may, infinite for not before one has ended."""
        free = self.limit - self.under_way - self.waiting
        if free <= 0:
            return 0, math.inf
        if self._rate is None and self._auto is None and self._server is None and now >= self._blocked_until:
            return free, 0.0
        wait = self.wait(now)
        return (1, 0.0) if wait <= 0 else (0, wait)

    def wait(self, now: float, *, again: bool = False) -> float:
        """Seconds until another call may start, or one be repeated `again`: 0 for at once, infinite for not before one has ended."""
        if self.under_way + (0 if again else self.waiting) >= self.limit:
            return math.inf
        searched = None if self._auto is None else self._auto.pace
        waits = [pace.wait(now) for pace in (self._rate, searched) if pace is not None]
        if self._server is not None:
            waits.append(self._server.wait(now) if now < self._server_until else 0.0)
        return max(0.0, self._blocked_until - now, *waits)

    def started(self, now: float, cost: float = 1.0) -> Start:
        """Account for a call that starts now, of what it costs in the rate's units."""
        self.under_way += 1
        if self._rate is not None:
            self._rate.take(now, cost)
        if self._server is not None:
            self._server.take(now, 1.0)
        if self._auto is not None and self._auto.pace is not None:
            self._auto.pace.take(now, 1.0)
        return Start(now, self.under_way, self.limit)

    def ended(self) -> None:
        """Account for a call that has ended, however."""
        self.under_way -= 1

    def answered(self, start: Start, now: float, status: int | None) -> None:
        """Learn from what an attempt came to: its status, None where no answer came."""
        if self._auto is None or status is None:
            return
        if status in _REFUSED:
            self._auto.refused(start, now)
        else:
            self._auto.good(start, now)

    def told(self, now: float, *, remaining: float | None, seconds: float | None) -> None:
        """Follow the server's word: `remaining` calls within so many seconds, or none for so long."""
        if seconds is None or seconds <= 0:
            return
        self.is_plain = False
        if not remaining:
            self._blocked_until = max(self._blocked_until, now + seconds)
            return
        self._server_until = now + seconds
        if self._server is None:
            self._server = _Pace(remaining / seconds)
        self._server.each_second = remaining / seconds


class _Search:
    """Finds how many calls under way a server bears; below one, the share of the time in which one is.

    The number and the time of an answer make a pace, by which starts are spread evenly: a server
    that limits a rate refuses those that come at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = 1.0
        self.pace: _Pace | None = None
        self._seconds = 0.0  # an answer's, smoothed
        self._opening = True
        self._changed = -math.inf  # calls that began before are of an earlier size
        self._good = 0  # answers since the last refusal
        self._refusals = 0  # at the last size that was too much
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._best = math.inf
        self._measured = 0  # answers since the best one was measured anew
        self._restored = 0.0  # the number before that, to go back to

    @property
    def limit(self) -> int:
        """How many calls may be under way."""
        return max(1, min(self._most, int(self._window)))

    def refused(self, start: Start, now: float) -> None:
        """Take less: the server bore fewer than were under way with the call that it refused."""
        self._refusals += 1
        if start.at < self._changed:
            return  # of the overload that is known already
        borne = start.under_way - 1
        if self._good < max(_ENOUGH, 2 * self._window):
            smaller = self._window * _STILL_TOO_MANY
        elif borne == 0:
            smaller = min(1.0, self._window) * _AFTER_REFUSAL  # it is not their number
        else:
            smaller = borne * _AFTER_REFUSAL if borne >= _MANY else borne
        if self._good > _PATIENCE:
            self._refusals = 1
        self._change(min(self._window, smaller), now)
        self._good = 0

    def good(self, start: Start, now: float) -> None:
        """Take more after enough good answers, unless the server queues or there is no need for more."""
        seconds, busy = now - start.at, start.under_way >= start.limit - 1
        self._good += 1
        self._seconds += (seconds - self._seconds) / (8 if self._seconds else 1)
        if start.at >= self._changed and self._queues(seconds):
            self._change(max(2.0, self._window * _AFTER_REFUSAL), now)
        elif busy and self._opening:
            self._window += _OPENING
        elif busy and self._good > _PATIENCE * max(1, self._refusals):
            self._window += min(1.0 / self._window, self._window / 50)
        if self._measured > _MEASURE_ANEW:
            self._measured, self._best, restored = 0, math.inf, self._window
            self._change(max(2.0, self._window / 2), now)  # so that the server's queue runs empty
            self._restored = restored
        self._window = min(self._window, float(self._most))
        self._set_pace(now)

    def _change(self, window: float, now: float) -> None:
        self._opening, self._changed = False, now
        self._window = max(_LEAST, window)
        self._restored = 0.0
        self._recent.clear()
        self._set_pace(now)

    def _set_pace(self, now: float) -> None:
        if self._seconds:
            each_second = self._window / self._seconds * (_HASTE if self._window > 1 else 1.0)
            if self.pace is None:
                self.pace = _Pace(each_second, _AUTO_BURST_SECONDS)
            elif self._window < 1 and each_second < self.pace.each_second:
                self.pace.due = max(self.pace.due, now + 1 / each_second)
            self.pace.each_second = each_second

    def _queues(self, seconds: float) -> bool:
        """Return whether even the quickest of the recent answers take far longer than the best did."""
        if self._window < 2.0:
            return False
        self._recent.append(seconds)
        self._best = min(self._best, seconds)
        self._measured += 1
        if len(self._recent) < _RECENT:
            return False
        if self._restored:
            self._window, self._restored = max(self._window, self._restored), 0.0
        return min(self._recent) > _QUEUES * self._best + _TICK
