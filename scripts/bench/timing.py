"""Time batches of subjects in a warm process: `python timing.py FOLDER MODULE [OPTIONS]`

MODULE, found in FOLDER, has `subjects(**options) -> dict[str, Batch]`. Each line on standard input
is `["name", times]`. Each reply is one JSON line. Only the standard library is used, because a
published client's environment holds only that client.
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
"""Runs an operation some number of times. Its result, passed on with the times, must be JSON."""


@functools.cache
def loop() -> asyncio.AbstractEventLoop:
    """Return the only event loop of this process."""
    return asyncio.new_event_loop()


def each(function: Callable[[], object]) -> Batch:
    """Return a batch of a function."""

    def batch(times: int) -> None:
        for _ in range(times):
            function()

    return batch


def each_awaited(function: Callable[[], Awaitable[object]]) -> Batch:
    """Return a batch of a coroutine function, with one call after the other in the process's loop."""

    async def batch(times: int) -> None:
        for _ in range(times):
            await function()

    return lambda times: loop().run_until_complete(batch(times))


def main(folder: str, module: str, options: str = "{}") -> None:
    """Print the subjects, then run the requested batches."""
    out, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not break the replies
    sys.path.insert(0, folder)
    subjects: dict[str, Batch] = import_module(module).subjects(**json.loads(options))
    print(json.dumps(list(subjects)), file=out, flush=True)
    for line in sys.stdin:
        name, times = json.loads(line)
        batch = subjects[name]
        gc.collect()  # garbage of other batches must not count
        wall, cpu = time.perf_counter(), time.process_time()
        value = batch(times)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(json.dumps({"wall": wall, "cpu": cpu, "value": value}), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
