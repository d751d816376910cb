"""A client's calls at limits that processes share: their turns, the retry budget, and a store that is away."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import veneer
from core.fleetkit import Redis, redis_server
from core.kit import Ticks, Wire, async_together, async_wired, endpoint, reply
from veneer import DeadlineExceededError, Outcome, RetryBudget, SharedLimits, SharedLimitsWarning

pytestmark = pytest.mark.anyio

GET = endpoint("get")
SLOW = veneer.Rate(1, per=1000)
EACH = 1020
"""Seconds between two turns: a fiftieth more than the rate has."""


@pytest.fixture(scope="module")
def store() -> Iterator[Redis]:
    """A Redis for all tests of the module."""
    with redis_server() as server:
        yield server


def in_turns(sleeps: list[float]) -> list[int]:
    """Give waits in turns."""
    return [round(seconds / EACH) for seconds in sleeps]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name of its own for each test."""
    return str(request.node.name) + "_async"


# -- turns -------------------------------------------------------------------------------------------------------


async def test_each_attempt_waits_for_its_turn_among_those_of_all_clients(store: Redis, name: str) -> None:
    ticks, other = Ticks(random=0.0), Ticks()
    wire = Wire(lambda request: reply(503, {"retry-after": "0"}) if len(wire.requests) == 2 else reply())
    first = async_wired(wire, ticks, limits=SharedLimits(store.url, name=name, rate=SLOW), deadline=None)
    second = async_wired(
        Wire(reply()), other, limits=SharedLimits(store.url, name=name, rate=SLOW), deadline=None
    )
    await first.call(GET)
    await first.call(GET)  # is refused once
    await second.call(GET)
    assert in_turns([seconds for seconds in ticks.sleeps if seconds]) == [1, 2]
    assert in_turns(other.sleeps) == [3]


async def test_calls_side_by_side_take_one_turn_each(store: Redis, name: str) -> None:
    ticks = Ticks()
    client = async_wired(
        Wire(reply()), ticks, limits=SharedLimits(store.url, name=name, rate=SLOW), deadline=None
    )
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    client._session.sleep = sleep
    found = await async_together(12, lambda _: client.call(GET))
    assert not any(isinstance(one, BaseException) for one in found)
    assert sorted(in_turns(sleeps))[-11:] == list(range(1, 12))


async def test_the_wait_counts_into_the_deadline_and_leaves_its_turn_to_the_next_call(
    store: Redis, name: str
) -> None:
    ticks, wire = Ticks(), Wire(reply())
    client = async_wired(wire, ticks, limits=SharedLimits(store.url, name=name, rate=SLOW), deadline=None)
    await client.call(GET)
    ticks.sleeps.clear()
    with pytest.raises(DeadlineExceededError) as caught:
        await client.with_options(deadline=60).call(GET)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert [round(seconds) for seconds in ticks.sleeps] == [60]
    assert len(wire.requests) == 1
    await client.call(GET)
    assert in_turns(ticks.sleeps[1:]) == [1]


async def test_a_map_reads_no_further_than_calls_have_turns(store: Redis, name: str) -> None:
    limits = SharedLimits(store.url, name=name, rate=SLOW)
    client = async_wired(Wire(reply()), Ticks(), limits=limits, deadline=None)
    read = 0

    def inputs() -> Iterator[str]:
        nonlocal read
        for number in range(30):
            read += 1
            yield str(number)

    async with client.map(GET, inputs(), concurrency=20, ordered=False) as mapped:
        found = await anext(mapped)
        assert found.ok
        assert read <= 10
        assert (await mapped.drain()).done == 30


# -- the retry budget --------------------------------------------------------------------------------------------


async def test_a_retry_budget_is_one_for_all(store: Redis, name: str) -> None:
    def client(wire: Wire) -> Any:
        budget = RetryBudget(capacity=1, refill=1)
        return async_wired(wire, limits=SharedLimits(store.url, name=name, retry_budget=budget))

    bad = Wire(reply(503))
    first, second = client(bad), client(Wire(reply(503), reply(503), reply()))
    with pytest.raises(veneer.ServerError):
        await first.call(GET)
    assert len(bad.requests) == 2  # one token, one retry
    with pytest.raises(veneer.ServerError, match="the retry budget that processes share is used up"):
        await second.call(GET)
    good = client(Wire(reply(), reply(503), reply()))
    await good.call(GET)  # gives a token back
    assert (await good.call_raw(GET)).response.status_code == 200


# -- a store that is away ----------------------------------------------------------------------------------------


async def test_a_store_that_is_not_there_is_told_once_and_no_call_is_lost(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    limits = SharedLimits(
        f"redis://:CANARY-8841@127.0.0.1:{port}", name=name, rate=SLOW, retry_budget=RetryBudget()
    )
    ticks = Ticks()
    client = async_wired(Wire(reply(), reply(), reply(503), reply()), ticks, limits=limits, deadline=None)
    with caplog.at_level(logging.INFO, "veneer"), pytest.warns(SharedLimitsWarning) as caught:
        await client.call(GET)
    assert len(caught) == 1
    assert f"redis://127.0.0.1:{port} is away (ConnectionError)" in str(caught[0].message)
    assert "CANARY" not in caplog.text + str(caught[0].message)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    await client.call(GET)
    await client.call(GET)  # is refused, and repeated out of its own budget
    assert 1 in in_turns(ticks.sleeps)  # at its own rate


async def test_a_store_that_goes_and_comes_back_is_found_again(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = Ticks()
    with redis_server() as server:
        limits = SharedLimits(server.url, name=name, rate=1000, retry_budget=RetryBudget())
        client = async_wired(Wire(reply()), ticks, limits=limits)
        await client.call(GET)
        server.kill()
        with pytest.warns(SharedLimitsWarning) as caught:
            found = await async_together(20, lambda _: client.call(GET))
        assert len(caught) == 1
        assert not any(isinstance(one, BaseException) for one in found)
        server.start()
        ticks.advance(60)
        caplog.clear()
        with caplog.at_level(logging.INFO, "veneer"):
            await client.call(GET)
        assert [record.message for record in caplog.records] == ["the store of shared limits is back"]


async def test_a_store_that_does_not_answer_holds_no_call(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veneer._fleet._PATIENCE", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        limits = SharedLimits(url, name=name, rate=1000, retry_budget=RetryBudget())
        client = async_wired(Wire(reply(), reply(503), reply()), limits=limits)
        with pytest.warns(SharedLimitsWarning, match="is away"):
            await client.call(GET)
        await client.call(GET)


async def test_a_function_that_gives_no_address_is_the_callers_own_error(name: str) -> None:
    def url() -> str:
        raise LookupError("no vault")

    client = async_wired(Wire(reply()), limits=SharedLimits(url, name=name, rate=5))
    with pytest.raises(LookupError, match="no vault"):
        await client.call(GET)
    budget = SharedLimits(url, name=name, retry_budget=RetryBudget())
    client = async_wired(Wire(httpx.ConnectError("x"), reply()), limits=budget)
    with pytest.raises(LookupError, match="no vault"):
        await client.call(GET)
