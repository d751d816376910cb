"""The journal of a map: what was meant to be sent, under which key, and what came of it, in one SQLite file.

An input is written down before its request leaves, and its result after it. Commits go into a
write-ahead log, which outlives the process however it ends; what a power cut may take is bounded
by a sync each second. Members of secret names are masked before anything is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from veneer._core import jsontext
from veneer._core.errors import ConfigurationError, VeneerError
from veneer._core.mapping import MapResult, fingerprint, input_text, key_of, portable

__all__ = ["INTENDED", "SENT", "JournalRow", "MapJournal", "Planned", "Writer", "said"]

INTENDED: Final = "intended"
"""Written down, and perhaps sent by requests that may be repeated."""
SENT: Final = "sent"
"""A request that must not be repeated was about to leave."""
DONE: Final = "done"
FAILED: Final = "failed"
UNKNOWN: Final = "unknown"
_STATES = (INTENDED, SENT, DONE, FAILED, UNKNOWN)

_VERSION: Final = 1
# Inputs whose states are read at once.
_BLOCK: Final = 4096
# Results that wait for a commit at most, and seconds between two syncs of the disk.
_BATCH: Final = 256
_SYNC_SECONDS: Final = 1.0

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (id TEXT NOT NULL, operation TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    place INTEGER PRIMARY KEY, state TEXT NOT NULL, digest BLOB NOT NULL, key TEXT NOT NULL, input TEXT NOT NULL,
    result TEXT, error TEXT, attempts INTEGER NOT NULL DEFAULT 0, seconds REAL
);
CREATE INDEX IF NOT EXISTS open_calls ON calls (state) WHERE state <> 'done';
"""


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


class Planned(NamedTuple):
    """What a journal knows of an input that is to be sent now."""

    digest: bytes
    key: str
    text: bytes


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
        self._path = os.fspath(path)
        if not Path(self._path).is_file():
            raise ConfigurationError(f"there is no journal {self._path!r}")
        with contextlib.ExitStack() as opened:
            self._db = opened.enter_context(contextlib.closing(_open(self._path)))
            with _readable(self._path):
                self._db.execute("SELECT place, state, digest, key FROM calls LIMIT 0")
                self.operation: str = self._db.execute("SELECT operation FROM run").fetchone()[0]
            # Not while a run is under way, nor where the file can only be read.
            expected = contextlib.suppress(ConfigurationError, sqlite3.OperationalError)
            with expected, contextlib.closing(_lease(self._path)):
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
            f"SELECT place, state, key, input, result, error, attempts, seconds FROM calls {where} ORDER BY place",  # noqa: S608  # question marks only
            states,
        )
        for place, state, key, given, result, error, attempts, seconds in found:
            value = None if result is None else json.loads(result)
            yield JournalRow(place, state, key, json.loads(given), value, error, attempts, seconds)

    def to_jsonl(self, path: str | os.PathLike[str], *states: str) -> int:
        """Write the rows as JSON Lines, one object each, and return their number. The file gets its name when it is whole."""
        from veneer import _files

        spot = _files.place(path, "journal")
        if spot.part is None:
            with Path(spot.path).open("wb") as file:
                return self._write(file, states)
        with _files.growing(spot, spot.part) as part:
            count = self._write(part, states)
            _files.commit(part, spot.part, spot.path)
        return count

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
        self._path = os.fspath(path)
        self._again = frozenset(again)
        self._lock = threading.Lock()
        with contextlib.ExitStack() as opened:
            self._lease = opened.enter_context(contextlib.closing(_lease(self._path)))
            self._db = opened.enter_context(contextlib.closing(_open(self._path)))
            with _readable(self._path):
                self._run = self._begin(operation)
                _settle(self._db)
            opened.pop_all()
        self._known: dict[int, tuple[str, bytes]] = {}
        self._from = self._until = 0
        self._waiting: list[tuple[Any, ...]] = []
        self._synced = time.monotonic()

    def _begin(self, operation: str) -> str:
        """Return the id of the run that the file is of, and begin one in an empty file."""
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        row = self._db.execute("SELECT id, operation, version FROM run").fetchone()
        if row is None:
            import uuid

            run = str(uuid.uuid4())
            self._db.execute("INSERT INTO run VALUES (?, ?, ?)", (run, operation, _VERSION))
            return run
        if row[2] != _VERSION:
            raise ConfigurationError(
                f"the journal {self._path!r} is of another version of veneer: finish it with that one"
            )
        if row[1] != operation:
            raise ConfigurationError(
                f"the journal {self._path!r} is of {row[1]}, not of {operation}: give each run a file of its own"
            )
        return str(row[0])

    def look(self, index: int, given: Any) -> Planned | str:
        """Return what is needed to send an input, or the state in which an earlier run left it for good.

        Raises ConfigurationError for an input that is not the one that was at its place.
        """
        text = input_text(index, given)
        digest = fingerprint(text)
        with self._lock:
            if index >= self._until:
                self._read(index)
            known = self._known.pop(index, None)
        if known is not None:
            state, before = known
            if before != digest:
                raise ConfigurationError(
                    f"input {index} is not the one that the journal {self._path!r} has at its place: "
                    "a run is resumed with the same inputs in the same order"
                )
            if state == DONE or (state in {FAILED, UNKNOWN} and state not in self._again):
                return state
        return Planned(digest, key_of(self._run, index, digest), text)

    def _read(self, index: int) -> None:
        self._from, self._until = index, index + _BLOCK
        found = self._db.execute(
            "SELECT place, state, digest FROM calls WHERE place >= ? AND place < ?", (index, self._until)
        )
        self._known = {place: (state, digest) for place, state, digest in found}

    def intend(self, entries: Iterable[tuple[int, Planned]]) -> None:
        """Write down, with all results that wait, the inputs that are about to be sent."""
        rows = [(index, INTENDED, entry.digest, entry.key, entry.text.decode()) for index, entry in entries]
        with self._lock, self._db:
            self._flush()
            self._db.executemany(
                "INSERT INTO calls (place, state, digest, key, input) VALUES (?, ?, ?, ?, ?) ON CONFLICT (place) "
                "DO UPDATE SET state = excluded.state, result = NULL, error = NULL",
                rows,
            )
        self._sync()

    def sending(self, index: int) -> None:
        """Write down that a request of an input is about to leave which must not be repeated."""
        with self._lock, self._db:
            self._db.execute("UPDATE calls SET state = ? WHERE place = ?", (SENT, index))

    def finish(self, result: MapResult[Any, Any], state: str) -> None:
        """Keep what an input came to, for the next commit."""
        text = None if result.error is not None else _text(portable(result.value))
        error = None if result.error is None else said(result.error)
        row = (state, text, error, len(result.attempts), result.seconds, result.index)
        with self._lock:
            self._waiting.append(row)
            if len(self._waiting) >= _BATCH or state == UNKNOWN:
                with self._db:
                    self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._db.executemany(
                "UPDATE calls SET state = ?, result = ?, error = ?, attempts = ?, seconds = ? WHERE place = ?",
                waiting,
            )

    def _sync(self) -> None:
        """Put the log on the disk, once in a while: a power cut takes no more than what came since."""
        now = time.monotonic()
        if now - self._synced >= _SYNC_SECONDS:
            self._synced = now
            with contextlib.suppress(OSError), Path(f"{self._path}-wal").open("rb") as log:
                os.fsync(log.fileno())

    def close(self) -> None:
        """Commit what waits, and let another run have the file."""
        with self._lock:
            try:
                with self._db:
                    self._flush()
                self._db.close()
            finally:
                self._lease.close()

    def __repr__(self) -> str:
        return f"Writer({self._path!r})"


def check_states(name: str, given: Iterable[str], known: Collection[str] = _STATES) -> None:
    """Raise ConfigurationError for a state that there is not."""
    wrong = next((state for state in given if state not in known), None)
    if isinstance(given, str) or wrong is not None:
        raise ConfigurationError(f"{name} takes {' and '.join(map(repr, known))}, not {given!r}")


def _open(path: str) -> sqlite3.Connection:
    with _readable(path):
        return sqlite3.connect(path, timeout=60, isolation_level="IMMEDIATE", check_same_thread=False)


def _settle(db: sqlite3.Connection) -> None:
    """Record as unknown the writes that were about to leave when an earlier run was ended."""
    with db:
        db.execute("UPDATE calls SET state = ? WHERE state = ?", (UNKNOWN, SENT))


def _lease(path: str) -> Any:
    """Return a lock beside the journal, which the system takes back however the process ends.

    Raises ConfigurationError where another run holds it.
    """
    with _readable(path):
        lease = sqlite3.connect(f"{path}-lock", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lease.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lease.close()
        if "locked" not in str(error):
            raise ConfigurationError(f"the journal {path!r} cannot be written: {error}") from None
        raise ConfigurationError(
            f"another run has the journal {path!r}: wait for its end, or give this one a file of its own"
        ) from None
    return lease


@contextlib.contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, TypeError) as error:
        raise ConfigurationError(f"{path!r} cannot be used as a journal: {error}") from None


def said(error: Exception) -> str:
    """Return an error as text: ours, whose secrets are masked, whole; of others' code the class alone."""
    return f"{type(error).__name__}: {error}" if isinstance(error, VeneerError) else type(error).__name__


def _text(value: Any) -> str:
    """Return a value as JSON text, what JSON cannot hold by its type."""
    try:
        return jsontext.dumps(value).decode()
    except (TypeError, ValueError, RecursionError):
        return json.dumps(value, default=lambda odd: f"<{type(odd).__name__}>", skipkeys=True)
