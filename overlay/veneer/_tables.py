"""Turn rows into Arrow tables and Parquet files, in parts: flat memory, one type for each column, resumable (extra `tables`).

Rows become typed parts in one SQLite file, a journal's or a temporary one. A part and the place
where the pagination goes on are written by one commit, so that a run which was ended anywhere has
each row once. The table's own types are known after the last row: only then are the parts joined,
one after the other.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib
import importlib.util
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from veneer import _files
from veneer._core.checks import check_range
from veneer._core.columns import Kind, declared_rows, is_text, json_text, moment, plain, unfit, widened
from veneer._core.errors import ConfigurationError
from veneer._core.mapping import portable
from veneer._journal_file import lease, named, open_file, readable

if TYPE_CHECKING:
    from veneer._core.call import Call

__all__ = ["BATCH_ROWS", "Parts", "Source", "Target", "check_pandas", "source"]

BATCH_ROWS: Final = 10_000
_VERSION: Final = 1
# A row group of a file ends at the first of these.
_GROUP_ROWS: Final = 2**17
_GROUP_BYTES: Final = 64 * 2**20
# Characters of a value that an error shows.
_SHOWN: Final = 60
_COMPRESSIONS: Final = ("none", "snappy", "gzip", "brotli", "zstd", "lz4")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS pagination (digest TEXT NOT NULL, operation TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    number INTEGER PRIMARY KEY, size INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, data BLOB NOT NULL
);
"""


class Source(NamedTuple):
    """What the rows are of: the operation, a digest of its arguments, and the rows' kind by the contract."""

    operation: str
    digest: str = ""
    kind: Kind = "null"


def source(
    call: Call, base_url: str | None, style: Any, endpoint: object, resume_from: Mapping[str, Any] | None
) -> Source:
    """Return what a pagination's rows are of; `endpoint` is None where they are not the contract's."""
    facts = [
        call.method,
        call.target,
        call.params,
        call.json,
        call.headers,
        base_url,
        repr(style),
        resume_from,
    ]
    text = json.dumps(portable(facts), sort_keys=True, default=str)
    kind = declared_rows(endpoint, getattr(style, "items", "")) if endpoint is not None else "null"
    return Source(f"the pages of {call.operation.id}", hashlib.sha256(text.encode()).hexdigest(), kind)


class Parts:
    """The parts of a table, in order, and how far they came. Raises ConfigurationError where pyarrow is missing.

    With a journal, also for one of other rows, or one that another run has. One thread at a time.
    """

    def __init__(
        self,
        given: Source,
        journal: str | os.PathLike[str] | None = None,
        schema: Any = None,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        check_range("batch_rows", batch_rows, "a whole number, 1 or more", good=lambda n: n > 0, whole=True)
        self._arrow = _arrow()
        if schema is not None and not isinstance(schema, self._arrow.Schema):
            raise ConfigurationError(f"schema takes a pyarrow.Schema, not {type(schema).__name__}")
        self._schema = schema
        path = "" if journal is None else named(journal)  # "": a temporary file, which nobody else sees
        self._path = path
        with contextlib.ExitStack() as opened:
            if path:
                opened.enter_context(contextlib.closing(lease(path)))
            self._db = opened.enter_context(contextlib.closing(open_file(path)))
            with readable(path):
                self._begin(given)
                last = self._db.execute(
                    "SELECT kind, state FROM parts ORDER BY number DESC LIMIT 1"
                ).fetchone()
                self.rows: int = self._db.execute("SELECT coalesce(sum(size), 0) FROM parts").fetchone()[0]
            self.kind: Kind = given.kind if last is None else json.loads(last[0])
            self.state: dict[str, Any] | None = None if last is None else json.loads(last[1])
            self._opened = opened.pop_all()

    def _begin(self, given: Source) -> None:
        path, row = self._path, None
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "pagination" in tables:
            row = self._db.execute("SELECT digest, operation, version FROM pagination").fetchone()
        elif tables:
            raise ConfigurationError(f"{path!r} is an SQLite file of something else: name another file")
        if row is not None and row[2] != _VERSION:
            raise ConfigurationError(
                f"the journal {path!r} is of another version of veneer: finish it with that one"
            )
        if row is not None and row[1] != given.operation:
            raise ConfigurationError(
                f"the journal {path!r} is of {row[1]}, not of {given.operation}: give each run a file of its own"
            )
        if row is not None and row[0] != given.digest:
            raise ConfigurationError(
                f"the journal {path!r} is of {given.operation} with other arguments: "
                "resume with the same call, or give this one a file of its own"
            )
        self._db.execute(f"PRAGMA journal_mode={'WAL' if path else 'OFF'}")
        self._db.execute(f"PRAGMA synchronous={'NORMAL' if path else 'OFF'}")
        self._db.executescript(_SCHEMA)
        if row is None:
            with self._db:
                self._db.execute(
                    "INSERT INTO pagination VALUES (?, ?, ?)", (given.digest, given.operation, _VERSION)
                )

    def add(self, items: Sequence[Any], state: Mapping[str, Any]) -> None:
        """Keep rows as a part, with the state after them. Raises ConfigurationError for a row that cannot be in the table."""
        values: list[Any]
        try:  # rows are JSON, or models of JSON, nearly always
            values = [item.to_dict() if hasattr(item, "to_dict") else item for item in items]
            kind = widened(self.kind, values)
            column = _array(values, kind)
        except TypeError:
            values = [self._plain(self.rows + index, item) for index, item in enumerate(items)]
            kind = widened(self.kind, values)
            column = _array(values, kind)
        if self._schema is not None:  # told now, not after the last page
            _fitted(_table(column, kind), self._schema, self.rows)
        row = (len(values), json.dumps(kind), json.dumps(state), _packed(column))
        try:
            with self._db:
                self._db.execute("INSERT INTO parts (size, kind, state, data) VALUES (?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            where = f"the journal {self._path!r}" if self._path else "a temporary file"
            raise ConfigurationError(
                f"{where} cannot be written: {error}; when it can, run the same lines again"
            ) from None
        self.kind, self.state, self.rows = kind, dict(state), self.rows + len(values)

    @staticmethod
    def _plain(index: int, item: Any) -> Any:
        try:
            return plain(item)
        except TypeError:
            raise ConfigurationError(
                f"row {index}: {unfit(item)}: a table has text, numbers, dates, bytes, lists, mappings and models "
                "(item= of paginate can convert a row)"
            ) from None

    def tables(self) -> Iterator[Any]:
        """Yield the rows as tables of one schema, at least one; never more than one part is in memory."""
        known = self.rows or self.kind != "null"
        yield self._finished(_table(_array([], self.kind), self.kind) if known else self._arrow.table({}), 0)
        before = 0
        for size, kind, data in self._db.execute(
            "SELECT size, kind, data FROM parts WHERE size > 0 ORDER BY number"
        ):
            column = _rewritten(_unpacked(data), json.loads(kind), self.kind)
            yield self._finished(_table(column, self.kind), before)
            before += size

    def _finished(self, table: Any, first: int) -> Any:
        return table if self._schema is None else _fitted(table, self._schema, first)

    def to_arrow(self) -> Any:
        """Return all rows as one table."""
        return self._arrow.concat_tables(list(self.tables()))

    def to_parquet(self, target: Target) -> int:
        """Write all rows, and return their number. The file gets its name when it is whole."""
        spot = target.spot
        if spot.part is None:
            with open(spot.path, "wb") as device:  # noqa: PTH123
                self._write(device, target.compression)
            return self.rows
        with _files.growing(spot, spot.part) as file:
            self._write(file, target.compression)
            _files.commit(file, spot.part, spot.path)
        return self.rows

    def _write(self, file: Any, compression: str) -> None:
        parquet = importlib.import_module("pyarrow.parquet")
        tables = self.tables()
        held = [next(tables)]
        with parquet.ParquetWriter(file, held[0].schema, compression=compression) as writer:
            for table in tables:
                held.append(table)
                if sum(map(len, held)) >= _GROUP_ROWS or sum(one.nbytes for one in held) >= _GROUP_BYTES:
                    writer.write_table(self._arrow.concat_tables(held))
                    held.clear()
            if any(map(len, held)):
                writer.write_table(self._arrow.concat_tables(held))

    def close(self) -> None:
        """Let another run have the journal; a temporary file is gone."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Target:
    """Where a Parquet file is written. Raises ConfigurationError, before anything is sent, for what cannot work."""

    def __init__(self, path: str | os.PathLike[str], compression: str) -> None:
        _arrow()
        if compression not in _COMPRESSIONS:
            raise ConfigurationError(
                f"compression takes {', '.join(map(repr, _COMPRESSIONS))}, not {compression!r}"
            )
        self.compression = compression
        self.spot = _files.place(path, secrets.token_hex(4), "path")


def check_pandas() -> None:
    """Raise ConfigurationError where pandas is missing."""
    if importlib.util.find_spec("pandas") is None:
        raise ConfigurationError("to_pandas() needs pandas: pip install pandas")


def _arrow() -> Any:
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise ConfigurationError(f"tables need pyarrow: pip install 'veneer[tables]' ({error})") from None


# -- Arrow -------------------------------------------------------------------------------------------------------------


def _type(kind: Kind) -> Any:
    """Return a kind's type in Arrow."""
    pa = _arrow()
    if is_text(kind):
        return pa.string()
    if isinstance(kind, dict):
        return pa.struct([_field(name, inner) for name, inner in kind.items()])
    if isinstance(kind, list):
        return pa.list_(_field("item", kind[0]))
    if kind.startswith("decimal"):
        whole, scale = map(int, kind.split()[1:])
        return (pa.decimal128 if whole + scale <= 38 else pa.decimal256)(whole + scale, scale)
    if kind in {"moment", "instant"}:
        return pa.timestamp("us", "UTC")
    if kind in {"local", "time"}:
        return pa.timestamp("us") if kind == "local" else pa.time64("us")
    names = {
        "bool": "bool_",
        "int": "int64",
        "long": "int64",
        "float": "float64",
        "text": "string",
        "date": "date32",
    }
    return getattr(pa, names.get(kind, {"bytes": "binary"}.get(kind, kind)))()


def _field(name: str, kind: Kind) -> Any:
    """Return a field of a kind. JSON text says what it is in the field's metadata."""
    return _arrow().field(name, _type(kind), metadata={"veneer": "json"} if is_text(kind) else None)


def _array(values: Sequence[Any], kind: Kind) -> Any:
    """Return plain values as an array of a kind that holds them."""
    pa = _arrow()
    if is_text(kind):
        return pa.array([None if one is None else json_text(one) for one in values], pa.string())
    if isinstance(kind, dict):
        columns = [
            _array([None if one is None else one.get(name) for one in values], inner)
            for name, inner in kind.items()
        ]
        return _struct(columns, kind, pa.array([one is None for one in values], pa.bool_()))
    if isinstance(kind, list):
        flat: list[Any] = []
        offsets: list[int | None] = []
        for one in values:
            offsets.append(None if one is None else len(flat))
            flat.extend(one or ())
        offsets.append(len(flat))
        return pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), _array(flat, kind[0]), type=_type(kind)
        )
    if kind == "text":
        values = [one if one is None or type(one) is str else one.isoformat() for one in values]
    elif kind in {"instant", "local", "date"}:
        with contextlib.suppress(pa.ArrowException, TypeError):
            return pa.array(values, pa.string()).cast(_type(kind))  # text, as nearly always: the quick way
        values = [one if one is None else moment(one, kind) for one in values]
    return pa.array(values, _type(kind))


def _struct(columns: Sequence[Any], kind: dict[str, Any], mask: Any) -> Any:
    fields = [_field(name, inner) for name, inner in kind.items()]
    return _arrow().StructArray.from_arrays(columns, fields=fields, mask=mask)


def _rewritten(column: Any, old: Kind, new: Kind) -> Any:
    """Return an array of one kind as another, which holds it."""
    if old == new:
        return column
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        empty = _arrow().array([None] * len(column), _arrow().null())
        columns = [
            _rewritten(column.field(name), old[name], inner) if name in old else empty.cast(_type(inner))
            for name, inner in new.items()
        ]
        return _struct(columns, new, column.is_null())
    return _array(_values(column, old), new)


def _values(column: Any, kind: Kind) -> list[Any]:
    """Return an array's plain values. A member that is null may have been left out: either is null in a table."""
    if is_text(kind):
        return [None if one is None else json.loads(one) for one in column.to_pylist()]
    there = column.is_valid().to_pylist()
    if isinstance(kind, dict):
        members = [(name, _values(column.field(name), inner)) for name, inner in kind.items()]
        return [
            {name: values[row] for name, values in members if values[row] is not None} if valid else None
            for row, valid in enumerate(there)
        ]
    if isinstance(kind, list):
        inner, ends = _values(column.values, kind[0]), column.offsets.to_pylist()
        return [inner[ends[row] : ends[row + 1]] if valid else None for row, valid in enumerate(there)]
    if kind == "instant":  # with a zone, Python would need a database of zones, which Windows has not
        naive = column.cast(_arrow().timestamp("us")).to_pylist()
        return [None if one is None else one.replace(tzinfo=dt.UTC) for one in naive]
    found: list[Any] = column.to_pylist()
    return found


def _table(column: Any, kind: Kind) -> Any:
    """Return rows as a table: their members as columns, or one column `value` where they are no objects."""
    pa = _arrow()
    if isinstance(kind, dict) and kind:
        return pa.Table.from_arrays(
            column.flatten(), schema=pa.schema([_field(*one) for one in kind.items()])
        )
    return pa.Table.from_arrays([column], schema=pa.schema([_field("value", kind)]))


def _fitted(table: Any, schema: Any, first: int) -> Any:
    """Return a table with the columns of a schema. Raises ConfigurationError that names a row which does not fit."""
    pa = _arrow()
    columns = []
    for field in schema:
        there = field.name in table.column_names
        columns.append(_cast(table, field, first) if there else pa.nulls(len(table), field.type))
        if not field.nullable and columns[-1].null_count:
            row = columns[-1].is_null().to_pylist().index(True)
            raise ConfigurationError(
                f"row {first + row}, column {field.name!r}: null, and schema= allows none there"
            )
    return pa.Table.from_arrays(columns, schema=schema)


def _cast(table: Any, field: Any, first: int) -> Any:
    column, exception = table[field.name], _arrow().ArrowException
    try:
        return column.cast(field.type)
    except exception as error:
        what = f"column {field.name!r} is {column.type}, which cannot be {field.type}: {error}"
        for row in range(len(column)):
            try:
                column.slice(row, 1).cast(field.type)
            except exception:
                found = column[row].as_py()
                found = found if table.schema.field(field.name).metadata else json_text(found)
                shown = found if len(found) <= _SHOWN else f"{found[: _SHOWN - 1]}…"
                what = f"row {first + row}, column {field.name!r}: {shown} is not {field.type}"
                break
    raise ConfigurationError(f"{what}; give this column another type in schema=")


def _packed(column: Any) -> bytes:
    pa = _arrow()
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([column], names=["rows"])
    options = pa.ipc.IpcWriteOptions(compression="zstd" if pa.Codec.is_available("zstd") else None)
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _unpacked(data: bytes) -> Any:
    return _arrow().ipc.open_stream(data).read_next_batch().column(0)
