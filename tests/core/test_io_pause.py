"""A pause ends when its time is up, or when another thread or task ends it."""

from __future__ import annotations

import threading

import anyio
import anyio.lowlevel
import pytest

from veneer import _io


def test_another_thread_ends_a_pause() -> None:
    pause = _io.Pause()
    sleeper = threading.Thread(target=pause.take, args=(_io.sleep, 300.0), daemon=True)
    sleeper.start()
    pause.end()
    sleeper.join(60)
    assert not sleeper.is_alive()


def test_a_pause_in_the_thread_of_a_job_ends_with_the_job() -> None:
    begun = threading.Event()

    def sleeper() -> None:
        begun.set()
        _io.Pause().take(_io.sleep, 300.0)

    job = _io.BackgroundCall(sleeper)
    begun.wait(60)
    job.abandon()
    with pytest.raises(_io.BackgroundCallCancelled):
        job.result()


def test_a_pause_by_another_clock_is_that_clocks() -> None:
    waits: list[float] = []
    _io.Pause().take(waits.append, 300.0)
    assert waits == [300.0]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_another_task_ends_a_pause(backend: str) -> None:
    async def run() -> bool:
        pause = _io.AsyncPause()
        over = False

        async def sleeper() -> None:
            nonlocal over
            await pause.take(_io.async_sleep, 300.0)
            over = True

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sleeper)
            while pause._scope is None:
                await anyio.lowlevel.checkpoint()
            pause.end()
        return over

    assert anyio.run(run, backend=backend)
