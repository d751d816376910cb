"""Measure the CPU time of a GiB down and up: veneer, httpx and curl, over HTTP and HTTPS.

    python scripts/bench/transfer_cpu.py [--mib 1024] [--rounds 3] [WORD …]

`save` downloads to a file, `read` to /dev/null, `upload` sends a file. Words keep the rows that have
them all. Each transfer is a process of its own, whose user and system time are counted without
imports and connecting, but for curl's. On loopback the system time has a part of the server's work.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

MIB = 1 << 20
WAYS = ("save", "read", "upload")
CLIENTS = ("curl", "httpx", "veneer", "veneer async", "fast", "fast async")


def _curl(way: str, url: str, file: Path, trusted: str) -> Callable[[], Any]:
    to = ["-o", str(file if way == "save" else os.devnull)]
    line = ["curl", "-sSf", "-H", "Expect:", "--noproxy", "*", "--cacert", trusted, *to]
    return lambda: subprocess.run([*line, *(["-T", str(file)] if way == "upload" else []), url], check=True)


def _httpx(way: str, url: str, file: Path, trusted: str) -> Callable[[], Any]:
    import httpx

    client = httpx.Client(verify=ssl.create_default_context(cafile=trusted), trust_env=False)
    client.get(f"{url.rpartition('/')[0]}/1")

    def run() -> None:
        if way == "upload":
            with file.open("rb") as source:
                client.put(url, content=source).raise_for_status()
            return
        to = file if way == "save" else Path(os.devnull)
        with client.stream("GET", url) as response, to.open("wb") as saved:
            saved.writelines(response.iter_bytes())

    return run


def _veneer(name: str, way: str, url: str, file: Path, trusted: str) -> Callable[[], Any]:
    import veneer

    engine, _, mode = name.replace("veneer", "default").partition(" ")
    options: dict[str, Any] = {"engine": engine, "verify": trusted, "trust_env": False}
    to: Any = file if way == "save" else os.devnull
    first = f"{url.rpartition('/')[0]}/1"
    if not mode:
        client = veneer.Client(first, **options)
        client.download_url(first, to=os.devnull)
        return lambda: client.upload_url(url, file) if way == "upload" else client.download_url(url, to=to)
    loop, other = asyncio.new_event_loop(), veneer.AsyncClient(first, **options)
    loop.run_until_complete(other.download_url(first, to=os.devnull))

    async def run() -> None:
        await (other.upload_url(url, file) if way == "upload" else other.download_url(url, to=to))

    return lambda: loop.run_until_complete(run())


def measure(client: str, way: str, url: str, file: str, trusted: str) -> None:
    """Run one transfer, and print its user, system and wall seconds and this process's peak memory in MiB."""
    makers: dict[str, Any] = {"curl": _curl, "httpx": _httpx}
    run = makers.get(client, partial(_veneer, client))(way, url, Path(file), trusted)
    whose = resource.RUSAGE_CHILDREN if client == "curl" else resource.RUSAGE_SELF
    before, begun = resource.getrusage(whose), time.perf_counter()
    run()
    wall, after = time.perf_counter() - begun, resource.getrusage(whose)
    spent = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    print(json.dumps([*spent, wall, after.ru_maxrss / 1024]), flush=True)


def main() -> None:
    """Run all rounds, row by row, and print the medians in seconds a GiB."""
    import loopback
    import trustme

    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found: dict[tuple[str, ...], list[list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        authority, trusted = trustme.CA(), f"{folder}/trusted.pem"
        file, server = Path(folder) / "file", Path(folder) / "server.pem"
        authority.cert_pem.write_to_path(trusted)
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server))
        with loopback.server() as plain, loopback.server(server) as tls:
            rows = [(base, way, client) for base in (plain, tls) for way in WAYS for client in CLIENTS]
            for base, way, client in rows * given.rounds:
                row = (base.partition(":")[0], way, client)
                if not {*given.words} <= {*" ".join(row).split()}:
                    continue
                with file.open("wb") as made:
                    made.truncate(given.mib * MIB if way == "upload" else 0)
                words = ["measure", client, way, f"{base}/file/{given.mib * MIB}", str(file), trusted]
                done = subprocess.run([sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE)
                found.setdefault(row, []).append(json.loads(done.stdout))
    print(f"{'':30}  user   sys   CPU  wall  s/GiB, peak MiB")
    for names, values in found.items():
        *spent, peak = (statistics.median(one) for one in zip(*values, strict=True))
        user, system, wall = (one * 1024 / given.mib for one in spent)
        print(f"{' '.join(names):30}{user:6.2f}{system:6.2f}{user + system:6.2f}{wall:6.2f}{peak:16.0f}")


if __name__ == "__main__":
    measure(*sys.argv[2:]) if sys.argv[1:2] == ["measure"] else main()
