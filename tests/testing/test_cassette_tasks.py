"""Cassettes among tasks: waits side by side, what a test cancels, and another event loop library."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from faultserver import FaultServer
from testing.kit import KEY, interaction, playing, recording, written
from veneer import AsyncClient

URL = "https://api.example.com"


def test_waits_of_several_tasks_pass_side_by_side(tmp_path: Path) -> None:
    path = written(
        tmp_path / "c.json", *(interaction(f"{URL}/things/{n}", seconds=30.0 + n) for n in range(5))
    )

    async def run() -> float:
        with playing(path) as tape:
            async with AsyncClient(URL, api_key=KEY) as client:
                assert tape.clock is not None
                before = tape.clock.now()
                await asyncio.gather(*(client.request("GET", f"things/{n}") for n in range(5)))
                return tape.clock.now() - before

    assert asyncio.run(run()) == pytest.approx(34.0)


def test_what_a_test_cancelled_is_cancelled_again(faults: FaultServer, tmp_path: Path) -> None:
    url, path = faults.space().url("blackhole"), tmp_path / "c.json"

    async def run() -> None:
        async with AsyncClient(url, api_key=KEY) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.request("GET", "things"), 0.1)

    with recording(path):
        asyncio.run(run())
    assert '"error": "Cancelled"' in path.read_text()
    with playing(path) as tape:
        asyncio.run(run())
        assert tape.cassette.unplayed == 0


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cassettes_serve_both_event_loop_libraries(faults: FaultServer, tmp_path: Path, backend: str) -> None:
    space, path = faults.space({"ok": True}), tmp_path / "c.json"

    async def run() -> Any:
        async with AsyncClient(space.url("status=503,times=1,retry-after=0"), api_key=KEY) as client:
            return (await client.request("GET", "things")).json()

    call: Callable[[], Any] = run
    with recording(path):
        assert anyio.run(call, backend=backend) == {"ok": True}
    with playing(path):
        assert anyio.run(call, backend=backend) == {"ok": True}
    assert len(space.requests()) == 2
