"""The journal of a map: what was meant to be sent, under which key, and what came of it, in one SQLite file.

An input is written down before its request leaves, and its result after it. Commits go into a
write-ahead log, which outlives the process however it ends. The disk has what must outlive a power
cut: the run's id, from which all keys follow, when the run begins; a request that must not be
repeated before it leaves; the rest within a second. Members of secret names are masked before
anything is written.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from veneer._core import jsontext
from veneer._core.errors import ConfigurationError, VeneerError
from veneer._core.mapping import KeySpace, MapResult, input_text, result_text
from veneer._journal_file import lease, named, open_file, readable

__all__ = ["INTENDED", "SENT", "JournalRow", "MapJournal", "Writer", "said"]

INTENDED: Final = "intended"
"""Written down, and perhaps sent by requests that may be repeated."""
SENT: Final = "sent"
"""A request that must not be repeated was about to leave."""
DONE: Final = "done"
FAILED: Final = "failed"
UNKNOWN: Final = "unknown"
_STATES = (INTENDED, SENT, DONE, FAILED, UNKNOWN)

_VERSION: Final = 2
# Inputs of an earlier run that are read at once.
_BLOCK: Final = 512
# The most seconds between two syncs of the disk.
_SYNC_SECONDS: Final = 1.0

# The columns of a journal as a table; inputs and results are what they are.
_COLUMNS: Final = {
    "index": "int", "state": "text", "key": "text", "input": "null", "result": "null", "error": "text",
    "attempts": "int", "seconds": "float",
}  # fmt: skip

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS run (id TEXT NOT NULL, operation TEXT NOT NULL, version INTEGER NOT NULL)",
    (
        "CREATE TABLE IF NOT EXISTS calls (place INTEGER PRIMARY KEY, state TEXT NOT NULL, input TEXT NOT NULL, "
        "result TEXT, error TEXT, attempts INTEGER NOT NULL DEFAULT 0, seconds REAL)"
    ),
    # Most inputs never come to one of these states, and cost the index nothing.
    (
        "CREATE INDEX IF NOT EXISTS open_calls ON calls (state) "
        "WHERE state = 'sent' OR state = 'unknown' OR state = 'failed'"
    ),
)
_INTEND: Final = (
    "INSERT INTO calls (place, state, input) VALUES (?, ?, ?) "
    "ON CONFLICT (place) DO UPDATE SET state = excluded.state, result = NULL, error = NULL"
)
_MARK: Final = "UPDATE calls SET state = ? WHERE place = ?"
_FINISH: Final = (
    "UPDATE calls SET state = ?, result = ?, error = ?, attempts = ?, seconds = ? WHERE place = ?"
)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One input of a journal: its place from 0, its state, and what came of it.

    `state` is `done` (a result), `failed` (an error, and nothing was carried out or the server said
    no), `unknown` (a write that may have been carried out), `intended` (not finished; its requests
    may be repeated), or during a run `sent` (a request is under way that must not be repeated).
    `key` is the idempotency key that its requests have where the operation takes one.
    """

    index: int
    state: str
    key: str
    input: Any
    result: Any
    error: str | None
    attempts: int
    seconds: float | None


class MapJournal:
    """Read the journal of a `map`, also while it runs.

        with veneer.MapJournal("run.sqlite") as journal:
            print(journal.counts())
            for row in journal.rows("unknown"):
                print(row.index, row.input)
            journal.to_jsonl("results.jsonl")

    Raises ConfigurationError for a file that is none.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = named(path)
        if not Path(self._path).is_file():
            raise ConfigurationError(f"there is no journal {self._path!r}")
        with contextlib.ExitStack() as opened:
            self._db = opened.enter_context(contextlib.closing(open_file(self._path)))
            with readable(self._path):
                run, self.operation = _run_of(self._db, self._path) or ("", "")
                self._keys = KeySpace(run)
            # Not while a run is under way, nor where the file can only be read.
            expected = contextlib.suppress(ConfigurationError, sqlite3.OperationalError)
            with expected, contextlib.closing(lease(self._path)):
                _settle(self._db)
            opened.pop_all()

    def counts(self) -> dict[str, int]:
        """Return how many inputs are in each state; states without one are left out."""
        return dict(self._db.execute("SELECT state, count(*) FROM calls GROUP BY state"))

    def rows(self, *states: str) -> Iterator[JournalRow]:
        """Iterate the inputs in order, of these states or of all. Raises ConfigurationError for a state that there is not."""
        check_states("rows", states)
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        found = self._db.execute(
            f"SELECT place, state, input, result, error, attempts, seconds FROM calls {where} ORDER BY place",  # noqa: S608  # question marks only
            states,
        )
        for place, state, given, result, error, attempts, seconds in found:
            key = self._keys.key(place, given.encode())
            value = None if result is None else json.loads(result)
            yield JournalRow(place, state, key, json.loads(given), value, error, attempts, seconds)

    def to_jsonl(self, path: str | os.PathLike[str], *states: str) -> int:
        """Write the rows as JSON Lines, one object each, and return their number. The file gets its name when it is whole."""
        from veneer import _files

        spot = _files.place(path, "journal", "path")
        if spot.part is None:
            with Path(spot.path).open("wb") as file:
                return self._write(file, states)
        with _files.growing(spot, spot.part) as part:
            count = self._write(part, states)
            _files.commit(part, spot.part, spot.path)
        return count

    def to_parquet(
        self, path: str | os.PathLike[str], *states: str, schema: Any = None, compression: str = "zstd"
    ) -> int:
        """Write the rows as a Parquet file with the columns of `to_jsonl`, and return their number (extra `tables`).

        Options, types of columns and errors are those of `Pager.to_parquet`.
        """
        from veneer import _tables

        target = _tables.Target(path, compression)
        with _tables.Parts(_tables.Source(self.operation, kind=dict(_COLUMNS)), schema=schema) as parts:
            rows = (asdict(row) for row in self.rows(*states))
            while batch := list(itertools.islice(rows, _tables.BATCH_ROWS)):
                parts.add(batch, {})
            return parts.to_parquet(target)

    def _write(self, file: Any, states: tuple[str, ...]) -> int:
        from veneer import _files

        count = 0
        for row in self.rows(*states):
            _files.write_all(file, jsontext.dumps(asdict(row)) + b"\n")
            count += 1
        return count

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"MapJournal({self._path!r})"


class Writer:
    """What a map writes, for one run at a time. Safe to use from several threads."""

    def __init__(self, path: str | os.PathLike[str], operation: str, again: Collection[str]) -> None:
        check_states("again", again, (FAILED, UNKNOWN))
        self._path = named(path)
        self._again = frozenset(again)
        self._lock = threading.Lock()
        with contextlib.ExitStack() as opened:
            self._lease = opened.enter_context(contextlib.closing(lease(self._path)))
            self._db = opened.enter_context(contextlib.closing(open_file(self._path)))
            with readable(self._path):
                self.key = KeySpace(self._begin(operation)).key
                _settle(self._db)
                self._last: int = self._db.execute("SELECT coalesce(max(place), -1) FROM calls").fetchone()[0]
                self._db.execute("PRAGMA synchronous=NORMAL")
            opened.pop_all()
        self._earlier: dict[int, tuple[str, str]] = {}
        self._until = 0
        self._results: list[tuple[Any, ...]] = []
        self._synced = time.monotonic()
        self._failed = False
        self.marks = False
        """Whether requests of this run must not be repeated: its inputs are then marked together."""

    def _begin(self, operation: str) -> str:
        """Return the id of the run that the file is of, and begin one in an empty file."""
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and not {"run", "calls"} <= tables:
            raise ConfigurationError(f"{self._path!r} is an SQLite file of something else: name another file")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")  # as a whole: a run may be killed here, too
            for statement in _SCHEMA:
                self._db.execute(statement)
            known = _run_of(self._db, self._path)
            if known is None:
                import uuid

                known = str(uuid.uuid4()), operation
                self._db.execute("INSERT INTO run VALUES (?, ?, ?)", (*known, _VERSION))
        if known[1] != operation:
            raise ConfigurationError(
                f"the journal {self._path!r} is of {known[1]}, not of {operation}: give each run a file of its own"
            )
        return known[0]

    def look(self, index: int, given: Any) -> bytes | str:
        """Return the JSON of an input that is to be sent, or the state in which an earlier run left it for good.

        Raises ConfigurationError for an input that is not the one that was at its place.
        """
        text = input_text(index, given)
        if index > self._last:
            return text
        if index >= self._until:
            self._read(index)
        known = self._earlier.pop(index, None)
        if known is None:
            return text
        state, before = known
        if before.encode() != text:
            raise ConfigurationError(
                f"input {index} is not the one that the journal {self._path!r} has at its place: "
                "a run is resumed with the same inputs in the same order"
            )
        is_left = state == DONE or (state in {FAILED, UNKNOWN} and state not in self._again)
        return state if is_left else text

    def _read(self, index: int) -> None:
        self._until = index + _BLOCK
        with self._lock, self._reporting():
            found = self._db.execute(
                "SELECT place, state, input FROM calls WHERE place >= ? AND place < ?", (index, self._until)
            )
            self._earlier = {place: (state, text) for place, state, text in found}

    def intend(self, entries: Iterable[tuple[int, bytes]], marked: bool) -> None:  # passed on to a thread
        """Write down the inputs that are about to be sent, `marked` where they must not be sent again."""
        state = SENT if marked else INTENDED
        self._write(_INTEND, [(index, state, text.decode()) for index, text in entries], durable=marked)

    def sending(self, index: int) -> None:
        """Write down that a request of an input is about to leave which must not be repeated."""
        self.marks = True
        self._write(_MARK, [(SENT, index)], durable=True)

    def reopen(self, indices: Iterable[int]) -> None:
        """Leave inputs whose calls had no effect to the next run."""
        self._results += [(INTENDED, None, None, 0, None, index) for index in indices]

    def finish(self, result: MapResult[Any, Any], state: str) -> None:
        """Keep what an input came to, for the next commit."""
        text = None if result.error is not None else result_text(result.value)
        error = None if result.error is None else said(result.error)
        self._results.append((state, text, error, len(result.attempts), result.seconds, result.index))

    def flush(self) -> None:
        """Commit the results that wait."""
        if self._results:
            self._write()

    def _write(
        self, statement: str = "", rows: Sequence[tuple[Any, ...]] = (), *, durable: bool = False
    ) -> None:
        """Commit rows and the results that wait; have the disk have them where `durable`, and each second.

        Raises ConfigurationError for a file that cannot be written.
        """
        with self._lock, self._reporting():
            now = time.monotonic()
            durable = durable or now - self._synced >= _SYNC_SECONDS
            if durable:
                self._db.execute("PRAGMA synchronous=FULL")
            results = self._results.copy()
            with self._db:
                if results:
                    self._db.executemany(_FINISH, results)
                if rows:
                    self._db.executemany(statement, rows)
            del self._results[: len(results)]
            if durable:
                self._synced = now
                self._db.execute("PRAGMA synchronous=NORMAL")

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._failed = True
            raise ConfigurationError(
                f"the journal {self._path!r} cannot be written: {error}; when it can, run the same lines again"
            ) from None

    def close(self) -> None:
        """Commit what waits, and let another run have the file. Raises ConfigurationError where that fails for the first time."""
        known = self._failed
        try:
            with contextlib.suppress(*[ConfigurationError] * known):
                self.flush()
        finally:
            self._db.close()
            self._lease.close()

    def __repr__(self) -> str:
        return f"Writer({self._path!r})"


def check_states(name: str, given: Iterable[str], known: Collection[str] = _STATES) -> None:
    """Raise ConfigurationError for a state that there is not."""
    wrong = next((state for state in given if state not in known), None)
    if isinstance(given, str) or wrong is not None:
        raise ConfigurationError(f"{name} takes {' and '.join(map(repr, known))}, not {given!r}")


def _run_of(db: sqlite3.Connection, path: str) -> tuple[str, str] | None:
    """Return the id and the operation of a journal's run. Raises ConfigurationError for one of another version."""
    row = db.execute("SELECT id, operation, version FROM run").fetchone()
    if row is None:
        return None
    if row[2] != _VERSION:
        raise ConfigurationError(
            f"the journal {path!r} is of another version of veneer: finish it with that one"
        )
    return row[0], row[1]


def _settle(db: sqlite3.Connection) -> None:
    """Record as unknown the writes that were about to leave when an earlier run was ended."""
    with db:
        # Not as parameters: the index is used only where its own words are.
        db.execute("UPDATE calls SET state = 'unknown' WHERE state = 'sent'")


def said(error: Exception) -> str:
    """Return an error as text: ours, whose secrets are masked, whole; of others' code the class alone."""
    return f"{type(error).__name__}: {error}" if isinstance(error, VeneerError) else type(error).__name__
