"""Turns in a schedule that processes share, as values; the script and the desk at a real Redis."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import veneer
from core.fleetkit import Redis, redis_server
from core.kit import Ticks, endpoint, serving, wired_reply
from veneer import ConfigurationError, RetryBudget, SharedLimits
from veneer._core.turns import Turns

URL = "redis://127.0.0.1:1/0"
WITH_PASSWORD = "redis://:CANARY-8841@127.0.0.1:1/0"
SLOW = veneer.Rate(1, per=1000)
GET = endpoint("get")


@pytest.fixture(scope="module")
def store() -> Iterator[Redis]:
    """A Redis for all tests of the module."""
    with redis_server() as server:
        yield server


def a_url() -> str:
    """Give the store's address where it is needed."""
    return WITH_PASSWORD


# -- the schedule of a process -----------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["begin", "give back", "ask"]), max_size=60))
def test_no_turn_is_given_twice_whatever_becomes_of_its_calls(steps: list[str]) -> None:
    turns, granted, left, waiting = Turns(1.0), 0, [], []
    for step in steps:
        if step == "ask":
            waiting.append(turns.ask(0.0))
            asked = turns.take()
            turns.grant(asked, float(granted))
            granted += len(asked)
        elif waiting:
            turn = waiting.pop(0)
            if step == "begin":
                left.append(turn.at)
            (turns.begin if step == "begin" else turns.give_back)(turn)
    assert len(left) == len(set(left))
    assert granted <= steps.count("ask")


def test_what_a_call_that_ended_leaves_goes_to_the_next_one() -> None:
    turns = Turns(1.0)
    first = turns.ask(0.0)
    turns.grant(turns.take(), 5.0)
    turns.give_back(first)
    assert turns.ask(0.0).at == 5.0
    assert turns.take() == []


def test_a_turn_of_a_call_that_ended_while_it_was_asked_for_is_not_lost() -> None:
    turns = Turns(1.0)
    turn = turns.ask(0.0)
    asked = turns.take()
    turns.give_back(turn)
    turns.grant(asked, 5.0)
    assert turns.ask(0.0).at == 5.0


def test_turns_of_long_ago_are_not_made_up_for_at_once() -> None:
    turns = Turns(1.0)
    turn = turns.ask(0.0)
    turns.grant(turns.take(), 5.0)
    turns.give_back(turn)
    assert turns.ask(9.0).at is None


def test_a_process_alone_keeps_to_its_part_of_the_rate() -> None:
    turns = Turns(1.0)
    asked = [turns.ask(0.0) for _ in range(3)]
    turns.grant_alone(turns.take(), 10.0, 4)
    gaps = [after.at - before.at for before, after in itertools.pairwise(asked)]  # type: ignore[operator]
    assert gaps == [4.0, 4.0]


def test_a_map_starts_no_call_that_would_only_wait() -> None:
    turns = Turns(1.0)
    assert turns.ahead(0.0, 3, 1) == 0.0
    assert turns.ahead(0.0, 4, 1) > 0.0
    for _ in range(4):
        turns.ask(0.0)
    turns.grant(turns.take(), 7.0)
    assert turns.ahead(2.0, 0, 1) == 5.0
    assert Turns(0.001).ahead(0.0, 40, 1) == 0.0  # its turns come within a moment
    assert Turns(0.001).ahead(0.0, 40, 10) > 0.0  # not those of one among ten


# -- the value ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "", "rate": 5}, r"name=\) takes a text"),
        ({"name": "a"}, "rate=, retry_budget= or both"),
        ({"name": "a", "rate": -1}, "rate takes"),
        ({"name": "a", "rate": veneer.Rate(5, cost=len)}, "leave cost= out"),
        ({"name": "a", "retry_budget": 5}, "takes a RetryBudget, not int"),
        ({"name": "a", "rate": 5, "url": "http://x"}, "redis://, rediss:// or unix:// URL"),
        ({"name": "a", "rate": 5, "url": "redis://x:port"}, "redis://, rediss:// or unix:// URL"),
        ({"name": "a", "rate": 5, "url": 7}, "a URL or a function that returns one, not int"),
        ({"name": "a", "rate": 5, "url": None}, "give its URL, or set VENEER_LIMITS_URL"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_give(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        SharedLimits(options.pop("url", URL), **options)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'veneer\[fleet\]'"):
        SharedLimits(URL, name="a", rate=5)


def test_a_client_takes_shared_limits_and_one_retry_budget() -> None:
    with pytest.raises(ConfigurationError, match=r"limits takes a veneer\.SharedLimits, not int"):
        veneer.Client("http://127.0.0.1:1", limits=5)  # type: ignore[arg-type]
    limits = SharedLimits(URL, name="a", retry_budget=RetryBudget())
    with pytest.raises(ConfigurationError, match="a retry budget is given twice"):
        veneer.Client("http://127.0.0.1:1", limits=limits, retry_budget=RetryBudget())


def test_the_store_is_loaded_by_nothing_that_does_not_use_it() -> None:
    client = veneer.Client("http://127.0.0.1:1")
    assert client._session.turns is None


# -- pickling ----------------------------------------------------------------------------------------------------


def test_limits_are_pickled_by_their_settings_with_their_client() -> None:
    limits = SharedLimits(URL, name="a", rate=7, retry_budget=RetryBudget(5, initial=2, cost=2))
    client = pickle.loads(pickle.dumps(veneer.Client("http://127.0.0.1:1", limits=limits)))
    found = client._config.limits
    assert (found.name, found.rate, found.source) == ("a", veneer.Rate(7), URL)
    assert found.retry_budget.settings == limits.retry_budget.settings  # type: ignore[union-attr]


def test_an_address_with_a_password_goes_by_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENEER_LIMITS_URL", WITH_PASSWORD)
    for limits in (SharedLimits(name="a", rate=7), SharedLimits(a_url, name="a", rate=7)):
        pickled = pickle.dumps(limits)
        assert b"CANARY" not in pickled
        assert pickle.loads(pickled).rate == veneer.Rate(7)
    pickled = pickle.dumps(SharedLimits(name="a", rate=7))
    monkeypatch.delenv("VENEER_LIMITS_URL")
    with pytest.raises(ConfigurationError, match="VENEER_LIMITS_URL is not set here"):
        pickle.loads(pickled)


def test_an_address_with_a_password_as_text_is_neither_pickled_nor_shown() -> None:
    limits = SharedLimits(WITH_PASSWORD, name="a", rate=7)
    assert "CANARY" not in repr(limits)
    with pytest.raises(ConfigurationError, match="given as text is not pickled") as caught:
        pickle.dumps(limits)
    assert "CANARY" not in str(caught.value)


# -- several processes -------------------------------------------------------------------------------------------


def test_the_turns_of_those_that_share_a_name_are_one_schedule(store: Redis) -> None:
    ticks = Ticks()
    desks = [SharedLimits(store.url, name="one", rate=SLOW) for _ in range(3)]
    taken = []
    for limits, count in zip(desks, (3, 1, 2), strict=True):
        desk = _desk(limits)
        asked = [desk.ask(ticks.now) for _ in range(count)]
        desk.serve(lambda: ticks.now)
        taken += [round((turn.at - ticks.now) / 1020) for turn in asked]
    assert taken == [0, 1, 2, 3, 4, 5]
    assert desk._sharers == 3


def test_names_do_not_share(store: Redis) -> None:
    ticks = Ticks()
    for name in ("two", "three"):
        desk = _desk(SharedLimits(store.url, name=name, rate=SLOW))
        turn = desk.ask(ticks.now)
        desk.serve(lambda: ticks.now)
        assert round((turn.at - ticks.now) / 1020) == 0


def _desk(limits: SharedLimits) -> Any:
    from veneer._fleet import desks_of

    return desks_of(limits).get()


def test_a_password_of_the_store_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with redis_server(password="CANARY-8841") as server:
        monkeypatch.setenv("VENEER_LIMITS_URL", server.url.replace("//", "//:CANARY-8841@"))
        desk = _desk(SharedLimits(name="a", rate=7))
        desk.ask(0.0)
        desk.serve(lambda: 0.0)
        assert not desk.away
        wrong = _desk(SharedLimits(server.url.replace("//", "//:CANARY-1@"), name="a", rate=7))
        wrong.ask(0.0)
        wrong.serve(lambda: 0.0)
        said = wrong.news()
        assert "is away (AuthenticationError)" in said
        assert "CANARY" not in said


# -- trio and Dask -----------------------------------------------------------------------------------------------


def test_calls_in_trio_wait_for_their_turns_as_well(store: Redis) -> None:
    trio = pytest.importorskip("trio")
    sleeps: list[float] = []

    async def main() -> None:
        limits = SharedLimits(store.url, name="trio", rate=SLOW)
        with serving(lambda _: wired_reply(200)) as site:
            async with veneer.AsyncClient(site.url, limits=limits, deadline=None) as client:

                async def sleep(seconds: float) -> None:
                    sleeps.append(seconds)

                client._session.sleep = sleep
                async with trio.open_nursery() as nursery:
                    for _ in range(3):
                        nursery.start_soon(client.request, "GET", "/a")
            assert len(site.requests) == 3

    trio.run(main)
    assert sorted(round(seconds / 1020) for seconds in sleeps) in ([1, 2], [0, 1, 2])


@pytest.mark.filterwarnings("default")  # Dask's own
def test_dask_carries_out_the_calls_of_a_map_within_shared_limits(store: Redis) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
    with (
        serving(lambda _: wired_reply(200)) as site,
        distributed.LocalCluster(n_workers=2, threads_per_worker=4, dashboard_address=None) as cluster,
        distributed.Client(cluster) as pool,
        veneer.Client(
            site.url, limits=SharedLimits(store.url, name="dask", rate=veneer.Rate(1000))
        ) as client,
    ):
        inputs = [{"method": "GET", "path": f"/{number}"} for number in range(20)]
        progress = client.map(client.request, inputs, executor=pool.get_executor()).drain()
        assert (progress.done, progress.seen) == (20, 20)
        assert len(site.requests) == 20
