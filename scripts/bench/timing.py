"""Time batches in a warm process: `python timing.py FOLDER…`

Each line on standard input is `["module:function", arguments, times]`. The function, of a module in
the folders, returns a batch, which is made once. Each reply is one JSON line. Only the standard
library is used, because a published client's environment holds only that client.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

Batch = Callable[[int], Any]
"""Runs an operation some number of times. Its result, passed on with the times, must be JSON."""


@functools.cache
def loop(kind: str = "asyncio") -> asyncio.AbstractEventLoop:
    """Return this process's event loop: asyncio's or uvloop's."""
    made: asyncio.AbstractEventLoop = import_module(kind).new_event_loop()
    return made


def each(function: Callable[[], object]) -> Batch:
    """Return a batch of a function."""

    def batch(times: int) -> None:
        for _ in range(times):
            function()

    return batch


def in_threads(function: Callable[[], object], count: int) -> Batch:
    """Return a batch of a function that threads call, each the next time after its response."""

    def batch(times: int) -> None:
        left = iter(range(times))  # its `next` is atomic under the interpreter lock

        def one() -> None:
            for _ in left:
                function()

        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return batch


def in_flight(function: Callable[[], Awaitable[object]], count: int = 1, kind: str = "asyncio") -> Batch:
    """Return a batch of a coroutine function with so many at once, each task's next after its response."""

    async def batch(times: int) -> None:
        left = iter(range(times))

        async def one() -> None:
            for _ in left:
                await function()

        if count == 1:
            await one()
        else:
            await asyncio.gather(*(one() for _ in range(count)))

    return lambda times: loop(kind).run_until_complete(batch(times))


def cpu() -> float:
    """Return the CPU seconds of this process and of the children that it waited for."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def main(options: str) -> None:
    """Make and run the requested batches."""
    out, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not break the replies
    given = json.loads(options)
    sys.path[:0] = given["folders"]
    sys.modules.update(dict.fromkeys(given["hidden"]))  # None marks a module as missing
    if given["cpu"] is not None and sys.platform == "linux":
        os.sched_setaffinity(0, {given["cpu"]})
    made: dict[str, Batch] = {}
    for line in sys.stdin:
        maker, arguments, times = json.loads(line)
        key = json.dumps([maker, arguments])
        try:
            if key not in made:
                module, _, function = maker.partition(":")
                made[key] = getattr(import_module(module), function)(**arguments)
            gc.collect()  # garbage of other batches must not count
            wall, before = time.perf_counter(), cpu()
            value = made[key](times)
            reply = {"cpu": cpu() - before, "wall": time.perf_counter() - wall, "value": value}
        except Exception as error:  # noqa: BLE001  # whatever a library raises is reported
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=out, flush=True)
    os._exit(0)  # without the last words of clients that nobody closed


if __name__ == "__main__":
    main(sys.argv[1])
