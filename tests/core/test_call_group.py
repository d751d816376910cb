"""Calls of a map run in few tasks, and hand on their places only where nothing else has a claim to one."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from veneer import _io
from veneer._async.mapping import _Run
from veneer._core.throttle import Throttle


def test_a_call_runs_in_the_task_of_one_that_has_ended() -> None:
    async def run() -> set[Any]:
        group, tasks = _io.AsyncCallGroup[int](), set()

        async def call(number: int) -> None:
            tasks.add(asyncio.current_task())
            group.add(number)

        group.begin()
        for number in range(3):
            group.start(call, number)
            await group.wait(None)
        assert list(group.results) == [0, 1, 2]
        await group.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "a task without a call is left"
        return tasks

    assert len(asyncio.run(run())) == 1


def test_no_call_is_given_to_a_task_that_was_cancelled_meanwhile() -> None:
    async def run() -> list[int]:
        group = _io.AsyncCallGroup[int]()
        tasks: list[asyncio.Task[Any] | None] = []

        async def call(number: int) -> None:
            tasks.append(asyncio.current_task())
            group.add(number)

        group.begin()
        group.start(call, 0)
        await group.wait(None)
        assert tasks[0] is not None
        tasks[0].cancel()
        group.start(call, 1)  # before the task has noticed
        await group.wait(None)
        with pytest.raises(asyncio.CancelledError):
            group.check()
        group.start(call, 2)
        while len(group.results) < 3:
            await group.wait(None)
        await group.aclose()
        return list(group.results)

    assert asyncio.run(run()) == [0, 1, 2]


class _Session:
    """The clocks of a session."""

    now = 0.0
    sleep = None

    def clock(self) -> float:
        return self.now

    wall = clock


def _started(concurrency: int) -> tuple[Any, Any]:
    """Return a run with as many calls under way as there may be, an input in stock, and a call's start."""
    session: Any = _Session()
    run = _Run("echo", Throttle(concurrency, None, concurrency), None, None, session, None)
    starts = [run.started(1.0) for _ in range(concurrency)]
    run.stock.append((concurrency, {}, 1.0, None))
    return run, starts[0]


def test_an_input_takes_the_place_of_a_call_that_has_ended() -> None:
    run, start = _started(4)
    found = run.next_of_stock(start)
    assert found is not None
    assert run.throttle.under_way == 4
    assert run.next_of_stock(found[1]) is None  # no input is left: the place is free
    assert run.throttle.under_way == 3


def test_a_call_that_is_to_be_repeated_gets_a_place_before_an_input_does() -> None:
    run, start = _started(4)
    run.throttle.waiting = 1
    assert run.next_of_stock(start) is None
    assert (run.throttle.under_way, len(run.stock)) == (3, 1)


def test_no_input_takes_a_place_while_the_server_has_forbidden_calls() -> None:
    run, start = _started(4)
    run.throttle.told(0.0, remaining=0, seconds=8.0)
    assert run.next_of_stock(start) is None
    assert (run.throttle.under_way, len(run.stock)) == (3, 1)


def test_results_of_threads_are_taken_as_those_of_tasks() -> None:
    group = _io.CallGroup[str]()
    group.start(lambda: group.add(threading.current_thread().name))
    while not group.results:
        group.wait(60)
    group.check()
    assert list(group.results) == ["veneer-map"]
    group.close()
