"""How many calls a server bears is found by its refusals and the time of its answers, on a clock of the test's own."""

from __future__ import annotations

import heapq
import random
from typing import NamedTuple, Protocol

import pytest

from veneer import ConfigurationError, Rate
from veneer._core.throttle import Start, Throttle


class Server(Protocol):
    """What answers a call: its status, and the seconds that it takes."""

    def arrive(self, now: float, seconds: float) -> tuple[int, float]: ...

    def leave(self) -> None: ...


class Places:
    """A server that carries out so many calls at once and refuses the others."""

    def __init__(self, count: int) -> None:
        self.count, self.taken = count, 0

    def arrive(self, now: float, seconds: float) -> tuple[int, float]:
        self.taken += 1
        return (503, 0.001) if self.taken > self.count else (200, seconds)

    def leave(self) -> None:
        self.taken -= 1


class Bucket:
    """A server that takes so many calls a second, and a burst of some more."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.tokens, self.at = rate, burst, burst, 0.0

    def arrive(self, now: float, seconds: float) -> tuple[int, float]:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return 429, 0.001
        self.tokens -= 1
        return 200, seconds

    def leave(self) -> None:
        pass


class Workers:
    """A server of so many workers, before which calls queue without end."""

    def __init__(self, count: int) -> None:
        self.free = [0.0] * count

    def arrive(self, now: float, seconds: float) -> tuple[int, float]:
        begun = max(now, heapq.heappop(self.free))
        heapq.heappush(self.free, begun + seconds)
        return 200, begun + seconds - now

    def leave(self) -> None:
        pass


class Came(NamedTuple):
    """What many calls came to: the share that was refused, and good answers a second once it had settled."""

    refused: float
    rate: float
    limit: int


def run(server: Server, throttle: Throttle, *, calls: int = 20_000, seconds: float = 0.02) -> Came:
    """Send calls as the throttle lets them, repeat what is refused after a backoff, and count."""
    chance, now, begun, refused, order = random.Random(7), 0.0, 0, 0, 0
    events: list[tuple[float, int, Start | None, int]] = []
    ready, good = 0, []
    while len(good) < calls:
        while (ready or begun < calls) and throttle.wait(now) <= 0:
            if ready:
                ready -= 1
            else:
                begun += 1
            start = throttle.started(now)
            status, took = server.arrive(now, seconds * chance.uniform(1.0, 1.2))
            order += 1
            heapq.heappush(events, (now + took, order, start, status))
        wait = throttle.wait(now) if ready or begun < calls else float("inf")
        if now + wait < (events[0][0] if events else float("inf")):
            now += wait
            continue
        now, _, start, status = heapq.heappop(events)
        if start is None:
            ready += 1
            continue
        server.leave()
        throttle.answered(start, now, status)
        throttle.ended()
        if status == 200:
            good.append(now)
        else:
            refused += 1
            order += 1
            heapq.heappush(events, (now + chance.uniform(0.25, 0.5), order, None, 0))
    settled = good[calls // 5 : -calls // 20]
    return Came(refused / (calls + refused), len(settled) / (settled[-1] - settled[0]), throttle.limit)


@pytest.mark.parametrize("count", [1, 2, 5, 20, 64, 150])
def test_the_number_of_calls_that_a_server_carries_out_at_once_is_found(count: int) -> None:
    came = run(Places(count), Throttle("auto", None, 256))
    assert came.refused < 0.02
    assert came.rate > 0.8 * count / (0.02 * 1.1)


@pytest.mark.parametrize(
    ("rate", "burst"), [(10, 10), (50, 10), (50, 50), (500, 50), (500, 500), (2000, 100)]
)
@pytest.mark.parametrize("seconds", [0.002, 0.02])
def test_the_rate_that_a_server_takes_is_found(rate: float, burst: float, seconds: float) -> None:
    came = run(Bucket(rate, burst), Throttle("auto", None, 256), seconds=seconds)
    assert came.refused < 0.02
    assert came.rate > 0.8 * min(rate, 256 / (seconds * 1.1))


@pytest.mark.parametrize("count", [2, 8, 40])
def test_a_server_that_only_takes_longer_is_kept_busy_and_not_flooded(count: int) -> None:
    came = run(Workers(count), Throttle("auto", None, 256))
    assert came.rate > 0.95 * count / (0.02 * 1.1)
    assert came.limit < max(2.5 * count, 32)


def test_a_server_that_bears_all_gets_as_many_as_connections_allow() -> None:
    assert run(Places(10_000), Throttle("auto", None, 100)).limit == 100


def test_a_fixed_number_is_kept_whatever_the_server_says() -> None:
    throttle = Throttle(8, None, 8)
    run(Places(4), throttle, calls=200)
    assert throttle.limit == 8


def test_a_rate_is_kept_to_the_call() -> None:
    came = run(Bucket(1000, 1000), Throttle(50, Rate(200), 50), calls=2000)
    assert came.refused == 0
    assert came.rate == pytest.approx(200, rel=0.02)


def test_calls_that_remain_are_spread_over_the_time_that_is_left() -> None:
    throttle = Throttle(50, None, 50)
    throttle.told(0.0, remaining=10, seconds=5)
    throttle.started(0.0)
    assert throttle.wait(0.0) == pytest.approx(0.5, abs=0.01)
    throttle.told(0.0, remaining=0, seconds=3)
    assert throttle.wait(0.0) == 3


@pytest.mark.parametrize("given", [0, -1, float("inf"), float("nan"), "10"])
def test_a_rate_that_cannot_be_is_refused(given: float) -> None:
    with pytest.raises(ConfigurationError, match=r"Rate\(limit\) takes"):
        Rate(given)


def test_a_cost_that_is_no_number_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="cost"):
        Rate(1, cost=lambda _: -1).cost_of("x")
