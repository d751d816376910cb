"""A task's time limit ends its own block and nothing else, whatever other limits its loop has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any

import pytest

from core.kit import async_watchdog
from veneer import _io

pytestmark = pytest.mark.anyio
NEVER = 10_000.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def forever() -> None:
    await asyncio.Event().wait()


async def ended(seconds: float) -> None:
    """Wait until a limit ends the wait."""
    async with async_watchdog("a limit passes unnoticed"):
        with pytest.raises(_io.OutOfTimeError), _io.async_time_limit(seconds):
            await forever()


async def test_a_later_limit_that_is_shorter_ends_first() -> None:
    with _io.async_time_limit(NEVER):
        await ended(0.01)
        await ended(0.005)
        await ended(0.02)


async def test_each_of_many_tasks_is_ended_by_its_own_limit() -> None:
    long = asyncio.create_task(ended(NEVER))
    await asyncio.gather(*[ended(0.001 * (number % 7)) for number in range(50)])
    assert not long.done()
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_a_block_that_ends_in_time_is_left_alone_for_good() -> None:
    async with async_watchdog("the limit of another task passes unnoticed"):
        with _io.async_time_limit(0.01):
            pass
        await ended(0.02)
        await _io.async_turn()


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_limit_that_is_over_ends_the_first_wait(seconds: float) -> None:
    await ended(seconds)


async def test_an_inner_limit_is_not_taken_for_the_outer_one() -> None:
    claimed: list[str] = []

    async def block(name: str, seconds: float, inner: Awaitable[None]) -> None:
        try:
            with _io.async_time_limit(seconds):
                await inner
        except _io.OutOfTimeError:
            claimed.append(name)
            raise

    with pytest.raises(_io.OutOfTimeError):
        await block("outer", 0.01, block("inner", NEVER, forever()))
    assert claimed == ["outer"]


async def test_a_task_that_another_cancelled_as_its_time_ended_stays_cancelled() -> None:
    task = asyncio.create_task(ended(0.0))
    loop = asyncio.get_running_loop()
    await _io.async_turn()
    limits = _io._LoopLimits.of(loop)
    limits._ring()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not limits.opened


async def test_the_error_of_a_block_passes_although_its_time_is_over() -> None:
    async def fails() -> None:
        try:
            await forever()
        finally:
            raise LookupError

    with pytest.raises(LookupError), _io.async_time_limit(0.001):
        await fails()
    task: Any = asyncio.current_task()
    assert task.cancelling() == 0


async def test_limits_that_nobody_reaches_cost_no_timer_each(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, timers = asyncio.get_running_loop(), 0
    call_at = loop.call_at

    def counted(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        nonlocal timers
        timers += 1
        return call_at(*args, **kwargs)

    monkeypatch.setattr(loop, "call_at", counted)
    for _ in range(100):
        with _io.async_time_limit(NEVER):
            pass
    assert timers <= 1


def test_limits_belong_to_the_loop_in_which_they_were_set() -> None:
    for _ in range(2):
        asyncio.run(ended(0.001))
    one, other = asyncio.new_event_loop(), asyncio.new_event_loop()
    with contextlib.closing(one), contextlib.closing(other):
        for _ in range(2):
            one.run_until_complete(ended(0.001))
            other.run_until_complete(ended(0.001))


# -- waiting for a connection ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first_runs", ["before the slot comes", "after it", "after it, which it got"])
async def test_a_task_that_is_cancelled_as_its_slot_comes_takes_none(first_runs: str) -> None:
    slots = _io.AsyncSlots(1)
    held = await slots.take(None)
    first, second = (asyncio.create_task(slots.take(NEVER)) for _ in range(2))
    await _io.async_turn()
    if first_runs == "after it, which it got":
        slots.give(held)
        first.cancel()
    else:
        first.cancel()
        if first_runs == "before the slot comes":
            await _io.async_turn()
        slots.give(held)
    with pytest.raises(asyncio.CancelledError):
        await first
    async with async_watchdog("the slot is lost"):
        slots.give(await second)
    assert slots.free == 1


async def test_a_wait_for_a_slot_ends_in_time_and_leaves_nothing_behind() -> None:
    slots = _io.AsyncSlots(1)
    held = await slots.take(None)
    async with async_watchdog("a wait for a slot does not end"):
        with pytest.raises(_io.SlotTimeoutError):
            await slots.take(0.01)
        with pytest.raises(_io.OutOfTimeError), _io.async_time_limit(0.01):
            await slots.take(NEVER)
    slots.give(held)
    assert slots.free == 1


async def test_many_tasks_that_wait_for_slots_share_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, timers = asyncio.get_running_loop(), []
    call_at = loop.call_at

    def counted(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        timers.append(args)
        return call_at(*args, **kwargs)

    monkeypatch.setattr(loop, "call_at", counted)
    slots = _io.AsyncSlots(1)

    async def use() -> None:
        slots.give(await slots.take(NEVER))

    held = await slots.take(NEVER)
    tasks = [asyncio.create_task(use()) for _ in range(100)]
    await _io.async_turn()
    slots.give(held)
    await asyncio.gather(*tasks)
    assert len(timers) <= 1
