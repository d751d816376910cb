"""Send thousands of calls to a faulty sandbox: `python scripts/trials/stress.py [--calls 10000]`

A fifth of the calls, from tasks and from threads, are spoilt. Each call carries its own number,
which the sandbox's journal keeps with the effects of the request. So the script can check that
every call either succeeded once or raised a typed error, and that no write took effect twice. The
exit code is 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from veneer import Outcome, RetryPolicy, VeneerError
from veneer.hybridb import AsyncHybriDBClient, HybriDBClient
from veneer.velerian import AsyncVelerianClient, VelerianClient
from veneer_generated.hybridb.api.audit import list_audit_actions
from veneer_generated.hybridb.api.events import publish_event
from veneer_generated.hybridb.models import PublishEventRequest
from veneer_generated.velerian.api.abps import invoke_abp
from veneer_generated.velerian.api.audit import list_audit_log
from veneer_generated.velerian.models import AbpsInvokeRequest

# Together about a fifth of all requests.
FAULTS = [
    "status=503;retry-after=0.01",
    "status=503",
    "status=500;applied",
    "status=502;applied",
    "status=504;applied",
    "status=429;retry-after=0.02",
    "reset=before",
    "reset=after",
    "reset=body",
    "bad-json",
]
SHARE = 0.2
BATCH = 2_000  # the sandbox's journal keeps the last 10,000 requests
KEYS = {"hybridb": "hdb_sandbox", "velerian": "vk_live_sandbox"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of call: its platform, its operation, and whether it writes."""

    platform: str
    endpoint: ModuleType
    writes: bool = False

    def arguments(self, number: int) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments of the call with this number."""
        if self.endpoint is publish_event:
            body = {
                "eventType": "stress",
                "sourceApp": "bench",
                "actorId": "service:bench",
                "payload": {"n": number},
            }
            return [], {"body": PublishEventRequest.from_dict(body)}
        if self.endpoint is invoke_abp:
            return ["abp_demo"], {"body": AbpsInvokeRequest.from_dict({"payload": {"n": number}})}
        return [], {"limit": 3}


KINDS = [
    Kind("hybridb", publish_event, writes=True),  # retried with its idempotency key
    Kind("velerian", invoke_abp, writes=True),  # has no key
    Kind("velerian", list_audit_log),
    Kind("hybridb", list_audit_actions),
]


@dataclass(slots=True)
class Tally:
    """The outcomes of one run's calls."""

    calls: int = 0
    good: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    spoilt: int = 0
    repeated_writes: int = 0
    broken: list[str] = field(default_factory=list)


def main() -> int:
    """Run both flavours and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="for each flavour")
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--threads", type=int, default=16)
    arguments = parser.parse_args()
    failed = False
    with sandbox() as url:
        for name, runner, workers in (
            ("tasks", in_tasks, arguments.tasks),
            ("threads", in_threads, arguments.threads),
        ):
            control(url, "reset", {})
            for text in FAULTS:
                control(url, "faults", {"fault": f"{text};rate={1 - (1 - SHARE) ** (1 / len(FAULTS)):.4f}"})
            before = (threading.active_count(), open_files())
            tally = Tally()
            started = time.perf_counter()
            runner(url, arguments.calls, workers, tally)
            taken = time.perf_counter() - started
            gc.collect()
            if (after := (threading.active_count(), open_files())) > before:
                tally.broken.append(f"threads and open files were {before} and are {after}")
            report(f"{workers} {name}", tally, taken)
            failed = failed or bool(tally.broken)
    return 1 if failed else 0


def in_tasks(url: str, calls: int, workers: int, tally: Tally) -> None:
    """Make the calls from tasks of one event loop."""

    async def run() -> None:
        async with (
            AsyncHybriDBClient(f"{url}/hybridb", **settings("hybridb")) as hybridb,
            AsyncVelerianClient(base_url=f"{url}/velerian", **settings("velerian")) as velerian,
        ):
            clients: dict[str, Any] = {"hybridb": hybridb, "velerian": velerian}

            async def work(numbers: Iterator[int], results: dict[int, VeneerError | None]) -> None:
                for number in numbers:
                    kind = KINDS[number % len(KINDS)]
                    args, named = kind.arguments(number)
                    view = clients[kind.platform].with_options(headers={"x-stress-call": str(number)})
                    results[number] = None
                    try:
                        await view.call(kind.endpoint, *args, **named)
                    except VeneerError as error:
                        results[number] = error

            for batch in batches(calls):
                numbers, results = iter(batch), dict[int, VeneerError | None]()
                await asyncio.gather(*(work(numbers, results) for _ in range(workers)))
                judge(url, results, tally)
            slots = [
                client._session._engines.get()._pool._slots.free for client in clients.values()
            ]  # internals
            if slots != [100, 100]:
                tally.broken.append(f"connection slots left over: {slots}")
        if len(asyncio.all_tasks()) > 1:
            tally.broken.append(f"{len(asyncio.all_tasks()) - 1} tasks left over")

    asyncio.run(run())


def in_threads(url: str, calls: int, workers: int, tally: Tally) -> None:
    """Make the calls from threads."""
    with (
        HybriDBClient(f"{url}/hybridb", **settings("hybridb")) as hybridb,
        VelerianClient(base_url=f"{url}/velerian", **settings("velerian")) as velerian,
    ):
        clients: dict[str, Any] = {"hybridb": hybridb, "velerian": velerian}

        def work(numbers: list[int], results: dict[int, VeneerError | None]) -> None:
            for number in numbers:
                kind = KINDS[number % len(KINDS)]
                args, named = kind.arguments(number)
                view = clients[kind.platform].with_options(headers={"x-stress-call": str(number)})
                results[number] = None
                try:
                    view.call(kind.endpoint, *args, **named)
                except VeneerError as error:
                    results[number] = error

        for batch in batches(calls):
            results: dict[int, VeneerError | None] = {}
            threads = [
                threading.Thread(target=work, args=(list(batch)[start::workers], results))
                for start in range(workers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            judge(url, results, tally)
        slots = [
            client._session._engines.get()._pool._slots._free.qsize() for client in clients.values()
        ]  # internals
        if slots != [100, 100]:
            tally.broken.append(f"connection slots left over: {slots}")


def settings(platform: str) -> dict[str, Any]:
    """Return the default settings with waits that suit a benchmark."""
    return {"api_key": KEYS[platform], "retry": RetryPolicy(base=0.01, cap=0.1), "deadline": 30.0}


def batches(calls: int) -> Iterator[range]:
    """Yield the numbers of all calls in batches that the journal can hold."""
    for start in range(0, calls, BATCH):
        yield range(start, min(calls, start + BATCH))


def judge(url: str, results: dict[int, VeneerError | None], tally: Tally) -> None:
    """Return the faults that the journal shows in the outcomes of the calls."""
    entries = journal(url)
    requests: dict[int, list[dict[str, Any]]] = {}
    for entry in entries:
        requests.setdefault(int(entry["headers"]["x-stress-call"]), []).append(entry)
    for number, error in results.items():
        kind, seen = KINDS[number % len(KINDS)], requests.get(number, [])
        effects = [effect for entry in seen for effect in entry["effects"]]
        done = sum("published" in effect or "invocation" in effect for effect in effects)
        tally.calls += 1
        tally.requests += len(seen)
        tally.spoilt += sum(entry["fault"] is not None for entry in seen)
        tally.repeated_writes += kind.writes and len(seen) > 1
        name = kind.endpoint.__name__.rpartition(".")[2]
        if error is None:
            tally.good += 1
            allowed = {1} if kind.writes else {0}
        else:
            tally.errors[f"{type(error).__name__} ({error.outcome.value})"] += 1
            allowed = {0} if error.outcome is Outcome.NOT_SENT or not kind.writes else {0, 1}
            if len(error.attempts) != len(seen) and not any(
                "reset" in (entry["fault"] or "") for entry in seen
            ):
                tally.broken.append(
                    f"call {number} ({name}): {len(error.attempts)} attempts, {len(seen)} requests"
                )
        if done not in allowed:
            tally.broken.append(f"call {number} ({name}): took effect {done} times, {error!r}")


def report(name: str, tally: Tally, taken: float) -> None:
    """Print one run's figures."""
    print(
        f"\n{name}: {tally.calls:,} calls in {taken:.1f} s ({tally.calls / taken:,.0f} a second, journal included)"
    )
    print(
        f"  requests            {tally.requests:,}, of which spoilt {tally.spoilt:,} ({tally.spoilt / tally.requests:.1%})"
    )
    print(f"  succeeded once      {tally.good:,} ({tally.good / tally.calls:.1%})")
    print(f"  raised a typed error {tally.calls - tally.good:,}")
    for kind, count in tally.errors.most_common():
        print(f"    {count:6,}  {kind}")
    print(
        f"  writes retried     {tally.repeated_writes:,}, none of them twice in effect"
        if not tally.broken
        else ""
    )
    for problem in tally.broken[:20]:
        print(f"  BROKEN: {problem}")
    if not tally.broken:
        print("  nothing left over: no connection, task, thread or open file")


def open_files() -> int:
    """Return the number of open descriptors, if the system reports it."""
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.is_dir() else 0  # noqa: PTH208  # only names are needed


@contextlib.contextmanager
def sandbox() -> Iterator[str]:
    """Run the sandbox in its own process, and yield its address."""
    command = [
        sys.executable,
        "-m",
        "veneer.sandbox",
        "--port",
        "0",
        "--seed",
        "7",
        "--show-header",
        "x-stress-call",
    ]
    # Its first line is its address. Its messages are on the other stream.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def control(url: str, door: str, command: dict[str, Any] | None = None, method: str = "POST") -> Any:
    """Send a command to the sandbox, and return its response."""
    data = json.dumps(command).encode() if command is not None else None
    request = urllib.request.Request(f"{url}/_sandbox/{door}", data, method=method)  # our own sandbox
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def journal(url: str) -> list[dict[str, Any]]:
    """Return the requests that the sandbox has received."""
    entries: list[dict[str, Any]] = control(url, "journal", method="GET")["entries"]
    control(url, "journal", method="DELETE")
    return [entry for entry in entries if "x-stress-call" in entry["headers"]]


if __name__ == "__main__":
    sys.exit(main())
