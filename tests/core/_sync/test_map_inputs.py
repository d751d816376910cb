# Derived from tests/core/_async/test_map_inputs.py by scripts/unasync.py: edit that file, not this one.
"""Where the inputs of a map come from: they may fail, and none is read before its time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.kit import Gate, Ticks, Wire, endpoint, until, wired

import veneer

pytestmark = pytest.mark.anyio

GET = endpoint("get")
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})


class Source:
    """Inputs that wait at a gate after some of them, and keep what was read."""

    def __init__(self, before: int, error: Exception | None = None) -> None:
        self.before = before
        self.error = error
        self.gate = Gate()
        self.read = 0

    def __iter__(self) -> Iterator[int]:
        for number in itertools.count():
            if number == self.before:
                self.gate.wait()
                if self.error is not None:
                    raise self.error
            self.read += 1
            yield number


def indices(mapped: veneer.Map[Any, Any], error: type[Exception], match: str) -> list[int]:
    """Give the indices of the results of a map that ends with an error."""
    found: list[int] = []
    with pytest.raises(error, match=match):  # noqa: PT012  # the loop raises
        for result in mapped:
            found += [result.index]
    return found


def test_inputs_may_come_one_by_one_from_elsewhere() -> None:
    source = Source(2)
    source.gate.set()
    with wired(Wire()).map(GET, iter(source), concurrency=3) as mapped:
        assert [(next(mapped)).input for _ in range(50)] == list(range(50))


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_input_is_read_before_its_call_may_start(concurrency: int) -> None:
    source, wire = Source(0), Wire()
    source.gate.set()
    with wired(wire).map(GET, iter(source), concurrency=concurrency) as mapped:
        for number in range(1, 20):
            next(mapped)
            assert source.read <= number + 2 * concurrency


def test_a_rate_holds_inputs_back_where_they_come_from() -> None:
    source, ticks = Source(0), Ticks()
    source.gate.set()
    client = wired(Wire(), ticks)
    with client.map(GET, iter(source), concurrency=8, rate=veneer.Rate(1, per=1000)) as mapped:
        next(mapped)
        assert source.read == 1


def test_what_reading_an_input_raises_comes_out_once_after_the_results_before_it() -> None:
    source = Source(5, KeyError("theirs"))
    source.gate.set()
    mapped = wired(Wire()).map(GET, iter(source), concurrency=2)
    assert indices(mapped, KeyError, "theirs") == list(range(5))
    assert [result for result in mapped] == []


def test_a_list_that_cannot_be_read_to_its_end_raises_after_the_results_before() -> None:
    class Part(list[int]):
        def __iter__(self) -> Any:
            yield 0
            raise KeyError("theirs")

    assert indices(wired(Wire()).map(GET, Part([0])), KeyError, "theirs") == [0]


def test_a_cost_that_is_none_ends_the_run_after_the_results_before() -> None:
    rate = veneer.Rate(1000, cost=lambda given: -1 if given == 3 else 1)
    mapped = wired(Wire(), Ticks()).map(GET, range(9), rate=rate)
    assert indices(mapped, veneer.ConfigurationError, "what cost= returns") == [0, 1, 2]


def test_an_input_that_cannot_be_kept_ends_the_run_after_the_results_before(tmp_path: Path) -> None:
    inputs: list[Any] = [{"body": {"n": 1}}, {"body": {"n": {1, 2}}}]
    mapped = wired(Wire()).map(KEYED, inputs, journal=tmp_path / "run.sqlite")
    said = r"input 1 cannot be kept in a journal: \$\.body\.n: set"
    assert indices(mapped, veneer.ConfigurationError, said) == [0]


def test_many_inputs_of_an_earlier_run_are_passed_over(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    inputs = [{"body": {"n": number}} for number in range(1300)]
    wired(Wire()).map(KEYED, inputs, journal=journal, concurrency=64).drain()
    wire = Wire()
    for source in (inputs, iter(inputs)):
        mapped = wired(wire).map(KEYED, source, journal=journal)
        progress = mapped.drain()
        assert (progress.skipped, progress.done, len(wire.requests)) == (1300, 0, 0)


def test_a_map_that_is_dropped_reads_no_further() -> None:
    source = Source(0)
    source.gate.set()
    mapped = wired(Wire()).map(GET, iter(source), concurrency=2)
    next(mapped)
    until(lambda: source.read >= 3, "the inputs that there is room for")
    read = source.read
    del mapped
    assert source.read == read
