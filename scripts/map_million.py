"""Send many inputs through `map`, with and without a journal, beside the loops that people write: `make many`.

    python scripts/map_million.py --inputs 1000000

A server in a process of its own answers each POST with a small JSON object. Each subject runs in a
process of its own, 64 calls in flight, every request with an idempotency key:

| subject | what it is |
|---|---|
| loop | 64 tasks (or threads) that take the next input and call it with a client of ours |
| map | `client.map` |
| journal | `client.map` with `journal=` |
| httpx, aiohttp | a task for each input, a semaphore, and that client |

Printed are the processor's and the clock's time for a call, calls a second, the peak of memory, and
what the journal takes of the disk. Then `journal` again with a tenth of the inputs: the exit code
is 1 if ten times as many take over a tenth more memory, or if a result is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import types
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

AT_ONCE = 64
FLAT = 1.1
BODY = b'{"id":"dec_1","ok":true,"amount":42}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY
TASKS = ("loop", "map", "journal", "httpx", "aiohttp")
THREADS = ("loop, threads", "map, threads", "journal, threads")


def inputs(count: int) -> Iterator[dict[str, Any]]:
    """Return an iterator of the inputs, which threads may share."""
    return map(lambda number: {"n": number, "text": "hello"}, range(count))  # noqa: C417  # a generator cannot be shared


# -- the server --------------------------------------------------------------------------------------------------


class Server(asyncio.Protocol):
    """Answers each whole request at once."""

    def connection_made(self, transport: Any) -> None:
        """Begin a connection."""
        self._transport, self._got = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].lower()
            size = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            if len(self._got) < end + 4 + size:
                return
            self._got = self._got[end + 4 + size :]
            self._transport.write(ANSWER)


async def serve() -> None:
    """Serve on a free port until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


# -- the subjects ------------------------------------------------------------------------------------------------


def endpoint() -> Any:
    """Return an endpoint whose requests have a key, as generated modules are."""
    key = {"in": "header", "name": "Idempotency-Key"}
    made: Any = types.SimpleNamespace(__name__="decide", _OPERATION={"method": "POST", "idempotency": key})
    made._get_kwargs = lambda **body: {
        "method": "post",
        "url": "/decisions",
        "json": body,
        "headers": {"Content-Type": "application/json"},
    }
    made._parse_response = lambda **given: given["response"].json()
    return made


async def in_tasks(subject: str, url: str, count: int, journal: str | None) -> int:
    """Run a subject of ours in tasks; return the number of results."""
    import veneer

    decide, given = endpoint(), inputs(count)
    async with veneer.AsyncClient(url) as client:
        if subject == "loop":

            async def work() -> int:
                return sum([(await client.call(decide, **one))["ok"] for one in given])

            return sum(await asyncio.gather(*[work() for _ in range(AT_ONCE)]))
        async with client.map(decide, given, concurrency=AT_ONCE, journal=journal) as results:
            return sum([result.unwrap()["ok"] async for result in results])


def in_threads(subject: str, url: str, count: int, journal: str | None) -> int:
    """Run a subject of ours in threads; return the number of results."""
    import veneer

    decide, given = endpoint(), inputs(count)
    with veneer.Client(url) as client:
        if subject.startswith("loop"):

            def work(_: int) -> int:
                return sum(client.call(decide, **one)["ok"] for one in given)

            with ThreadPoolExecutor(AT_ONCE) as pool:
                return sum(pool.map(work, range(AT_ONCE)))
        with client.map(decide, given, concurrency=AT_ONCE, journal=journal) as results:
            return sum(result.unwrap()["ok"] for result in results)


async def by_semaphore(subject: str, url: str, count: int) -> int:
    """Run the loop that people write, with httpx or aiohttp; return the number of results."""
    places = asyncio.Semaphore(AT_ONCE)
    if subject == "httpx":
        import httpx

        async def post(client: Any, one: Any, key: str) -> Any:
            response = await client.post(f"{url}/decisions", json=one, headers={"Idempotency-Key": key})
            response.raise_for_status()
            return response.json()

        opened: Any = httpx.AsyncClient()
    else:
        aiohttp: Any = __import__("aiohttp")

        async def post(client: Any, one: Any, key: str) -> Any:
            async with client.post(
                f"{url}/decisions", json=one, headers={"Idempotency-Key": key}
            ) as response:
                response.raise_for_status()
                return await response.json()

        opened = aiohttp.ClientSession()

    async def call(client: Any, one: Any) -> Any:
        async with places:
            return (await post(client, one, str(uuid.uuid4())))["ok"]

    async with opened as client:
        return sum(await asyncio.gather(*[call(client, one) for one in inputs(count)]))


def run_subject(subject: str, url: str, count: int) -> dict[str, Any]:
    """Run a subject in this process and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        journal = f"{folder}/run.sqlite" if "journal" in subject else None
        at, cpu = time.perf_counter(), time.process_time()
        if subject in THREADS:
            found = in_threads(subject, url, count, journal)
        elif subject in {"httpx", "aiohttp"}:
            found = asyncio.run(by_semaphore(subject, url, count))
        else:
            found = asyncio.run(in_tasks(subject, url, count, journal))
        took = {"seconds": time.perf_counter() - at, "cpu": time.process_time() - cpu}
        disk = sum(file.stat().st_size for file in Path(folder).iterdir())
    return {"found": found, **took, "peak": peak(), "disk": disk}


def peak() -> float:
    """Return the most memory that this process had, in MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


# -- the trial ---------------------------------------------------------------------------------------------------


def measured(python: Path, further: str, subject: str, url: str, count: int) -> float:
    """Run a subject in a process of its own, print what it took, and return its peak of memory."""
    command = [str(python), __file__, "--subject", subject, "--url", url, "--inputs", str(count)]
    environment = {**os.environ, "PYTHONPATH": further}
    took = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
    cpu, wall = took["cpu"] / count * 1e6, took["seconds"] / count * 1e6
    disk = f"  {took['disk'] / count:.0f} bytes of disk each" if took["disk"] else ""
    print(
        f"{subject:16} {count:>9,} {cpu:7.1f} µs cpu {wall:7.1f} µs {1e6 / wall:7,.0f}/s {took['peak']:6.0f} MB{disk}",
        flush=True,
    )
    if took["found"] != count:
        raise SystemExit(f"{subject}: {took['found']:,} results of {count:,} inputs")
    return float(took["peak"])


def trial(subjects: Sequence[str], url: str, count: int, rounds: int) -> int:
    """Run the subjects one after the other, then the journal with few inputs; return the exit code."""
    sys.path.insert(0, str(Path(__file__).parent / "bench"))
    from environments import environments, lean, target
    from workloads import CLIENTS

    with environments(None) as folder:
        python = lean(folder / "ours")
        paths = dict.fromkeys(subjects, "")
        if "aiohttp" in subjects:
            try:
                paths["aiohttp"] = str(target(CLIENTS["aiohttp"][1].needs[0], folder, install=True))
            except LookupError as error:
                print(f"aiohttp: left out, {error}")
                del paths["aiohttp"]
        peaks = [
            (name, measured(python, further, name, url, count))
            for _ in range(rounds)
            for name, further in paths.items()
        ]
        if "journal" not in paths:
            return 0
        tenth = measured(python, "", "journal", url, max(1, count // 10))
        return int(max(peak for name, peak in peaks if name == "journal") > FLAT * tenth)


def main() -> int:
    """Run the trial, or in a process of its own the server or a subject."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=(*TASKS, *THREADS), default=(*TASKS, *THREADS))
    parser.add_argument("--subject", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.subject == "server":
        asyncio.run(serve())
    elif given.subject:
        print(json.dumps(run_subject(given.subject, given.url, given.inputs)))
    else:
        command = [sys.executable, __file__, "--subject", "server"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{int(server.stdout.readline())}"
            try:
                return trial(given.only, url, given.inputs, given.rounds)
            finally:
                server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
