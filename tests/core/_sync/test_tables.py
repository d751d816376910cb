# Derived from tests/core/_async/test_tables.py by scripts/unasync.py: edit that file, not this one.
"""The pages of a list become one table: each row once, however often the run that writes it was ended."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from core.kit import BASE, KEY, Wire, reply, wired

from veneer import ConfigurationError, NotFoundError, PaginationError, Platform, api_key_query
from veneer._core.page_styles import CursorPages, NextLinkPages, OffsetPages
from veneer._sync.pager import Pager

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra tables)")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.anyio

OFFSET = OffsetPages(total="total", reported_limit="limit")
SIZE = 10


def listing(total: int, fails: int | None = None) -> Wire:
    """A list of `{"n": …}` by limit and offset; the page with row `fails` is missing."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params.get("offset", 0))
        rows = range(offset, min(offset + SIZE, total))
        if fails in rows:
            return reply(404, {"message": f"at {fails}"})
        return reply(json={"items": [{"n": n} for n in rows], "total": total, "limit": SIZE})

    return Wire(answer)


def rows_of(wire: Wire, **options: Any) -> Pager[Any]:
    """The rows of a list."""
    return wired(wire).paginate("items", **{"pages": OFFSET, **options})


def numbers(path: Path) -> list[int]:
    """The column `n` of a file."""
    found: list[int] = pq.read_table(path)["n"].to_pylist()
    return found


@pytest.mark.parametrize("way", [{}, {"prefetch": True}, {"concurrency": 4}], ids=repr)
@pytest.mark.parametrize("batch_rows", [1, 10, 15, 1000])
def test_a_file_has_each_row_once_and_in_order(way: dict[str, Any], batch_rows: int, tmp_path: Path) -> None:
    wire = listing(73)
    path = tmp_path / "rows.parquet"
    assert rows_of(wire, **way).to_parquet(path, batch_rows=batch_rows) == 73
    assert numbers(path) == list(range(73))
    assert len(wire.requests) == 8
    assert os.listdir(tmp_path) == ["rows.parquet"]  # noqa: PTH208


def test_a_table_in_memory_is_the_same_and_begins_anew_each_time() -> None:
    rows = rows_of(listing(25))
    next(rows)
    for _ in range(2):
        table = rows.to_arrow()
        assert table.schema == pa.schema([("n", pa.int64())])
        assert table["n"].to_pylist() == list(range(25))
    assert (next(rows))["n"] == 1


def test_a_data_frame_has_the_rows_too() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    frame = rows_of(listing(25)).to_pandas(schema=pa.schema([("n", pa.int8())]))
    assert list(frame["n"]) == list(range(25))
    assert str(frame["n"].dtype) == "int8"


def test_a_missing_package_is_named_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wire = listing(25)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"to_pandas\(\) needs pandas: pip install pandas"):
        rows_of(wire).to_pandas()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for write in (rows_of(wire).to_arrow, lambda: rows_of(wire).to_parquet(tmp_path / "x")):
        with pytest.raises(ConfigurationError, match=r"pip install 'veneer\[tables\]'"):
            write()
    assert not wire.requests


def test_a_path_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    wire = listing(25)
    with pytest.raises(ConfigurationError, match="folder that does not exist"):
        rows_of(wire).to_parquet(tmp_path / "none" / "rows.parquet")
    assert not wire.requests


# -- journals ------------------------------------------------------------------------------------------------------


def test_after_an_error_the_same_call_goes_on_where_it_was(tmp_path: Path) -> None:
    path, journal = tmp_path / "rows.parquet", tmp_path / "run.sqlite"
    broken = listing(73, fails=55)
    with pytest.raises(NotFoundError):
        rows_of(broken).to_parquet(path, journal=journal, batch_rows=30)
    assert not path.exists()
    wire = listing(73)
    assert rows_of(wire).to_parquet(path, journal=journal, batch_rows=30) == 73
    assert [request.url.params["offset"] for request in wire.requests] == ["50", "60", "70"]
    assert numbers(path) == list(range(73))


def test_a_run_that_is_ended_anywhere_has_each_row_once_when_it_is_resumed(tmp_path: Path) -> None:
    """What a process leaves that is killed at a request is what the files hold then."""
    journal = tmp_path / "run.sqlite"
    left: list[Path] = []
    whole = listing(73)

    def answer(request: httpx.Request) -> httpx.Response:
        ended = tmp_path / f"ended{len(left)}.sqlite"
        for part in ("", "-wal"):
            shutil.copy(f"{journal}{part}", f"{ended}{part}")
        left.append(ended)
        return whole(request)

    rows_of(Wire(answer)).to_parquet(tmp_path / "rows.parquet", journal=journal, batch_rows=20)
    assert len(left) == 8
    asked = []
    for ended in [*left, journal]:
        wire = listing(73)
        path = tmp_path / f"{ended.stem}.parquet"
        assert rows_of(wire).to_parquet(path, journal=ended, batch_rows=30) == 73
        assert numbers(path) == list(range(73))
        asked.append(len(wire.requests))
    assert asked == [8, 8, 6, 6, 4, 4, 2, 2, 0]  # a finished one is written again without a request


def test_a_journal_serves_any_form_of_the_table(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    with pytest.raises(NotFoundError):
        rows_of(listing(73, fails=72)).to_arrow(journal=journal)
    table = rows_of(listing(73)).to_arrow(journal=journal)
    assert table["n"].to_pylist() == list(range(73))
    schema = pa.schema([("n", pa.string())])
    assert (rows_of(listing(0)).to_arrow(journal=journal, schema=schema))["n"].to_pylist()[-1] == "72"


def test_a_row_that_does_not_fit_a_schema_loses_nothing_that_came_before(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    schema = pa.schema([("n", pa.int8())])
    with pytest.raises(ConfigurationError, match="row 128, column 'n': 128 is not int8"):
        rows_of(listing(200)).to_arrow(journal=journal, schema=schema, batch_rows=10)
    wire = listing(200)
    table = rows_of(wire).to_arrow(journal=journal, schema=pa.schema([("n", pa.int16())]))
    assert len(table) == 200
    assert wire.requests[0].url.params["offset"] == "120"


def test_a_schema_that_is_given_later_names_the_row_of_an_earlier_part_too(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    rows_of(listing(200)).to_arrow(journal=journal, batch_rows=10)
    with pytest.raises(ConfigurationError, match="row 128, column 'n': 128 is not int8"):
        rows_of(listing(200)).to_arrow(journal=journal, schema=pa.schema([("n", pa.int8())]))


def test_a_cap_that_is_raised_goes_on_too(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    with pytest.raises(PaginationError, match="raise max_pages"):
        rows_of(listing(73), max_pages=2).to_arrow(journal=journal)
    wire = listing(73)
    assert len(rows_of(wire).to_arrow(journal=journal)) == 73
    assert len(wire.requests) == 6


@pytest.mark.parametrize(
    "other",
    [
        {"params": {"kind": "b"}},
        {"resume_from": {"style": "offset", "position": 10}},
        {"items": "rows"},
        {"pages": OffsetPages(limit="max")},
    ],
    ids=repr,
)
def test_a_journal_of_other_arguments_is_refused(other: dict[str, Any], tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    rows_of(listing(5)).to_arrow(journal=journal)
    wire = listing(5)
    with pytest.raises(ConfigurationError, match="the pages of GET items with other arguments"):
        rows_of(wire, **other).to_arrow(journal=journal)
    with pytest.raises(
        ConfigurationError, match="is of the pages of GET items, not of the pages of GET others"
    ):
        wired(wire).paginate("others", pages=OFFSET).to_arrow(journal=journal)
    elsewhere = wired(wire).with_options(base_url="https://other.test/v1")
    with pytest.raises(ConfigurationError, match="the pages of GET items with other arguments"):
        elsewhere.paginate("items", pages=OFFSET).to_arrow(journal=journal)
    assert not wire.requests


def test_how_pages_come_is_no_other_argument(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    rows_of(listing(5)).to_arrow(journal=journal)
    for way in ({"concurrency": 3}, {"prefetch": True}, {"max_items": 50}, {"max_pages": None}):
        assert len(rows_of(listing(5), **way).to_arrow(journal=journal)) == 5


def test_a_pagination_that_is_begun_elsewhere_keeps_only_what_follows(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    options = {"resume_from": {"style": "offset", "position": 20, "skip": 3}}
    with pytest.raises(NotFoundError):
        rows_of(listing(73, fails=72), **options).to_parquet(path, journal=tmp_path / "run")
    rows_of(listing(73), **options).to_parquet(path, journal=tmp_path / "run")
    assert numbers(path) == list(range(23, 73))


def test_no_credential_is_kept_in_a_journal(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 0))
        link = f"{BASE}/items?page={page + 1}&api_key={KEY}&q=1"  # as some servers do
        if page == 2:
            return reply(404)
        return reply(json={"items": [{"n": page}], "next": link if page < 3 else None})

    def write(wire: Wire) -> Any:
        platform = Platform(name="own", schemes={"key": api_key_query("api_key")})
        client = wired(wire, platform=platform)
        pages = client.paginate("items", pages=NextLinkPages(), params={"password": KEY})
        return pages.to_arrow(journal=journal)

    with pytest.raises(NotFoundError):
        write(Wire(answer))
    for name in os.listdir(tmp_path):  # noqa: PTH208
        assert KEY.encode() not in (tmp_path / name).read_bytes()
    wire = Wire(reply(json={"items": [{"n": 2}], "next": None}))
    assert (write(wire))["n"].to_pylist() == [0, 1, 2]
    assert dict(wire.requests[0].url.params) == {"page": "2", "api_key": KEY, "q": "1"}


def test_a_credential_that_is_the_place_itself_is_refused_by_a_journal(tmp_path: Path) -> None:
    page = reply(json={"items": [1], "next_cursor": KEY})
    pages = wired(Wire(page)).paginate("items", pages=CursorPages(items="items"))
    with pytest.raises(ConfigurationError, match="cannot be kept in a journal"):
        pages.to_arrow(journal=tmp_path / "run.sqlite", batch_rows=1)
    assert KEY.encode() not in (tmp_path / "run.sqlite").read_bytes()


def test_a_run_that_fails_lets_the_next_one_have_the_journal(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"

    def theirs(row: Any) -> Any:
        raise KeyError("theirs")

    with pytest.raises(KeyError, match="theirs"):
        rows_of(listing(25), item=theirs).to_arrow(journal=journal)
    assert len(rows_of(listing(25)).to_arrow(journal=journal)) == 25
