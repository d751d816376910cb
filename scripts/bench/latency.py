"""One small call, sync and async, and 64 at once: ratios to httpx in one run. `python scripts/bench/latency.py [--quick]`"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import harness
import httpx

import veneer
from veneer_generated.velerian.api.plans import list_plans  # noqa: F401  # imported so that its cost is not measured

HEADERS = {"Authorization": "Bearer key-for-the-bench"}


def main(quick: bool) -> None:
    """Print the tables."""
    rounds = 7 if quick else 21
    with harness.server() as url:
        _sync(url, rounds)
        _async(url, rounds)
        asyncio.run(_many(url, 3 if quick else 7))


def _print(title: str, table: dict[str, harness.Measured], counts: dict[str, int]) -> None:
    print(f"\n{title}\n{'':34}{'wall µs':>10}{'± ':>8}{'cpu µs':>10}{'wall ×':>9}{'cpu ×':>9}{'calls':>9}")
    for name, row in table.items():
        print(
            f"{name:34}{row.wall:10.0f}{row.spread:8.0f}{row.cpu:10.0f}{row.ratio_wall:9.2f}{row.ratio_cpu:9.2f}{counts.get(name, 0):9,}"
        )


def _sync(url: str, rounds: int) -> None:
    plain = httpx.Client(base_url=url, headers=HEADERS)
    ours = veneer.Client(url, api_key="key-for-the-bench")
    body = {"name": "x", "value": 1}
    for method in ("GET", "POST"):
        sent = {"json": body} if method == "POST" else {"params": {"a": "1"}}
        subjects: dict[str, Callable[[], object]] = {
            "httpx.Client.request": lambda m=method, s=sent: plain.request(m, "/small", **s).json(),  # type: ignore[misc]
            "veneer.Client.request": lambda m=method, s=sent: ours.request(m, "/small", **s).json(),  # type: ignore[misc]
        }
        table = harness.compare(subjects, baseline="httpx.Client.request", rounds=rounds)
        _print(f"small {method}, sync", table, {name: harness.calls(f) for name, f in subjects.items()})
    plain.close()
    ours.close()


def _async(url: str, rounds: int) -> None:
    loop = asyncio.new_event_loop()
    plain = httpx.AsyncClient(base_url=url, headers=HEADERS)
    ours = veneer.AsyncClient(url, api_key="key-for-the-bench")

    async def by_httpx() -> object:
        return (await plain.request("GET", "/small", params={"a": "1"})).json()

    async def by_veneer() -> object:
        return (await ours.request("GET", "/small", params={"a": "1"})).json()

    subjects = {
        "httpx.AsyncClient.request": harness.in_loop(loop, by_httpx),
        "veneer.AsyncClient.request": harness.in_loop(loop, by_veneer),
    }
    table = harness.compare(subjects, baseline="httpx.AsyncClient.request", rounds=rounds)
    _print("small GET, async", table, {name: harness.calls(f) for name, f in subjects.items()})
    loop.run_until_complete(plain.aclose())
    loop.run_until_complete(ours.aclose())
    loop.close()


async def _many(url: str, rounds: int) -> None:
    """64 requests in flight: requests a second, by httpx with its default limits and by veneer with its."""
    async with (
        httpx.AsyncClient(base_url=url, headers=HEADERS) as plain,
        veneer.AsyncClient(url, api_key="key-for-the-bench") as ours,
    ):

        async def by_httpx() -> object:
            return (await plain.request("GET", "/small")).json()

        async def by_veneer() -> object:
            return (await ours.request("GET", "/small")).json()

        rates: dict[str, list[float]] = {"httpx": [], "veneer": []}
        for _ in range(rounds):
            for name, call, count in (("httpx", by_httpx, 320), ("veneer", by_veneer, 1280)):
                rates[name].append(await _rate(call, count))
    base = statistics.median(rates["httpx"])
    print("\n64 in flight, async: requests a second")
    for name, seen in rates.items():
        rate = statistics.median(seen)
        print(f"{name:34}{rate:10.0f}{rate / base:9.1f} ×")


async def _rate(call: Callable[[], Awaitable[object]], count: int) -> float:
    left = iter(range(count))

    async def worker() -> None:
        for _ in left:
            await call()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(64)))
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
