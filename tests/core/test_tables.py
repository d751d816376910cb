"""Rows come back from a table as they were, in whatever parts they were written, and one that does not fit is named."""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import BASE, KEY, endpoint
from veneer import Client, ConfigurationError, MapJournal
from veneer._journal import Writer
from veneer._tables import Parts, Source, Target

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra tables)")
pq = pytest.importorskip("pyarrow.parquet")

UTC = dt.UTC
SOURCE = Source("rows")

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=4)
    | st.sampled_from(["\ud800", "2026-03-01T12:00:00Z", "2026-03-01"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8
)  # fmt: skip
ROWS = st.lists(st.dictionaries(st.sampled_from("uvw"), VALUES, min_size=1) | VALUES, max_size=8)
KINDS = st.sampled_from(
    ["null", {"u": "moment", "v": "json"}, {"u": {"a": "date", "b": "text"}, "w": ["float"]}]
)


def batches(rows: list[Any], sizes: list[int]) -> Iterator[list[Any]]:
    """Cut rows into batches."""
    at = 0
    for size in sizes:
        yield rows[at : at + size]
        at += size
    yield rows[at:]


def read(table: Any) -> list[Any]:
    """Give the rows of a table, JSON text as values."""
    rows = [
        {field.name: _read(row[field.name], field) for field in table.schema} for row in table.to_pylist()
    ]
    return [row["value"] for row in rows] if table.column_names == ["value"] else rows


def _read(value: Any, field: Any) -> Any:
    if value is None:
        return None
    if field.metadata == {b"veneer": b"json"}:
        return json.loads(value)
    if pa.types.is_struct(field.type):
        return {one.name: _read(value[one.name], one) for one in field.type}
    if pa.types.is_list(field.type):
        return [_read(one, field.type.value_field) for one in value]
    return value


def same(value: Any) -> Any:
    """Give a value as it is compared: a number is a number, a member that is null may be missing, times are in UTC."""
    if isinstance(value, dict):
        return {name: same(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [same(one) for one in value]
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat().replace("+00:00", "Z")
    return int(value) if isinstance(value, (float, Decimal)) and float(value).is_integer() else value


# -- what is written is read ---------------------------------------------------------------------------------------


@given(ROWS, st.lists(st.integers(0, 3), max_size=4), KINDS)
def test_any_rows_in_any_batches_are_read_back_as_they_were(
    rows: list[Any], sizes: list[int], kind: Any
) -> None:
    with Parts(Source("rows", kind=kind)) as parts:
        for batch in batches(rows, sizes):
            parts.add(batch, {})
        table = parts.to_arrow()
        assert parts.rows == len(rows)
    if any(row is not None for row in rows):
        found = read(table)
        assert len(found) == len(rows)
        for got, row in zip(found, rows, strict=True):
            assert same(got) == same(row) or (row is None and same(got) == {})
    else:
        assert len(table) in {0, len(rows)}
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    again = pq.read_table(pa.BufferReader(sink.getvalue()))
    assert again.schema == table.schema
    assert again.to_pylist() == table.to_pylist()


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "instant": st.datetimes(
                    min_value=dt.datetime(2, 1, 1),  # noqa: DTZ001
                    max_value=dt.datetime(9998, 1, 1),  # noqa: DTZ001
                    timezones=st.sampled_from([UTC, dt.timezone(dt.timedelta(hours=-5))]),
                ),
                "local": st.datetimes(),
                "date": st.dates(),
                "time": st.times(),
                "bytes": st.binary(max_size=4),
                "number": st.decimals(-1000, 1000, places=3) | st.integers(-(10**30), 10**30),
            },
        ),
        min_size=1,
        max_size=5,
    )
)
def test_values_of_pythons_own_types_are_read_back_as_they_were(rows: list[Any]) -> None:
    with Parts(SOURCE) as parts:
        for row in rows:
            parts.add([row], {})
        found = parts.to_arrow().to_pylist() if any(rows) else []
    for got, row in zip(found, rows if found else [], strict=True):
        assert {name: one for name, one in got.items() if one is not None} == row


@given(
    st.lists(
        st.datetimes(
            dt.datetime(2, 1, 1),  # noqa: DTZ001
            dt.datetime(9998, 1, 1),  # noqa: DTZ001
            timezones=st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)).map(
                lambda offset: dt.timezone(dt.timedelta(minutes=offset // dt.timedelta(minutes=1)))
            ),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from("Tt "),
    st.sampled_from(["auto", "milliseconds", "microseconds"]),
    st.sampled_from(["+00:00", "Z"]),
)
def test_a_date_time_in_any_form_is_the_same_moment(
    moments: list[dt.datetime], separator: str, precision: str, zero: str
) -> None:
    texts = [one.isoformat(separator, precision).replace("+00:00", zero) for one in moments]
    with Parts(Source("rows", kind={"at": "moment"})) as parts:
        parts.add([{"at": text} for text in texts], {})
        table = parts.to_arrow()
    assert table.schema.field("at").type == pa.timestamp("us", "UTC")
    assert table["at"].to_pylist() == [dt.datetime.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("first", "then", "read_as"),
    [
        ("2026-03-01T12:00:00Z", "soon", ["2026-03-01T12:00:00+00:00", "soon"]),
        (1, "n/a", ["1", '"n/a"']),
        (10**25, 1.5, [str(10**25), "1.5"]),
        ({"a": 1, "b": None}, "n/a", ['{"a":1}', '"n/a"']),
        ([{"t": "2026-03-01T12:00:00Z"}], 1, ['[{"t":"2026-03-01T12:00:00Z"}]', "1"]),
        (dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 12, tzinfo=UTC), ["2026-03-01", "2026-03-01T12:00:00+00:00"]),
        ({}, {"a": 1}, [{"a": None}, {"a": 1}]),
        (1, 2.5, [1.0, 2.5]),
        (None, [1], [None, [1]]),
    ],
)  # fmt: skip
def test_a_column_is_widened_by_a_later_part_and_loses_nothing(
    first: Any, then: Any, read_as: list[Any]
) -> None:
    with Parts(Source("rows", kind={"v": "moment"} if isinstance(first, str) else "null")) as parts:
        parts.add([{"v": first}], {})
        parts.add([{"v": then}], {})
        assert [row["v"] for row in parts.to_arrow().to_pylist()] == read_as


def test_members_that_come_later_are_columns_too_and_null_in_the_rows_before() -> None:
    with Parts(Source("rows", kind={"id": "int"})) as parts:
        parts.add([{"id": 1}], {})
        parts.add([{"new": {"deep": [1]}, "id": 2}, {"id": 3, "newer": True}], {})
        table = parts.to_arrow()
    assert table.column_names == ["id", "new", "newer"]
    assert table.to_pylist() == [
        {"id": 1, "new": None, "newer": None},
        {"id": 2, "new": {"deep": [1]}, "newer": None},
        {"id": 3, "new": None, "newer": True},
    ]


def test_without_rows_a_table_has_the_columns_of_the_contract_or_of_the_schema_and_else_none() -> None:
    with Parts(Source("rows", kind={"id": "int", "at": "moment", "tags": ["text"], "more": "json"})) as parts:
        parts.add([], {"done": True})
        assert parts.to_arrow().schema.names == ["id", "at", "tags", "more"]
        assert parts.to_arrow().schema.field("at").type == pa.timestamp("us", "UTC")
    with Parts(SOURCE, schema=pa.schema([("id", pa.int8())])) as parts:
        assert parts.to_arrow().schema == pa.schema([("id", pa.int8())])
    with Parts(SOURCE) as parts:
        assert parts.to_arrow().shape == (0, 0)


# -- a schema -------------------------------------------------------------------------------------------------------


def test_a_schema_chooses_columns_and_their_types() -> None:
    schema = pa.schema(
        [("at", pa.timestamp("ms", "UTC")), ("id", pa.string()), ("price", pa.decimal128(9, 2)), ("none", pa.int32())]
    )  # fmt: skip
    with Parts(SOURCE, schema=schema) as parts:
        parts.add([{"id": 7, "at": "2026-03-01T12:00:00Z", "price": "1.50", "other": 1}], {})
        parts.add([{"id": 8, "price": "2"}], {})
        table = parts.to_arrow()
    assert table.schema == schema
    noon = dt.datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert table.to_pylist() == [
        {"at": noon, "id": "7", "price": Decimal("1.50"), "none": None},
        {"at": None, "id": "8", "price": Decimal("2.00"), "none": None},
    ]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (
            pa.int64(),
            "n/a",
            "row 3, column 'v': \"n/a\" is not int64; give this column another type in schema=",
        ),
        (pa.int64(), 1.5, "row 3, column 'v': 1.5 is not int64"),
        (pa.int8(), 300, "row 3, column 'v': 300 is not int8"),
        (pa.float64(), 2**53 + 1, "row 3, column 'v': 9007199254740993 is not double"),
        (pa.int64(), "x" * 999, "xxx… is not int64"),
        (pa.int64(), {"a": 1}, "row 3, column 'v': {\"a\":1} is not int64"),
    ],
)
def test_a_row_that_does_not_fit_the_schema_is_named_when_it_comes(kind: Any, value: Any, told: str) -> None:
    with Parts(SOURCE, schema=pa.schema([("v", kind)])) as parts:
        parts.add([{"v": 1}, {"v": 2}], {"at": 2})
        with pytest.raises(ConfigurationError) as caught:
            parts.add([{"v": None}, {"v": value}], {"at": 4})
        assert told in str(caught.value)
        assert (parts.rows, parts.state) == (2, {"at": 2})  # nothing of the part is kept


def test_null_does_not_fit_a_column_that_allows_none() -> None:
    with Parts(SOURCE, schema=pa.schema([pa.field("v", pa.int64(), nullable=False)])) as parts:
        parts.add([{"v": 1}], {})
        with pytest.raises(
            ConfigurationError, match=r"row 2, column 'v': null, and schema= allows none there"
        ):
            parts.add([{"v": 1}, {"w": 1}], {})


def test_a_value_that_no_table_has_is_named_by_row_and_place() -> None:
    with Parts(SOURCE) as parts:
        parts.add([{"a": 1}], {})
        with pytest.raises(
            ConfigurationError, match=r"^row 2: a\[0\]\.b is object: a table has text, numbers"
        ):
            parts.add([{"a": 1}, {"a": [{"b": object()}]}], {})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"schema": {"a": "int"}}, "schema takes a pyarrow.Schema, not dict"),
        ({"batch_rows": 0}, "batch_rows"),
        ({"batch_rows": 1.5}, "batch_rows"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Parts(SOURCE, **options)


# -- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_a_file_is_written_whole_under_its_name_alone(compression: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    target = Target(path, compression)
    with Parts(SOURCE) as parts:
        for number in range(3):
            parts.add([{"n": number}] * 5, {})
        assert not list(tmp_path.iterdir())
        assert parts.to_parquet(target) == 15
    assert [one.name for one in tmp_path.iterdir()] == ["rows.parquet"]
    assert pq.read_table(path)["n"].to_pylist() == [0] * 5 + [1] * 5 + [2] * 5
    assert pq.read_metadata(path).num_row_groups == 1  # small parts share a row group
    assert pq.read_metadata(path).row_group(0).column(0).compression == {"none": "UNCOMPRESSED"}.get(
        compression, compression.upper()
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file")
def test_what_must_not_be_replaced_is_written_to() -> None:
    with Parts(SOURCE) as parts:
        parts.add([{"n": 1}], {})
        assert parts.to_parquet(Target("/dev/null", "zstd")) == 1


def test_row_groups_end_before_they_are_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veneer._tables._GROUP_ROWS", 10)
    with Parts(SOURCE) as parts:
        for _ in range(5):
            parts.add([{"n": 1}] * 4, {})
        parts.to_parquet(Target(tmp_path / "rows.parquet", "zstd"))
    found = pq.read_metadata(tmp_path / "rows.parquet")
    assert [found.row_group(place).num_rows for place in range(found.num_row_groups)] == [12, 8]


def test_a_file_that_cannot_be_finished_leaves_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.parquet"
    path.write_text("older")

    def fail(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with Parts(SOURCE) as parts:
        parts.add([{"n": 1}], {})
        with pytest.raises(OSError, match="no space left"):
            parts.to_parquet(Target(path, "zstd"))
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("rows.parquet", "older")]


@pytest.mark.parametrize(
    ("path", "compression", "told"),
    [
        ("none/rows.parquet", "zstd", "^path is in a folder that does not exist"),
        (".", "zstd", "^path must name a file, and .* is a folder"),
        ("rows.parquet", "rar", "compression takes 'none', 'snappy'"),
    ],
)
def test_a_place_or_compression_that_there_is_not_is_refused_at_once(
    path: str, compression: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=told):
        Target(path, compression)


# -- journals -------------------------------------------------------------------------------------------------------


def test_a_journal_keeps_parts_state_and_types(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    with Parts(SOURCE, journal) as parts:
        parts.add([{"a": 1}], {"cursor": "x"})
    with Parts(
        Source("rows", kind={"a": "text"}), journal
    ) as parts:  # the contract counts for new journals alone
        assert (parts.rows, parts.state, parts.kind) == (1, {"cursor": "x"}, {"a": "int"})
        parts.add([{"a": 2.5}], {"done": True})
        assert parts.to_arrow()["a"].to_pylist() == [1.0, 2.5]


def test_a_journal_is_refused_for_other_rows_to_a_second_run_and_to_a_map(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    one = Source("the pages of a", "1")
    with Parts(one, journal), pytest.raises(ConfigurationError, match="another run has the journal"):
        Parts(one, journal)
    with pytest.raises(ConfigurationError, match="is of the pages of a, not of the pages of b"):
        Parts(Source("the pages of b", "1"), journal)
    with pytest.raises(
        ConfigurationError, match="the pages of a with other arguments: resume with the same call"
    ):
        Parts(Source("the pages of a", "2"), journal)
    with pytest.raises(ConfigurationError, match="cannot be used as a journal"):
        MapJournal(journal)
    Writer(tmp_path / "map.sqlite", "invoke", ()).close()
    with pytest.raises(ConfigurationError, match="is an SQLite file of something else: name another file"):
        Parts(Source("the pages of a", "1"), tmp_path / "map.sqlite")
    with sqlite3.connect(tmp_path / "theirs") as theirs:
        theirs.execute("CREATE TABLE pagination (a)")
    theirs.close()
    with pytest.raises(ConfigurationError, match="cannot be used as a journal"):
        Parts(SOURCE, tmp_path / "theirs")
    with sqlite3.connect(tmp_path / "others") as others:
        others.execute("CREATE TABLE users (a)")
    others.close()
    with pytest.raises(ConfigurationError, match="an SQLite file of something else: name another file"):
        Parts(SOURCE, tmp_path / "others")
    for none in ("", ":memory:", 7):
        with pytest.raises(ConfigurationError, match="cannot be used as a journal: name a file"):
            Parts(SOURCE, none)  # type: ignore[arg-type]
    (tmp_path / "text").write_bytes(b"x" * 5000)
    with pytest.raises(ConfigurationError, match="cannot be used as a journal"):
        Parts(SOURCE, tmp_path / "text")
    Parts(one, journal).close()  # none of them has kept it


def test_a_disk_that_is_full_is_told_and_loses_no_part(tmp_path: Path) -> None:
    journal = tmp_path / "run.sqlite"
    with Parts(SOURCE, journal) as parts:
        parts.add([{"n": 1}], {"next": 1})
        parts._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(
            ConfigurationError, match="cannot be written: database or disk is full; when it can"
        ):
            parts.add([{"n": 2, "text": os.urandom(9000).hex()}], {"next": 2})
    with Parts(SOURCE, journal) as parts:
        assert (parts.rows, parts.state) == (1, {"next": 1})


KILLED = """
import os, sys
from veneer import _files, _tables

point, folder = int(sys.argv[1]), sys.argv[2]

def reach(here):
    if here == point:
        os._exit(9)

def commit(*args):
    reach(4)

_files.commit = commit
with _tables.Parts(_tables.Source("rows"), folder + "/run.sqlite") as parts:
    for n in range(3):
        parts.add([{"n": n, "even": True if n % 2 else None}] * 4, {"next": n + 1})
        reach(n)
    parts.to_parquet(_tables.Target(folder + "/rows.parquet", "zstd"))
"""


@pytest.mark.parametrize(
    "point", [0, 1, 4]
)  # each is a process that imports pyarrow, which takes half a second
def test_a_process_that_is_killed_leaves_what_the_next_one_goes_on_with(point: int, tmp_path: Path) -> None:
    """Killed between two parts, or before the file has its name."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(point), str(tmp_path)], check=False)
    assert done.returncode == 9
    assert not (tmp_path / "rows.parquet").exists()
    with Parts(SOURCE, tmp_path / "run.sqlite") as parts:
        assert parts.state == {"next": min(point + 1, 3)}
        for n in range(parts.state["next"], 3):
            parts.add([{"n": n, "even": True if n % 2 else None}] * 4, {"next": n + 1})
        parts.to_parquet(Target(tmp_path / "rows.parquet", "zstd"))
    found = pq.read_table(tmp_path / "rows.parquet")
    assert found["n"].to_pylist() == [0] * 4 + [1] * 4 + [2] * 4
    assert found["even"].to_pylist() == [None] * 4 + [True] * 4 + [None] * 4


# -- the journal of a map ---------------------------------------------------------------------------------------------


def test_the_journal_of_a_map_is_written_as_a_table_with_the_columns_of_its_json_lines(
    tmp_path: Path,
) -> None:
    journal = tmp_path / "run.sqlite"
    with Client(BASE, api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        client.map(endpoint("get"), [1, {"item": 2, "q": "x"}, 3], journal=journal).drain()
    with MapJournal(journal) as kept:
        assert kept.to_parquet(tmp_path / "all.parquet") == 3
        assert kept.to_parquet(tmp_path / "failed.parquet", "failed") == 1
        assert kept.to_parquet(tmp_path / "none.parquet", "unknown") == 0
        kept.to_jsonl(tmp_path / "all.jsonl")
        with pytest.raises(ConfigurationError, match="rows takes"):
            kept.to_parquet(tmp_path / "x", "lost")
    table = pq.read_table(tmp_path / "all.parquet")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [same(row) for row in read(table)] == [same(line) for line in lines]
    assert table.schema.field("result").type == pa.struct([("n", pa.int64())])
    assert pq.read_table(tmp_path / "failed.parquet")["state"].to_pylist() == ["failed"]
    assert pq.read_schema(tmp_path / "none.parquet").names == table.column_names


def answer(request: httpx.Request) -> httpx.Response:
    """Answer with a number; the last is not found."""
    number = int(request.url.path.rpartition("/")[2])
    return httpx.Response(404 if number == 3 else 200, json={"n": number})


# -- memory ---------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    rows = [{"n": number, "text": f"row {number}" * 10} for number in range(500)]

    def peak(count: int) -> tuple[int, int]:
        pool = pa.default_memory_pool()
        held = pa.total_allocated_bytes()
        most = 0
        gc.collect()
        tracemalloc.start()
        with Parts(SOURCE) as parts:
            for _ in range(count):
                parts.add(rows, {})
                most = max(most, pa.total_allocated_bytes() - held)
            for table in parts.tables():
                most = max(most, pa.total_allocated_bytes() - held)
                del table
            parts.to_parquet(Target(tmp_path / "rows.parquet", "zstd"))
        python = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert pool.bytes_allocated() == held
        return python, most

    peak(2)
    few, many = peak(4), peak(40)
    assert many[0] < few[0] * 2  # ten times the rows
    assert many[1] < few[1] * 2
