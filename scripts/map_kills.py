"""Kill runs of `map` at random system calls, resume them, and count inputs done twice or never.

    python scripts/map_kills.py --runs 1000

Each run sends some inputs to a sandbox that fails a fifth of all requests: before it acts, after it
has acted, and by cutting the connection. A run is killed (SIGKILL, injected by `strace` at a system
call drawn at random), resumed and killed again a few times, then resumed to its end.

| | expected |
|---|---|
| keyed (hybriDB's decisions) | every input done exactly once |
| unkeyed (Velerian's invocations) | none done twice; an uncertain one is `unknown` in the journal |

Needs Linux and strace. The exit code is 1 if an input was lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import veneer
from veneer.sandbox import Sandbox, running
from veneer_generated.hybridb.api.decisions import request_decision
from veneer_generated.hybridb.models import DecisionRequest
from veneer_generated.velerian.api.abps import invoke_abp
from veneer_generated.velerian.models import AbpsInvokeRequest

INPUTS = 12
# The kills of one run before it may finish.
KILLS = 3
WRONG = (
    "keyed doubled",
    "keyed lost",
    "unkeyed doubled",
    "unkeyed lost",
    "unkeyed not listed",
    "unkeyed failed though done",
)
FAULTS = [
    "status=503;rate=0.05",
    "status=503;applied;rate=0.05",
    "reset=before;rate=0.05",
    "reset=after;rate=0.05",
]


class Kind(NamedTuple):
    """One operation under test: its place, whether its requests have a key, and its call."""

    name: str
    keyed: bool
    endpoint: Any
    key: str

    def inputs(self, run: int) -> list[dict[str, Any]]:
        """Return the inputs of a run, with marks by which the sandbox tells them apart."""
        marks = [f"r{run}n{number}" for number in range(INPUTS)]
        if self.keyed:
            made = [
                {"decisionType": "payment.authorize", "action": mark, "inputData": {"amount": 1}}
                for mark in marks
            ]
            return [{"body": DecisionRequest.from_dict(one)} for one in made]
        return [
            {"abp_id": "abp_demo", "body": AbpsInvokeRequest.from_dict({"payload": {"prompt": mark}})}
            for mark in marks
        ]


KINDS = [
    Kind("hybridb", True, request_decision, "hdb_sandbox"),
    Kind("velerian", False, invoke_abp, "vk_live_sandbox"),
]


async def carry_out(kind: Kind, url: str, journal: str, run: int) -> None:
    """Run the map of one run, as far as it comes."""
    retry = veneer.RetryPolicy(max_retries=6, base=0.001, cap=0.01)
    platform = veneer.Platform(name=kind.name, schemes={"bearer": veneer.Scheme("Authorization", "Bearer ")})
    budget = veneer.RetryBudget(1000)
    async with veneer.AsyncClient(
        url, api_key=kind.key, platform=platform, retry=retry, retry_budget=budget
    ) as client:
        again = ["failed"] if kind.keyed else []
        await client.map(kind.endpoint, kind.inputs(run), concurrency=4, journal=journal, again=again).drain()


def fork_runs() -> None:
    """Fork a stopped process for each line of standard input, and print its id.

    Imports are done before, so that kills happen in the run itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(carry_out(KINDS[0], "http://127.0.0.1:9", f"{folder}/warm.sqlite", 0))
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            try:
                asyncio.run(carry_out(KINDS[order["kind"]], order["url"], order["journal"], order["run"]))
            except Exception as error:  # noqa: BLE001  # printed, and counted by the missing inputs
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOWAIT)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


class Forker:
    """A warm process that forks runs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--fork"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: dict[str, Any], kill_at: int | None, traced: Sequence[str] = ()) -> None:
        """Carry out a run, and kill it at a system call, or trace it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        if kill_at is not None:
            traced = ["-o", "/dev/null", "-e", f"inject=all:signal=KILL:when={kill_at}"]
        tracer = trace(child, traced) if traced else None
        os.kill(child, signal.SIGCONT)
        self._process.stdout.readline()
        if tracer is not None:
            tracer.wait()

    def close(self) -> None:
        """Stop the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def trace(child: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """Attach strace to a stopped process."""
    tracer = subprocess.Popen(["strace", "-f", "-qq", *options, "-p", str(child)], stderr=subprocess.DEVNULL)
    while "TracerPid:\t0" in Path(f"/proc/{child}/status").read_text(encoding="utf-8"):
        if tracer.poll() is not None:
            raise SystemExit("strace could not attach: is ptrace allowed here?")
        time.sleep(0.001)
    return tracer


def count_calls(forker: Forker, order: dict[str, Any]) -> int:
    """Return the number of system calls of a whole run."""
    with tempfile.NamedTemporaryFile() as file:
        forker.run(order, None, ["-o", file.name])
        return len(Path(file.name).read_bytes().splitlines())


def acted_on(sandbox: Sandbox, kind: Kind) -> collections.Counter[str]:
    """Return how often the sandbox acted on each input, by the digest of its body."""
    return collections.Counter(
        entry["body_digest"]
        for entry in sandbox.journal(platform=kind.name)
        if any(".created " in effect for effect in entry["effects"])
    )


def one_run(
    sandbox: Sandbox, forker: Forker, number: int, folder: str, calls: int, chance: random.Random
) -> collections.Counter[str]:
    """Kill and resume one run of each kind, and return the counts."""
    found: collections.Counter[str] = collections.Counter()
    for index, kind in enumerate(KINDS):
        journal = f"{folder}/{kind.name}{number}.sqlite"
        order = {"kind": index, "url": f"{sandbox.url}/{kind.name}", "journal": journal, "run": number}
        for _ in range(chance.randint(1, KILLS)):
            forker.run(order, chance.randint(1, calls))
        for _ in range(3):
            forker.run(order, None)
        acted = acted_on(sandbox, kind)
        with veneer.MapJournal(journal) as kept:
            states = collections.Counter(row.state for row in kept.rows())
        word = "keyed" if kind.keyed else "unkeyed"
        found[f"{word} doubled"] += sum(times > 1 for times in acted.values())
        if kind.keyed:
            found["keyed lost"] += max(INPUTS - len(acted), INPUTS - states["done"])
        else:
            found["unkeyed unknown"] += states["unknown"]
            found["unkeyed not listed"] += INPUTS - states["done"] - states["unknown"] - states["failed"]
            found["unkeyed lost"] += max(0, states["done"] - len(acted))
            found["unkeyed failed though done"] += max(0, len(acted) - states["done"] - states["unknown"])
        for file in Path(folder).glob(f"{kind.name}{number}.sqlite*"):
            file.unlink()
    sandbox.reset()
    for fault in FAULTS:
        sandbox.fault(fault)
    return found


def main() -> int:
    """Carry out the runs and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fork", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fork:
        fork_runs()
        return 0
    chance, total = random.Random(given.seed), collections.Counter[str]()  # noqa: S311  # a test's own draws
    with running() as sandbox, tempfile.TemporaryDirectory() as folder:
        for fault in FAULTS:
            sandbox.fault(fault)
        forker = Forker()
        try:
            order = {
                "kind": 0,
                "url": f"{sandbox.url}/hybridb",
                "journal": f"{folder}/count.sqlite",
                "run": 0,
            }
            calls = count_calls(forker, order)
            print(f"kills are drawn from the {calls} system calls of a run", flush=True)
            for number in range(given.runs):
                total += one_run(sandbox, forker, number, folder, calls, chance)
                if (number + 1) % 50 == 0:
                    print(f"{number + 1} runs: {dict(total)}", flush=True)
        finally:
            forker.close()
    wrong = {name: total[name] for name in WRONG}
    print(
        f"{given.runs} runs of {INPUTS} inputs each: {wrong}; unknown and listed: {total['unkeyed unknown']}"
    )
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
