"""An async iterable of inputs may be slow: it holds up no result."""

from __future__ import annotations

from pathlib import Path

import pytest

import veneer
from core._async.test_map_inputs import GET, KEYED, Source
from core.kit import Wire, async_watchdog, async_wired

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("ordered", [True, False])
async def test_results_come_out_while_the_next_input_is_waited_for(ordered: bool) -> None:
    source = Source(3)
    async with (
        async_watchdog("a result"),
        async_wired(Wire()).map(GET, aiter(source), ordered=ordered) as mapped,
    ):
        assert sorted([(await anext(mapped)).index for _ in range(3)]) == [0, 1, 2]
        source.gate.set()
        assert (await anext(mapped)).ok


async def test_a_result_is_in_the_journal_while_the_next_input_is_waited_for(tmp_path: Path) -> None:
    journal, source = tmp_path / "run.sqlite", Source(2)
    async with async_wired(Wire()).map(KEYED, aiter(source), journal=journal) as mapped:
        for _ in range(2):
            await anext(mapped)
        with veneer.MapJournal(journal) as kept:
            assert kept.counts() == {"done": 2} or kept.counts() == {"failed": 2}
        source.gate.set()


async def test_leaving_the_block_ends_the_wait_for_an_input() -> None:
    source, wire = Source(1), Wire()
    async with async_watchdog("the end"), async_wired(wire).map(GET, aiter(source)) as mapped:
        await anext(mapped)
    source.gate.set()
    assert [result async for result in mapped] == []
    assert len(wire.requests) == 1


async def test_a_stop_ends_the_wait_for_an_input() -> None:
    source = Source(1)
    async with async_watchdog("the end"), async_wired(Wire()).map(GET, aiter(source)) as mapped:
        await anext(mapped)
        mapped.stop()
        source.gate.set()
        assert [result async for result in mapped] == []
    assert mapped.progress.done == 1
