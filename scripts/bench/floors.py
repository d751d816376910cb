"""Measure what a small GET costs at least in Python, and what compiled modules would save: `make bench-floors`

Each floor does one thing more than the one before it, until the whole client. With `--compiled`,
mypyc and Cython compile the same modules of veneer (see compiled.py), and each build is measured
beside the sources. All are measured by the benchmarks' runner, in one run, with one server. It
prints the tables of docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import select
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import timing

ROOT: Final = Path(__file__).resolve().parents[2]
CONNECTIONS: Final = 100  # as veneer and aiohttp keep
BLOCKING, POLLED, LEAST = "blocking socket", "polled socket", "least client"
FUTURE = "one future a call"
SOURCES = "the sources"
CALLS: Final = {"GET": "GET, sync", "POST": "POST, sync", "async": "async", "64": "64 in flight", "1000": "1,000 in flight", "64 uvloop": "64, uvloop", "sse": "events"}  # fmt: skip
PEERS: Final = ("httpx", "aiohttp", "pyreqwest")
ORDER: Final = (BLOCKING, POLLED, FUTURE, LEAST, "veneer[fast]", "pyreqwest", "urllib3", "aiohttp", "httpx")
BUILDS: Final = ("mypyc-engine", "mypyc-core", "mypyc-all", "cython-engine", "cython-core", "cython-all")
#: What a step adds: the floor that has it, and the one before.
STEPS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "system calls to send and receive": (BLOCKING, ()),
    "waiting with a timeout": (POLLED, (BLOCKING,)),
    "system calls and event loop": (FUTURE, ()),
    "the least client": (LEAST, (POLLED, FUTURE)),
    "veneer's layers": ("veneer[fast]", (LEAST,)),
}


# -- the floors; imported by the workers -------------------------------------------------------------------------------


class Reader:
    """Read responses to their JSON: httptools for the head, orjson for the body, no more."""

    def __init__(self) -> None:
        self._parser = import_module("httptools").HttpResponseParser(self)
        self._loads: Callable[[bytes], object] = import_module("orjson").loads
        self._headers: list[tuple[bytes, bytes]] = []
        self._body, self._complete = b"", False

    def feed(self, data: bytes) -> bool:
        """Take bytes; return whether the response is complete."""
        self._parser.feed_data(data)
        return self._complete

    def result(self) -> tuple[object, list[tuple[bytes, bytes]]]:
        """Return the JSON and the headers, and expect the next response. Raises ValueError for an error."""
        headers, body = self._headers, self._body
        self._headers, self._body, self._complete = [], b"", False
        if self._parser.get_status_code() != 200:
            raise ValueError("not 200")
        return self._loads(body), headers

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        self._body = self._body + piece if self._body else piece

    def on_message_complete(self) -> None:
        self._complete = True


def threads(url: str, way: str) -> timing.Batch:
    """Return a batch of GETs through one connection, by a thread."""
    from subjects import _bytes as prepared

    address, (request, _) = prepared(url)
    connection = socket.create_connection(address)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    poll = select.poll()
    poll.register(connection, select.POLLIN)

    def blocking() -> object:
        connection.send(request)
        return connection.recv(65536)

    def polled() -> object:
        connection.send(request)
        poll.poll(60_000)
        return connection.recv(65536)

    def least() -> object:
        if poll.poll(0):  # before a connection is used again: has the server ended it?
            raise ConnectionError
        connection.send(request)
        while poll.poll(60_000) and not reader.feed(connection.recv(65536)):
            pass
        return reader.result()

    call = {BLOCKING: blocking, POLLED: polled, LEAST: least}[way]
    if way == LEAST:
        reader = Reader()
    connection.setblocking(way == BLOCKING)
    return timing.each(call)


class Answers(asyncio.Protocol):
    """A connection for one call at a time, whose future gets the response."""

    transport: asyncio.Transport
    future: asyncio.Future[object]

    def __init__(self, way: str) -> None:
        self._reader = Reader() if way == LEAST else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._reader is None:
            self.future.set_result(data)
        elif self._reader.feed(data):
            self.future.set_result(self._reader.result())


def tasks(url: str, way: str, flights: int, kind: str = "asyncio") -> timing.Batch:
    """Return a batch of GETs with so many at once, over at most 100 connections."""
    from subjects import _bytes as prepared

    (host, port), (request, _) = prepared(url)
    loop = timing.loop(kind)
    idle: list[Answers] = []
    waiting: deque[asyncio.Future[Answers]] = deque()
    for _ in range(min(flights, CONNECTIONS)):
        made = loop.run_until_complete(loop.create_connection(lambda: Answers(way), host, port))
        idle.append(made[1])

    async def call() -> object:
        if idle:
            connection = idle.pop()
        else:
            waiting.append(turn := loop.create_future())
            connection = await turn
        connection.future = future = loop.create_future()
        connection.transport.write(request)
        found = await future
        if waiting:
            waiting.popleft().set_result(connection)
        else:
            idle.append(connection)
        return found

    return timing.in_flight(call, flights, kind)


# -- the workloads -----------------------------------------------------------------------------------------------------


def floors(url: str, *, machine: bool) -> dict[str, Any]:
    """Return the floors beside the clients, sync, and async with some in flight."""
    import workloads as table
    from runner import Row

    made = {}
    for name, given in table.calls(url).items():
        arguments = next(iter(given.rows.values())).arguments
        loop = str(arguments.get("loop", "asyncio"))
        if name == "GET":
            own = {way: Row("floors:threads", {"url": url, "way": way}) for way in (BLOCKING, POLLED, LEAST)}
        elif name in ("async", "64", "1000", "64 uvloop"):
            more = {"url": url, "flights": arguments.get("flights", 1), "kind": loop}
            place = given.rows["aiohttp"].place if loop == "uvloop" else table.LEAN
            place = replace(place, needs=tuple(pin for pin in place.needs if "uvloop" in pin))
            ways = {FUTURE: FUTURE, LEAST: LEAST}
            own = {who: Row("floors:tasks", {**more, "way": way}, place) for who, way in ways.items()}
        else:
            continue
        beside = ("httpx", "urllib3", "aiohttp", "pyreqwest", table.BOTH)
        rows = own | {who: row for who, row in given.rows.items() if who in beside}
        made[name] = replace(given, rows=rows, over=(table.BOTH,), targets=(), notes=())
        if machine and name in ("GET", "async"):
            made |= counted(made[name], name)
    return made


def counted(workload: Any, name: str) -> dict[str, Any]:
    """Return the instructions of a workload's operation as a workload."""
    rows = {who: replace(row, tool="Instructions") for who, row in workload.rows.items()}
    title = f"instructions, {'sync' if name == 'GET' else name}"
    once: dict[str, Any] = {"clocks": ("value",), "unit": "", "times": 1, "runs": 1, "rounds": 1}
    return {title: replace(workload, title=title, rows=rows, **once)}


def compiled(url: str, size: Any, builds: Sequence[str]) -> dict[str, Any]:
    """Return the small calls, and events from memory, by the sources and by each build of them."""
    import compiled as tool
    import workloads as table
    from runner import Place

    given = {name: one for name, one in table.calls(url).items() if name in CALLS and "uvloop" not in name}
    given["sse"] = table.streams(url, size)["sse one chunk per event"]
    made = {}
    for name, workload in given.items():
        ours = replace(workload.rows[table.VENEER], place=table.LEAN)
        rows = {SOURCES: ours, **{one: replace(ours, place=Place(tool.pins(one))) for one in builds}}
        peers = {who: row for who, row in workload.rows.items() if who in PEERS}
        made[name] = replace(workload, rows=rows | peers, over=(SOURCES, *peers), targets=(), notes=())
        if name in ("GET", "async") and size.machine:
            made |= counted(made[name], name)
    return made


# -- the tables --------------------------------------------------------------------------------------------------------

Figures = Mapping[str, Any]


def times(found: Figures, head: str) -> str:
    """Return the CPU µs, or instructions, of a call: of each floor and client."""
    import report

    def cell(figure: Figures) -> str:
        return report.number(figure["cpu"] * 1e6 if "cpu" in figure else figure["value"]) if figure else "–"

    names = [who for who in ORDER if any(who in one["subjects"] for one in found.values())]
    rows = [[who, *(cell(one["subjects"].get(who, {})) for one in found.values())] for who in names]
    return report.table([head, *(CALLS.get(name, name) for name in found)], rows)


def shares(found: Figures) -> str:
    """Return what each step adds to the one before it, as a share of the whole client."""
    import report
    from workloads import BOTH

    rows: dict[str, list[str]] = {what: [] for what in STEPS}
    for one in found.values():
        over = {who: figure["over"].get(BOTH, {}) for who, figure in one["subjects"].items()}
        known = {who: next(iter(clocks.values()))[0] for who, clocks in over.items() if clocks}
        known[BOTH] = 1.0
        for what, (to, since) in STEPS.items():
            below = [known[step] for step in since if step in known]
            ready = to in known and len(below) == bool(since)
            rows[what].append(f"{known[to] - sum(below):.0%}" if ready else "–")
    columns = ["share of veneer[fast]", *(CALLS.get(name, name) for name in found)]
    return report.table(columns, [[what, *cells] for what, cells in rows.items()])


def gains(found: Figures, builds: Sequence[str]) -> str:
    """Return each build's CPU, or count, over that of the sources."""
    import report

    def cell(one: Figures, who: str) -> str:
        over = one["subjects"].get(who, {}).get("over", {}).get(SOURCES, {})
        return "–" if not over else "{:.2f} ({:.2f}–{:.2f})".format(*next(iter(over.values())))

    rows = [[CALLS.get(name, name), *(cell(one, who) for who in builds)] for name, one in found.items()]
    return report.table(["÷ the sources", *builds], rows)


def targets(found: Figures, builds: Sequence[str]) -> str:
    """Return veneer's CPU over the other clients', by the sources and by each build."""
    import report

    rows = []
    for name, one in found.items():
        for peer in PEERS:
            ratios = [
                one["subjects"].get(who, {}).get("over", {}).get(peer, {}).get("cpu")
                for who in (SOURCES, *builds)
            ]
            if all(ratios):
                rows.append([f"{CALLS.get(name, name)} ÷ {peer}", *(f"{ratio[0]:.2f}" for ratio in ratios)])
    return report.table(["CPU", SOURCES, *builds], rows)


def main() -> int:
    """Measure, and print the tables."""
    import compiled as tool
    import environments
    import loopback
    import report
    import workloads as table
    from runner import FULL, QUICK, TINY, Bench, measured

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--compiled", nargs="*", metavar="BUILD", help=f"measure builds; without names, {' '.join(BUILDS)}"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, no instructions")
    parser.add_argument("--tiny", action="store_true", help="one round, to see that everything runs")
    parser.add_argument("--offline", action="store_true", help="install nothing")
    parser.add_argument("--peers", type=Path, default=ROOT / ".cache/peers", metavar="DIR")
    options = parser.parse_args()
    size = TINY if options.tiny else QUICK if options.quick else FULL
    options.peers.mkdir(parents=True, exist_ok=True)
    cpus = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="veneer-floors-")))
        python = environments.lean(scratch / "lean")
        bench = Bench(size, scratch, options.peers.resolve(), not options.offline, python, cpus[0])
        environments.certificates(scratch, bench.trusted)
        folder = None
        with contextlib.suppress(LookupError):
            folder = str(bench.target(table.UVLOOP))
        url = stack.enter_context(loopback.server(cpu=cpus[-1], folder=folder))
        found = measured(bench, floors(url, machine=size.machine))
        clocked = {name: one for name, one in found.items() if "instructions" not in name}
        print(times(clocked, "CPU µs a call"), shares(clocked), sep="\n")
        if size.machine:
            rest = {name: one for name, one in found.items() if name not in clocked}
            print(times(rest, "count"), shares(rest), sep="\n")
        if options.compiled is not None:
            builds = {}
            for name in options.compiled or BUILDS:
                try:
                    builds[name] = tool.build(name, bench.kept)
                except (RuntimeError, LookupError) as error:
                    bench.left_out[name] = str(error)
            found = measured(bench, compiled(url, size, list(builds)))
            facts = [
                [name, *(f"{one[key]:,}" for key in ("modules", "changed", "seconds", "KiB")), ", ".join(one["refused"])]
                for name, one in builds.items()
            ]  # fmt: skip
            print(report.table(["", "modules", "changes", "CPU s", "KiB", "refused"], facts))
            print(gains(found, list(builds)), targets(found, list(builds)), sep="\n")
    for name, reason in sorted((bench.left_out | bench.broken).items()):
        print(f"left out: {name}: {reason}")
    return int(bool(bench.broken))


if __name__ == "__main__":
    sys.exit(main())
