"""Measure 64 async requests in flight: rates with fast and slower servers, and connections."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import calls
import timing

if TYPE_CHECKING:
    from harness import Bench, Result, Spread

IN_FLIGHT = 64
AT_ONCE, SOON, LATE = "answers at once", "answers after 2 ms", "answers after 20 ms"
PATHS = {AT_ONCE: "/small", SOON: "/late/2", LATE: "/late/20"}
SERVER = "raw sockets: what the server can do"
BOUNDS = {calls.DEFAULT: 5.0, calls.FAST: 20.0}
BATCHES = {calls.HTTPX: 4, calls.SNIFFIO: 4, calls.DEFAULT: 16, calls.FAST: 30, SERVER: 60}
"""The rounds of 64 requests in a batch, so that all batches take about equally long."""
FIRST = 10
"""The rounds in which connections of fresh clients are counted: 640 requests."""


# -- in the worker -----------------------------------------------------------------------------------------------------


def subjects(url: str) -> dict[str, timing.Batch]:
    """Return batches of rounds of 64 requests."""
    return {
        **{
            f"{when}: {who}": in_flight(partial(call, "GET"))
            for when, path in PATHS.items()
            for who, call in calls.plain_tasks(url, path).items()
        },
        f"{AT_ONCE}: {SERVER}": sockets(url),
    }


def in_flight(call: Callable[[], Awaitable[object]]) -> timing.Batch:
    """Run 64 tasks that each send the next request after their response."""

    async def batch(times: int) -> None:
        left = iter(range(times * IN_FLIGHT))

        async def one() -> None:
            for _ in left:
                await call()

        await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))

    return lambda times: timing.loop().run_until_complete(batch(times))


def sockets(url: str) -> timing.Batch:
    """Write to and read from 64 connections in turn, which measures the server's own speed."""
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


# -- in the parent --------------------------------------------------------------------------------------------------------


def run(bench: Bench) -> Result:
    """Count the connections of fresh clients, then measure the rates."""
    from harness import Check, Result, Spread, Table, ratio
    from report import show

    tiny = bench.size.rounds == 1
    opened: dict[str, int] = {}
    with bench.worker("many", url=bench.url) as ours, bench.with_sniffio("many") as other:
        found = ours | {
            f"{when}: {calls.SNIFFIO}": other[f"{when}: {calls.HTTPX}"] for when in PATHS if other
        }
        for name in found:
            before = connections(bench.url)
            found[name](1 if tiny else FIRST)
            opened[name] = connections(bench.url) - before - 1
        batches = {name: 1 if tiny else BATCHES[name.partition(": ")[2]] for name in found}
        samples = bench.compare(found, batch=batches, rounds=bench.size.rounds)
    rates = {name: Spread.of([IN_FLIGHT / sample.wall for sample in own]) for name, own in samples.items()}
    result = Result()
    for when in PATHS:
        names = [name for name in samples if name.startswith(when)]
        shares = {name: ratio(samples, f"{when}: {calls.HTTPX}", name) for name in names}
        rows = [
            [
                name.partition(": ")[2],
                show(rates[name]),
                show(shares[name]),
                f"{opened[name]}" if SERVER not in name else "–",
            ]
            for name in names
        ]
        requests = IN_FLIGHT * (1 if tiny else FIRST)
        columns = [
            "",
            "requests a second",
            "ratio to httpx",
            f"connections for the first {requests} requests",
        ]
        result.tables.append(
            Table(f"64 requests in flight, async; the server {when}", columns, rows, _notes(rates, when))
        )
        if when == LATE:  # the server's delay is the limit
            continue
        for who, bound in BOUNDS.items():
            engine = "default" if who == calls.DEFAULT else "fast"
            what = f"64 in flight, requests a second, server {when}, {engine} engine"
            share = shares.get(f"{when}: {who}")
            result.checks.append(Check(what, "httpx default limits", share, bound, at_least=True))
    return result


def _notes(rates: dict[str, Spread | None], when: str) -> list[str]:
    from report import number

    server, fast = rates.get(f"{AT_ONCE}: {SERVER}"), rates.get(f"{AT_ONCE}: {calls.FAST}")
    if when == LATE:
        return [f"{IN_FLIGHT} in flight at 20 ms each are {IN_FLIGHT * 50:,} a second at most."]
    if when == SOON:
        return [calls.ON_SNIFFIO]
    if when != AT_ONCE or server is None or fast is None:
        return []
    share = number(server.middle / fast.middle)
    return [f"The server is {share} × as fast as the fastest client: it is not the limit."]


def connections(url: str) -> int:
    """Return the number of connections that the server has had, including this one."""
    with urllib.request.urlopen(f"{url}/connections") as answer:  # noqa: S310  # our own server
        return int(answer.read())
