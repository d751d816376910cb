"""Where the inputs of a map come from: they may fail, and none is read before its time."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import veneer
from core.kit import AsyncGate, Ticks, Wire, async_until, async_wired, endpoint

pytestmark = pytest.mark.anyio

GET = endpoint("get")
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})


class Source:
    """Inputs that wait at a gate after some of them, and keep what was read."""

    def __init__(self, before: int, error: Exception | None = None) -> None:
        self.before = before
        self.error = error
        self.gate = AsyncGate()
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[int]:
        for number in itertools.count():
            if number == self.before:
                await self.gate.wait()
                if self.error is not None:
                    raise self.error
            self.read += 1
            yield number


async def indices(mapped: veneer.AsyncMap[Any, Any], error: type[Exception], match: str) -> list[int]:
    """Give the indices of the results of a map that ends with an error."""
    found: list[int] = []
    with pytest.raises(error, match=match):  # noqa: PT012  # the loop raises
        async for result in mapped:
            found += [result.index]
    return found


async def test_inputs_may_come_one_by_one_from_elsewhere() -> None:
    source = Source(2)
    source.gate.set()
    async with async_wired(Wire()).map(GET, aiter(source), concurrency=3) as mapped:
        assert [(await anext(mapped)).input for _ in range(50)] == list(range(50))


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_no_input_is_read_before_its_call_may_start(concurrency: int) -> None:
    source, wire = Source(0), Wire()
    source.gate.set()
    async with async_wired(wire).map(GET, aiter(source), concurrency=concurrency) as mapped:
        for number in range(1, 20):
            await anext(mapped)
            assert source.read <= number + 2 * concurrency


async def test_a_rate_holds_inputs_back_where_they_come_from() -> None:
    source, ticks = Source(0), Ticks()
    source.gate.set()
    client = async_wired(Wire(), ticks)
    async with client.map(GET, aiter(source), concurrency=8, rate=veneer.Rate(1, per=1000)) as mapped:
        await anext(mapped)
        assert source.read == 1


async def test_what_reading_an_input_raises_comes_out_once_after_the_results_before_it() -> None:
    source = Source(5, KeyError("theirs"))
    source.gate.set()
    mapped = async_wired(Wire()).map(GET, aiter(source), concurrency=2)
    assert await indices(mapped, KeyError, "theirs") == list(range(5))
    assert [result async for result in mapped] == []


async def test_a_list_that_cannot_be_read_to_its_end_raises_after_the_results_before() -> None:
    class Part(list[int]):
        def __iter__(self) -> Any:
            yield 0
            raise KeyError("theirs")

    assert await indices(async_wired(Wire()).map(GET, Part([0])), KeyError, "theirs") == [0]


async def test_a_cost_that_is_none_ends_the_run_after_the_results_before() -> None:
    rate = veneer.Rate(1000, cost=lambda given: -1 if given == 3 else 1)
    mapped = async_wired(Wire(), Ticks()).map(GET, range(9), rate=rate)
    assert await indices(mapped, veneer.ConfigurationError, "what cost= returns") == [0, 1, 2]


async def test_an_input_that_cannot_be_kept_ends_the_run_after_the_results_before(tmp_path: Path) -> None:
    inputs: list[Any] = [{"body": {"n": 1}}, {"body": {"n": {1, 2}}}]
    mapped = async_wired(Wire()).map(KEYED, inputs, journal=tmp_path / "run.sqlite")
    said = r"input 1 cannot be kept in a journal: \$\.body\.n: set"
    assert await indices(mapped, veneer.ConfigurationError, said) == [0]


async def test_many_inputs_of_an_earlier_run_are_passed_over(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    inputs = [{"body": {"n": number}} for number in range(1300)]
    await async_wired(Wire()).map(KEYED, inputs, journal=journal, concurrency=64).drain()
    wire = Wire()
    for source in (inputs, iter(inputs)):
        mapped = async_wired(wire).map(KEYED, source, journal=journal)
        progress = await mapped.drain()
        assert (progress.skipped, progress.done, len(wire.requests)) == (1300, 0, 0)


async def test_a_map_that_is_dropped_reads_no_further() -> None:
    source = Source(0)
    source.gate.set()
    mapped = async_wired(Wire()).map(GET, aiter(source), concurrency=2)
    await anext(mapped)
    await async_until(lambda: source.read >= 3, "the inputs that there is room for")
    read = source.read
    del mapped
    assert source.read == read
