"""Share a rate and a retry budget between processes and machines, in Redis (extra `fleet`).

One script on the server does all: it takes turns from the fleet's schedule, gives back to the retry
budget and takes from it, and counts who is there. The server's clock is the only one that counts.
While the server is away, a process takes an equal share of the rate and a budget of its own.
"""

from __future__ import annotations

import copy
import functools
import threading
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from veneer import _io
from veneer._core.errors import ConfigurationError
from veneer._core.redact import Secret
from veneer._core.retry import RetryBudget
from veneer._core.shared_limits import SharedLimits, place
from veneer._core.turns import LATE, Turn, Turns

__all__ = ["Desk", "desks_of"]

# The longest wait for the store, seconds: to connect, and for an answer.
_PATIENCE: Final = 0.25
# The store is tried again after so many seconds, then after twice as long each time.
_FIRST_REST, _LONGEST_REST = 1.0, 30.0
# What is given back to the budget goes there with the next turns, or after so many seconds.
_GIVE_BACK_SECONDS: Final = 1.0
# Turns are taken a little further apart than the rate has them: on the way to the server some come closer together.
_MARGIN: Final = 1.02

_SCRIPT: Final = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local count, each, late = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local capacity, initial = tonumber(ARGV[4]), tonumber(ARGV[5])
local back, cost = tonumber(ARGV[6]), tonumber(ARGV[7])
local held = redis.call('HMGET', KEYS[1], 'due', 'tokens')
local due = math.max(tonumber(held[1]) or 0, now - late)
local tokens = math.min(capacity, (tonumber(held[2]) or initial) + back)
local taken = 0
if cost >= 0 and tokens >= cost then
  tokens = tokens - cost
  taken = 1
end
redis.call('HSET', KEYS[1], 'due', string.format('%.6f', due + count * each), 'tokens', string.format('%.6f', tokens))
redis.call('EXPIRE', KEYS[1], 3600 + math.ceil(math.max(0, due - now) + count * each))
redis.call('ZADD', KEYS[2], now, ARGV[8])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 10)
redis.call('EXPIRE', KEYS[2], 60)
return {string.format('%.6f', due - now), taken, redis.call('ZCARD', KEYS[2])}
"""


class _Budget(RetryBudget):
    """A process's own retry budget, and what it owes to the shared one."""

    __slots__ = ("owed",)

    def __init__(self, like: RetryBudget) -> None:
        super().__init__(**like.settings)
        self.owed = 0.0

    def succeeded(self, *, retried: bool, asked: int = 0) -> None:
        """Pay back for a call that succeeded: here at once, to the others with the next exchange."""
        super().succeeded(retried=retried, asked=asked)
        with self._lock:
            self.owed = min(self._capacity, self.owed + self._back(retried=retried, asked=asked))

    def take_owed(self) -> float:
        """Return what is to be given back to the others, once."""
        with self._lock:
            owed, self.owed = self.owed, 0.0
            return owed


class _Answer(NamedTuple):
    """What the store said: seconds until the first turn, whether a retry was paid for, and how many share."""

    wait: float
    taken: bool
    sharers: int


@dataclass(slots=True)
class _Away:
    """Whether the store is away: until when it is left alone, and how long next time; `news` is to be told once."""

    until: float | None = None
    rest: float = _FIRST_REST
    news: str | None = None


class Desk:
    """What one process asks the store by: one exchange at a time, for all calls that wait.

    Safe to share between threads and tasks. Only `serve` and `take` wait, each a quarter of a second
    at most; `clock` is a monotonic one.
    """

    def __init__(self, limits: SharedLimits) -> None:
        name, rate, budget = limits.name, limits.rate, limits.retry_budget
        self._url = limits.source
        self._keys = [f"{{veneer:{name}}}:limits", f"{{veneer:{name}}}:sharers"]
        self._each = 0.0 if rate is None else _MARGIN / rate.each_second
        self.budget = None if budget is None else _Budget(budget)
        self._turns = Turns(self._each)
        self._id = uuid.uuid4().hex
        self._sharers = 1
        self._away = _Away()
        self._store: Callable[..., Any] | None = None
        self._place = ""
        self._gave_back = 0.0
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    def ask(self, now: float) -> Turn:
        """Return a call's turn, whose time `serve` finds out."""
        if not self._each:
            return Turn(now)
        with self._lock:
            return self._turns.ask(now)

    def begin(self, turn: Turn) -> None:
        """Take note that a call leaves."""
        with self._lock:
            self._turns.begin(turn)

    def give_back(self, turn: Turn) -> None:
        """Leave the turn of a call that will not leave to another one."""
        with self._lock:
            self._turns.give_back(turn)

    def ahead(self, now: float, starting: int) -> float:
        """Seconds until a map does well to start a further call."""
        with self._lock:
            return self._turns.ahead(now, starting, self._sharers) if self._each else 0.0

    def owes(self, now: float) -> bool:
        """Return whether it is time to give back to the shared budget."""
        budget = self.budget
        return budget is not None and budget.owed >= 1 and now - self._gave_back >= _GIVE_BACK_SECONDS

    def news(self) -> str | None:
        """Return what is to be told of the store, once: that it is away, or is back."""
        told, self._away.news = self._away.news, None
        return told

    @property
    def away(self) -> bool:
        """True while the store cannot be reached."""
        return self._away.until is not None

    def serve(self, clock: Callable[[], float]) -> None:
        """Find out the times of all turns that were asked for."""
        with self._asking:
            with self._lock:
                asked = self._turns.take()
            if not asked and not self.owes(clock()):
                return
            answer: _Answer | None = None
            try:
                answer = self._exchange(clock, count=len(asked))
            except BaseException:
                with self._lock:
                    self._turns.put_back(asked)
                raise
            now = clock()
            with self._lock:
                if answer is None:
                    self._turns.grant_alone(asked, now, self._sharers)
                else:
                    self._turns.grant(asked, now + answer.wait)

    def take(self, clock: Callable[[], float]) -> bool:
        """Pay for a retry; False where the budget does not allow it."""
        budget = self.budget
        if budget is None:
            raise AssertionError("no budget is shared")
        with self._asking:
            answer = self._exchange(clock, cost=budget.settings["cost"])
            return budget.take() if answer is None else answer.taken

    def _exchange(self, clock: Callable[[], float], *, count: int = 0, cost: float = -1.0) -> _Answer | None:
        """Ask the store; None where it is away."""
        now, away = clock(), self._away
        if away.until is not None and now < away.until:
            return None
        store = self._connected()
        budget = self.budget
        owed = 0.0 if budget is None else budget.take_owed()
        size = {"capacity": 0.0, "initial": 0.0} if budget is None else budget.settings
        args = (count, self._each, LATE, size["capacity"], size["initial"], owed, cost, self._id)
        try:
            wait, taken, sharers = store(keys=self._keys, args=args)
        except (redis.RedisError, OSError) as error:
            if budget is not None:
                budget.owed += owed
            self._failed(error, clock())
            return None
        self._gave_back = now
        if away.until is not None:
            away.until, away.rest, away.news = None, _FIRST_REST, ""
        self._sharers = max(1, int(sharers))
        return _Answer(float(wait), bool(taken), self._sharers)

    def _failed(self, error: Exception, now: float) -> None:
        away = self._away
        if away.until is None:
            away.news = (
                f"the store of shared limits at {self._place} is away ({type(error).__name__}): this process keeps to "
                f"one of {self._sharers} parts of the rate and a retry budget of its own, and tries the store again"
            )
        away.until = now + away.rest
        away.rest = min(2 * away.rest, _LONGEST_REST)

    def _connected(self) -> Callable[..., Any]:
        """Return the script at the store; connections are opened as it is called."""
        if self._store is None:
            url = self._url
            text = url.reveal() if isinstance(url, Secret) else url if isinstance(url, str) else _asked(url)
            self._place = place(text)
            # A connection that was closed meanwhile is opened anew; what takes too long is not asked twice.
            again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
            try:
                client = redis.Redis.from_url(
                    text, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=again, protocol=2
                )
            except (ValueError, TypeError):  # their text may have the URL in it
                raise ConfigurationError(
                    f"the URL of the store of shared limits, {self._place}, has an option that cannot be used"
                ) from None
            self._store = client.register_script(_SCRIPT)
        return self._store

    def __repr__(self) -> str:
        return f"Desk({self._keys[0]!r})"


def _asked(url: Callable[[], str]) -> str:
    with _io.theirs:
        return url()


_desks: weakref.WeakKeyDictionary[SharedLimits, _io.PerProcess[Desk]] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def desks_of(limits: SharedLimits) -> _io.PerProcess[Desk]:
    """Return each process's desk of some limits: one for all clients that are given the same value."""
    with _making:
        found = _desks.get(limits)
        if found is None:
            # Not of the value itself: the table would keep it.
            found = _desks[limits] = _io.PerProcess(functools.partial(Desk, copy.copy(limits)))
        return found
