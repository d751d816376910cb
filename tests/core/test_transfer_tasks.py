"""Transfers of many tasks in one event loop, whose connections share what they read into."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anyio
import pytest

from core.transferkit import FILE, answer, async_served
from faultserver import FaultServer

pytestmark = pytest.mark.anyio


async def test_downloads_at_once_have_each_their_own_bytes(faults: FaultServer, tmp_path: Path) -> None:
    bodies = [bytes([number]) * (600_000 + number) for number in range(6)]
    client, _ = async_served(faults, *([answer(body)] for body in bodies))
    async with client, anyio.create_task_group() as tasks:
        for number in range(len(bodies)):
            tasks.start_soon(partial(client.download, FILE, "f", to=tmp_path / str(number)))
    found = [(tmp_path / str(number)).read_bytes() for number in range(len(bodies))]
    assert sorted(found) == bodies
