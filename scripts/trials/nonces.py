"""Check that no call gets another's response: `python scripts/trials/nonces.py [--calls 1000000]`

A million calls, each with its own nonce, go to a hostile server, and many are cancelled. They are
spread over threads, asyncio, uvloop and trio, the default and the fast engine, and the caller's
httpx client. A correct response has exactly the bytes of its nonce. After each run all slots of the
pool must be free, as many parallel calls as there are connections must succeed, and no socket may
stay open. Otherwise the exit code is 1.

Columns: `left` half-way by its reader, `cancelled` or ended by its deadline, `failed` with one of
our errors, `mixed` up or damaged, `lost` slots.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import importlib.util
import io
import random
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final

import anyio
import httpx

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts/bench"))

from hostile import body_of, upload_of  # it and the server's module are not in packages
from loopback import server
from stress import open_files

from veneer import (
    AsyncClient,
    Client,
    DeadlineExceededError,
    RetryBudget,
    RetryPolicy,
    VeneerError,
    _io,
)

MOST: Final = 16
WORKERS: Final = 24  # more than connections, so that calls are cancelled in the queue too
LOOPS: Final = ("threads", "asyncio", "uvloop", "trio")
OWN: Final = "httpx"
ENGINES: Final = ("default", "fast", OWN)
NEEDS: Final = {"uvloop": "uvloop", "trio": "trio", "fast": "httptools"}
#: httpcore (1.0.9) loses connections for which cancelled requests wait, and those whose closing
#: `Task.cancel` interrupts. So none waits in its queue, and anyio cancels all of them.
OWN_SETTINGS: Final[dict[str, Any]] = {
    "limits": httpx.Limits(max_connections=WORKERS, max_keepalive_connections=WORKERS),
    "timeout": 30,
}
#: The kinds of requests, and their weights.
KINDS: Final = {"GET": 60, "POST": 20, "events": 8, "file": 8, "hold": 3}
CUT_SHORT: Final = 0.1
MIXED: Final = "MIXED UP"
UNTYPED: Final = "UNTYPED"
COLUMNS: Final = ("calls", "answered", "left", "cancelled", "failed", "mixed", "lost", "calls/s")
ROW: Final = "{:<8} {:<8}" + " {:>10}" * len(COLUMNS)
SETTINGS: Final[dict[str, Any]] = {
    "retry": RetryPolicy(max_retries=2, base=0.001, cap=0.002),
    "deadline": 30.0,
    "timeouts": 30.0,
    "retry_budget": RetryBudget(1e9),
}


class EnoughError(Exception):
    """Ends a download half-way."""


@dataclass(slots=True)
class Tally:
    """The outcomes of one run's calls: "answered", "left", "cancelled", MIXED, or an error's name."""

    ends: Counter[str] = field(default_factory=Counter)
    burst: Counter[str] = field(default_factory=Counter)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """One call: its nonce, its kind, the time of its cancellation (0 to 1), the bytes that it reads."""

    nonce: str
    kind: str
    cut: float | None = None
    leaves: int | None = None

    @classmethod
    def of(cls, run: int, number: int) -> Plan:
        """Return the plan of a number, which is always the same."""
        chance = random.Random(number)  # no secret
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        cut = chance.random() if kind == "hold" or chance.random() < CUT_SHORT else None
        return cls(f"{run}.{number}", kind, cut, chance.choice([None, chance.randrange(30_000)]))

    @property
    def method(self) -> str:
        return "POST" if self.kind == "POST" else "GET"

    @property
    def path(self) -> str:
        return f"{'call' if self.kind in {'GET', 'POST'} else self.kind}/{self.nonce}"

    @property
    def content(self) -> bytes | None:
        return upload_of(self.nonce) if self.kind == "POST" else None

    def enough(self, done: int) -> bool:
        """Return whether the reader leaves after this many bytes."""
        return self.leaves is not None and done > self.leaves % (600 if self.kind == "events" else 30_000)

    def check(self, done: int, _whole: int | None) -> None:
        """Raise EnoughError when enough bytes of a download have arrived."""
        if self.enough(done):
            raise EnoughError

    def failure(self, error: Exception) -> str:
        """Return the name of an error in the tally."""
        if self.cut is not None and isinstance(error, DeadlineExceededError):
            return "cancelled"
        return type(error).__name__ if isinstance(error, VeneerError) else f"{UNTYPED} {error!r}"

    def verdict(self, content: bytes, end: str) -> str:
        """Return the outcome of a call, or MIXED if its content does not match its nonce."""
        right = body_of(self.kind if self.kind in {"events", "file"} else "call", self.nonce)
        return end if content == (right if end == "answered" else right[: len(content)]) else MIXED


# -- tasks -----------------------------------------------------------------------------------------


def in_loop(loop: str, *arguments: Any) -> None:
    """Make the calls from tasks in a new loop."""
    options = {"use_uvloop": loop == "uvloop"} if loop != "trio" else {}
    anyio.run(in_tasks, *arguments, backend="trio" if loop == "trio" else "asyncio", backend_options=options)


async def in_tasks(url: str, run: int, engine: str, calls: int, tally: Tally) -> None:
    """Make the calls from tasks in the running loop."""
    own = httpx.AsyncClient(**OWN_SETTINGS) if engine == OWN else None
    numbers = iter(range(calls))
    async with AsyncClient(**wiring(url, engine, own), **SETTINGS) as client:

        async def work() -> None:
            for number in numbers:
                plan = Plan.of(run, number)
                call = async_ask(client, plan)
                if plan.cut is not None:
                    call = cut_short(call, int(200**plan.cut), native=own is None)
                tally.ends[await call] += 1

        async def together(number: int) -> None:
            tally.burst[await async_ask(client, Plan(f"{run}.last.{number}", f"together-{MOST}"))] += 1

        async with anyio.create_task_group() as workers:
            for _ in range(WORKERS):
                workers.start_soon(work)
        tally.lost = held(client, own)
        async with anyio.create_task_group() as burst:
            for number in range(MOST):
                burst.start_soon(together, number)
    if own is not None:
        await own.aclose()


async def async_ask(client: AsyncClient, plan: Plan) -> str:
    """Make one call and return its outcome."""
    got = io.BytesIO()
    try:
        end = await async_fetch(client, plan, got)
    except Exception as error:  # noqa: BLE001  # it is named, and counted
        end = plan.failure(error)
    return plan.verdict(got.getvalue(), end)


async def async_fetch(client: AsyncClient, plan: Plan, got: io.BytesIO) -> str:
    if plan.kind == "events":
        async with client.stream(f"events/{plan.nonce}") as events:
            async for event in events:
                got.write(b"data: %b\n\n" % event.raw)
                if plan.enough(got.tell()):
                    return "left"
    elif plan.kind == "file":
        try:
            await client.download_url(
                f"{client.options.base_url}/file/{plan.nonce}", to=got, progress=plan.check
            )
        except EnoughError:
            return "left"
    else:
        response = await client.request(plan.method, plan.path, content=plan.content)
        got.write(response.content)
    return "answered"


async def cut_short(call: Coroutine[Any, Any, str], turns: int, *, native: bool) -> str:
    """Cancel a call after some turns of the loop, and return its outcome.

    Asyncio's own way is `Task.cancel`, from which nothing inside is shielded.
    """
    ends = ["cancelled"]

    async def run() -> None:
        ends.append(await call)

    if native and _io.in_asyncio():
        task = asyncio.create_task(run())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    else:
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
    return ends[-1]


# -- threads ---------------------------------------------------------------------------------------


def in_threads(url: str, run: int, engine: str, calls: int, tally: Tally) -> None:
    """Make the calls from threads."""
    own = httpx.Client(**OWN_SETTINGS) if engine == OWN else None
    numbers = iter(range(calls))
    with Client(**wiring(url, engine, own), **SETTINGS) as client, ThreadPoolExecutor(WORKERS) as threads:

        def work(_: int) -> Counter[str]:
            ends: Counter[str] = Counter()
            for number in numbers:
                plan = Plan.of(run, number)
                view = (
                    client if plan.cut is None else client.with_options(deadline=0.0005 + 0.02 * plan.cut**2)
                )
                ends[ask(view, plan)] += 1
            return ends

        def together(number: int) -> str:
            return ask(client, Plan(f"{run}.last.{number}", f"together-{MOST}"))

        for ends in threads.map(work, range(WORKERS)):
            tally.ends.update(ends)
        tally.lost = held(client, own)
        tally.burst.update(threads.map(together, range(MOST)))
    if own is not None:
        own.close()


def ask(client: Client, plan: Plan) -> str:
    """Make one call and return its outcome."""
    got = io.BytesIO()
    try:
        end = fetch(client, plan, got)
    except Exception as error:  # noqa: BLE001  # it is named, and counted
        end = plan.failure(error)
    return plan.verdict(got.getvalue(), end)


def fetch(client: Client, plan: Plan, got: io.BytesIO) -> str:
    if plan.kind == "events":
        with client.stream(f"events/{plan.nonce}") as events:
            for event in events:
                got.write(b"data: %b\n\n" % event.raw)
                if plan.enough(got.tell()):
                    return "left"
    elif plan.kind == "file":
        try:
            client.download_url(f"{client.options.base_url}/file/{plan.nonce}", to=got, progress=plan.check)
        except EnoughError:
            return "left"
    else:
        response = client.request(plan.method, plan.path, content=plan.content)
        got.write(response.content)
    return "answered"


# -- checks ---------------------------------------------------------------------------------------


def wiring(url: str, engine: str, own: Any) -> dict[str, Any]:
    """Return the arguments that select an engine."""
    if own is None:
        return {"base_url": url, "engine": engine, "max_connections": MOST}
    # It also takes an unsolicited response as that of the next request.
    return {"base_url": f"{url}/asked", "http_client": own}


def held(client: Any, own: Any) -> int:
    """Return the number of slots that are still in use."""
    if own is None:
        taken: int = client._session._engines.get()._pool._slots.taken  # internals
        return taken
    pool = own._transport._pool  # likewise
    return len(pool._requests) + sum(not one.is_idle() for one in pool.connections)


def judge(url: str, calls: int, before: int, tally: Tally) -> list[str]:
    """Return the faults of a run."""
    ends, stuck = tally.ends, DeadlineExceededError.__name__
    wrong = [f"{count} calls ended by {end}" for end, count in ends.items() if end.startswith(UNTYPED)]
    if ends[MIXED]:
        wrong.append(f"{ends[MIXED]} calls got another call's bytes")
    if ends[stuck]:
        wrong.append(f"{ends[stuck]} calls never got their response")
    if sum(ends.values()) != calls:
        wrong.append(f"{calls} calls have {sum(ends.values())} ends")
    if tally.lost:
        wrong.append(f"{tally.lost} slots were still in use")
    if tally.burst != {"answered": MOST}:
        wrong.append(f"{MOST} calls side by side came to {dict(tally.burst)}")
    for _ in range(100):  # the server notices the last ones a moment later
        with urllib.request.urlopen(f"{url}/open/0") as answer:  # our own server
            others = int(answer.read()) - 1
        if not others:
            break
        time.sleep(0.05)
    if others or open_files() > before:
        wrong.append(f"{others} connections and {open_files() - before} files stayed open")
    return wrong


def main() -> int:
    """Run all combinations and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="shared over all combinations")
    parser.add_argument("--loops", nargs="+", choices=LOOPS, default=LOOPS)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    options = parser.parse_args()
    absent = {name for name, module in NEEDS.items() if importlib.util.find_spec(module) is None}
    runs = [pair for pair in product(options.loops, options.engines) if not absent & {*pair}]
    failed = False
    for name in sorted(absent):
        print(f"{name} is not installed, and left out")
    print(ROW.format("loop", "engine", *COLUMNS))
    with server(script=str(Path(__file__).with_name("hostile.py"))) as url:
        for number, (loop, engine) in enumerate(runs):
            calls = options.calls // len(runs) + (number < options.calls % len(runs))
            run = in_threads if loop == "threads" else functools.partial(in_loop, loop)
            run(url, -1, engine, WORKERS, Tally())  # files that a loop opens once and keeps
            tally, before, started = Tally(), open_files(), time.perf_counter()
            run(url, number, engine, calls, tally)
            taken = time.perf_counter() - started
            wrong = judge(url, calls, before, tally)
            report(loop, engine, tally, taken, wrong)
            failed = failed or bool(wrong)
    return int(failed)


def report(loop: str, engine: str, tally: Tally, taken: float, wrong: list[str]) -> None:
    """Print one run's row, its errors and its faults."""
    ends = tally.ends
    named = [ends[name] for name in ("answered", "left", "cancelled")]
    errors = Counter({name: count for name, count in ends.items() if name[0].isupper() and name != MIXED})
    figures = [ends.total(), *named, errors.total(), ends[MIXED], tally.lost, round(ends.total() / taken)]
    print(ROW.format(loop, engine, *(f"{figure:,}" for figure in figures)))
    print("   ", ", ".join(f"{count:,} {name}" for name, count in errors.most_common()))
    for sentence in wrong:
        print(f"    BROKEN: {sentence}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
