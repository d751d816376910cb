"""Measure pagination beside velerian-sdk's iterator, with and without work after each page.

Pages have 100 rows, and the server takes 20 ms for each.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import timing

if TYPE_CHECKING:
    from harness import Bench, Result

KEY = "key-for-the-bench"
PAGE = 100
WORK_SECONDS = 0.020
PEER = "velerian-sdk"
WAYS: dict[str, dict[str, Any]] = {
    "one by one": {},
    "prefetch=True": {"prefetch": True},
    "concurrency=8": {"concurrency": 8},
}
TASK_WAYS = ("concurrency=8",)
WORKING = ", working"


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str, rows: int) -> dict[str, timing.Batch]:
    """Return subjects that iterate over all rows, without and with work."""
    found: dict[str, timing.Batch] = {}
    for ending, work in (("", 0.0), (WORKING, WORK_SECONDS)):
        for name, way in WAYS.items():
            found[f"veneer, {name}{ending}"] = timing.each(_walk(url, rows, way, work))
        for name in TASK_WAYS:
            found[f"veneer async, {name}{ending}"] = timing.each_awaited(
                _walk_tasks(url, rows, WAYS[name], work)
            )
    return found


def _walk(url: str, rows: int, way: dict[str, Any], work: float) -> Any:
    from veneer.velerian import VelerianClient

    client = VelerianClient(api_key=KEY, base_url=f"{url}/pages/{rows}")

    def walk() -> None:
        seen = 0
        for seen, _ in enumerate(client.iter_audit_log(page_size=PAGE, **way), 1):
            if seen % PAGE == 0:
                time.sleep(work)
        if seen != rows:
            raise ValueError(f"{seen} rows of {rows}")

    return walk


def _walk_tasks(url: str, rows: int, way: dict[str, Any], work: float) -> Any:
    from veneer.velerian import AsyncVelerianClient

    client = AsyncVelerianClient(api_key=KEY, base_url=f"{url}/pages/{rows}")

    async def walk() -> None:
        seen = 0
        async for _ in client.iter_audit_log(page_size=PAGE, **way):
            seen += 1
            if seen % PAGE == 0:
                await asyncio.sleep(work)
        if seen != rows:
            raise ValueError(f"{seen} rows of {rows}")

    return walk


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Measure each subject once a round."""
    from harness import Check, Result, Table, ratio, spread
    from report import show

    rows = bench.size.pages * PAGE
    with ExitStack() as stack:
        found = stack.enter_context(bench.worker("pages", url=bench.url, rows=rows))
        peer = stack.enter_context(bench.peer(PEER, rows=rows, work=WORK_SECONDS))
        walks = {f"{PEER}{ending}": peer[f"walk{ending}"] for ending in ("", WORKING) if peer}
        samples = bench.compare(walks | found, batch=1, rounds=bench.size.walks, warm=False)
    names = [PEER, *(f"veneer, {way}" for way in WAYS), *(f"veneer async, {way}" for way in TASK_WAYS)]
    lines = [
        [
            name,
            *(show(spread(samples, f"{name}{ending}"), 1e3) for ending in ("", WORKING)),
            *(show(ratio(samples, f"{name}{ending}", f"{PEER}{ending}")) for ending in ("", WORKING)),
        ]
        for name in names
    ]
    columns = [
        "",
        "reading only, ms",
        "20 ms of work a page, ms",
        "reading only, ratio",
        "20 ms of work a page, ratio",
    ]
    notes = ["`work` sleeps after each page, like a caller that writes the rows somewhere."]
    title = f"{bench.size.pages} pages of {PAGE} items on a server that takes 20 ms for each"
    result = Result([Table(title, columns, lines, notes)])
    for ending, what, bound in (
        ("", "8 in flight", 0.17),
        (WORKING, "8 in flight, 20 ms of work a page", 0.50),
    ):
        share = ratio(samples, f"veneer, concurrency=8{ending}", f"{PEER}{ending}")
        result.checks.append(Check(f"{title.partition(' on ')[0]}, {what}", f"{PEER} iterator", share, bound))
    return result
