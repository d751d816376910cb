"""Share 500 calls a second between processes, by a real Redis, and count how much of them was used and refused: `make fleet`.

    python scripts/fleet_trial.py --seconds 8

Eight processes of 16 tasks call a server that lets 500 calls a second through (a token bucket that
holds a tenth of a second) and refuses the rest. Then the same with Redis killed in the middle, and
by `map` in place of tasks. Where Dask is installed, two worker processes of a LocalCluster run a
`map` each (`dask`), or carry out the calls of one as tasks of Dask (`executor`), which are no more
than Dask's scheduler can handle.

| | expected |
|---|---|
| used | 95 % of the limit, from the first call to the last |
| refused | at most 1 % of the requests |
| Redis killed | every call has its result; used and refused are shown |

Needs `redis-server` and the extra `fleet`. Exit code 1 says that something was not as expected.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import math
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple

import veneer

LIMIT = 500.0
HELD = LIMIT / 10
PROCESSES, TASKS, WORKERS = 8, 16, 2
ENOUGH, TOO_MANY = 0.95, 0.01
# A call may be refused as often as this before it is given up.
RETRIES = 20

SPAWN = multiprocessing.get_context("spawn")


# -- the server --------------------------------------------------------------------------------------------------


class Seen(NamedTuple):
    """What a server let through and refused, and the seconds from the first request to the last."""

    passed: int
    refused: int
    seconds: float

    @property
    def used(self) -> float:
        """The share of the limit that was used."""
        return self.passed / (LIMIT * self.seconds) if self.seconds else 0.0

    @property
    def refusals(self) -> float:
        """The share of the requests that were refused."""
        return self.refused / max(1, self.passed + self.refused)


class Bucket:
    """Lets LIMIT calls a second through, HELD at once after a quiet time."""

    def __init__(self) -> None:
        self.tokens, self.at = HELD, time.monotonic()
        self.passed = self.refused = 0
        self.first = self.last = 0.0

    def passes(self) -> bool:
        """Count a call, and say whether it is let through."""
        now = time.monotonic()
        self.first, self.last = self.first or now, now
        self.tokens, self.at = min(HELD, self.tokens + (now - self.at) * LIMIT), now
        good = self.tokens >= 1
        self.tokens -= good
        self.passed += good
        self.refused += not good
        return good


class Served(asyncio.Protocol):
    """A connection to the server."""

    def __init__(self, bucket: Callable[[], Bucket]) -> None:
        self._bucket = bucket
        self._held = b""

    def connection_made(self, transport: Any) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request, which has no body."""
        *heads, self._held = (self._held + data).split(b"\r\n\r\n")
        for _ in heads:
            if self._bucket().passes():
                self._transport.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
                )
            else:
                self._transport.write(
                    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"
                )


def serve(control: Connection) -> None:
    """Serve until the other end of `control` closes; each message there is answered by what was seen since the last."""

    async def main() -> None:
        bucket = Bucket()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Served(lambda: bucket), "127.0.0.1", 0)
        control.send(server.sockets[0].getsockname()[1])
        while True:
            try:
                await loop.run_in_executor(None, control.recv)
            except EOFError:
                return
            control.send(Seen(bucket.passed, bucket.refused, bucket.last - bucket.first))
            bucket = Bucket()

    asyncio.run(main())


class Site:
    """The server, in a process of its own."""

    def __init__(self) -> None:
        self._control, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.url = f"http://127.0.0.1:{self._control.recv()}"

    def seen(self) -> Seen:
        """Return what was seen since the last time."""
        self._control.send("seen")
        found: Seen = self._control.recv()
        return found

    def close(self) -> None:
        """End it."""
        self._control.close()
        self._process.join()


# -- Redis -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a Redis that keeps nothing; yield its URL and process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield f"redis://127.0.0.1:{port}/0", process
        finally:
            process.kill()
            process.wait()


def limits(store: str) -> veneer.SharedLimits:
    """Return the limits that all processes share."""
    return veneer.SharedLimits(store, name="trial", rate=LIMIT, retry_budget=veneer.RetryBudget(capacity=200))


# -- those that call ---------------------------------------------------------------------------------------------


def until(end: float) -> Iterator[dict[str, Any]]:
    """Yield calls until a time has come."""
    number = 0
    while time.monotonic() < end:
        number += 1
        yield {"method": "GET", "path": f"/{number}"}


async def by_tasks(client: veneer.AsyncClient, calls: Iterator[dict[str, Any]]) -> tuple[int, int]:
    """Call from tasks of a loop; return how many calls were begun, and how many succeeded."""
    begun = done = 0

    async def work() -> None:
        nonlocal begun, done
        for call in calls:
            begun += 1
            with contextlib.suppress(veneer.VeneerError):
                await client.request(**call)
                done += 1

    await asyncio.gather(*(work() for _ in range(TASKS)))
    return begun, done


async def by_map(client: veneer.AsyncClient, calls: Iterator[dict[str, Any]]) -> tuple[int, int]:
    """Call by `map`; return how many calls were begun, and how many succeeded."""
    progress = await client.map(client.request, calls, concurrency=TASKS).drain()
    return progress.done + progress.failed + progress.unknown, progress.done


def member(way: str, site: str, store: str, seconds: float, ready: Barrier, told: Connection) -> None:
    """Be one of the processes: wait for the others, call, and tell how many calls were begun and succeeded."""
    warnings.simplefilter("ignore", veneer.SharedLimitsWarning)

    async def main() -> tuple[int, int]:
        async with veneer.AsyncClient(site, limits=limits(store), max_retries=RETRIES) as client:
            await client.request("GET", "/")  # loads what is needed, and connects
            await asyncio.to_thread(ready.wait)
            calls = until(time.monotonic() + seconds)
            return await (by_tasks if way == "tasks" else by_map)(client, calls)

    told.send(asyncio.run(main()))


def fleet(
    way: str, site: Site, store: str, seconds: float, kill: Callable[[], None] | None
) -> tuple[int, int]:
    """Run all processes; return how many calls were begun and succeeded. `kill` is called in the middle."""
    ready = SPAWN.Barrier(PROCESSES + 1)
    pipes = [SPAWN.Pipe() for _ in range(PROCESSES)]
    members = [
        SPAWN.Process(target=member, args=(way, site.url, store, seconds, ready, theirs), daemon=True)
        for _, theirs in pipes
    ]
    for one in members:
        one.start()
    while ready.n_waiting < PROCESSES and all(one.is_alive() for one in members):
        time.sleep(0.005)
    start(site, seconds, kill)
    ready.wait()
    told = [ours.recv() for ours, _ in pipes]
    for one in members:
        one.join()
    return sum(begun for begun, _ in told), sum(done for _, done in told)


def part(site: str, store: str, seconds: float) -> tuple[int, int]:
    """Run a map in a worker of Dask; return how many calls were begun and succeeded."""
    warnings.simplefilter("ignore", veneer.SharedLimitsWarning)
    with veneer.Client(site, limits=limits(store), max_retries=RETRIES) as client:
        calls = until(time.monotonic() + seconds)
        progress = client.map(client.request, calls, concurrency=PROCESSES * TASKS // WORKERS).drain()
    return progress.done + progress.failed + progress.unknown, progress.done


def on_dask(
    way: str, site: Site, store: str, seconds: float, kill: Callable[[], None] | None
) -> tuple[int, int]:
    """Run a map in each of Dask's worker processes, or one that calls there; return how many calls were begun and succeeded."""
    from distributed import Client, LocalCluster  # type: ignore[import-not-found]  # where it is installed

    many = PROCESSES * TASKS
    with (
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=many // WORKERS, dashboard_address=None
        ) as cluster,
        Client(cluster) as pool,
    ):
        if way == "dask":
            pool.gather([pool.submit(part, site.url, store, 1.0, pure=False) for _ in range(WORKERS)])
            start(site, seconds, kill)
            told = pool.gather(
                [pool.submit(part, site.url, store, seconds, pure=False) for _ in range(WORKERS)]
            )
            return sum(begun for begun, _ in told), sum(done for _, done in told)
        executor = pool.get_executor()
        with veneer.Client(site.url, limits=limits(store), max_retries=RETRIES) as client:
            first = islice(until(math.inf), many)
            client.map(client.request, first, executor=executor, concurrency=many).drain()
            start(site, seconds, kill)
            calls = until(time.monotonic() + seconds)
            mapped = client.map(client.request, calls, executor=executor, concurrency=many, ordered=False)
            progress = mapped.drain()
            return progress.done + progress.failed + progress.unknown, progress.done


def start(site: Site, seconds: float, kill: Callable[[], None] | None) -> None:
    """Begin to count; kill Redis in the middle."""
    site.seen()
    if kill is not None:
        threading.Timer(seconds / 2, kill).start()


def main(arguments: Sequence[str]) -> int:
    """Run the trial; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each of them calls")
    parser.add_argument("--only", default="", help="tasks, map, dask or executor")
    given = parser.parse_args(arguments)
    if shutil.which("redis-server") is None or importlib.util.find_spec("redis") is None:
        print("needs redis-server (Debian's package) and the extra fleet")
        return 1
    ways = [way for way in ("tasks", "map", "dask", "executor") if given.only in {"", way}]
    if importlib.util.find_spec("distributed") is None:
        print("dask, executor: left out, the package distributed is not installed")
        ways = [way for way in ways if way in {"tasks", "map"}]
    good = True
    print(f"{LIMIT:g} calls a second, {given.seconds:g} s; {os.cpu_count()} cores")
    print(f"{'':9}{'Redis':>8}{'begun':>8}{'done':>8}{'used':>8}{'refused':>9}")
    for way in ways:
        for killed in (False, True):
            site = Site()
            with redis() as (store, process):
                kill = process.kill if killed else None
                if way in {"dask", "executor"}:
                    begun, done = on_dask(way, site, store, given.seconds, kill)
                else:
                    begun, done = fleet(way, site, store, given.seconds, kill)
            seen = site.seen()
            site.close()
            fine = done == begun and (
                killed or ((seen.used >= ENOUGH or way == "executor") and seen.refusals <= TOO_MANY)
            )
            good &= fine
            state = "killed" if killed else "there"
            verdict = "" if fine else "   not as expected"
            shares = f"{seen.used:>8.1%}{seen.refusals:>9.2%}"
            print(f"{way:9}{state:>8}{begun:>8,}{done:>8,}{shares}{verdict}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
