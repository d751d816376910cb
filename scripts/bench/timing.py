"""Time batches of subjects in a process that stays warm, as told line by line: `python timing.py FOLDER MODULE [OPTIONS]`

MODULE, found in FOLDER, has `subjects(**options) -> dict[str, Batch]`. Each line on standard input is `["name", times]`; each answer is one JSON line.
Only the standard library is used here: a published client's environment holds that client and nothing else.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

Batch = Callable[[int], Any]
"""Does something so many times; what it gives is passed on with the times, and has to be JSON."""


@functools.cache
def loop() -> asyncio.AbstractEventLoop:
    """This process's one event loop."""
    return asyncio.new_event_loop()


def each(function: Callable[[], object]) -> Batch:
    """Make a batch of a function."""

    def batch(times: int) -> None:
        for _ in range(times):
            function()

    return batch


def each_awaited(function: Callable[[], Awaitable[object]]) -> Batch:
    """Make a batch of a coroutine function: one call after the other, in this process's one event loop."""

    async def batch(times: int) -> None:
        for _ in range(times):
            await function()

    return lambda times: loop().run_until_complete(batch(times))


def main(folder: str, module: str, options: str = "{}") -> None:
    """Say which subjects there are, then run what is asked for."""
    out, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not break the answers
    sys.path.insert(0, folder)
    subjects: dict[str, Batch] = import_module(module).subjects(**json.loads(options))
    print(json.dumps(list(subjects)), file=out, flush=True)
    for line in sys.stdin:
        name, times = json.loads(line)
        batch = subjects[name]
        gc.collect()  # what others left behind is not this one's cost
        wall, cpu = time.perf_counter(), time.process_time()
        value = batch(times)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(json.dumps({"wall": wall, "cpu": cpu, "value": value}), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
