"""Count the results of many calls, over time and in bounded memory, and print them."""

from __future__ import annotations

import heapq
import math
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from veneer._core.errors import APIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from veneer import MapResult

__all__ = ["Kind", "Latencies", "Span", "Tally", "duration"]

_STEP: Final = math.log(1.05)
_LEAST: Final = 0.0001
_MOST_SPANS: Final = 120
_MOST_KINDS: Final = 50
_SLOWEST: Final = 5
_RECENT: Final = 15.0
"""The seconds over which the current rate is measured."""


class Latencies:
    """Seconds, counted in steps of 5 %: percentiles of any number of calls."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[math.ceil(math.log(max(seconds, _LEAST) / _LEAST) / _STEP)] += 1

    def merge(self, other: Latencies) -> None:
        """Count all of another."""
        self._counts.update(other._counts)

    def percentile(self, share: float) -> float | None:
        """Return the seconds within which a share ended, at most 5 % too high; None if there are none."""
        wanted = share * self._counts.total()
        seen = 0
        for step in sorted(self._counts):
            seen += self._counts[step]
            if seen >= wanted:
                return _LEAST * math.exp(step * _STEP)
        return None


@dataclass(slots=True)
class Span:
    """The calls that ended within a span of time."""

    done: int = 0
    failed: int = 0
    unknown: int = 0
    latencies: Latencies = field(default_factory=Latencies)

    @property
    def count(self) -> int:
        """All that ended."""
        return self.done + self.failed + self.unknown

    def merge(self, other: Span) -> None:
        """Count what ended in another."""
        self.done += other.done
        self.failed += other.failed
        self.unknown += other.unknown
        self.latencies.merge(other.latencies)


@dataclass(slots=True)
class Kind:
    """Errors of one kind: how many, and the first of them."""

    name: str
    count: int
    index: int
    example: str


class Tally:
    """The results of one run's calls."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = self._ended = clock()
        self._recent: deque[tuple[float, int]] = deque([(self._begun, 0)])
        self._kinds: dict[str, Kind] = {}
        self._slowest: list[tuple[float, int, str]] = []
        self.all = Span()
        self.spans: list[Span] = []
        self.width = 0.1
        self.attempts = 0

    def add(self, result: MapResult[Any, Any], state: str, said: str) -> None:
        """Count a result; `said` is its error as text."""
        self._ended = now = self._clock()
        for span in (self.all, self._span(now)):
            setattr(span, state, getattr(span, state) + 1)
            span.latencies.add(result.seconds)
        self.attempts += len(result.attempts)
        slow = (result.seconds, result.index, state)
        if len(self._slowest) < _SLOWEST:
            heapq.heappush(self._slowest, slow)
        elif slow > self._slowest[0]:
            heapq.heapreplace(self._slowest, slow)
        if result.error is not None:
            self._count(result.error, result.index, said)
        if now - self._recent[-1][0] >= 1:
            self._recent.append((now, self.all.count))
            while now - self._recent[0][0] > _RECENT:
                self._recent.popleft()

    def _span(self, now: float) -> Span:
        while (place := int((now - self._begun) / self.width)) >= _MOST_SPANS:
            pairs, self.spans = self.spans, []
            for at, span in enumerate(pairs):
                if at % 2:
                    self.spans[-1].merge(span)
                else:
                    self.spans.append(span)
            self.width *= 2
        self.spans += [Span() for _ in range(place + 1 - len(self.spans))]
        return self.spans[place]

    def _count(self, error: Exception, index: int, said: str) -> None:
        name = type(error).__name__
        if isinstance(error, APIError):
            name = " ".join(filter(None, (name, str(error.status_code), error.code)))
        if name not in self._kinds and len(self._kinds) >= _MOST_KINDS:
            name = "others"
        self._kinds.setdefault(name, Kind(name, 0, index, said)).count += 1

    @property
    def seconds(self) -> float:
        """The seconds from the start to the last result."""
        return self._ended - self._begun

    @property
    def rate(self) -> float:
        """Results per second, overall."""
        return self.all.count / self.seconds if self.seconds > 0 else 0.0

    @property
    def rate_now(self) -> float:
        """Results per second at present."""
        at, count = self._recent[0]
        passed = self._ended - at
        return (self.all.count - count) / passed if passed > 0 else 0.0

    @property
    def retries(self) -> int:
        """Attempts beyond the first ones."""
        return max(0, self.attempts - self.all.count)

    @property
    def kinds(self) -> list[Kind]:
        """The errors by kind, the most frequent first."""
        return sorted(self._kinds.values(), key=lambda one: -one.count)

    @property
    def slowest(self) -> list[tuple[float, int, str]]:
        """Seconds, index and state of the slowest."""
        return sorted(self._slowest, reverse=True)

    def percentiles(self) -> dict[str, float]:
        """Return the seconds within which half, 95 % and 99 % of the calls ended; nothing where there were none."""
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        found = {name: self.all.latencies.percentile(share) for name, share in shares.items()}
        return {name: round(one, 4) for name, one in found.items() if one is not None}

    def told(self) -> Iterator[str]:
        """Yield the summary line by line."""
        if not self.all.count:
            return
        yield f"{duration(self.seconds)}, {self.rate:,.1f} calls a second, {_many(self.retries, 'retry', 'retries')}"
        waits = ", ".join(f"{name} {duration(one)}" for name, one in self.percentiles().items())
        slow = ", ".join(f"#{index} {duration(seconds)}" for seconds, index, _ in self.slowest)
        yield f"time of a call: {waits}; slowest: {slow}"
        for one in self.kinds:
            yield f"{one.count:,} × {one.name}, first #{one.index}: {one.example}"


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def duration(seconds: float) -> str:
    """Return seconds for a person: `80 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"
