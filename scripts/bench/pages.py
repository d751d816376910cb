"""Pages of 100 rows from a server that takes 20 ms for each, with or without work on them. Imported by workers.

Each client has read a row before: what a first call loads is measured by itself, and would be half of
what eight pages at once take.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from typing import Any

import timing

KEY = "key-for-the-bench"
PAGE = 100


def walk(
    url: str, pages: int, work: float = 0.0, library: str = "veneer.velerian", **way: Any
) -> timing.Batch:
    """Return a batch that reads all rows, and sleeps `work` seconds after each page, as a slow caller does."""
    rows = pages * PAGE
    client = importlib.import_module(library).VelerianClient(api_key=KEY, base_url=f"{url}/pages/{rows}")
    next(iter(client.iter_audit_log(page_size=PAGE)))

    def one() -> None:
        seen = 0
        for seen, _ in enumerate(client.iter_audit_log(page_size=PAGE, **way), 1):
            if seen % PAGE == 0:
                time.sleep(work)
        if seen != rows:
            raise ValueError(f"{seen} rows of {rows}")

    return timing.each(one)


def walk_tasks(url: str, pages: int, work: float = 0.0, **way: Any) -> timing.Batch:
    """Return the same batch, async."""
    from veneer.velerian import AsyncVelerianClient

    rows = pages * PAGE
    client = AsyncVelerianClient(api_key=KEY, base_url=f"{url}/pages/{rows}")

    async def first() -> None:
        async for _ in client.iter_audit_log(page_size=PAGE):
            break

    async def one() -> None:
        seen = 0
        async for _ in client.iter_audit_log(page_size=PAGE, **way):
            seen += 1
            if seen % PAGE == 0:
                await asyncio.sleep(work)
        if seen != rows:
            raise ValueError(f"{seen} rows of {rows}")

    timing.loop().run_until_complete(first())
    return timing.in_flight(one)
