"""64 async requests in flight: requests a second, and how many connections they take."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import calls
import timing

if TYPE_CHECKING:
    from harness import Bench, Result

IN_FLIGHT = 64
SERVER = "raw sockets: what the server can do"
BOUNDS = {calls.DEFAULT: 5.0, calls.FAST: 20.0}
BATCHES = {calls.HTTPX: 3, calls.DEFAULT: 12, calls.FAST: 30, SERVER: 60}
"""Rounds of 64 requests to a batch, so that each takes about as long."""


def subjects(url: str) -> dict[str, timing.Batch]:
    """Give batches of so many rounds of 64 requests."""
    return {who: in_flight(call) for who, call in calls.plain_tasks(url).items()} | {SERVER: sockets(url)}


def in_flight(call: Callable[[str], Awaitable[object]]) -> timing.Batch:
    """64 tasks which each make the next request when theirs is answered."""

    async def batch(times: int) -> None:
        left = iter(range(times * IN_FLIGHT))

        async def one() -> None:
            for _ in left:
                await call("GET")

        await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))

    return lambda times: timing.loop().run_until_complete(batch(times))


def sockets(url: str) -> timing.Batch:
    """64 connections that are written to and read from in turn: the server's own speed, seen from one process."""
    parts = urlsplit(url)
    connections = [socket.create_connection((parts.hostname, parts.port)) for _ in range(IN_FLIGHT)]
    request = f"GET /small HTTP/1.1\r\nhost: {parts.netloc}\r\n\r\n".encode()

    def batch(times: int) -> None:
        for _ in range(times):
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                connection.recv(65536)

    return batch


def run(bench: Bench) -> Result:
    """Measure the rates; then count the connections of one more batch each."""
    from harness import Check, Result, Spread, Table, ratio
    from report import number, show

    small = bench.size.rounds == 1
    batches = {who: 1 if small else count for who, count in BATCHES.items()}
    opened: dict[str, str] = {}
    with bench.worker("many", url=bench.url) as found:
        samples = bench.compare(found, batch=batches, rounds=bench.size.rounds)
        for who in samples:
            before = connections(bench.url)
            found[who](batches[who])
            opened[who] = f"{connections(bench.url) - before - 1} of {batches[who] * IN_FLIGHT}"
    rates = {who: Spread.of([IN_FLIGHT / sample.wall for sample in own]) for who, own in samples.items()}
    shares = {who: ratio(samples, calls.HTTPX, who) for who in samples}
    rows = [[who, show(rates[who]), show(shares[who]), opened[who]] for who in samples]
    columns = ["", "requests a second", "ratio to httpx", "new connections in a warm batch"]
    server = rates.get(SERVER)
    fast = rates.get(calls.FAST)
    note = (
        f"The server answers {number(server.middle / fast.middle)} × as fast as the fastest client asks: it does not limit."
        if server and fast
        else "The server's own speed was not measured."
    )
    checks = [
        Check(
            f"64 in flight, requests a second, {'default' if who == calls.DEFAULT else 'fast'} engine",
            "httpx default limits",
            shares.get(who),
            bound,
            at_least=True,
        )
        for who, bound in BOUNDS.items()
    ]
    return Result([Table("64 requests in flight, async", columns, rows, [note])], checks)


def connections(url: str) -> int:
    """How many connections the server has had, this one included."""
    with urllib.request.urlopen(f"{url}/connections") as answer:  # noqa: S310  # our own server
        return int(answer.read())
