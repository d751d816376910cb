"""Walk 2,000 rows in pages of 100 on a server that takes 20 ms for each, beside velerian-sdk's iterator.

    python scripts/bench/pages.py [--peers FOLDER] [--rounds N]

velerian-sdk runs in an environment of its own, in FOLDER or one that is deleted afterwards; without an index within reach it is left out.
"Work" sleeps 10 ms a page, as a caller does who writes rows somewhere. Times are the median of the rounds, which are interleaved.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import loopback
from peers.environments import PINS, environments, interpreter

from veneer.velerian import AsyncVelerianClient, VelerianClient

PAGE = 100
WORK_SECONDS = 0.010
WAYS: dict[str, dict[str, Any]] = {
    "one by one": {},
    "prefetch=True": {"prefetch": True},
    "concurrency=4": {"concurrency": 4},
    "concurrency=8": {"concurrency": 8},
}
PEER = f"""
import sys, time
from velerian_sdk import VelerianClient

client = VelerianClient(api_key="key-for-the-bench", base_url=sys.argv[1], timeout=10)
for line in sys.stdin:
    started = time.perf_counter()
    for n, _ in enumerate(client.iter_audit_log(page_size={PAGE}), 1):
        if n % {PAGE} == 0:
            time.sleep(float(line))
    assert n == {loopback.ROWS}, n
    print(time.perf_counter() - started, flush=True)
"""

Walk = Callable[[float], float]
"""Walk once, working so many seconds after each page; the seconds that it took."""


def _sync(client: VelerianClient, way: dict[str, Any]) -> Walk:
    def walk(work: float) -> float:
        started = time.perf_counter()
        seen = 0
        for page in client.iter_audit_log(page_size=PAGE, **way).pages():
            seen += len(page)
            time.sleep(work)
        assert seen == loopback.ROWS, seen
        return time.perf_counter() - started

    return walk


def _async(loop: asyncio.AbstractEventLoop, client: AsyncVelerianClient, way: dict[str, Any]) -> Walk:
    async def walk(work: float) -> float:
        started = time.perf_counter()
        seen = 0
        async for page in client.iter_audit_log(page_size=PAGE, **way).pages():
            seen += len(page)
            await asyncio.sleep(work)
        assert seen == loopback.ROWS, seen
        return time.perf_counter() - started

    return lambda work: loop.run_until_complete(walk(work))


@contextmanager
def _peer(url: str, folder: Path | None) -> Iterator[Walk | None]:
    with environments(folder) as home:
        try:
            python = interpreter("velerian-sdk", home)
        except subprocess.CalledProcessError as error:
            print(f"velerian-sdk is left out: {error}", file=sys.stderr)
            yield None
            return
        with subprocess.Popen(
            [python, "-c", PEER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:

            def walk(work: float) -> float:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(f"{work}\n")
                process.stdin.flush()
                return float(process.stdout.readline())

            yield walk
            process.kill()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", type=Path, help="keep the environment here")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    loop = asyncio.new_event_loop()
    with (
        loopback.server() as url,
        _peer(url, options.peers) as peer,
        VelerianClient(api_key="key-for-the-bench", base_url=url) as client,
    ):
        tasks = AsyncVelerianClient(api_key="key-for-the-bench", base_url=url)
        walks: dict[str, Walk] = {f"velerian-sdk {PINS['velerian-sdk']}": peer} if peer is not None else {}
        walks |= {f"veneer, {name}": _sync(client, way) for name, way in WAYS.items()}
        walks |= {f"veneer async, {name}": _async(loop, tasks, way) for name, way in WAYS.items()}
        _print(walks, options.rounds)
        loop.run_until_complete(tasks.aclose())
    loop.close()


def _print(walks: dict[str, Walk], rounds: int) -> None:
    times: dict[tuple[str, float], list[float]] = {}
    for _ in range(rounds):
        for name, walk in walks.items():
            for work in (0.0, WORK_SECONDS):
                times.setdefault((name, work), []).append(walk(work))
    base = [statistics.median(times[next(iter(walks)), work]) for work in (0.0, WORK_SECONDS)]
    pages = loopback.ROWS // PAGE
    print(f"{loopback.ROWS:,} rows in {pages} pages of 20 ms\n\n{'':30}{'no work':>14}{'10 ms a page':>20}")
    for name in walks:
        cells = [statistics.median(times[name, work]) for work in (0.0, WORK_SECONDS)]
        shown = [
            f"{cell * 1000:8.0f} ms {first / cell:5.1f}×" for cell, first in zip(cells, base, strict=True)
        ]
        print(f"{name:30}{shown[0]}  {shown[1]}")


if __name__ == "__main__":
    main()
