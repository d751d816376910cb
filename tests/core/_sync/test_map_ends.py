# Derived from tests/core/_async/test_map_ends.py by scripts/unasync.py: edit that file, not this one.
"""How a map ends before its time: calls that all fail alike, a journal that cannot be written, an interrupt."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from core.kit import Wire, endpoint, reply, wired

import veneer
from veneer import ConfigurationError
from veneer._journal import Writer

pytestmark = pytest.mark.anyio

GET = endpoint("get")
POST = endpoint("post", "/items")
KEYED = endpoint("post", "/items", idempotency={"in": "header", "name": "Idempotency-Key"})
CUT_OFF = httpx.ConnectError("refused")


def posts(count: int) -> Iterator[dict[str, Any]]:
    """Make inputs of a POST."""
    return ({"body": {"n": number}} for number in range(count))


def ended(
    mapped: veneer.Map[Any, Any], error: type[BaseException], match: str | None = None
) -> list[veneer.MapResult[Any, Any]]:
    """Give the results of a map that ends with an error."""
    found: list[veneer.MapResult[Any, Any]] = []
    with pytest.raises(error, match=match) as raised:  # noqa: PT012  # the loop raises
        for result in mapped:
            found += [result]
    if match is None:
        assert "abort_after=None" in raised.value.__notes__[0]
        assert raised.value in [result.error for result in found]
    assert [result for result in mapped] == []
    return found


# -- calls that fail alike ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (401, veneer.AuthenticationError),
        (403, veneer.PermissionDeniedError),
        (CUT_OFF, veneer.ConnectError),
    ],
    ids=["credential", "permission", "no connection"],
)
def test_a_run_whose_calls_all_fail_alike_ends_with_their_error(
    answer: Any, kind: type[Exception], tmp_path: Path
) -> None:
    journal = tmp_path / "run.sqlite"
    wire = Wire(answer)
    client = wired(wire, max_retries=0)
    found = ended(client.map(KEYED, posts(1000), journal=journal, concurrency=4), kind)
    assert 20 <= len(found) <= 20 + 2 * 4
    assert {type(result.error) for result in found} <= {type(found[0].error)}
    with veneer.MapJournal(journal) as kept:
        assert kept.counts().keys() <= {"intended"}
    mended = Wire()
    progress = wired(mended).map(KEYED, posts(1000), journal=journal, concurrency=32).drain()
    assert (progress.done, progress.skipped) == (1000, 0)


def test_calls_that_cannot_be_sent_end_a_run_that_has_done_nothing() -> None:
    wire = Wire()
    found = ended(wired(wire).map(GET, [None] * 1000), ConfigurationError)
    assert len(found) <= 40
    assert not wire.requests


def test_a_lack_of_permission_after_a_success_is_its_inputs_own() -> None:
    wire = Wire(lambda request: reply(200 if request.url.path.endswith("/0") else 403))
    progress = wired(wire).map(GET, range(100), concurrency=1).drain()
    assert (progress.done, progress.failed) == (1, 99)


def test_failures_end_a_run_only_in_a_row() -> None:
    wire = Wire(lambda request: reply(401 if int(request.url.path[10:]) % 10 else 200))
    progress = wired(wire).map(GET, range(100), concurrency=1).drain()
    assert (progress.done, progress.failed) == (10, 90)


@pytest.mark.parametrize(("abort_after", "failed"), [(None, 100), (3, 3)])
def test_how_many_failures_end_a_run_can_be_chosen(abort_after: int | None, failed: int) -> None:
    mapped = wired(Wire(401)).map(GET, range(100), concurrency=1, abort_after=abort_after)
    if abort_after is None:
        assert (mapped.drain()).failed == failed
    else:
        assert len(ended(mapped, veneer.AuthenticationError)) == failed


# -- a journal that cannot be written ----------------------------------------------------------------------------


def full(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Have the disk be full when a journal has written so many times."""
    written = iter(range(sys.maxsize))
    real = Writer._write

    def write(writer: Writer, *args: Any, **options: Any) -> None:
        if next(writer_count) >= after:
            writer._db.execute("PRAGMA max_page_count = 1")
        real(writer, *args, **options)

    writer_count = written
    monkeypatch.setattr(Writer, "_write", write)


@pytest.mark.parametrize("operation", [KEYED, POST], ids=["keyed", "unkeyed"])
def test_a_full_disk_ends_a_run_after_the_results_of_what_was_sent(
    operation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, wire = tmp_path / "run.sqlite", Wire()
    full(monkeypatch, after=6)
    inputs = [{"body": {"n": number, "text": "x" * 5000}} for number in range(50)]
    mapped = wired(wire).map(operation, inputs, journal=journal, concurrency=2)
    found = ended(mapped, ConfigurationError, "cannot be written: database or disk is full; when it can")
    assert sum(result.ok for result in found) == len(wire.requests) < 50
    monkeypatch.undo()
    resumed = wired(Wire()).map(operation, inputs, journal=journal).drain()
    assert resumed.done + resumed.skipped == 50
    assert resumed.unknown <= 2 * 2


def test_a_journal_is_closed_by_a_map_that_is_dropped(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    mapped = wired(Wire()).map(KEYED, posts(100), journal=journal, concurrency=2)
    next(mapped)
    del mapped
    assert (wired(Wire()).map(KEYED, posts(100), journal=journal).drain()).done > 0


# -- interrupts --------------------------------------------------------------------------------------------------


def test_results_that_have_come_are_kept_when_the_loop_is_interrupted(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    mapped = wired(Wire()).map(POST, posts(100), journal=journal, concurrency=4)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  # as a signal does
        with mapped:
            next(mapped)
            raise KeyboardInterrupt
    with veneer.MapJournal(journal) as kept:
        assert kept.counts().get("unknown", 0) <= 4
        assert kept.counts()["done"] >= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_map_does_not_go_on_in_a_forked_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapped = wired(Wire()).map(KEYED, posts(100), journal=tmp_path / "run.sqlite", concurrency=2)
    next(mapped)
    parent = os.getpid()
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: parent + 1)
        with pytest.raises(ConfigurationError, match="after a fork"):
            mapped.drain()
    writer = mapped._run.writer
    assert writer is not None
    writer.close()  # the parent's, which the child has left open


# -- a journal that is none --------------------------------------------------------------------------------------


def _other(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE users (name TEXT)")
    db.close()


def _newer(path: Path) -> None:
    Writer(path, "get_item", ()).close()
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE run SET version = 99")
    db.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_other, "is an SQLite file of something else"),
        (_newer, "is of another version of veneer"),
        (Path.mkdir, "cannot be used as a journal"),
    ],
    ids=["other", "newer", "folder"],
)
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(
    make: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ConfigurationError, match=said):
        wired(Wire()).map(GET, [1], journal=path)
    assert before == (path.read_bytes() if path.is_file() else None)


@pytest.mark.parametrize("journal", ["", ":memory:", 5])
def test_a_journal_is_a_file_with_a_name(journal: Any) -> None:
    with pytest.raises(ConfigurationError, match="name a file"):
        wired(Wire()).map(GET, [1], journal=journal)
