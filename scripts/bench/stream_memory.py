"""Read a stream of a million events in flat memory, sync and async. `python scripts/bench/stream_memory.py [--events N]`

Exit status 1 when the peak grew by 16 MiB or more.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import flat
import loopback

import veneer

SHORT = 1_000


def _endpoint(count: int) -> Any:
    """What the generator would write for the stream."""
    request = {"method": "get", "url": f"/events/{count}"}
    facts = {"id": "events", "stream": {"kind": "text/event-stream", "sentinel": "[DONE]"}}
    return SimpleNamespace(_get_kwargs=lambda: request, _parse_response=lambda **_: None, _OPERATION=facts)


def _sync(url: str, count: int) -> None:
    with veneer.Client(url) as client, client.stream(_endpoint(count)) as stream:
        seen = sum(1 for event in stream if event.json()["type"] == "token")
    assert seen == count, seen


async def _async(url: str, count: int) -> None:
    async with veneer.AsyncClient(url) as client, client.stream(_endpoint(count)) as stream:
        seen = 0
        async for event in stream:
            seen += event.json()["type"] == "token"
    assert seen == count, seen


WAYS: dict[str, Callable[[str, int], None]] = {
    "sync": _sync,
    "async": lambda url, count: asyncio.run(_async(url, count)),
}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "URL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, url = options.one
        flat.report(flat.measure(lambda count: WAYS[way](url, count), short=SHORT, long=options.events))
        return 0
    print(f"{options.events:,} events of {len(loopback.EVENT)} bytes, each one's JSON parsed\n")
    print(f"{'':8}{'seconds':>9}{'events/s':>12}{'peak grew by':>15}")
    worst = 0.0
    with loopback.server() as url:
        for way in WAYS:
            run = flat.in_child("--one", way, url, "--events", str(options.events))
            worst = max(worst, run.growth)
            print(f"{way:8}{run.seconds:9.1f}{options.events / run.seconds:12,.0f}{run.growth:11.1f} MiB")
    return int(worst >= flat.BOUND)


if __name__ == "__main__":
    sys.exit(main())
