# Derived from tests/core/_async/test_map.py by scripts/unasync.py: edit that file, not this one.
"""One operation over many inputs: so many at once, each with its result, and nothing sent twice after an end."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from core.kit import KEY, Ticks, Wire, endpoint, reply, wired

import veneer
from veneer import ConfigurationError, DeadlineExceededError, Outcome, TransportError

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})
LOST = httpx.ReadError("cut")


def echo(request: httpx.Request) -> httpx.Response:
    """Answer with what was sent."""
    body = json.loads(request.content) if request.content else None
    return reply(json={"path": request.url.path, "body": body})


def posts(count: int) -> Iterator[dict[str, Any]]:
    """Make inputs of a POST."""
    return ({"body": {"n": number}} for number in range(count))


def results(mapped: veneer.Map[Any, Any]) -> list[veneer.MapResult[Any, Any]]:
    """Give all results of a map."""
    with mapped:
        return [result for result in mapped]


# -- results -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 3, 50, "auto"])
def test_every_input_has_its_result_in_the_order_of_the_inputs(concurrency: Any) -> None:
    client = wired(Wire(echo))
    found = results(client.map(GET, range(40), concurrency=concurrency))
    assert [result.index for result in found] == list(range(40))
    assert [result.input for result in found] == list(range(40))
    assert [result.unwrap()["path"] for result in found] == [f"/v1/items/{number}" for number in range(40)]
    assert {(result.ok, result.outcome, len(result.attempts)) for result in found} == {
        (True, Outcome.ANSWERED, 1)
    }


def test_mappings_are_keywords_and_anything_else_is_the_one_argument() -> None:
    wire = Wire(echo)
    found = results(wired(wire).map(GET, ["a", {"item": "b"}, {"item": "c", "q": 1}]))
    assert sorted(request.url.raw_path for request in wire.requests) == [
        b"/v1/items/a",
        b"/v1/items/b",
        b"/v1/items/c?q=1",
    ]
    assert all(result.ok for result in found)


def test_an_error_is_the_result_of_its_input_and_ends_nothing() -> None:
    wire = Wire(lambda request: reply(404 if request.url.path.endswith("1") else 200))
    found = results(wired(wire).map(GET, [0, 1, {"wrong": 1, "item": 2, "also": object()}, 3]))
    assert [result.ok for result in found] == [True, False, False, True]
    assert isinstance(found[1].error, veneer.NotFoundError)
    assert found[1].outcome is Outcome.ANSWERED
    assert len(found[1].attempts) == 1
    assert found[2].outcome is Outcome.NOT_SENT
    with pytest.raises(veneer.NotFoundError):
        found[1].unwrap()


def test_inputs_are_read_only_as_there_is_room_for_them() -> None:
    read: list[int] = []

    def inputs() -> Iterator[int]:
        for number in itertools.count():
            read.append(number)
            yield number

    with wired(Wire()).map(GET, inputs(), concurrency=4) as mapped:
        for _ in range(10):
            next(mapped)
        assert len(read) <= 10 + 2 * 4


def test_results_come_as_they_are_ready_where_no_order_is_asked_for() -> None:
    with wired(Wire()).map(GET, range(30), concurrency=5, ordered=False) as mapped:
        assert sorted([result.index for result in mapped]) == list(range(30))
        assert mapped.progress.done == 30
        assert mapped.progress.under_way == 0


def test_nothing_is_left_open_when_the_loop_is_left_early() -> None:
    wire = Wire()
    client = wired(wire)
    with client.map(GET, itertools.count(), concurrency=3) as mapped:
        for result in mapped:
            if result.index == 5:
                break
    sent = len(wire.requests)
    assert mapped.progress.under_way == 0
    assert mapped.progress.done == sent
    assert [result.index for result in mapped] == list(range(6, sent))
    assert len(wire.requests) == sent


@pytest.mark.parametrize("ordered", [True, False])
def test_a_map_that_is_stopped_reads_no_further_and_gives_what_is_under_way(ordered: bool) -> None:
    wire = Wire(echo)
    mapped = wired(wire).map(GET, itertools.count(), concurrency=4, ordered=ordered)
    found = []
    with mapped:
        for result in mapped:
            found.append(result.index)
            mapped.stop()
    assert len(wire.requests) == len(found) >= 4
    assert sorted(found) == list(range(len(found)))


def test_a_map_that_is_stopped_while_an_input_is_read_does_not_send_it() -> None:
    def stopping() -> Iterator[int]:
        yield 0
        mapped.stop()
        yield 1

    wire = Wire(echo)
    mapped = wired(wire).map(GET, stopping())
    assert [result.index for result in results(mapped)] == [0]
    assert len(wire.requests) == 1


def test_what_reading_the_inputs_raises_comes_out_as_it_is() -> None:
    def inputs() -> Iterator[int]:
        yield 1
        raise KeyError("theirs")

    with pytest.raises(KeyError, match="theirs"):
        results(wired(Wire()).map(GET, inputs()))


def test_a_method_of_a_client_is_called_with_its_own_options() -> None:
    wire = Wire(echo)
    client = wired(wire)
    held = veneer.Heard()

    class Items:
        def __init__(self, client: veneer.Client) -> None:
            self._client = client

        def create(self, name: str) -> Any:
            return self._client.call(KEYED, body={"name": name})

    items = Items(client.with_options(headers={"x-own": "1"}, heard=held))
    found = results(client.map(items.create, ["a", {"name": "b"}], concurrency=1))
    assert [result.unwrap()["body"] for result in found] == [{"name": "a"}, {"name": "b"}]
    assert wire.sent("x-own") == ["1", "1"]
    assert len(held.responses) == 2


# -- bounds ------------------------------------------------------------------------------------------------------


def test_calls_keep_to_a_rate() -> None:
    ticks = Ticks()
    times: list[float] = []
    wire = Wire(lambda request: times.append(ticks.now) or reply())  # type: ignore[func-returns-value]
    results(wired(wire, ticks).map(GET, range(20), concurrency=1, rate=10))
    assert times[-1] - times[0] >= 1.8


def test_a_rate_counts_what_inputs_cost() -> None:
    ticks = Ticks()
    times: list[float] = []
    wire = Wire(lambda request: times.append(ticks.now) or reply())  # type: ignore[func-returns-value]
    rate = veneer.Rate(600, per=60, cost=lambda given: given)
    results(wired(wire, ticks).map(GET, [10, 50, 1], concurrency=1, rate=rate))
    assert [round(later - sooner) for sooner, later in itertools.pairwise(times)] == [1, 5]


def test_the_servers_word_on_its_rate_limit_holds() -> None:
    ticks = Ticks()
    times: list[float] = []

    def answer(_: httpx.Request) -> httpx.Response:
        times.append(ticks.now)
        return reply(headers={"ratelimit-remaining": "0", "ratelimit-reset": "7"} if len(times) == 2 else {})

    results(wired(Wire(answer), ticks).map(GET, range(3), concurrency=1))
    assert [later - sooner for sooner, later in itertools.pairwise(times)] == [0, 7]


def test_a_call_that_is_to_be_repeated_leaves_its_place_to_others() -> None:
    ticks = Ticks()
    wire = Wire(429, reply(), reply(), reply())
    found = results(wired(wire, ticks).map(GET, range(3), concurrency=1))
    assert [len(result.attempts) for result in found] == [2, 1, 1]
    assert all(result.ok for result in found)


def test_the_total_time_ends_a_map() -> None:
    ticks = Ticks()
    wire = Wire(lambda request: ticks.advance(1) or reply())  # type: ignore[func-returns-value]
    mapped = wired(wire, ticks).map(GET, itertools.count(), concurrency=1, total=5)
    with pytest.raises(DeadlineExceededError, match="done=5"):
        results(mapped)
    assert len(wire.requests) <= 6


# -- journal -----------------------------------------------------------------------------------------------------


def test_what_is_done_is_not_sent_again(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    wire = Wire(echo)
    client = wired(wire)
    with client.map(KEYED, posts(10), concurrency=1, journal=journal) as mapped:
        for _ in range(4):
            next(mapped)
    sent = len(wire.requests)
    assert sent < 10
    with client.map(KEYED, posts(10), concurrency=1, journal=journal) as mapped:
        rest = [result.index for result in mapped]
        assert mapped.progress.skipped == sent
    assert rest == list(range(sent, 10))
    assert len(wire.requests) == 10
    with veneer.MapJournal(journal) as kept:
        assert kept.counts() == {"done": 10}
        assert [row.result["body"] for row in kept.rows()] == [{"n": number} for number in range(10)]


def test_the_intent_and_its_key_are_written_before_a_request_leaves(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    seen: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        with veneer.MapJournal(journal) as kept:
            row = list(kept.rows())[-1]
        seen.append((row.state, row.key))
        return reply()

    wire = Wire(answer)
    results(wired(wire).map(KEYED, posts(1), journal=journal))
    results(wired(Wire(answer)).map(POST, posts(1), journal=tmp_path / "other.sqlite")) if False else None
    assert seen == [("intended", wire.sent("idempotency-key")[0])]


def test_a_keyed_call_of_a_run_that_was_ended_goes_out_with_its_old_key(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    wire = Wire(LOST, LOST, LOST, LOST, reply())
    client = wired(wire)
    (found,) = results(client.map(KEYED, posts(1), journal=journal, concurrency=1))
    assert found.outcome is Outcome.NOT_SENT or isinstance(found.error, TransportError)
    (again,) = results(client.map(KEYED, posts(1), journal=journal, again=["failed"]))
    assert again.ok
    assert len(set(wire.sent("idempotency-key"))) == 1


def test_a_write_without_a_key_that_may_have_run_is_unknown_and_left_alone(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    wire = Wire(LOST, reply(), reply())
    client = wired(wire)
    lost, done = results(client.map(POST, posts(2), journal=journal, concurrency=1))
    assert (lost.outcome, done.ok) == (Outcome.UNKNOWN, True)
    with client.map(POST, posts(2), journal=journal) as mapped:
        assert [result for result in mapped] == []
        assert (mapped.progress.skipped, mapped.progress.unknown) == (2, 1)
    assert len(wire.requests) == 2
    with veneer.MapJournal(journal) as kept:
        assert [row.input["body"] for row in kept.rows("unknown")] == [{"n": 0}]
    (told,) = results(client.map(POST, posts(2), journal=journal, again=["unknown"]))
    assert told.ok
    assert len(wire.requests) == 3


def test_an_unkeyed_write_is_marked_before_it_leaves(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        with veneer.MapJournal(journal) as kept:
            seen.extend(row.state for row in kept.rows())
        return reply()

    results(wired(Wire(answer)).map(POST, posts(1), journal=journal))
    assert seen == ["sent"]


def test_a_write_that_was_leaving_when_its_run_was_ended_is_listed_as_unknown(tmp_path: Path) -> None:
    journal, ended = tmp_path / "run.sqlite", tmp_path / "ended.sqlite"

    def answer(request: httpx.Request) -> httpx.Response:
        for part in ("", "-wal"):  # what a process that is killed here leaves
            shutil.copy(f"{journal}{part}", f"{ended}{part}")
        return reply()

    results(wired(Wire(answer)).map(POST, posts(1), journal=journal))
    with veneer.MapJournal(ended) as kept:
        assert [row.index for row in kept.rows("unknown")] == [0]
    wire = Wire()
    with wired(wire).map(POST, posts(1), journal=ended) as mapped:
        assert [result for result in mapped] == []
        assert mapped.progress.unknown == 1
    assert not wire.requests


def test_a_write_after_which_the_callers_own_code_failed_is_unknown() -> None:
    def hook(_: httpx.Response) -> None:
        raise KeyError("theirs")

    (found,) = results(wired(Wire(), on_response=[hook]).map(POST, posts(1)))
    assert isinstance(found.error, KeyError)
    assert found.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("first", "outcome"), [(POST, Outcome.UNKNOWN), (KEYED, Outcome.ANSWERED)])
def test_a_refusal_after_a_write_of_the_same_method_leaves_that_write_open(
    first: Any, outcome: Outcome
) -> None:
    class Items:
        def __init__(self, client: veneer.Client) -> None:
            self._client = client

        def create(self, name: str) -> Any:
            self._client.call(first, body={"name": name})
            return self._client.call(GET, name)

    client = wired(Wire(lambda request: reply(404 if request.method == "GET" else 200)))
    (found,) = results(client.map(Items(client).create, ["a"]))
    assert found.outcome is outcome


def test_other_inputs_than_those_of_the_journal_are_refused(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    client = wired(Wire())
    results(client.map(KEYED, posts(3), journal=journal))
    with pytest.raises(ConfigurationError, match="input 0 is not the one that the journal"):
        results(client.map(KEYED, [{"body": {"n": 7}}], journal=journal))


def test_a_journal_is_of_one_operation_and_one_run_at_a_time(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    client = wired(Wire())
    with client.map(KEYED, posts(3), journal=journal) as mapped:
        next(mapped)
        with pytest.raises(ConfigurationError, match="another run has the journal"):
            client.map(KEYED, posts(3), journal=journal)
    with pytest.raises(ConfigurationError, match=r"is of post_item, not of get_item"):
        client.map(GET, [1], journal=journal)


def test_nothing_secret_is_kept(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    wire = Wire(reply(json={"id": 1, "token": "hush-hush-1", "inner": [{"client_secret": "hush-hush-2"}]}))
    given = [{"body": {"password": "hush-hush-3", "n": 1}}]
    results(wired(wire).map(KEYED, given, journal=journal))
    kept = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("*")))  # noqa: ASYNC240  # a moment
    assert kept.count(b"***") == 3
    assert b"hush-hush" not in kept
    assert KEY.encode() not in kept


def test_a_journal_is_exported_as_json_lines(tmp_path: Path) -> None:
    journal, lines = tmp_path / "run.sqlite", tmp_path / "run.jsonl"
    wire = Wire(reply(404), reply(json={"id": 2}))
    results(wired(wire).map(GET, [1, 2], journal=journal, concurrency=1))
    with veneer.MapJournal(journal) as kept:
        assert kept.to_jsonl(lines) == 2
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [(row["index"], row["state"], row["result"]) for row in rows] == [
        (0, "failed", None),
        (1, "done", {"id": 2}),
    ]
    assert "404" in rows[0]["error"]


# -- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"concurrency": 0}, "concurrency takes a whole number"),
        ({"concurrency": "many"}, "concurrency takes a whole number"),
        ({"rate": 0}, "rate takes calls a second"),
        ({"total": -1}, "total takes positive seconds"),
        ({"again": ["unknown"]}, "give its journal="),
        ({"journal": "/nowhere/run.sqlite"}, "cannot be used as a journal"),
        ({"journal": "x.sqlite", "again": ["done"]}, "again takes 'failed' and 'unknown'"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_sent(
    options: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wire = Wire()
    with pytest.raises(ConfigurationError, match=said):
        wired(wire).map(GET, [1], **options)
    assert not wire.requests


@pytest.mark.parametrize("operation", ["list_todos", len, object()], ids=["text", "function", "object"])
def test_what_is_no_operation_is_refused(operation: Any) -> None:
    with pytest.raises(ConfigurationError):
        wired(Wire()).map(operation, [1])


def test_inputs_that_cannot_be_iterated_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="inputs are given as a list"):
        wired(Wire()).map(GET, 5)  # type: ignore[call-overload]
